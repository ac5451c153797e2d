"""Posts batches to all nodes at once and keeps a bounded number of transactions on their way.

Everything is signed and encoded before, a node has one request at a time, and the count of what is final
comes from one node's metrics five times a second: the load takes little from the nodes beside it.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Self

from tests.benchmarks.network import Network

LOOK_S = 0.2
MAX_PAUSE_S = 0.5


class Pump:
    """Use as a context: posts while it is open, until the batches are used up."""

    def __init__(
        self, network: Network, bodies: Sequence[bytes], size: int, *, in_flight: int, nodes: Sequence[int]
    ) -> None:
        """`size` transactions in each body; at most about `in_flight` posted and not final."""
        self._network = network
        self._waiting = list(reversed(bodies))
        self._size = size
        self._in_flight = in_flight
        self._nodes = nodes
        self._before = 0
        self._posted = 0
        self._moved = asyncio.Condition()
        self.final = 0
        """Transactions final at the first node since the pump was opened."""
        self.used_up = asyncio.Event()
        """Set when the last batch has been taken."""
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._before = await self._network.final_transactions(self._nodes[0])
        self._tasks = [asyncio.create_task(self._watch())]
        self._tasks += [asyncio.create_task(self._post(number)) for number in self._nodes]
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task

    async def until(self, final: int) -> None:
        """Waits until so many transactions are final; raises what ended a poster."""
        async with self._moved:
            while self.final < final:
                await self._moved.wait()
                for task in self._tasks:
                    if task.done() and (error := task.exception()) is not None:
                        raise error

    async def _watch(self) -> None:
        while True:
            self.final = await self._network.final_transactions(self._nodes[0]) - self._before
            async with self._moved:
                self._moved.notify_all()
            await asyncio.sleep(LOOK_S)

    async def _post(self, number: int) -> None:
        while self._waiting:
            if self._posted - self.final >= self._in_flight:
                async with self._moved:
                    await self._moved.wait()
                continue
            body = self._waiting.pop()
            self._posted += self._size
            while not await self._is_taken(number, body):
                pass
        self.used_up.set()

    async def _is_taken(self, number: int, body: bytes) -> bool:
        url = f"{self._network.local.api_urls[number]}/v1/transactions"
        headers = {"content-type": "application/cbor"}
        async with self._network.session.post(url, data=body, headers=headers) as response:
            answer = await response.read()
            if response.status == 202:
                return True
            if response.status not in (429, 503):
                raise RuntimeError(f"a batch is refused: {response.status} {answer[:500]!r}")
            await asyncio.sleep(min(MAX_PAUSE_S, float(response.headers.get("Retry-After", "1"))))
            return False
