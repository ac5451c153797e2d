"""Publications of a ledger in one process: checked as a node checks them, kept in a list."""

from collections import defaultdict
from collections.abc import Callable

from api.ports import PublishedOnce, StoredPublication, View
from api.proving.ledger_list import ledger_list
from api.publications.check import check_publication, require_after
from api.publications.form import PublicationForm
from api.publications.forms import read_publication
from api.publications.standing import HeldPublication, withheld
from api.publications.withheld import Withheld
from registry.primitives.digest import sha256


class PublicationsInMemory:
    """Implements `api.ports.PublicationPort` over the view that is the newest. With `withheld` nothing is
    served, for that reason.
    """

    def __init__(self, view: Callable[[], View]) -> None:
        self.withheld: Withheld | None = None
        self._view = view
        self._held: defaultdict[tuple[str, PublicationForm], list[tuple[HeldPublication, bytes]]] = (
            defaultdict(list)
        )

    async def publish(self, list_id: str, form: PublicationForm, data: bytes) -> None:
        """See `PublicationPort.publish`."""
        publication = read_publication(form, data)
        order = check_publication(publication, list_id, ledger_list(self._view(), list_id))
        past = self._held[list_id, form]
        require_after(order, past[-1][0].order if past else None)
        statement = publication.statement
        past.append((HeldPublication(order, statement.until_ms, statement.key), data))

    def published(self, list_id: str, form: PublicationForm) -> StoredPublication | Withheld | None:
        """See `PublicationPort.published`."""
        if self.withheld is not None:
            return self.withheld
        ledger = ledger_list(self._view(), list_id)
        past = self._held[list_id, form]
        if not past or ledger is None:
            return None
        return withheld(past[-1][0], ledger) or _shown(*past[-1])

    def published_at(
        self, list_id: str, form: PublicationForm, time_ms: int
    ) -> StoredPublication | PublishedOnce | None:
        """See `PublicationPort.published_at`."""
        past = reversed(self._held[list_id, form])
        begun = ((held, data) for held, data in past if held.order.from_ms <= time_ms)
        return next((_shown(held, data) for held, data in begun), None)


def _shown(held: HeldPublication, data: bytes) -> StoredPublication:
    return StoredPublication(data, sha256(data), held.until_ms)
