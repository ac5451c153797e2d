"""Lines of the log to streams that fail, block and come back: nobody waits, and each loss is told."""

import errno
import io
import os
import threading
from collections.abc import Iterator

import pytest

from node.observing.log_output import LogOutput, writer_to


class Stream:
    """A stream that takes, refuses or blocks, as the test says."""

    def __init__(self) -> None:
        self.written = b""
        self.refuses: int | None = None
        self.room: int | None = None
        self.may_write = threading.Event()
        self.may_write.set()
        self.is_asked = threading.Event()

    def write(self, data: bytes) -> int:
        """See `os.write`."""
        self.is_asked.set()
        self.may_write.wait()
        if self.refuses is not None and self.room in (None, 0):
            raise OSError(self.refuses, os.strerror(self.refuses))
        taken = data if self.room is None else data[: self.room]
        if self.room is not None:
            self.room -= len(taken)
        self.written += taken
        return len(taken)


@pytest.fixture
def stream() -> Stream:
    """A stream that takes everything."""
    return Stream()


@pytest.fixture
def output(stream: Stream) -> Iterator[LogOutput]:
    """An output with room for three lines of ten bytes."""
    made = LogOutput(stream.write, lambda lost: f"{lost} lost\n", lines=3, bytes_=30)
    yield made
    stream.may_write.set()
    made.close(10)


def settle(output: LogOutput) -> None:
    """Waits for the writing thread."""
    assert output.drain(10)


def test_lines_come_out_in_their_order(output: LogOutput, stream: Stream) -> None:
    for line in ("one\n", "two\n", "drei ä\n"):
        output.write(line)
        output.flush()
    settle(output)
    assert stream.written.decode() == "one\ntwo\ndrei ä\n"


@pytest.mark.parametrize("refusal", [errno.ENOSPC, errno.EPIPE, errno.EIO, errno.EBADF, errno.EDQUOT])
def test_what_is_not_taken_is_counted_and_told_once_it_is_again(
    output: LogOutput, stream: Stream, refusal: int
) -> None:
    stream.refuses = refusal
    for line in ("a\n", "b\n"):
        output.write(line)
        settle(output)
    counted: list[int] = []
    output.count_with(counted.append)
    output.write("c\n  of two\n")
    settle(output)
    assert (stream.written, counted) == (b"", [2, 2])
    stream.refuses = None
    output.write("d\n")
    output.write("e\n")
    settle(output)
    assert stream.written == b"4 lost\nd\ne\n"


def test_a_line_that_was_cut_does_not_run_into_the_next(output: LogOutput, stream: Stream) -> None:
    stream.refuses, stream.room = errno.ENOSPC, 5
    output.write("cut here\n")
    settle(output)
    stream.refuses = stream.room = None
    output.write("next\n")
    settle(output)
    assert stream.written == b"cut h\n1 lost\nnext\n"


def test_a_stream_that_takes_little_at_a_time_gets_all(output: LogOutput, stream: Stream) -> None:
    stream.room = 3
    stream.refuses = errno.EAGAIN
    output.write("patience\n")
    stream.is_asked.wait(10)
    stream.room = stream.refuses = None
    settle(output)
    assert stream.written == b"patience\n"


def test_who_logs_does_not_wait_for_a_reader_that_has_stopped(output: LogOutput, stream: Stream) -> None:
    counted: list[int] = []
    output.count_with(counted.append)
    stream.may_write.clear()
    output.write("first\n")
    stream.is_asked.wait(10)
    for number in range(3):
        output.write(f"{number}\n")
    output.write("too many\n")
    assert counted == [1]
    assert not output.drain(0)
    stream.may_write.set()
    settle(output)
    assert stream.written == b"first\n1 lost\n0\n1\n2\n"


def test_the_queue_is_bounded_in_bytes(output: LogOutput, stream: Stream) -> None:
    counted: list[int] = []
    output.count_with(counted.append)
    stream.may_write.clear()
    output.write("first\n")
    stream.is_asked.wait(10)
    output.write("x" * 25 + "\n")
    output.write("long\n")
    assert counted == [1]


def test_it_ends_while_nobody_reads(output: LogOutput, stream: Stream) -> None:
    stream.may_write.clear()
    output.write("first\n")
    stream.is_asked.wait(10)
    output.close(0)
    output.write("after the end\n")
    stream.may_write.set()
    settle(output)
    assert stream.written == b"first\n"


def test_a_stream_without_a_descriptor_is_written_to_itself() -> None:
    stream = io.StringIO()
    assert writer_to(stream)(b"line\n") == 5
    assert stream.getvalue() == "line\n"
