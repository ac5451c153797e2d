"""The signed status lists that this node holds: taken when they agree with its ledger, served while they do.

Rules:
- **H1 Checked, then kept, then told.** A publication is checked against the newest state beside the event
  loop (`api.publications.check`), made durable, and only then served and told to the other nodes.
- **H2 Asked each time.** Whether one is served is worked out from the newest state for every request: a key
  that was reported compromised, or a list that changed, ends it with the block that says so.
- **H3 A lost key's publications are passed over.** The newest one of another key counts in their place, for
  what is served and for what must come after it: whoever stole a key keeps nobody from publishing again.
- **H4 Told.** What is not served, or ends soon, is looked for every `LOOK_EVERY_S`, counted, logged once for
  each change, and told in the node's health.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final, TypeAlias

from api.ports import PublicationConcern, PublishedOnce, StoredPublication, View
from api.proving.ledger_list import ledger_list
from api.publications.check import (
    LedgerList,
    PublicationOrder,
    check_publication,
    is_lost,
    key_of,
    require_after,
)
from api.publications.fault import PublicationError
from api.publications.form import PublicationForm
from api.publications.forms import read_publication
from api.publications.standing import HeldPublication, percent_left, warning_at, withheld
from api.publications.withheld import Withheld
from node.links.publication_exchange import PublicationCopy
from node.observing.telemetry import Telemetry
from node.storage.publication_records import LOOKED_BACK, PublicationRecords, PublicationRow
from node.storage.turns import TurnWrites
from registry.primitives.digest import sha256

LOOK_EVERY_S: Final = 5.0
MAX_REMEMBERED: Final = 65_536
"""Digests that are known at one time."""
MAX_TOLD: Final = 100
"""Lists named in the node's health."""

Place: TypeAlias = tuple[str, PublicationForm]

_WITHHELD: Final = {
    Withheld.BEHIND: "the ledger has had a newer version of it for more than 5 minutes",
    Withheld.EXPIRED: "its end has come",
    Withheld.KEY_LOST: "the key that signed it was revoked or reported compromised",
}
_ENDING: Final = "ending"


@dataclass(frozen=True, slots=True)
class _Looked:
    """What the last look found: what is served, and what is to be told."""

    served: tuple[bytes, ...] = ()
    concerns: tuple[PublicationConcern, ...] = ()


class Publishing:
    """Implements `api.ports.PublicationPort` and `node.links.publication_exchange.PublicationShelf`; all
    methods belong to the event loop.
    """

    def __init__(self, records: PublicationRecords, view: Callable[[], View], telemetry: Telemetry) -> None:
        self._records = records
        self._view = view
        self._telemetry = telemetry
        self._newest = {(row.list_id, PublicationForm(row.form)): row for row in records.newest()}
        self._by_digest: dict[bytes, PublicationRow] = {row.digest: row for row in self._newest.values()}
        self._storing = asyncio.Lock()
        self._keep: Callable[[TurnWrites], Awaitable[None]] | None = None
        self._announce: Callable[[bytes], None] = lambda _: None
        self._looked = _Looked()

    def attach(
        self, keep: Callable[[TurnWrites], Awaitable[None]], announce: Callable[[bytes], None]
    ) -> None:
        """Names who makes rows durable, and who tells other nodes of a digest."""
        self._keep, self._announce = keep, announce

    @property
    def concerns(self) -> tuple[PublicationConcern, ...]:
        """What the last look found that somebody has to publish again (H4)."""
        return self._looked.concerns

    # api.ports.PublicationPort

    async def publish(self, list_id: str, form: PublicationForm, data: bytes) -> None:
        """See `api.ports.PublicationPort`."""
        self._announce((await self._take(list_id, form, data)).digest)

    def published(self, list_id: str, form: PublicationForm) -> StoredPublication | Withheld | None:
        """See `api.ports.PublicationPort`."""
        place = (list_id, form)
        if place not in self._newest:
            return None
        ledger = ledger_list(self._view(), list_id)
        row = self._standing_row(place, ledger)
        if row is None or ledger is None:
            return Withheld.KEY_LOST
        reason = withheld(_held(row), ledger)
        return reason or self._bytes(row)

    def published_at(
        self, list_id: str, form: PublicationForm, time_ms: int
    ) -> StoredPublication | PublishedOnce | None:
        """See `api.ports.PublicationPort`."""
        row = self._records.begun_by(list_id, form.value, time_ms)
        if row is None:
            return None
        return self._bytes(row) or PublishedOnce(row.digest, row.from_ms)

    # node.links.publication_exchange.PublicationShelf

    def holds(self, digest: bytes) -> bool:
        """See `PublicationShelf`."""
        return digest in self._by_digest

    def served(self) -> tuple[bytes, ...]:
        """See `PublicationShelf`."""
        return self._looked.served

    def copy(self, digest: bytes) -> PublicationCopy | None:
        """See `PublicationShelf`."""
        row = self._by_digest.get(digest)
        if row is None:
            return None
        form = PublicationForm(row.form)
        match self.published(row.list_id, form):
            case StoredPublication(data, served) if served == digest:
                return PublicationCopy(row.list_id, form, data)
        return None

    async def take(self, copy: PublicationCopy) -> None:
        """See `PublicationShelf`."""
        await self._take(copy.list_id, copy.form, copy.data)

    # Details

    async def _take(self, list_id: str, form: PublicationForm, data: bytes) -> PublicationRow:
        """H1. Raises PublicationError."""
        view = self._view()
        loop = asyncio.get_running_loop()
        try:
            row = await loop.run_in_executor(None, _checked, view, list_id, form, data)
            async with self._storing:
                self._require_after((list_id, form), row)
                await self._store((list_id, form), row, data)
        except PublicationError as error:
            self._telemetry.publication_refused(list_id, error.fault)
            raise
        self._telemetry.publication_taken(list_id, form.name.lower(), row.until_ms)
        return row

    def _require_after(self, place: Place, row: PublicationRow) -> None:
        standing = self._standing_row(place, ledger_list(self._view(), row.list_id))
        require_after(_held(row).order, None if standing is None else _held(standing).order)

    async def _store(self, place: Place, row: PublicationRow, data: bytes) -> None:
        if self._keep is None:
            raise AssertionError("a publication came before the node was put together")
        turn = TurnWrites()
        self._records.put(turn, row, data)
        await self._keep(turn)
        held = self._newest.get(place)
        if held is None or _held(held).order < _held(row).order:
            self._newest[place] = row
        self._remember(row)
        served = set(self._looked.served) | {row.digest}
        self._looked = _Looked(tuple(sorted(served)), self._looked.concerns)

    def _remember(self, row: PublicationRow) -> None:
        """So that nothing is asked for again that was here, and one that counts again (H3) is found."""
        self._by_digest[row.digest] = row
        while len(self._by_digest) > MAX_REMEMBERED:
            del self._by_digest[next(iter(self._by_digest))]

    def _standing_row(self, place: Place, ledger: LedgerList | None) -> PublicationRow | None:
        """The newest publication whose key is not lost (H3), among the last `LOOKED_BACK`: of what is older
        no bytes are kept, and every request looks.
        """
        row = self._newest.get(place)
        if row is None or ledger is None or not _is_by_lost_key(row, ledger):
            return row
        past = islice(self._records.backwards(row.list_id, row.form), LOOKED_BACK)
        return next((older for older in past if not _is_by_lost_key(older, ledger)), None)

    def _bytes(self, row: PublicationRow) -> StoredPublication | None:
        data = self._records.data(row)
        return None if data is None else StoredPublication(data, row.digest, row.until_ms)

    # Watching

    async def watch(self) -> None:
        """Looks again and again, until cancelled (H4)."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> None:
        """Finds what is served, and what is to be told (H4)."""
        view, newest = self._view(), dict(self._newest)
        loop = asyncio.get_running_loop()
        states = await loop.run_in_executor(None, lambda: dict(self._states(view, newest)))
        rows = [row for row, reason in states.values() if row is not None and reason is None]
        for row in rows:
            self._remember(row)
        served = {row.digest for row in rows}
        concerns = tuple(_concerns(states, view.header.time_ms))
        self._looked = _Looked(tuple(sorted(served)), concerns[:MAX_TOLD])
        self._telemetry.publications_looked(len(served), concerns)

    def _states(
        self, view: View, newest: Mapping[Place, PublicationRow]
    ) -> Iterator[tuple[Place, tuple[PublicationRow | None, Withheld | None]]]:
        for place in newest:
            ledger = ledger_list(view, place[0])
            row = self._standing_row(place, ledger)
            if row is None or ledger is None:
                yield place, (None, Withheld.KEY_LOST)
            else:
                yield place, (row, withheld(_held(row), ledger))


def _checked(view: View, list_id: str, form: PublicationForm, data: bytes) -> PublicationRow:
    publication = read_publication(form, data)
    order = check_publication(publication, list_id, ledger_list(view, list_id))
    statement = publication.statement
    return PublicationRow(
        list_id,
        form.value,
        order.version,
        order.from_ms,
        statement.until_ms,
        statement.key,
        sha256(data),
        len(data),
    )


def _held(row: PublicationRow) -> HeldPublication:
    return HeldPublication(PublicationOrder(row.version, row.from_ms), row.until_ms, row.key)


def _is_by_lost_key(row: PublicationRow, ledger: LedgerList) -> bool:
    key = key_of(ledger.did, row.key)
    return key is None or is_lost(key, ledger.as_of_ms)


def _concerns(
    states: Mapping[Place, tuple[PublicationRow | None, Withheld | None]], now_ms: int
) -> Iterator[PublicationConcern]:
    """What is not served, and what has reached a mark of its life."""
    for (list_id, form), (row, reason) in states.items():
        name = form.name.lower()
        if reason is not None:
            yield PublicationConcern(list_id, name, reason.value, f"it is not served: {_WITHHELD[reason]}")
        elif row is not None:
            percent = percent_left(row.from_ms, row.until_ms, now_ms)
            mark = warning_at(percent)
            if mark is not None:
                yield PublicationConcern(
                    list_id, name, f"{_ENDING}_{mark}", f"{percent} % of its life is left"
                )
