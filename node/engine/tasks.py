"""Work beside the turns of a node: whatever a piece of it raises ends them all."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any


class Tasks:
    """Begins work while the node runs; what is spawned before waits for that. Belongs to the event loop."""

    def __init__(self) -> None:
        self._group: asyncio.TaskGroup | None = None
        self._early: list[Coroutine[Any, Any, None]] = []

    async def run(self, turns: Callable[[], Awaitable[object]]) -> None:
        """Runs the turns, and beside them what is spawned, until cancelled. Raises the first error of any."""
        try:
            async with asyncio.TaskGroup() as self._group:
                for work in self._early:
                    self._group.create_task(work)
                await turns()
        except BaseExceptionGroup as group:
            raise _first_of(group) from group

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs work beside the turns. Where the node is ending already, nothing begins any more."""
        if self._group is None:
            self._early.append(work)
            return
        try:
            self._group.create_task(work)
        except RuntimeError:  # what a task group that is ending says
            work.close()

    def begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """The same from within a turn, for who may want to cancel it or wait for it."""
        assert self._group is not None
        return self._group.create_task(work)

    def fail(self, error: BaseException) -> None:
        """Ends the node with this error."""
        self.spawn(_raise(error))


def _first_of(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first error of a group of tasks: the others ended because of it."""
    first = group.exceptions[0]
    return _first_of(first) if isinstance(first, BaseExceptionGroup) else first


async def _raise(error: BaseException) -> None:
    raise error
