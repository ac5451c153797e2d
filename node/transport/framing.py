"""Frames on a byte stream: a 4-byte big-endian length, then that many bytes. Length 0 is a heartbeat.

Pure: bytes in, frames out. A frame above the limit is refused when its length is read, before it is kept.
"""

import struct

_LENGTH = struct.Struct(">I")
LENGTH_BYTES = _LENGTH.size
HEARTBEAT = bytes(LENGTH_BYTES)


class OversizeFrame(ValueError):
    """A length prefix above the limit."""


def encode_frame(frame: bytes) -> bytes:
    """One frame as it travels."""
    return _LENGTH.pack(len(frame)) + frame


class FrameDecoder:
    """Cuts a byte stream into frames; holds at most one unfinished frame.

    What it costs is linear in the bytes fed, however small the pieces are in which a peer sends them.
    """

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._received = bytearray()
        self.heartbeats = 0
        """How many the last `feed` completed."""

    def feed(self, data: bytes) -> list[bytes]:
        """The frames that `data` completes, heartbeats left out; raises OversizeFrame."""
        self._received += data
        self.heartbeats = 0
        frames: list[bytes] = []
        position, end = 0, len(self._received)
        with memoryview(self._received) as received:
            while end - position >= LENGTH_BYTES:
                (length,) = _LENGTH.unpack_from(received, position)
                if length > self._limit_bytes:
                    raise OversizeFrame(f"{length} bytes are announced, {self._limit_bytes} are allowed")
                after = position + LENGTH_BYTES + length
                if after > end:
                    break
                if length:
                    frames.append(bytes(received[position + LENGTH_BYTES : after]))
                else:
                    self.heartbeats += 1
                position = after
        del self._received[:position]
        return frames
