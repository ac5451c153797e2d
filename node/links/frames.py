"""What a frame on the consensus channel holds: one byte says which kind, the rest is that kind's encoding."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from registry.primitives.codec import Malformed
from registry.primitives.shape import Shape, blob, decode_as, encode_as, list_of, record, uint

TRANSACTION_BYTES = 60 * 1024
"""The longest encoded transaction."""
FRAME_BYTES = 640 * 1024 + 1
"""The longest frame: its kind, and a proposal with a full block."""
FRAME_TRANSACTIONS = 4_096


class FrameKind(IntEnum):
    """The first byte of a frame."""

    CONSENSUS = 0
    """A message of `consensus.wire`."""
    TRANSACTIONS = 1
    """An array of encoded transactions that wait at the sender."""
    NEWS = 2
    """That the sender has taken a publication (`PublicationNews`)."""


@dataclass(frozen=True, slots=True)
class PublicationNews:
    """The sender took a publication of this SHA-256 when its ledger had that height."""

    height: int
    digest: bytes


_KINDS: Final = {kind.value: kind for kind in FrameKind}
_TRANSACTIONS: Final[Shape[tuple[bytes, ...]]] = list_of(
    blob(max_bytes=TRANSACTION_BYTES, min_bytes=1), FRAME_TRANSACTIONS, 1
)
_NEWS: Final[Shape[PublicationNews]] = record(PublicationNews, height=uint(), digest=blob(32))
_NEWS_BYTES = 64


def frame(kind: FrameKind, body: bytes) -> bytes:
    """The bytes to send."""
    return bytes((kind,)) + body


def split(received: bytes) -> tuple[FrameKind, bytes]:
    """The kind and the body of a frame. Raises Malformed."""
    if not 1 < len(received) <= FRAME_BYTES:
        raise Malformed(f"a frame of {len(received)} bytes, not within 2 … {FRAME_BYTES}")
    kind = _KINDS.get(received[0])
    if kind is None:
        raise Malformed(f"a frame of the unknown kind {received[0]}")
    return kind, received[1:]


def transactions_frame(transactions: Sequence[bytes]) -> bytes:
    """A frame that carries these encoded transactions; raises Malformed above its bounds."""
    return frame(FrameKind.TRANSACTIONS, encode_as(_TRANSACTIONS, tuple(transactions)))


def read_transactions(body: bytes) -> tuple[bytes, ...]:
    """The transactions of a frame's body. Raises Malformed."""
    return decode_as(_TRANSACTIONS, body, limit=FRAME_BYTES)


def news_frame(news: PublicationNews) -> bytes:
    """A frame that carries the news."""
    return frame(FrameKind.NEWS, encode_as(_NEWS, news))


def read_news(body: bytes) -> PublicationNews:
    """The news of a frame's body. Raises Malformed."""
    return decode_as(_NEWS, body, limit=_NEWS_BYTES)
