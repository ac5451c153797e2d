"""Requests on the bulk channel between nodes, and how a node serves them.

    [0, from_height]        final blocks in height order from that height on, the last with its finalization
    [1, [address, …]]       attachments; the answer is [salt ‖ content or null, …] in the order asked for
    [2]                     announcements of addresses (`node.links.announcements`)
    [3, summary, after]     the digests of the publications that the node serves, from the first above `after`
                            on, in order; none where their summary is that one
    [4, digest]             a publication (`node.links.publication_exchange`)

A node that has nothing to give declines. Serving reads the store and never the replica.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from registry.attachments import SALT_SIZE
from registry.primitives.codec import Malformed
from registry.primitives.shape import (
    Shape,
    blob,
    decode_as,
    encode_as,
    list_of,
    optional,
    record,
    uint,
    union,
)
from registry.ruleset import CURRENT

REQUEST_ADDRESSES: Final = 16
"""Attachments that one request asks for: as many as one transaction names."""
REQUEST_BYTES: Final = 1_024
NAMED_BYTES: Final = SALT_SIZE + CURRENT.longest_content_bytes
"""The longest attachment that a transaction can name."""
ANSWER_BYTES: Final = REQUEST_ADDRESSES * (NAMED_BYTES + 5) + 5


@dataclass(frozen=True, slots=True)
class GetRange:
    """Asks for final blocks from a height on, as many as one answer holds."""

    from_height: int


@dataclass(frozen=True, slots=True)
class GetContents:
    """Asks for the attachments of these addresses."""

    addresses: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class GetAddresses:
    """Asks for all announcements of addresses that the node knows (`node.links.announcements`)."""


@dataclass(frozen=True, slots=True)
class GetPublished:
    """Asks which publications the node serves, unless `summary` is the hash of all their digests."""

    summary: bytes
    after: bytes


@dataclass(frozen=True, slots=True)
class GetPublication:
    """Asks for the publication of this SHA-256."""

    digest: bytes


BulkRequest = GetRange | GetContents | GetAddresses | GetPublished | GetPublication

_REQUEST: Final[Shape[BulkRequest]] = union(
    {
        0: record(GetRange, from_height=uint(minimum=1)),
        1: record(GetContents, addresses=list_of(blob(32), REQUEST_ADDRESSES, 1)),
        2: record(GetAddresses),
        3: record(GetPublished, summary=blob(32), after=blob(32)),
        4: record(GetPublication, digest=blob(32)),
    }
)
_CONTENTS: Final[Shape[tuple[bytes | None, ...]]] = list_of(
    optional(blob(max_bytes=NAMED_BYTES, min_bytes=SALT_SIZE)), REQUEST_ADDRESSES, 1
)


def encode_request(request: BulkRequest) -> bytes:
    """The request's bytes."""
    return encode_as(_REQUEST, request)


def decode_request(body: bytes) -> BulkRequest:
    """The request in these bytes. Raises Malformed."""
    return decode_as(_REQUEST, body, limit=REQUEST_BYTES)


def encode_contents(contents: Sequence[bytes | None]) -> bytes:
    """The answer to GetContents: one for each address, null where none is held that could be named."""
    answered = (None if content is None or len(content) > NAMED_BYTES else content for content in contents)
    return encode_as(_CONTENTS, tuple(answered))


def decode_contents(request: GetContents, answer: bytes) -> dict[bytes, bytes]:
    """What an answer gives, by address; whether each is the right one is for `Contents.take`. Raises
    Malformed."""
    contents = decode_as(_CONTENTS, answer, limit=ANSWER_BYTES)
    if len(contents) != len(request.addresses):
        raise Malformed(f"{len(contents)} attachments or gaps for {len(request.addresses)} addresses")
    pairs = zip(request.addresses, contents, strict=True)
    return {address: content for address, content in pairs if content is not None}
