"""Checking the signatures of blocks that came as a range while the blocks before them are executed.

Execution asks before each block; by then two threads have checked what it would else check alone. Only
`AHEAD` blocks are prepared at a time: what is checked long before its block would be forgotten again. Blocks
at or below the last final one are not held, whoever gave them whenever.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from itertools import islice
from typing import Any

from consensus.messages import Block, FinalBlock

AHEAD = 3
"""Blocks under preparation, with the one that is asked for."""


class Preparation:
    """The blocks of fetched ranges that are not final yet, in order. Belongs to the event loop."""

    def __init__(
        self,
        prepare: Callable[[Block], Coroutine[Any, Any, None]],
        start: Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]],
    ) -> None:
        self._prepare = prepare
        self._start = start
        self._line: dict[bytes, Block] = {}
        self._started: dict[bytes, asyncio.Task[None]] = {}
        self._final_height = 0

    def expect(self, finals: Iterable[FinalBlock]) -> None:
        """These blocks will be executed one after the other, but for those that have become final meanwhile:
        nobody asks for them any more."""
        for final in finals:
            if final.block.header.height > self._final_height:
                self._line[final.candidate.block_hash] = final.block

    async def before(self, named: bytes) -> None:
        """Returns when the block is prepared, at once if it was not expected; begins with those after it."""
        if named not in self._line:
            return
        while next(iter(self._line)) != named:
            self._forget(next(iter(self._line)))
        for following, block in islice(self._line.items(), AHEAD):
            if following not in self._started:
                self._started[following] = self._start(self._prepare(block))
        await self._started[named]

    def settle(self, height: int) -> None:
        """The block of that height is final: none at or below it is executed, on whatever branch it is."""
        self._final_height = height
        for named in [named for named, block in self._line.items() if block.header.height <= height]:
            self._forget(named)

    def _forget(self, named: bytes) -> None:
        self._line.pop(named, None)
        self._started.pop(named, None)
