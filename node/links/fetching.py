"""Attachments on their way here: what `asking` decides is sent, and whoever waits is told.

Whatever waits, waits by a callback and not by a task: it costs a few hundred bytes, whoever made it wait.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from node.links.asking import ANSWER_MS, HEDGE_MS, Asking, AttachmentRequest
from node.links.bulk import GetContents, decode_contents, encode_request
from node.links.contents import Contents
from node.observing.misconduct import Misconduct
from node.transport.port import RequestFailed, RequestFailure
from registry.primitives.codec import Malformed

TICK_S = HEDGE_MS / 2_000
"""Between two looks at what is wanted and has not come."""

ASLEEP_MS = 1_000
"""So long without a look, and this node itself was asleep: nobody is blamed for what it did not hear."""

Done = Callable[[bool], None]
"""Told once whether everything is held now; False: something was given up, and may be asked for again."""


class AskedPeers(Protocol):
    """Those who are asked."""

    @property
    def linked(self) -> Collection[str]:
        """The peers with a link."""

    async def request(self, peer_id: str, body: bytes, timeout_s: float) -> bytes:
        """The peer's answer to a bulk request. Raises RequestFailed."""

    def accuse(self, peer_id: str, fault: Misconduct, *, drops: bool) -> None:
        """Names the peer, and takes its link down where `drops` is true."""

    def failed(self, error: BaseException) -> None:
        """A defect here: the node must end."""


@dataclass(slots=True)
class _Waiting:
    """Somebody who waits for these."""

    missing: set[bytes]
    done: Done


class Fetching:
    """Fetches attachments into `contents`; belongs to the event loop."""

    def __init__(self, contents: Contents, peers: AskedPeers, now_ms: Callable[[], int]) -> None:
        self._contents = contents
        self._peers = peers
        self._now_ms = now_ms
        self._asking = Asking()
        self._waiting: dict[bytes, list[_Waiting]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._tick: asyncio.TimerHandle | None = None
        self._awake_since_ms = self._looked_ms = 0

    def __len__(self) -> int:
        return len(self._asking)

    def for_block(
        self, addresses: Collection[bytes], named_by: Sequence[str], others: Iterable[str], done: Done
    ) -> None:
        """Gets what a block names from those who proposed it or from others who may have it."""
        wanted = self._asking.want_for_block(tuple(addresses), named_by, others, self._now_ms())
        self._wait(addresses, done, wanted)

    def for_transaction(self, addresses: Collection[bytes], named_by: str, done: Done) -> None:
        """Gets what a transaction names from the peer that sent it, and from no other: none needs to have it
        yet."""
        wanted = self._asking.want_for_transaction(addresses, named_by, self._now_ms())
        self._wait(addresses, done, wanted)

    def is_paused(self, peer_id: str) -> bool:
        """Whether the peer withheld what it named, so that nothing of its transactions is fetched for now."""
        return self._asking.is_paused(peer_id, self._now_ms())

    def look(self) -> None:
        """Sends what is due now, and tells who waits for what is given up."""
        self._notice_sleep()
        step = self._asking.step(self._now_ms(), self._peers.linked)
        for ask in step.asks:
            task = asyncio.get_running_loop().create_task(self._send(ask))
            self._tasks.add(task)
            task.add_done_callback(self._sent)
        self._tell(step.given_up, is_held=False)
        if self._tick is None and (len(self._asking) or self._tasks):
            self._tick = asyncio.get_running_loop().call_later(TICK_S, self._ticked)

    def close(self) -> None:
        """Nothing is asked for any more."""
        if self._tick is not None:
            self._tick.cancel()
        for task in self._tasks:
            task.cancel()

    def _wait(self, addresses: Collection[bytes], done: Done, wanted: bool) -> None:
        if not wanted:
            done(False)
            return
        waiting = _Waiting(set(addresses), done)
        for address in addresses:
            self._waiting.setdefault(address, []).append(waiting)
        self.look()

    def _ticked(self) -> None:
        self._tick = None
        self.look()

    async def _send(self, ask: AttachmentRequest) -> None:
        request = GetContents(ask.addresses)
        try:
            answer = await self._peers.request(ask.peer, encode_request(request), ANSWER_MS / 1_000)
            contents = decode_contents(request, answer)
            for address, content in contents.items():
                self._contents.take(address, content, for_block=ask.for_block)
            is_at_fault = self._asking.answered(ask, contents, self._now_ms())
            self._arrived(contents)
        except RequestFailed as failure:
            is_at_fault = self._failed(ask, failure.reason)
        except Malformed:
            self._asking.failed(ask, self._now_ms(), left_open=False)
            self._peers.accuse(ask.peer, Misconduct.FALSE_ATTACHMENT, drops=True)
            is_at_fault = False
        if is_at_fault:
            self._peers.accuse(ask.peer, Misconduct.WITHHELD_ATTACHMENT, drops=False)

    def _failed(self, ask: AttachmentRequest, reason: RequestFailure) -> bool:
        if reason is RequestFailure.DECLINED:
            return self._asking.answered(ask, (), self._now_ms())
        self._notice_sleep()
        was_heard = self._now_ms() - self._awake_since_ms >= ANSWER_MS and ask.peer in self._peers.linked
        left_open = reason is RequestFailure.TIMED_OUT and was_heard
        return self._asking.failed(ask, self._now_ms(), left_open=left_open)

    def _notice_sleep(self) -> None:
        """There is a look every `TICK_S` while something is asked for; a longer pause was this node's own."""
        now_ms = self._now_ms()
        if now_ms - self._looked_ms >= ASLEEP_MS and self._tasks:
            self._awake_since_ms = now_ms
        self._looked_ms = now_ms

    def _sent(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            self._peers.failed(error)
            return
        self.look()

    def _arrived(self, addresses: Collection[bytes]) -> None:
        self._asking.arrived(addresses)
        self._tell(addresses, is_held=True)

    def _tell(self, addresses: Iterable[bytes], *, is_held: bool) -> None:
        for address in addresses:
            for waiting in self._waiting.pop(address, ()):
                if address not in waiting.missing:
                    continue  # it was told already that something else was given up
                waiting.missing.discard(address)
                if not is_held:
                    waiting.missing.clear()
                if not waiting.missing:
                    waiting.done(is_held)
