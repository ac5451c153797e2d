"""The transport over libp2p: the port on the event loop, the switch on a trio thread of its own."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from random import Random

from node.transport.addresses import is_dialable
from node.transport.bridge import Outbox
from node.transport.delivery import Delivery, FramesArrived, LinkChanged
from node.transport.identity import PeerIdentity
from node.transport.port import Declined, RequestFailed, RequestFailure, Sink
from node.transport.settings import TransportLimits, TransportTimings, check_answer, check_body, check_frame
from node.transport.switch import OutboundRequest
from node.transport.trio_side import InboundRequest, TrioSide

logging.getLogger("libp2p").setLevel(logging.CRITICAL)  # it reports peers' doings as errors, without bound


class NetworkThreadEnded(RuntimeError):
    """The thread that serves the network has ended by itself; its own error is the cause, if it had one."""


class Libp2pTransport:
    """The transport port. `random` decides the jitter of redialling and nothing else.

    `listen` are multiaddrs; port 0 lets the system choose, and `addresses` says, once started, what it chose.
    """

    def __init__(
        self,
        seed: bytes,
        listen: tuple[str, ...],
        sink: Sink,
        *,
        timings: TransportTimings | None = None,
        limits: TransportLimits | None = None,
        random: Random,
    ) -> None:
        self._identity = PeerIdentity.from_seed(seed)
        self.peer_id = self._identity.peer_id
        self.addresses: tuple[str, ...] = ()
        self.listening = asyncio.Event()  # once `addresses` are listened on
        self._listen = listen
        self._sink = sink
        self._timings = timings or TransportTimings()
        self._limits = limits or TransportLimits()
        self._random = random
        self._delivery = Delivery(sink, self._fail)
        self._peers: dict[str, tuple[str, ...]] = {}
        self._outboxes: dict[str, Outbox] = {}
        self._answering: dict[InboundRequest, asyncio.Task[None]] = {}
        self._side: TrioSide | None = None
        self._closed = False

    async def start(self) -> None:
        """Listen and dial. Raises CannotListen if an address is taken, UnknownHost, WrongAddress."""
        side = TrioSide(self._identity, self._listen, self, self._timings, self._limits, self._random)
        await asyncio.wait((side.started, side.ended), return_when=asyncio.FIRST_COMPLETED)
        if not side.started.done():
            await side.join()
            raise side.ended.result() or NetworkThreadEnded("it ended before it listened")
        self.addresses = side.started.result()
        self._side = side
        side.ended.add_done_callback(self._thread_ended)
        self.set_peers(self._peers)
        self.listening.set()

    async def stop(self) -> None:
        """End the thread and with it every link; the listening ports are free when this returns."""
        self._close()
        await self._delivery.close()
        answering = set(self._answering.values())
        if answering:
            await asyncio.wait(answering)
        if self._side is not None:
            await self._side.join()

    def set_peers(self, peers: Mapping[str, tuple[str, ...]]) -> None:
        """Replace the set of peers; an address that cannot be dialled is passed over."""
        self._peers = {
            peer: tuple(address for address in addresses if is_dialable(address))
            for peer, addresses in peers.items()
            if peer != self.peer_id
        }
        if self._side is not None:
            wanted = dict(self._peers)
            self._side.call(lambda switch: switch.set_peers(wanted))

    def drop(self, peer: str) -> None:
        """Take the link to `peer` down and keep the peer out for a while."""
        if self._side is not None:
            self._side.call(lambda switch: switch.drop(peer))

    def send(self, peer: str, frame: bytes) -> bool:
        """Put the frame into the link's outbox, if there is a link and room."""
        check_frame(frame, self._limits)
        outbox = self._outboxes.get(peer)
        return outbox is not None and outbox.offer(frame)

    async def request(self, peer: str, body: bytes, *, timeout_s: float) -> bytes:
        """Ask on a stream of its own."""
        check_body(body, self._limits)
        if self._side is None or peer not in self._outboxes:
            raise RequestFailed(peer, RequestFailure.NO_LINK)
        side, future = self._side, asyncio.get_running_loop().create_future()
        question = OutboundRequest(
            peer, body, lambda reply: side.to_loop.call(partial(_resolve, future, reply))
        )
        side.call(lambda switch: switch.ask(question))
        try:
            async with asyncio.timeout(timeout_s):
                reply: bytes | RequestFailure = await future
        except TimeoutError:
            raise RequestFailed(peer, RequestFailure.TIMED_OUT) from None
        finally:
            side.to_trio.call(question.scope.cancel)
        if isinstance(reply, RequestFailure):
            raise RequestFailed(peer, reply)
        return reply

    def link_up(self, peer: str, outbox: Outbox) -> None:
        if not self._closed:
            self._outboxes[peer] = outbox
            self._delivery.post(peer, LinkChanged(up=True))

    def link_down(self, peer: str) -> None:
        self._outboxes.pop(peer, None)
        self._delivery.post(peer, LinkChanged(up=False))

    def frames_arrived(self, peer: str, frames: list[bytes], taken: Callable[[], None]) -> None:
        self._delivery.post(peer, FramesArrived(frames, taken))

    def in_two_places(self, peer: str) -> None:
        if not self._closed:
            self._sink.on_rival(peer)

    def violated(self, peer: str) -> None:
        if not self._closed:
            self._sink.on_violation(peer)

    def asked(self, asked: InboundRequest) -> None:
        if not self._closed:
            task = asyncio.get_running_loop().create_task(self._answer(asked))
            self._answering[asked] = task
            task.add_done_callback(partial(self._have_answered, asked))

    def asked_no_more(self, asked: InboundRequest) -> None:
        task = self._answering.get(asked)
        if task is not None:
            task.cancel()

    async def _answer(self, asked: InboundRequest) -> None:
        answer: bytes | None = None
        with suppress(Declined):
            answer = await self._sink.on_request(asked.peer, asked.body)
        if answer is not None:
            check_answer(answer, self._limits)
        if self._side is not None:
            self._side.to_trio.call(partial(asked.resolve, answer))

    def _have_answered(self, asked: InboundRequest, task: asyncio.Task[None]) -> None:
        del self._answering[asked]
        if not task.cancelled() and (error := task.exception()) is not None:
            self._fail(error)

    def _thread_ended(self, ended: asyncio.Future[BaseException | None]) -> None:
        error = NetworkThreadEnded("the node must not run on without its peers")
        error.__cause__ = ended.result()
        self._fail(error)

    def _fail(self, error: BaseException) -> None:
        if not self._closed:
            self._close()
            self._sink.on_failed(error)

    def _close(self) -> None:
        """Take no more calls and bring none to the sink."""
        self._closed = True
        self._delivery.cancel()
        self._outboxes.clear()
        for task in self._answering.values():
            task.cancel()
        if self._side is not None:
            self._side.cancel()


def _resolve(future: "asyncio.Future[bytes | RequestFailure]", reply: bytes | RequestFailure) -> None:
    if not future.done():
        future.set_result(reply)
