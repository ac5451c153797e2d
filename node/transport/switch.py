"""The trio side of the transport: listens, dials, and holds one session for each peer of the set."""

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Protocol

import trio

from node.transport.addresses import host_and_port, host_and_port_to_listen_at, multiaddr
from node.transport.boundary import PeerBytes, PeerDropped, PeerFailure, ProtocolViolation
from node.transport.bridge import Outbox, ToTrio, Unread
from node.transport.bulk import Bulk
from node.transport.dialer import keep_dialling
from node.transport.gate import Gate, GatedNoise
from node.transport.identity import PeerIdentity
from node.transport.link import Link
from node.transport.listening import listening_at
from node.transport.meter import DoorMeter, PeerMeter
from node.transport.port import Channel, RequestFailed, RequestFailure
from node.transport.session import Session, Stream, secure
from node.transport.session_slot import SessionSlot
from node.transport.settings import TransportLimits, TransportTimings
from node.transport.tcp import SocketConnection

_log = logging.getLogger(__name__)


class SwitchListener(Protocol):
    """What the switch tells the node; called on the trio thread."""

    def link_up(self, peer: str, outbox: Outbox) -> None:
        """Frames for `peer` go to `outbox` from now on."""

    def link_down(self, peer: str) -> None:
        """The link of the last `link_up` is gone."""

    def frames_arrived(self, peer: str, frames: list[bytes], taken: Callable[[], None]) -> None:
        """Frames came; `taken` is to be called when the node has them."""

    def in_two_places(self, peer: str) -> None:
        """Connections with the peer's key keep coming while its session lives."""

    def violated(self, peer: str) -> None:
        """The peer broke a rule of the connection, and is kept out for a while."""

    async def answer(self, peer: str, body: bytes) -> bytes | None:
        """Answer a bulk request, or decline it with None."""


@dataclass(slots=True)
class OutboundRequest:
    """A bulk request of this node: `replied` is called once, with the answer or why there is none."""

    peer: str
    body: bytes
    replied: Callable[[bytes | RequestFailure], None]
    scope: trio.CancelScope = field(default_factory=trio.CancelScope)


@dataclass(slots=True)
class _Peer:
    """A peer of the set, and what is remembered about it across its connections."""

    addresses: tuple[str, ...]
    meter: PeerMeter
    inbox: Unread
    slot: SessionSlot
    dialling: trio.CancelScope = field(default_factory=trio.CancelScope)
    bulk: Bulk | None = None  # while the link is up


class Switch:
    """Sessions to the peers of the set. Every method runs on the trio thread."""

    def __init__(
        self,
        identity: PeerIdentity,
        application: SwitchListener,
        to_trio: ToTrio,
        timings: TransportTimings,
        limits: TransportLimits,
        random: Random,
    ) -> None:
        self._identity = identity
        self._application = application
        self._to_trio = to_trio
        self._timings = timings
        self._limits = limits
        self._random = random
        self._gate = Gate(trio.current_time)
        self._noise = GatedNoise(identity, self._gate)
        self._door = DoorMeter(limits)
        self._peers: dict[str, _Peer] = {}
        self._handshakes: OrderedDict[SocketConnection, None] = OrderedDict()
        self._nursery: trio.Nursery | None = None

    async def run(self, listen: Iterable[str], started: Callable[[list[str]], None]) -> None:
        """Listen, say at which multiaddrs, serve until cancelled.

        Raises CannotListen, UnknownHost and WrongAddress.
        """
        listeners: list[trio.SocketListener] = []
        for address in listen:
            host, port = host_and_port_to_listen_at(address)
            with listening_at(address):
                listeners += await trio.open_tcp_listeners(port, host=host)
        async with trio.open_nursery() as nursery:
            self._nursery = nursery
            for listener in listeners:
                nursery.start_soon(trio.serve_listeners, self._accept, [listener])
            started([_multiaddr(listener) for listener in listeners])
            await trio.sleep_forever()

    def set_peers(self, peers: Mapping[str, tuple[str, ...]]) -> None:
        """Replace the set: drop who left it, dial who is new; a live link stays, wherever its peer moved."""
        self._gate.list(frozenset(peers))
        for peer in self._peers.keys() - peers.keys():
            dropped = self._peers.pop(peer)
            dropped.dialling.cancel()
            if dropped.slot.session is not None:
                dropped.slot.session.drop(PeerFailure("the peer left the set"))
        for peer, addresses in peers.items():
            state = self._peers.get(peer)
            if state is not None:
                state.addresses = addresses
                continue
            inbox = Unread(self._limits.inbox_bytes, self._to_trio)
            self._peers[peer] = state = _Peer(addresses, PeerMeter(self._limits), inbox, self._new_slot(peer))
            if self._nursery is not None:
                self._nursery.start_soon(self._keep_dialling, peer, state)

    def drop(self, peer: str) -> None:
        """Take a link down because of what the peer sent, and keep the peer out for a while."""
        state = self._peers.get(peer)
        if state is not None and state.slot.session is not None:
            state.slot.session.drop(PeerDropped("dropped by the node"))

    def ask(self, question: OutboundRequest) -> None:
        """Send a bulk request."""
        state = self._peers.get(question.peer)
        bulk, session = (None, None) if state is None else (state.bulk, state.slot.session)
        if bulk is None or session is None or not session.spawn(partial(_ask, bulk, question)):
            question.replied(RequestFailure.NO_LINK)

    def _new_slot(self, peer: str) -> SessionSlot:
        return SessionSlot(
            is_lower=self._identity.peer_id < peer,
            timings=self._timings,
            in_two_places=partial(self._application.in_two_places, peer),
        )

    async def _keep_dialling(self, peer: str, state: _Peer) -> None:
        async def dial(peer: str, address: str) -> None:
            await state.slot.until_free(partial(self._gate.wait_s, peer))
            await self._dial(peer, address)

        with state.dialling:
            await keep_dialling(
                peer, lambda: state.addresses, dial, self._gate.wait_s, self._timings, self._random
            )

    async def _dial(self, peer: str, address: str) -> None:
        host, port = host_and_port(address)
        try:
            with PeerBytes("connecting"), trio.fail_after(self._timings.dial_s):
                stream = await trio.open_tcp_stream(host, port)
            session = await self._secure(stream, expected=peer)
        except PeerFailure as fault:
            _log.debug("dialling %s at %s: %s", peer, address, fault)
            return
        await self._hold(session, dialled=True)

    async def _accept(self, stream: trio.SocketStream) -> None:
        if not self._door.may_knock(_remote_host(stream)):
            stream.socket.close()
            return
        try:
            session = await self._secure(stream, expected=None)
        except PeerFailure as fault:
            _log.debug("refused a connection: %s", fault)
            return
        await self._hold(session, dialled=False)

    async def _secure(self, stream: trio.SocketStream, *, expected: str | None) -> Session:
        socket = SocketConnection(stream, is_initiator=expected is not None, write_s=self._timings.write_s)
        with self._handshake(socket):
            return await secure(socket, self._noise, expected, self._meter_of, self._timings, self._limits)

    @contextmanager
    def _handshake(self, socket: SocketConnection) -> Iterator[None]:
        """Count a handshake; strangers who only hold sockets make room for the next one, the oldest first."""
        if len(self._handshakes) >= self._limits.handshakes:
            oldest, _ = self._handshakes.popitem(last=False)
            oldest.abort()
        self._handshakes[socket] = None
        try:
            yield
        finally:
            self._handshakes.pop(socket, None)

    def _meter_of(self, peer: str) -> PeerMeter:
        return self._peers[peer].meter

    async def _hold(self, session: Session, *, dialled: bool) -> None:
        """Run a session to its end as the one session of its peer, if it wins the slot."""
        peer = session.peer
        state = self._peers.get(peer)
        if state is None or not (dialled or state.meter.may_link()):
            session.drop(PeerFailure("no longer admitted"))
            return
        if not await state.slot.won_by(session, dialled=dialled):
            session.drop(PeerFailure("another connection with this peer lives"))
            return
        if self._peers.get(peer) is not state or not self._gate.admits(peer):
            session.drop(PeerFailure("no longer admitted"))
            return
        state.slot.take(session, dialled=dialled)
        bulk = Bulk(session, state.meter, self._timings, self._limits)
        try:
            await session.run(
                partial(self._serve, state, session, bulk),
                partial(self._open_link if dialled else self._await_link, state, session, bulk),
            )
        except PeerDropped:
            self._gate.keep_out(peer, self._timings.penalty_s)
        except ProtocolViolation as violation:
            self._application.violated(peer)
            _log.warning("%s broke the protocol: %s", peer, violation)
            self._gate.keep_out(peer, self._timings.penalty_s)
        except PeerFailure as fault:
            _log.debug("the session with %s ended: %s", peer, fault)
        finally:
            state.slot.leave()

    async def _serve(
        self, state: _Peer, session: Session, bulk: Bulk, stream: Stream, channel: Channel
    ) -> None:
        match channel:
            case Channel.BULK:
                await bulk.serve(stream, self._application.answer)
            case Channel.CONSENSUS if state.bulk is None:
                await self._run_link(state, session, bulk, stream)
            case Channel.CONSENSUS:
                session.drop(ProtocolViolation("a second consensus stream"))

    async def _open_link(self, state: _Peer, session: Session, bulk: Bulk) -> None:
        async with session.open(Channel.CONSENSUS) as stream:
            await self._run_link(state, session, bulk, stream)

    async def _await_link(self, state: _Peer, session: Session, bulk: Bulk) -> None:
        await trio.sleep(self._timings.handshake_s)
        if state.bulk is not bulk:
            raise PeerFailure("the peer opened no consensus stream")
        await trio.sleep_forever()

    async def _run_link(self, state: _Peer, session: Session, bulk: Bulk, stream: Stream) -> None:
        peer = session.peer
        outbox = Outbox(self._limits.outbox_bytes, self._to_trio)
        arrived = partial(self._application.frames_arrived, peer)
        link = Link(stream, outbox, state.inbox, state.meter, arrived, self._timings, self._limits)
        state.bulk = bulk
        self._application.link_up(peer, outbox)
        try:
            await link.run()
        except* PeerFailure as faults:
            session.drop(_worst(faults))
        finally:
            state.bulk = None
            self._application.link_down(peer)


async def _ask(bulk: Bulk, question: OutboundRequest) -> None:
    reply: bytes | RequestFailure = RequestFailure.CUT_OFF
    try:
        with question.scope:
            reply = await bulk.ask(question.body)
    except RequestFailed as failed:
        reply = failed.reason
    finally:
        question.replied(reply)


def _worst(faults: ExceptionGroup[PeerFailure]) -> PeerFailure:
    """The violation among the faults of one link if there is one, else the first fault."""
    first, *others = _leaves(faults)
    return next((fault for fault in others if isinstance(fault, ProtocolViolation)), first)


def _leaves(fault: PeerFailure | ExceptionGroup[PeerFailure]) -> list[PeerFailure]:
    if isinstance(fault, PeerFailure):
        return [fault]
    return [leaf for part in fault.exceptions for leaf in _leaves(part)]


def _remote_host(stream: trio.SocketStream) -> str:
    """The address of the other side, or nothing if it is gone already."""
    try:
        return str(stream.socket.getpeername()[0])
    except OSError:
        return ""


def _multiaddr(listener: trio.SocketListener) -> str:
    host, port, *_ = listener.socket.getsockname()
    return multiaddr(host, port)
