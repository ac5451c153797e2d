"""Blocks of a range are prepared ahead of their execution, a few at a time and each once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from consensus.header import Header, block_hash
from consensus.messages import Block, Candidate, Certificate, FinalBlock, VoteKind
from node.ledger.preparation import AHEAD, Preparation

ZERO = bytes(32)


def final(height: int) -> FinalBlock:
    header = Header(1, 1, ZERO, 0, height, ZERO, height, ZERO, height + 1, ZERO, ZERO, ZERO, None, 0)
    candidate = Candidate(0, height, height - 1, block_hash(header))
    certificate = Certificate(VoteKind.FINALIZE, 0, height, candidate, (0, 1, 2), (bytes(64),) * 3)
    return FinalBlock(Block(header, ()), candidate, certificate, ())


FINALS = tuple(final(height) for height in range(1, 9))
HASHES = tuple(one.candidate.block_hash for one in FINALS)


def prepared(use: Callable[[Preparation], Awaitable[None]]) -> Sequence[int]:
    """The heights that were prepared, in order, while `use` ran."""
    heights: list[int] = []

    async def prepare(block: Block) -> None:
        heights.append(block.header.height)

    async def run() -> None:
        async with asyncio.TaskGroup() as tasks:
            preparation = Preparation(prepare, tasks.create_task)
            preparation.expect(FINALS)
            await use(preparation)

    asyncio.run(run())
    return heights


def test_the_blocks_that_follow_are_begun_and_no_more() -> None:
    async def use(preparation: Preparation) -> None:
        await preparation.before(HASHES[0])

    assert prepared(use) == list(range(1, AHEAD + 1))


def test_each_block_is_prepared_once() -> None:
    async def use(preparation: Preparation) -> None:
        for named in HASHES:
            await preparation.before(named)
            await preparation.before(named)
            preparation.settle(HASHES.index(named) + 1)

    assert prepared(use) == list(range(1, 9))


def test_execution_waits_for_its_block() -> None:
    order: list[str] = []

    async def run() -> None:
        gate = asyncio.Event()

        async def prepare(_: Block) -> None:
            await gate.wait()
            order.append("prepared")

        async def execute(preparation: Preparation) -> None:
            await preparation.before(HASHES[0])
            order.append("executed")

        async with asyncio.TaskGroup() as tasks:
            preparation = Preparation(prepare, tasks.create_task)
            preparation.expect(FINALS[:1])
            tasks.create_task(execute(preparation))
            gate.set()

    asyncio.run(run())
    assert order == ["prepared", "executed"]


def test_a_block_that_nobody_expected_and_one_that_is_final_do_not_wait() -> None:
    async def use(preparation: Preparation) -> None:
        await preparation.before(bytes(32))
        preparation.settle(8)
        await preparation.before(HASHES[0])

    assert prepared(use) == []


def test_a_range_that_comes_when_its_blocks_are_final_is_not_held() -> None:
    async def use(preparation: Preparation) -> None:
        preparation.settle(6)
        preparation.expect(FINALS)
        for named in HASHES:
            await preparation.before(named)

    assert prepared(use) == [7, 8]


def test_a_block_that_another_is_final_in_place_of_is_not_held() -> None:
    lost = replace(FINALS[0], candidate=replace(FINALS[0].candidate, block_hash=b"lost" * 8))

    async def use(preparation: Preparation) -> None:
        preparation.expect([lost])
        preparation.settle(1)
        await preparation.before(lost.candidate.block_hash)

    assert prepared(use) == []


def test_what_another_peer_gave_before_is_passed_over() -> None:
    async def use(preparation: Preparation) -> None:
        await preparation.before(HASHES[4])

    assert prepared(use) == [5, 6, 7]
