"""The other nodes, as the driver and the pool see them: frames, bulk requests, and who is linked.

Frames go on as they come (`node.engine.hearing` decodes them in turn); answers to this node's requests are
decoded here, and bytes outside the protocol cost the peer its link. A request of a peer is answered from the
store, off the event loop.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Protocol

from consensus.messages import FinalBlock
from consensus.wire import EncodedFinal, decode_range, join_range
from node.links.announcements import Statement, decode_announcements
from node.links.bulk import (
    GetAddresses,
    GetContents,
    GetPublication,
    GetPublished,
    GetRange,
    decode_request,
    encode_contents,
    encode_request,
)
from node.links.contents import Contents
from node.links.fetching import Fetching
from node.links.whereabouts import FalseAnnouncement, Whereabouts
from node.observing.conduct import Conduct
from node.observing.misconduct import Fault, Misconduct
from node.transport.port import Declined, RequestFailed, Transport
from node.transport.token_bucket import TokenBucket
from registry.primitives.codec import Malformed
from registry.primitives.validator_set import Validator, ValidatorSet

REQUEST_TIMEOUT_S = 10.0
RANGE_BYTES_PER_S = 16 * 1024 * 1024
"""How fast ranges are made for one peer: as fast as they would be sent to it …"""
RANGE_REST = 3
"""… and after each so many times as long a rest as making it took: a quarter of a core at most …"""
RANGE_SHARE = 1 / 32
"""… which one peer may have for so many seconds of making, enough to catch up with thousands of blocks; from
then on it has this share of a core. (A thread that computes makes all others wait for the interpreter.)"""
RANGE_BURST_S = 0.25


class Listener(Protocol):
    """Who is told what peers say."""

    async def received(self, peer_id: str, frames: Sequence[bytes]) -> None:
        """Frames in order; returns when there is room for more."""

    def link_changed(self, peer_id: str, up: bool) -> None:
        """A link came up or went down."""

    def failed(self, error: BaseException) -> None:
        """The transport ended by itself."""


class PublicationSource(Protocol):
    """Who answers questions about publications. Raises Declined."""

    def answer_published(self, request: GetPublished) -> bytes:
        """Which publications the node serves."""

    def answer_publication(self, request: GetPublication) -> bytes:
        """A publication."""


class Links:
    """One node's links. Made before its transport, which takes it as its sink, and before whoever hears what
    peers say; `attach` joins them."""

    def __init__(
        self,
        own_id: str,
        contents: Contents,
        encoded_finals: Callable[[int], Iterable[EncodedFinal]],
        conduct: Conduct,
        whereabouts: Whereabouts,
    ) -> None:
        self._own_id = own_id
        self._contents = contents
        self._encoded_finals = encoded_finals
        self._conduct = conduct
        self._whereabouts = whereabouts
        self._peers: dict[str, Validator] = {}
        self._validators: tuple[str, ...] = ()
        self._linked: dict[str, None] = {}
        self._transport: Transport | None = None
        self._listener: Listener | None = None
        self._publications: PublicationSource | None = None
        self._making_range: set[str] = set()
        self._range_time: defaultdict[str, TokenBucket] = defaultdict(
            lambda: TokenBucket(RANGE_SHARE, RANGE_BURST_S)
        )
        self.fetching = Fetching(contents, self, _monotonic_ms)
        """The attachments on their way here."""

    def attach(self, transport: Transport, listener: Listener) -> None:
        """Gives the network the transport that it is the sink of, and who is told what comes from there."""
        self._transport = transport
        self._listener = listener
        self.dial()

    def publish_from(self, source: PublicationSource) -> None:
        """Names who answers questions about publications; until then they are declined."""
        self._publications = source

    @property
    def transport(self) -> Transport:
        """The attached transport."""
        if self._transport is None:
            raise AssertionError("the network is used before its transport is attached")
        return self._transport

    @property
    def _attached_listener(self) -> Listener:
        """Who is told what peers say."""
        if self._listener is None:
            raise AssertionError("the network is used before its listener is attached")
        return self._listener

    def set_validators(self, current: ValidatorSet, others: Iterable[ValidatorSet]) -> None:
        """The validators of the epoch, and those of the epochs beside it that stay linked (R16)."""
        listed = [validator.peer_id for validator in current.validators]
        self._validators = tuple(peer_id for peer_id in listed if peer_id != self._own_id)
        every = chain.from_iterable(validators.validators for validators in (*others, current))
        self._peers = {validator.peer_id: validator for validator in every}
        self._whereabouts.list(self._peers)
        self.dial()

    def dial(self) -> None:
        """Dials the peers where they are, as far as that is known now."""
        if self._transport is not None:
            self._transport.set_peers(
                {
                    peer_id: self._whereabouts.addresses_of(validator)
                    for peer_id, validator in self._peers.items()
                    if peer_id != self._own_id
                }
            )

    @property
    def linked(self) -> Sequence[str]:
        """All linked peers."""
        return tuple(self._linked)

    def linked_validators(self) -> Sequence[str]:
        """The linked validators of the epoch."""
        return tuple(peer_id for peer_id in self._validators if peer_id in self._linked)

    def send(self, peer_id: str, frame: bytes) -> bool:
        """Queues a frame; False if there is no link or its outbox is full."""
        return self.transport.send(peer_id, frame)

    def note(self, peer_id: str, fault: Fault) -> None:
        """Names a peer at fault; its link stays."""
        self._conduct.note(peer_id, fault)

    def drop(self, peer_id: str, fault: Fault) -> None:
        """Takes the link to a peer at fault down and names it; the link may come up again after a while."""
        self._conduct.note(peer_id, fault)
        self.transport.drop(peer_id)

    async def final_blocks(self, peer_id: str, from_height: int) -> tuple[FinalBlock, ...]:
        """What the peer gives of final blocks from that height on; nothing if it fails."""
        body = encode_request(GetRange(from_height))
        loop = asyncio.get_running_loop()
        try:
            data = await self.transport.request(peer_id, body, timeout_s=REQUEST_TIMEOUT_S)
            return await loop.run_in_executor(None, decode_range, data)
        except RequestFailed:
            return ()
        except Malformed:
            self.drop(peer_id, Misconduct.MALFORMED_RANGE)
            return ()

    # What fetching attachments needs (node.links.fetching.AskedPeers)

    async def request(self, peer_id: str, body: bytes, timeout_s: float) -> bytes:
        """See `node.links.fetching.AskedPeers`."""
        return await self.transport.request(peer_id, body, timeout_s=timeout_s)

    def accuse(self, peer_id: str, fault: Misconduct, *, drops: bool) -> None:
        """See `node.links.fetching.AskedPeers`."""
        if drops:
            self.drop(peer_id, fault)
        else:
            self._conduct.note(peer_id, fault)

    def failed(self, error: BaseException) -> None:
        """See `node.links.fetching.AskedPeers`."""
        self._attached_listener.failed(error)

    async def ask_addresses(self, peer_id: str) -> Sequence[Statement]:
        """What a peer knows of the others' addresses and this node did not; they are dialled there now."""
        loop = asyncio.get_running_loop()
        try:
            body = encode_request(GetAddresses())
            data = await self.transport.request(peer_id, body, timeout_s=REQUEST_TIMEOUT_S)
            announcements = await loop.run_in_executor(None, decode_announcements, data)
            news = self._whereabouts.take(announcements)
        except RequestFailed:
            return ()
        except (Malformed, FalseAnnouncement):
            self.drop(peer_id, Misconduct.FALSE_ADDRESS)
            return ()
        if news:
            self.dial()
        return news

    # The transport's sink

    async def on_frames(self, peer: str, frames: list[bytes]) -> None:
        """See `node.transport.port.Sink`."""
        await self._attached_listener.received(peer, frames)

    def on_link(self, peer: str, up: bool) -> None:
        """See `node.transport.port.Sink`."""
        if up:
            self._linked[peer] = None
        else:
            self._linked.pop(peer, None)
        self._attached_listener.link_changed(peer, up)

    def on_rival(self, peer: str) -> None:
        """See `node.transport.port.Sink`."""
        self._conduct.note(peer, Misconduct.TWO_PLACES)

    def on_violation(self, peer: str) -> None:
        """See `node.transport.port.Sink`."""
        self._conduct.note(peer, Misconduct.BROKEN_CONNECTION)

    async def on_request(self, peer: str, body: bytes) -> bytes:
        """See `node.transport.port.Sink`."""
        try:
            request = decode_request(body)
        except Malformed as error:
            raise Declined from error
        match request:
            case GetRange(from_height):
                return await self._make_range(peer, from_height)
            case GetContents(addresses):
                return encode_contents([self._contents.get(address) for address in addresses])
            case GetAddresses():
                return self._whereabouts.encoded()
            case GetPublished() if self._publications is not None:
                return self._publications.answer_published(request)
            case GetPublication() if self._publications is not None:
                return self._publications.answer_publication(request)
        raise Declined

    async def _make_range(self, peer: str, from_height: int) -> bytes:
        """A range, made beside the loop, one for a peer at a time: one who gives its requests up at once
        would otherwise have any number made, for nothing that it pays for. Raises Declined.
        """
        if peer in self._making_range:
            raise Declined
        self._making_range.add(peer)
        loop = asyncio.get_running_loop()
        begun_s = loop.time()
        making = loop.run_in_executor(None, lambda: join_range(self._encoded_finals(from_height)))

        def made(done: asyncio.Future[bytes]) -> None:
            error = None if done.cancelled() else done.exception()
            if error is not None:
                self._attached_listener.failed(error)  # nobody else hears of it where the peer has given up
            failed = done.cancelled() or error is not None
            sending_s = 0 if failed else len(done.result()) / RANGE_BYTES_PER_S
            made_s = loop.time() - begun_s
            resting_s = max(RANGE_REST * made_s, self._range_time[peer].charge(made_s, loop.time()))
            loop.call_later(max(sending_s, resting_s), self._making_range.discard, peer)

        making.add_done_callback(made)
        return await asyncio.shield(making)

    def on_failed(self, error: BaseException) -> None:
        """See `node.transport.port.Sink`."""
        self._attached_listener.failed(error)


def _monotonic_ms() -> int:
    return int(asyncio.get_running_loop().time() * 1_000)
