"""Signature checks on two threads, each signature once.

Rules:
- libsodium runs without the interpreter's lock, so two threads keep two cores busy while the event loop
  goes on.
- A signature found good is remembered by a hash of everything it covers: key, signature and message. Bad
  ones are not: a flood of them would push the good ones out.
- The memory is bounded: two generations of at most `REMEMBERED` each, the older one dropped when the
  younger is full.
- `verify` answers at once, from the memory or by checking; it is what execution and the replica are given.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import TypeVar

from registry.primitives.ed25519 import Verify

THREADS = 2
REMEMBERED = 32_768
PIECE = 32
"""How many items one thread takes at a time: long enough to be worth a hand-over, short enough to share."""

T = TypeVar("T")
R = TypeVar("R")


class VerifyPool:
    """The pool; `close` ends its threads."""

    def __init__(self, verify: Verify, remembered: int = REMEMBERED) -> None:
        self._verify = verify
        self._remembered = remembered
        self._young: set[bytes] = set()
        self._old: set[bytes] = set()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="verify")
        self.checked = 0

    def verify(self, public_key: bytes, message: bytes, signature: bytes) -> bool:
        """Whether the signature is good; from any thread."""
        # Key and signature have fixed lengths, so their concatenation with the message has one reading.
        if len(public_key) != 32 or len(signature) != 64:
            return False
        name = sha256(public_key + signature + message).digest()
        if name in self._young or name in self._old:
            return True
        self.checked += 1
        if not self._verify(public_key, message, signature):
            return False
        young = self._young
        young.add(name)
        if len(young) >= self._remembered:
            # Should two threads both come here, the second drops a young generation: it only forgets.
            self._old, self._young = young, set()
        return True

    async def each(self, function: Callable[[T], R], items: Sequence[T]) -> list[R]:
        """Applies a function that checks signatures to every item on the pool's threads; results in order."""
        loop = asyncio.get_running_loop()

        def apply(piece: Sequence[T]) -> list[R]:
            return [function(one) for one in piece]

        pieces = [items[start : start + PIECE] for start in range(0, len(items), PIECE)]
        done = await asyncio.gather(*(loop.run_in_executor(self._threads, apply, piece) for piece in pieces))
        return [result for results in done for result in results]

    def close(self) -> None:
        """Ends the threads after what they are doing; what waits is dropped."""
        self._threads.shutdown(cancel_futures=True)
