"""The transport in memory: the port's rules without sockets, for tests and rehearsals in one process.

Transports that share a `MemoryNetwork` are joined by links that are up while both ends have started, list
each other and are not severed. A frame counts against the sender's outbox until the receiving sink has it.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from itertools import combinations

from node.transport.delivery import Delivery, FramesArrived, LinkChanged
from node.transport.port import Declined, RequestFailed, RequestFailure, Sink
from node.transport.settings import TransportLimits, TransportTimings, check_answer, check_body, check_frame


class MemoryNetwork:
    """Who is joined to whom; `sever` and `restore` are the pulled and replugged cable."""

    def __init__(self) -> None:
        self._members: dict[str, MemoryTransport] = {}
        self._severed: set[frozenset[str]] = set()
        self._links: set[frozenset[str]] = set()

    def join(self, member: "MemoryTransport") -> None:
        """Make a started transport reachable. Raises OSError if its peer id is taken, like a port in use."""
        if member.peer_id in self._members:
            raise OSError(f"{member.peer_id} is already on this network")
        self._members[member.peer_id] = member
        self.refresh()

    def leave(self, member: "MemoryTransport") -> None:
        """Take a transport off the network: its links go down at the other ends."""
        del self._members[member.peer_id]
        self.refresh()

    def sever(self, near: str, far: str) -> None:
        """Cut the line between two peers; what was queued on it is lost."""
        self._severed.add(frozenset((near, far)))
        self.refresh()

    def restore(self, near: str, far: str) -> None:
        """Mend the line between two peers."""
        self._severed.discard(frozenset((near, far)))
        self.refresh()

    def refresh(self) -> None:
        """Bring links up and down until they are what the members, their peer sets and the cuts say."""
        wanted = {
            frozenset((near.peer_id, far.peer_id))
            for near, far in combinations(self._members.values(), 2)
            if near.lists(far.peer_id) and far.lists(near.peer_id)
        } - self._severed
        gone, new = self._links - wanted, wanted - self._links
        self._links = wanted
        for pair in sorted(map(sorted, gone)):
            self._tell(pair, up=False)
        for pair in sorted(map(sorted, new)):
            self._tell(pair, up=True)

    def peer(self, near: str, far: str) -> "MemoryTransport | None":
        """The transport of `far` if it is linked to `near`."""
        return self._members[far] if frozenset((near, far)) in self._links else None

    def _tell(self, pair: list[str], *, up: bool) -> None:
        near, far = pair
        for here, there in ((near, far), (far, near)):
            if here in self._members:
                self._members[here].link_changed(there, up)


@dataclass(slots=True)
class _Outbox:
    """What is on its way over one link in one direction, in bytes; a new link has a new one."""

    queued_bytes: int = 0

    def release(self, size_bytes: int) -> None:
        self.queued_bytes -= size_bytes


class MemoryTransport:
    """The port, over a `MemoryNetwork`."""

    def __init__(
        self,
        network: MemoryNetwork,
        peer_id: str,
        sink: Sink,
        *,
        timings: TransportTimings | None = None,
        limits: TransportLimits | None = None,
    ) -> None:
        self.peer_id = peer_id
        self.addresses: tuple[str, ...] = ()
        self._network = network
        self._sink = sink
        self._timings = timings or TransportTimings()
        self._limits = limits or TransportLimits()
        self._delivery = Delivery(sink, self._fail)
        self._peers: frozenset[str] = frozenset()
        self._outboxes: dict[str, _Outbox] = {}
        self._slots: dict[str, asyncio.Semaphore] = {}
        self._serving: set[tuple[str, asyncio.Task[bytes]]] = set()
        self._running = False
        self._ended = False

    async def start(self) -> None:
        """Join the network. Raises OSError if the peer id is taken."""
        self._network.join(self)
        self._running = True

    async def stop(self) -> None:
        """Leave the network and end every call of the sink."""
        self._leave()
        await self._delivery.close()
        if self._serving:
            await asyncio.wait({task for _, task in self._serving})

    def set_peers(self, peers: Mapping[str, tuple[str, ...]]) -> None:
        """Replace the set of peers; addresses mean nothing in memory."""
        self._peers = frozenset(peers) - {self.peer_id}
        self._network.refresh()

    def drop(self, peer: str) -> None:
        """Take the link down and keep the peer out for a while."""
        if peer in self._outboxes:
            self._network.sever(self.peer_id, peer)
            restore = partial(self._network.restore, self.peer_id, peer)
            asyncio.get_running_loop().call_later(self._timings.penalty_s, restore)

    def lists(self, peer: str) -> bool:
        """Whether `peer` is in this node's set."""
        return peer in self._peers

    def send(self, peer: str, frame: bytes) -> bool:
        """Hand the frame to the linked peer, unless what it has not taken yet fills the outbox."""
        check_frame(frame, self._limits)
        other = self._network.peer(self.peer_id, peer)
        outbox = self._outboxes.get(peer)
        if other is None or outbox is None or outbox.queued_bytes + len(frame) > self._limits.outbox_bytes:
            return False
        outbox.queued_bytes += len(frame)
        other._delivery.post(self.peer_id, FramesArrived([frame], partial(outbox.release, len(frame))))
        return True

    async def request(self, peer: str, body: bytes, *, timeout_s: float) -> bytes:
        """Ask the linked peer's sink."""
        check_body(body, self._limits)
        if self._network.peer(self.peer_id, peer) is None:
            raise RequestFailed(peer, RequestFailure.NO_LINK)
        slots = self._slots.setdefault(peer, asyncio.Semaphore(self._limits.requests_per_peer))
        try:
            async with asyncio.timeout(timeout_s), slots:
                other = self._network.peer(self.peer_id, peer)
                if other is None:
                    raise RequestFailed(peer, RequestFailure.CUT_OFF)
                answer = await other.serve(self.peer_id, body)
        except TimeoutError:
            raise RequestFailed(peer, RequestFailure.TIMED_OUT) from None
        if len(answer) > self._limits.answer_bytes:
            raise RequestFailed(peer, RequestFailure.ANSWER_TOO_LONG)
        return answer

    async def serve(self, peer: str, body: bytes) -> bytes:
        """Answer a request of a linked peer; raises the `RequestFailed` that peer is to see."""
        if sum(asker == peer for asker, _ in self._serving) >= self._limits.requests_per_peer:
            raise RequestFailed(self.peer_id, RequestFailure.BUSY)
        task = asyncio.ensure_future(self._answer(peer, body))
        self._serving.add((peer, task))
        task.add_done_callback(lambda done: self._serving.discard((peer, done)))
        try:
            await asyncio.wait((task,))
        finally:
            task.cancel()
        if task.cancelled():
            raise RequestFailed(self.peer_id, RequestFailure.CUT_OFF)
        error = task.exception()
        if isinstance(error, Declined):
            raise RequestFailed(self.peer_id, RequestFailure.DECLINED)
        if error is not None:
            self._fail(error)
            raise RequestFailed(self.peer_id, RequestFailure.CUT_OFF)
        return task.result()

    async def _answer(self, peer: str, body: bytes) -> bytes:
        answer = await self._sink.on_request(peer, body)
        check_answer(answer, self._limits)
        return answer

    def link_changed(self, peer: str, up: bool) -> None:
        """The network brought a link of this member up or down."""
        if up:
            self._outboxes[peer] = _Outbox()
        else:
            del self._outboxes[peer]
            for asker, task in self._serving:
                if asker == peer:
                    task.cancel()
        self._delivery.post(peer, LinkChanged(up))

    def _leave(self) -> None:
        if not self._running:
            return
        self._running = False
        self._network.leave(self)
        self._outboxes.clear()
        for _, task in self._serving:
            task.cancel()

    def _fail(self, error: BaseException) -> None:
        if self._ended:
            return
        self._ended = True
        self._leave()
        self._delivery.cancel()
        self._sink.on_failed(error)
