"""Publications on their way between nodes: told of in a few bytes, and asked for by those who lack them.

Rules, each named by the tests that prove it:

- **E1 News.** A node that takes a publication from its issuer tells every linked peer the digest, and the
  height of its own ledger. Whoever lacks it asks the teller for it, once its own ledger has that height: so
  whatever agreed with the teller's ledger can be judged.
- **E2 Comparing.** On every new link, and each `COMPARE_EVERY_S`, a node asks its peer which publications
  that one serves. So news that was lost, or told to a node that was away, costs half a minute. No page is
  asked for once `MAX_WANTED` digests wait: a peer that goes on naming new ones would never come to an end.
- **E3 One at a time.** At most one request of a peer is open, and at most `MAX_WANTED` digests wait for it:
  who names what it does not have, or answers slowly, keeps nobody else's waiting.
- **E4 Judged here.** What a peer gives is checked against this node's ledger as what an issuer sends. One
  that no node that follows the rules could have taken costs the peer its link. What may have been right a
  moment ago, or is not given although it was named, or is known already, is charged to the peer
  (`node.links.budget`), with the time that it took.
- **E5 Only what is served** is told and given: what is withheld here spreads no further from here.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from api.publications.fault import PublicationError
from api.publications.form import MAX_PUBLICATION_BYTES, PublicationForm
from node.links.budget import Charge, ChargedKind
from node.links.bulk import GetPublication, GetPublished, encode_request
from node.links.frames import PublicationNews, news_frame
from node.links.network import Links
from node.observing.misconduct import Misconduct
from node.transport.port import Declined, RequestFailed
from registry.primitives.codec import Malformed
from registry.primitives.digest import sha256
from registry.primitives.shape import (
    Shape,
    blob,
    decode_as,
    encode_as,
    enumeration,
    list_of,
    record,
    text,
    uint,
)

COMPARE_EVERY_S: Final = 30.0
ANSWER_S: Final = 5.0
MAX_WANTED: Final = 128
PAGE: Final = 2_048
"""Digests in one answer."""
FIRST: Final = bytes(32)
_SLACK: Final = 1_024


@dataclass(frozen=True, slots=True)
class PublicationCopy:
    """A publication as nodes pass it on: of which list, in which form, and its exact bytes."""

    list_id: str
    form: PublicationForm
    data: bytes


@dataclass(frozen=True, slots=True)
class ServedDigests:
    """The height of a node's ledger, and digests of publications that it serves."""

    height: int
    digests: tuple[bytes, ...]


class PublicationShelf(Protocol):
    """Where publications are kept."""

    def holds(self, digest: bytes) -> bool:
        """Whether this one was taken, served or not."""

    def served(self) -> Sequence[bytes]:
        """The digests of all that are served, as of a few seconds ago at most, in order."""

    def copy(self, digest: bytes) -> PublicationCopy | None:
        """One that is served now; None where it is not."""

    async def take(self, copy: PublicationCopy) -> None:
        """Checks and keeps what a peer gave. Raises PublicationError."""


_COPY: Final[Shape[PublicationCopy]] = record(
    PublicationCopy,
    list_id=text(512),
    form=enumeration(PublicationForm),
    data=blob(max_bytes=MAX_PUBLICATION_BYTES),
)
_SERVED: Final[Shape[ServedDigests]] = record(ServedDigests, height=uint(), digests=list_of(blob(32), PAGE))


def summary_of(digests: Sequence[bytes]) -> bytes:
    """What stands for all digests, which are in order."""
    return sha256(b"".join(digests))


class PublicationExchange:
    """Belongs to the event loop. `height` is that of this node's ledger."""

    def __init__(self, links: Links, shelf: PublicationShelf, height: Callable[[], int]) -> None:
        self._links = links
        self._shelf = shelf
        self._height = height
        self._charge: Callable[[str, Mapping[ChargedKind, float]], None] = lambda _, __: None
        self._begin: Callable[[str], None] = lambda _: None
        self._wanted: dict[str, dict[bytes, int]] = {}
        self._pulling: set[str] = set()

    def attach(
        self,
        charge: Callable[[str, Mapping[ChargedKind, float]], None],
        begin: Callable[[str], None],
    ) -> None:
        """Names who charges a peer, and who runs `pull` for one beside everything else."""
        self._charge, self._begin = charge, begin

    async def run(self) -> None:
        """Compares with all linked peers again and again, until cancelled (E2)."""
        while True:
            await asyncio.sleep(COMPARE_EVERY_S)
            await asyncio.gather(*map(self.compare, list(self._links.linked)))

    def announce(self, digest: bytes) -> None:
        """Tells every linked peer of a publication that was taken here (E1)."""
        frame = news_frame(PublicationNews(self._height(), digest))
        for peer_id in self._links.linked:
            self._links.send(peer_id, frame)

    def heard(self, peer_id: str, news: PublicationNews) -> bool:
        """A peer told of a publication; whether that was new (E1)."""
        if not self._want(peer_id, news):
            return False
        self._look(peer_id)
        return True

    def advanced(self) -> None:
        """The ledger has grown: what waited for that is asked for."""
        for peer_id in list(self._wanted):
            self._look(peer_id)

    async def compare(self, peer_id: str) -> None:
        """Asks a peer which publications it serves, and wants those that are not held here (E2)."""
        after, own = FIRST, summary_of(self._shelf.served())
        try:
            while True:
                page = await self._page(peer_id, own, after)
                for digest in page.digests:
                    self._want(peer_id, PublicationNews(page.height, digest))
                is_last = len(page.digests) < PAGE or page.digests[-1] <= after
                if is_last or len(self._wanted.get(peer_id, ())) >= MAX_WANTED:
                    break
                after = page.digests[-1]
        except RequestFailed:
            return
        except Malformed:
            self._links.drop(peer_id, Misconduct.MALFORMED_MESSAGE)
            return
        self._look(peer_id)

    async def pull(self, peer_id: str) -> None:
        """Asks a peer for what it told of, one after the other (E3)."""
        try:
            while (digest := self._next(peer_id)) is not None:
                await self._fetch(peer_id, digest)
        finally:
            self._pulling.discard(peer_id)
            if not self._wanted.get(peer_id):
                self._wanted.pop(peer_id, None)

    # node.links.network.PublicationSource

    def answer_published(self, request: GetPublished) -> bytes:
        """See `PublicationSource`."""
        served = self._shelf.served()
        if summary_of(served) == request.summary:
            return encode_as(_SERVED, ServedDigests(self._height(), ()))
        page = [digest for digest in served if digest > request.after][:PAGE]
        return encode_as(_SERVED, ServedDigests(self._height(), tuple(page)))

    def answer_publication(self, request: GetPublication) -> bytes:
        """See `PublicationSource` (E5)."""
        copy = self._shelf.copy(request.digest)
        if copy is None:
            raise Declined
        return encode_as(_COPY, copy)

    # Details

    async def _page(self, peer_id: str, own: bytes, after: bytes) -> ServedDigests:
        body = encode_request(GetPublished(own, after))
        data = await self._links.transport.request(peer_id, body, timeout_s=ANSWER_S)
        return decode_as(_SERVED, data, limit=_SLACK + 34 * PAGE)

    def _want(self, peer_id: str, news: PublicationNews) -> bool:
        wanted = self._wanted.setdefault(peer_id, {})
        is_new = not self._shelf.holds(news.digest) and news.digest not in wanted
        if not is_new or len(wanted) >= MAX_WANTED:
            if not wanted:
                del self._wanted[peer_id]
            return False
        wanted[news.digest] = news.height
        return True

    def _look(self, peer_id: str) -> None:
        if peer_id not in self._pulling and self._due(peer_id) is not None:
            self._pulling.add(peer_id)
            self._begin(peer_id)

    def _due(self, peer_id: str) -> bytes | None:
        wanted, height = self._wanted.get(peer_id, {}), self._height()
        return next((digest for digest, at_height in wanted.items() if at_height <= height), None)

    def _next(self, peer_id: str) -> bytes | None:
        """What is to be asked for now. What is not due after the peer has gone is forgotten."""
        if peer_id not in self._links.linked:
            self._wanted.pop(peer_id, None)
            return None
        digest = self._due(peer_id)
        if digest is not None:
            del self._wanted[peer_id][digest]
        return digest

    async def _fetch(self, peer_id: str, digest: bytes) -> None:
        """E4."""
        if self._shelf.holds(digest):
            return
        loop = asyncio.get_running_loop()
        body = encode_request(GetPublication(digest))
        try:
            data = await self._links.transport.request(peer_id, body, timeout_s=ANSWER_S)
            copy = _read_copy(data, digest)
        except RequestFailed:
            self._charge(peer_id, {Charge.PUBLICATION: 1})
            return
        except Malformed:
            self._links.drop(peer_id, Misconduct.FALSE_PUBLICATION)
            return
        begun_s = loop.time()
        try:
            await self._shelf.take(copy)
        except PublicationError as error:
            if not error.fault.may_pass:
                self._links.drop(peer_id, Misconduct.FALSE_PUBLICATION)
                return
            took_s = loop.time() - begun_s
            costs: dict[ChargedKind, float] = {
                Charge.PUBLICATION: 1,
                Charge.BYTES: len(data),
                Charge.SECONDS: took_s,
            }
            self._charge(peer_id, costs)


def _read_copy(data: bytes, digest: bytes) -> PublicationCopy:
    copy = decode_as(_COPY, data, limit=MAX_PUBLICATION_BYTES + _SLACK)
    if sha256(copy.data) != digest:
        raise Malformed("not the publication that was asked for")
    return copy
