"""Attachments on their way to one simulated process: the node's rules, `node.links.asking`, over these links.

An attachment stands for the transaction that names it, so a process asks for transactions by their bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from node.links.asking import ANSWER_MS, HEDGE_MS, Asking, AttachmentRequest
from node.links.peers import Peers
from node.simulation.network import ContentAnswer, ContentRequest
from node.simulation.seat import ProcessDependencies


@dataclass(slots=True)
class _Waiting:
    """Somebody who waits for these; `done` is told whether all are held."""

    missing: set[bytes]
    done: Callable[[bool], None]


class ContentFetch:
    """What one process lacks and whom it asks; `accuse` is told who is at fault (A6)."""

    def __init__(
        self,
        dependencies: ProcessDependencies,
        peers: Peers,
        post: Callable[[int, ContentRequest], None],
        hold: Callable[[bytes], None],
        accuse: Callable[[int], None],
    ) -> None:
        self.closed = False
        self._dependencies = dependencies
        self._peers = peers
        self._post = post
        self._hold = hold
        self._accuse = accuse
        self._asking = Asking()
        self._open: dict[tuple[int, tuple[bytes, ...]], AttachmentRequest] = {}
        self._waiting: list[_Waiting] = []
        self._looks = False

    def for_block(
        self,
        missing: Sequence[bytes],
        named_by: Sequence[str],
        others: Sequence[str],
        done: Callable[[bool], None],
    ) -> None:
        """Get what a block names; `named_by` and `others` are peer ids."""
        self._asking.want_for_block(missing, named_by, others, self._now_ms)
        self._wait(missing, done)

    def for_transaction(self, missing: bytes, sender: str, done: Callable[[bool], None]) -> None:
        """Get what a peer's transaction names."""
        if self._asking.want_for_transaction((missing,), sender, self._now_ms):
            self._wait((missing,), done)

    def answered(self, peer: int, answer: ContentAnswer) -> None:
        """A peer answered; an answer that nobody waits for is ignored."""
        ask = self._open.pop((peer, answer.asked), None)
        if ask is None:
            return
        given = [item for item in answer.given if item in answer.asked]
        for item in given:
            self._hold(item)
        self._judge(ask, self._asking.answered(ask, given, self._now_ms))
        self._asking.arrived(given)
        self._tell(given, held=True)
        self._look()

    @property
    def _now_ms(self) -> int:
        return self._dependencies.schedule.now_ms

    def _wait(self, missing: Sequence[bytes], done: Callable[[bool], None]) -> None:
        self._waiting.append(_Waiting(set(missing), done))
        self._look()

    def _look(self) -> None:
        step = self._asking.step(self._now_ms, self._peers.linked)
        for ask in step.asks:
            peer = self._peers.number(ask.peer)
            self._open[peer, ask.addresses] = ask
            self._post(peer, ContentRequest(ask.addresses))
            self._dependencies.schedule.after(ANSWER_MS, self._overdue, ask)
        self._tell(step.given_up, held=False)
        if not self._looks and len(self._asking):
            self._looks = True
            self._dependencies.schedule.after(HEDGE_MS // 2, self._look_again)

    def _look_again(self) -> None:
        self._looks = False
        if not self.closed:
            self._look()

    def _overdue(self, ask: AttachmentRequest) -> None:
        peer = self._peers.number(ask.peer)
        if self.closed or self._open.get((peer, ask.addresses)) is not ask:
            return
        del self._open[peer, ask.addresses]
        left_open = ask.peer in self._peers.linked
        self._judge(ask, self._asking.failed(ask, self._now_ms, left_open=left_open))
        self._look()

    def _judge(self, ask: AttachmentRequest, is_at_fault: bool) -> None:
        if is_at_fault:
            self._accuse(self._peers.number(ask.peer))

    def _tell(self, items: Sequence[bytes], *, held: bool) -> None:
        settled = set(items)
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            if one.missing.isdisjoint(settled):
                self._waiting.append(one)
                continue
            one.missing -= settled
            if not held or not one.missing:
                one.done(held)
            else:
                self._waiting.append(one)
