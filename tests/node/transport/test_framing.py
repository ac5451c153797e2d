"""Frames on a byte stream: the same frames from whatever pieces, and never one above the limit."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.transport.framing import HEARTBEAT, FrameDecoder, OversizeFrame, encode_frame


def test_a_frame_is_its_length_in_four_bytes_and_its_bytes() -> None:
    assert encode_frame(b"vote") == bytes.fromhex("00000004") + b"vote"
    assert bytes.fromhex("00000000") == HEARTBEAT == encode_frame(b"")


@settings(derandomize=True, max_examples=100)
@given(st.lists(st.binary(max_size=40), max_size=8), st.lists(st.integers(1, 60), min_size=1))
def test_frames_survive_any_cutting_and_heartbeats_are_left_out(frames: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(map(encode_frame, frames))
    decoder, decoded, position, turn = FrameDecoder(40), [], 0, 0
    while position < len(stream):
        size = cuts[turn % len(cuts)]
        decoded += decoder.feed(stream[position : position + size])
        position += size
        turn += 1
    assert decoded == [frame for frame in frames if frame]


def test_a_frame_above_the_limit_is_refused_at_its_length() -> None:
    decoder = FrameDecoder(40)
    assert decoder.feed(encode_frame(bytes(40)) + bytes.fromhex("000000")) == [bytes(40)]
    with pytest.raises(OversizeFrame, match="41 bytes are announced, 40 are allowed"):
        decoder.feed(bytes.fromhex("29"))
