"""Where the log's lines go: to a stream, by a thread of its own, so that nobody who logs waits or fails.

Rules:
1. A stream that takes no more (a full disk, a reader that has ended) costs lines, never the node. A stream
   that blocks (a reader that has stopped, a frozen disk) costs lines beyond what the queue holds.
2. Lost lines are counted. Once a line is written again, one before it says how many were lost.
3. A line is whole: what follows one that was cut begins on a line of its own.
"""

import os
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TextIO

from node.wording.units import MIB

QUEUE_LINES = 10_000
QUEUE_BYTES = 4 * MIB
BLOCKED_S = 0.1
"""How long to wait before a stream that takes nothing at the moment is tried again."""

Write = Callable[[bytes], int]


class LogOutput:
    """Takes lines from any thread. `notice` makes the line that says how many were lost."""

    def __init__(
        self,
        write: Write,
        notice: Callable[[int], str],
        *,
        lines: int = QUEUE_LINES,
        bytes_: int = QUEUE_BYTES,
    ) -> None:
        self._write_some = write
        self._notice = notice
        self._most_lines = lines
        self._most_bytes = bytes_
        self._changed = threading.Condition()
        self._waiting: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._is_writing = False
        self._is_closed = False
        self._is_cut = False
        self._untold = 0
        self._lost: Callable[[int], object] | None = None
        self._lost_before = 0
        self._thread = threading.Thread(target=self._run, name="log", daemon=True)
        self._thread.start()

    def count_with(self, lost: Callable[[int], object]) -> None:
        """Tells `lost` of all lines lost so far, and of each from now on; on any thread."""
        with self._changed:
            self._lost, before = lost, self._lost_before
        if before:
            lost(before)

    def write(self, text: str) -> None:
        """Takes lines to be written; returns at once."""
        line = text.encode("utf-8", "backslashreplace")
        with self._changed:
            is_full = (
                len(self._waiting) >= self._most_lines or self._waiting_bytes + len(line) > self._most_bytes
            )
            if not is_full and not self._is_closed:
                self._waiting.append(line)
                self._waiting_bytes += len(line)
                self._changed.notify_all()
                return
        self._lose(line)

    def flush(self) -> None:
        """Nothing: lines are written as soon as the stream takes them."""

    def drain(self, timeout_s: float) -> bool:
        """Waits until all is written or lost, for at most so long; whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting and not self._is_writing, timeout_s)

    def close(self, timeout_s: float) -> None:
        """Writes what waits, as far as the stream takes it in that time, and takes no more."""
        self.drain(timeout_s)
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._is_closed)
                if not self._waiting or self._is_closed:
                    return
                line = self._waiting.popleft()
                self._waiting_bytes -= len(line)
                self._is_writing = True
            self._tell_lost()
            if not self._put(line):
                self._lose(line)
            with self._changed:
                self._is_writing = False
                self._changed.notify_all()

    def _tell_lost(self) -> None:
        """Rule 2. Where even that is not written, the number waits for the next line."""
        with self._changed:
            untold = self._untold
        if untold and self._put(self._notice(untold).encode("utf-8", "backslashreplace")):
            with self._changed:
                self._untold -= untold

    def _put(self, line: bytes) -> bool:
        """Whether the stream took the line whole."""
        rest = b"\n" + line if self._is_cut else line
        begun = False
        while rest:
            try:
                count = self._write_some(rest)
            except BlockingIOError:
                if self._is_closed:
                    return False
                time.sleep(BLOCKED_S)
                continue
            except OSError:
                self._is_cut = self._is_cut or begun
                return False
            begun, rest = True, rest[count:]
        self._is_cut = False
        return True

    def _lose(self, line: bytes) -> None:
        count = line.count(b"\n")
        with self._changed:
            self._untold += count
            self._lost_before += count
            lost = self._lost
        if lost is not None:
            lost(count)


def writer_to(stream: TextIO) -> Write:
    """Writes to the stream's descriptor, past all buffers, or to the stream itself where it has none."""
    try:
        descriptor = stream.fileno()
    except (OSError, ValueError):  # in a test it may be no file at all
        return lambda data: stream.write(data.decode()) and len(data)
    stream.flush()
    return lambda data: os.write(descriptor, data)
