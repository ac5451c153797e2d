"""Work beside the turns: when it begins, and what its errors end."""

import asyncio

import pytest

from node.engine.tasks import Tasks


async def for_ever() -> None:
    await asyncio.Event().wait()


async def test_what_is_spawned_early_begins_with_the_turns() -> None:
    tasks, done = Tasks(), asyncio.Event()

    async def work() -> None:
        done.set()

    tasks.spawn(work())
    await asyncio.sleep(0)
    assert not done.is_set()
    await tasks.run(done.wait)


async def test_the_first_error_ends_the_turns_and_is_raised_itself() -> None:
    tasks = Tasks()
    tasks.fail(OSError("the first"))
    with pytest.raises(OSError, match="the first"):
        await tasks.run(for_ever)


async def test_an_error_of_a_turn_ends_the_work_beside_it() -> None:
    tasks, ended = Tasks(), asyncio.Event()

    async def work() -> None:
        try:
            await for_ever()
        finally:
            ended.set()

    async def turns() -> None:
        tasks.begin(work())
        await asyncio.sleep(0)
        raise ValueError("a turn")

    with pytest.raises(ValueError, match="a turn"):
        await tasks.run(turns)
    assert ended.is_set()


async def test_nothing_begins_where_the_node_has_ended() -> None:
    tasks, begun = Tasks(), asyncio.Event()

    async def work() -> None:
        begun.set()

    async def turns() -> None:
        """Ends at once."""

    await tasks.run(turns)
    tasks.spawn(work())
    tasks.fail(OSError("too late"))
    await asyncio.sleep(0)
    assert not begun.is_set()
