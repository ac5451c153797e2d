"""The transport's default limits, and what the protocols above it send."""

import pytest

from consensus import wire
from node.links import frames
from node.transport.settings import TransportLimits, check_body, check_frame
from node.wording.units import MIB


def test_the_default_limits_let_through_what_the_node_sends() -> None:
    limits = TransportLimits()
    assert limits.frame_bytes >= frames.FRAME_BYTES > wire.MAX_MESSAGE
    assert limits.answer_bytes >= wire.MAX_RANGE


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"chunk_bytes": MIB + 1}, "chunk_bytes lies between 1 and 1 MiB"),
        ({"chunk_bytes": 0}, "chunk_bytes lies between 1 and 1 MiB"),
        ({"inbox_bytes": MIB - 1}, "hold at least one frame"),
        ({"outbox_bytes": MIB - 1}, "hold at least one frame"),
        ({"inbound_burst_bytes": 1000}, "inbound_burst_bytes holds at least one chunk"),
    ],
)
def test_limits_that_contradict_each_other_are_refused(changed: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        TransportLimits(**changed)


def test_what_may_be_sent() -> None:
    limits = TransportLimits(frame_bytes=10, request_bytes=10)
    check_frame(bytes(1), limits)
    check_frame(bytes(10), limits)
    check_body(b"", limits)
    check_body(bytes(10), limits)
    with pytest.raises(ValueError, match="a frame holds 1 to 10 bytes, not 11"):
        check_frame(bytes(11), limits)
    with pytest.raises(ValueError, match="a request holds at most 10 bytes, not 11"):
        check_body(bytes(11), limits)
