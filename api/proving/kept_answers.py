"""What making answers keeps from one request to the next, whichever group of routes was asked."""

from api.ports import View
from api.proving.answers import Answers
from api.proving.status_bits import KeptBits
from api.web.service import ServerContext


class KeptAnswers:
    """The answers of the view that was asked for last, and bits of whole lists, which outlast it."""

    def __init__(self, service: ServerContext) -> None:
        self._page_entries = service.limits.page_entries
        self._bits = KeptBits(service.limits.kept_bits_bytes)
        self._last: Answers | None = None

    def under(self, view: View) -> Answers:
        """The answers of a view."""
        if self._last is None or not self._last.is_of(view):
            self._last = Answers(view, self._page_entries, self._bits)
        return self._last
