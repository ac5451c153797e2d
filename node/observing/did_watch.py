"""Compares what the web says of this institution's DIDs with the ledger, once a day (`did-mismatch`).

Only this institution's own did:web names are asked for, at their own hosts: whoever runs this node can mend
what is found. A document that cannot be had or read is told as such, and is no agreement.
"""

from collections.abc import Awaitable, Callable, Iterator
from itertools import islice
from typing import Final, Protocol

from structlog.typing import FilteringBoundLogger

from api.credentials.did_methods.did_web import did_web_url
from api.credentials.did_methods.fault import DidError
from api.documents.did_comparison import DidComparison, compare_document
from api.documents.did_document import is_deactivated
from api.lookup.fault import FetchError
from api.lookup.fetching import WebSource
from api.lookup.wanted import Wanted
from api.proving.records import newest_body
from api.proving.stored import stored_index
from node.observing.metrics import DocumentMetrics
from registry.kinds.did.record import DID_RECORD, DIDS_BY_SPONSOR, Did
from registry.names import WEB_METHOD
from registry.tables import Reader

FIRST_S: Final = 300.0
"""A node that has just started is given time to catch up: an old record would differ from the web."""
EVERY_S: Final = 86_400.0
MAX_COMPARED: Final = 256
"""Names that are asked for in one round."""


class HasReader(Protocol):
    """A state of the ledger that can be read."""

    @property
    def reader(self) -> Reader:
        """The registry's tables."""


async def compare_did(web: WebSource, did: str, body: Did) -> DidComparison:
    """The document of a did:web, fetched from its own host, beside the record."""
    try:
        download = await web.fetch(did_web_url(did), Wanted.DID_DOCUMENT)
    except (FetchError, DidError) as error:
        return DidComparison(did, fault=error.fault, detail=error.detail)
    return compare_document(did, body, download.data)


class DidWatch:
    """The daily comparison. `view` gives the newest state, `pause` waits so many seconds."""

    def __init__(
        self,
        member: str,
        view: Callable[[], HasReader],
        web: WebSource,
        pause: Callable[[float], Awaitable[None]],
        metrics: DocumentMetrics,
        log: FilteringBoundLogger,
    ) -> None:
        self._member = member
        self._view = view
        self._web = web
        self._pause = pause
        self._metrics = metrics
        self._log = log

    async def run(self) -> None:
        """Compares again and again, until cancelled."""
        await self._pause(FIRST_S)
        while True:
            await self.look()
            await self._pause(EVERY_S)

    async def look(self) -> None:
        """One round: each name, and what was found in log and metrics."""
        names = list(islice(own_web_names(self._view().reader, self._member), MAX_COMPARED))
        compared = [await compare_did(self._web, did, body) for did, body in names]
        for comparison in compared:
            self._tell(comparison)
        self._metrics.did_mismatches.set(sum(bool(comparison.differences) for comparison in compared))
        self._metrics.dids_not_compared.set(sum(comparison.fault is not None for comparison in compared))

    def _tell(self, comparison: DidComparison) -> None:
        for difference in comparison.differences:
            mismatch = difference.mismatch
            self._log.warning("did-mismatch", key=difference.key, what=mismatch.sentence, do=mismatch.remedy)
        if comparison.fault is not None:
            what = comparison.fault.with_detail(comparison.detail)
            self._log.warning("a did:web document could not be compared", did=comparison.did, what=what)


def own_web_names(reader: Reader, member: str) -> Iterator[tuple[str, Did]]:
    """The did:web names that a member sponsors and that have not ended, with their records; its own first."""
    log = stored_index(reader, DIDS_BY_SPONSOR.index_id(member))
    for number in range(0 if log is None else log.count):
        did = "" if log is None else log.leaf(number).id
        body: Did | None = newest_body(reader, DID_RECORD, did) if did.startswith(WEB_METHOD) else None
        if body is not None and not is_deactivated(body):
            yield did, body
