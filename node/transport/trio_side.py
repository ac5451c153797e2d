"""The thread that serves the network: runs the switch under trio and passes on what it says."""

import asyncio
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Protocol

import outcome
import trio

from node.transport.bridge import Outbox, ToLoop, ToTrio
from node.transport.identity import PeerIdentity
from node.transport.settings import TransportLimits, TransportTimings
from node.transport.switch import Switch, SwitchListener


@dataclass(slots=True, eq=False)
class InboundRequest:
    """A peer's bulk request on its way to the node and back; `answer` stays None if it is declined."""

    peer: str
    body: bytes
    answer: bytes | None = None
    answered: trio.Event = field(default_factory=trio.Event)

    def resolve(self, answer: bytes | None) -> None:
        """Give the answer; on the trio thread."""
        self.answer = answer
        self.answered.set()


class LoopSide(Protocol):
    """What the event loop's side does with the switch's news; every call is made on the event loop."""

    def link_up(self, peer: str, outbox: Outbox) -> None:
        """Frames for the peer may be put into `outbox`."""

    def link_down(self, peer: str) -> None:
        """The link that came up last is gone; frames not yet taken may be lost."""

    def in_two_places(self, peer: str) -> None:
        """Connections with the peer's key keep coming while its session lives."""

    def violated(self, peer: str) -> None:
        """The peer broke a rule of the connection, and is kept out for a while."""

    def frames_arrived(self, peer: str, frames: list[bytes], taken: Callable[[], None]) -> None:
        """Frames in order; `taken` is called when there is room for more."""

    def asked(self, asked: InboundRequest) -> None:
        """A peer asks for something: `asked.resolve` is to be called, on the trio thread."""

    def asked_no_more(self, asked: InboundRequest) -> None:
        """The peer has given the request up, or its link is gone."""


class TrioSide(SwitchListener):
    """A running thread: `started` holds the addresses listened on, `ended` the error that ended it."""

    def __init__(
        self,
        identity: PeerIdentity,
        listen: Iterable[str],
        loop_side: LoopSide,
        timings: TransportTimings,
        limits: TransportLimits,
        random: Random,
    ) -> None:
        loop = asyncio.get_running_loop()
        self.started: asyncio.Future[tuple[str, ...]] = loop.create_future()
        self.ended: asyncio.Future[BaseException | None] = loop.create_future()
        self.to_loop = ToLoop(loop)
        self._loop_side = loop_side
        self._make_switch = partial(Switch, identity, self, timings=timings, limits=limits, random=random)
        self._listen = tuple(listen)
        self._scope = trio.CancelScope()
        self._thread = threading.Thread(target=self._run_thread, name="libp2p", daemon=True)
        self._thread.start()

    def call(self, call: Callable[[Switch], None]) -> None:
        """Run `call` with the switch, on the trio thread; after `started`."""
        self.to_trio.call(partial(call, self.switch))

    def cancel(self) -> None:
        """Ask the thread to end; after `started`."""
        self.to_trio.call(self._scope.cancel)

    async def join(self) -> None:
        """Return when the thread is gone."""
        await self.ended
        await asyncio.to_thread(self._thread.join)

    def _run_thread(self) -> None:
        result = outcome.capture(trio.run, self._run_switch)
        error = result.error if isinstance(result, outcome.Error) else None
        with suppress(RuntimeError):  # the event loop is closed: nobody is left to be told
            self.to_loop.call(partial(self.ended.set_result, error))

    async def _run_switch(self) -> None:
        self.to_trio = ToTrio(trio.lowlevel.current_trio_token())
        self.switch = self._make_switch(to_trio=self.to_trio)
        with self._scope:
            await self.switch.run(self._listen, self._have_started)

    def _have_started(self, addresses: list[str]) -> None:
        self.to_loop.call(partial(self.started.set_result, tuple(addresses)))

    def link_up(self, peer: str, outbox: Outbox) -> None:
        self.to_loop.call(partial(self._loop_side.link_up, peer, outbox))

    def link_down(self, peer: str) -> None:
        self.to_loop.call(partial(self._loop_side.link_down, peer))

    def frames_arrived(self, peer: str, frames: list[bytes], taken: Callable[[], None]) -> None:
        self.to_loop.call(partial(self._loop_side.frames_arrived, peer, frames, taken))

    def in_two_places(self, peer: str) -> None:
        self.to_loop.call(partial(self._loop_side.in_two_places, peer))

    def violated(self, peer: str) -> None:
        self.to_loop.call(partial(self._loop_side.violated, peer))

    async def answer(self, peer: str, body: bytes) -> bytes | None:
        request = InboundRequest(peer, body)
        self.to_loop.call(partial(self._loop_side.asked, request))
        try:
            await request.answered.wait()
        finally:
            if not request.answered.is_set():
                self.to_loop.call(partial(self._loop_side.asked_no_more, request))
        return request.answer
