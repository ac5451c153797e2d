"""Frames on a byte stream: a 4-byte big-endian length, then that many bytes. Length 0 is a heartbeat.

Pure: bytes in, frames out. A frame above the limit is refused when its length is read, before it is kept.
"""

LENGTH_BYTES = 4
HEARTBEAT = bytes(LENGTH_BYTES)


class OversizeFrame(ValueError):
    """A length prefix above the limit."""


def encode_frame(frame: bytes) -> bytes:
    """One frame as it travels."""
    return len(frame).to_bytes(LENGTH_BYTES, "big") + frame


class FrameDecoder:
    """Cuts a byte stream into frames; holds at most one unfinished frame."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """The frames that `data` completes, heartbeats left out; raises OversizeFrame."""
        buffer = self._buffer
        buffer += data
        frames: list[bytes] = []
        position, end = 0, len(buffer)
        while end - position >= LENGTH_BYTES:
            body = position + LENGTH_BYTES
            length = int.from_bytes(buffer[position:body], "big")
            if length > self._limit_bytes:
                raise OversizeFrame(
                    f"a frame of {length} bytes is announced, {self._limit_bytes} are allowed"
                )
            if end - body < length:
                break
            if length:
                frames.append(bytes(buffer[body : body + length]))
            position = body + length
        del buffer[:position]
        return frames
