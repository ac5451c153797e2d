"""The queues between the two threads: their bounds, and how frames are joined."""

from collections.abc import Awaitable, Callable

import trio
from trio.testing import wait_all_tasks_blocked

from node.transport.bridge import Outbox, ToTrio, Unread
from node.transport.framing import FrameDecoder, encode_frame


def with_bridge(body: Callable[[ToTrio], Awaitable[None]]) -> None:
    """Run `body` with the way into its own trio thread."""

    async def run() -> None:
        await body(ToTrio(trio.lowlevel.current_trio_token()))

    trio.run(run)


def test_an_outbox_holds_its_bound_in_bytes_and_has_room_again_when_emptied() -> None:
    async def body(to_trio: ToTrio) -> None:
        outbox = Outbox(1000, to_trio)
        assert [outbox.offer(bytes(400)) for _ in range(3)] == [True, True, False]
        assert outbox.offer(bytes(200)) is True
        assert outbox.offer(bytes(1)) is False
        assert await outbox.batch(500) == encode_frame(bytes(400))
        assert [outbox.offer(bytes(401)), outbox.offer(bytes(400))] == [False, True]

    with_bridge(body)


def test_small_frames_are_joined_and_a_large_one_goes_alone() -> None:
    async def body(to_trio: ToTrio) -> None:
        outbox = Outbox(1_000_000, to_trio)
        frames = [bytes((index,)) * 300 for index in range(10)]
        for frame in [*frames, bytes(5000), b"last"]:
            assert outbox.offer(frame) is True
        batches = [await outbox.batch(1000) for _ in range(6)]
        assert [FrameDecoder(5000).feed(batch) for batch in batches] == [
            frames[0:3],
            frames[3:6],
            frames[6:9],
            frames[9:10],
            [bytes(5000)],
            [b"last"],
        ]

    with_bridge(body)


def test_a_writer_that_waits_is_woken_by_an_offer() -> None:
    async def body(to_trio: ToTrio) -> None:
        outbox = Outbox(1000, to_trio)
        written: list[bytes] = []

        async def write() -> None:
            while len(written) < 2:
                written.append(await outbox.batch(1000))

        async with trio.open_nursery() as nursery:
            nursery.start_soon(write)
            for frame in (b"one", b"two"):
                await wait_all_tasks_blocked()
                await trio.to_thread.run_sync(outbox.offer, frame)
        assert written == [encode_frame(b"one"), encode_frame(b"two")]

    with_bridge(body)


def test_a_reader_waits_while_the_inbox_is_over_its_bound() -> None:
    async def body(to_trio: ToTrio) -> None:
        inbox = Unread(1000, to_trio)
        first, second = inbox.add(800), inbox.add(800)
        waited = trio.Event()

        async def read() -> None:
            await inbox.room()
            waited.set()

        async with trio.open_nursery() as nursery:
            nursery.start_soon(read)
            await wait_all_tasks_blocked()
            assert not waited.is_set()
            await trio.to_thread.run_sync(first)
            await waited.wait()
        second()
        await inbox.room()

    with_bridge(body)


def test_calls_after_the_end_of_the_thread_are_dropped() -> None:
    tokens: list[ToTrio] = []

    async def body(to_trio: ToTrio) -> None:
        tokens.append(to_trio)

    with_bridge(body)
    outbox = Outbox(1000, tokens[0])
    assert outbox.offer(b"nobody takes it") is True
