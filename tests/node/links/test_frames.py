"""Frames: exact bytes, and refusal of everything else."""

import pytest

from node.links.frames import (
    FRAME_BYTES,
    FRAME_TRANSACTIONS,
    TRANSACTION_BYTES,
    FrameKind,
    PublicationNews,
    frame,
    news_frame,
    read_transactions,
    split,
    transactions_frame,
)
from registry.primitives.codec import Malformed


def test_the_encoding_is_frozen() -> None:
    assert transactions_frame([b"one", b"two"]).hex() == "0182436f6e654374776f"
    assert frame(FrameKind.CONSENSUS, b"message") == b"\x00message"
    assert news_frame(PublicationNews(7, bytes(32))).hex() == "0282075820" + 32 * "00"


def test_transactions_survive_the_way() -> None:
    longest = [bytes(TRANSACTION_BYTES), b"short"]
    kind, body = split(transactions_frame(longest))
    assert (kind, read_transactions(body)) == (FrameKind.TRANSACTIONS, tuple(longest))


@pytest.mark.parametrize(
    "received",
    [b"", b"\x00", b"\x03body", bytes(FRAME_BYTES + 1)],
    ids=["empty", "no body", "kind", "too long"],
)
def test_what_is_no_frame_is_refused(received: bytes) -> None:
    with pytest.raises(Malformed):
        split(received)


@pytest.mark.parametrize(
    "body",
    [b"\x80", b"\x81\x40", b"\x81\x63abc", b"\x81\x41a!", b"\x9f\x41a\xff", b"\x41a"],
    ids=["none", "empty", "text", "trailing", "indefinite", "no array"],
)
def test_what_is_no_list_of_transactions_is_refused(body: bytes) -> None:
    with pytest.raises(Malformed):
        read_transactions(body)


@pytest.mark.parametrize(
    "transactions",
    [[], [b""], [bytes(TRANSACTION_BYTES + 1)], [b"t"] * (FRAME_TRANSACTIONS + 1)],
    ids=["none", "empty", "too long", "too many"],
)
def test_nothing_is_framed_that_could_not_be_read(transactions: list[bytes]) -> None:
    with pytest.raises(Malformed):
        transactions_frame(transactions)
