"""Keeps dialling a peer, at one of its addresses after the other, with pauses that grow."""

from collections.abc import Awaitable, Callable
from random import Random

import trio

from node.transport.settings import TransportTimings

Dial = Callable[[str, str], Awaitable[None]]
"""Dials a peer at one multiaddr and returns when that connection, if there was one, is over."""


class Backoff:
    """Pauses that double from `backoff_first_s` to `backoff_cap_s`, jittered and never above the cap."""

    def __init__(self, timings: TransportTimings, random: Random) -> None:
        self._timings = timings
        self._random = random
        self._failures = 0

    def reset(self) -> None:
        """Begin again with the shortest pause."""
        self._failures = 0

    def next_s(self) -> float:
        """The next pause, in seconds."""
        timings = self._timings
        pause_s = min(timings.backoff_first_s * 2.0 ** min(self._failures, 16), timings.backoff_cap_s)
        self._failures += 1
        jitter = self._random.uniform(1 - timings.backoff_jitter, 1 + timings.backoff_jitter)
        return min(pause_s * jitter, timings.backoff_cap_s)


async def keep_dialling(
    peer: str,
    addresses: Callable[[], tuple[str, ...]],
    dial: Dial,
    kept_out_s: Callable[[str], float],
    timings: TransportTimings,
    random: Random,
) -> None:
    """Dial `peer` for ever, in turn at what `addresses` gives; a connection that lasted resets the pauses."""
    backoff = Backoff(timings, random)
    turn = 0
    while True:
        await trio.sleep(kept_out_s(peer))
        began_s = trio.current_time()
        targets = addresses()
        if targets:
            await dial(peer, targets[turn % len(targets)])
            turn += 1
        if trio.current_time() - began_s > timings.backoff_cap_s + timings.dial_s:
            backoff.reset()
        await trio.sleep(backoff.next_s())
