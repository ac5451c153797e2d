"""Who is linked and does not vote, told in the log once: when it is found, and when it is over."""

from collections.abc import Callable, Sequence

from structlog.typing import FilteringBoundLogger


class VoteWatch:
    """`not_voting` are the members that are linked and do not vote, `linked` those that are linked."""

    def __init__(
        self,
        log: FilteringBoundLogger,
        not_voting: Callable[[], Sequence[str]],
        linked: Callable[[], Sequence[str]],
    ) -> None:
        self._log = log
        self._not_voting = not_voting
        self._linked = linked
        self._logged: set[str] = set()

    def look(self) -> None:
        """Cheap enough for every turn."""
        silent = set(self._not_voting())
        if silent == self._logged:
            return
        for member in sorted(silent - self._logged):
            self._log.warning("linked and does not vote", member=member)
        linked = set(self._linked())
        for member in sorted(self._logged - silent):
            if member in linked:  # else its link went down, which the log says
                self._log.info("votes again", member=member)
        self._logged = silent
