"""Requests on the bulk channel between nodes, and how a node serves them.

    [0, from_height]    final blocks in height order from that height on, the last with its finalization
    [1, address]        an attachment: salt ‖ content

A node that has nothing to give declines. Serving reads the store and never the replica.
"""

from dataclasses import dataclass
from typing import Final

from registry.primitives.shape import Shape, blob, decode_as, encode_as, record, uint, union

REQUEST_BYTES: Final = 64


@dataclass(frozen=True, slots=True)
class GetRange:
    """Asks for final blocks from a height on, as many as one answer holds."""

    from_height: int


@dataclass(frozen=True, slots=True)
class GetContent:
    """Asks for the attachment of this address."""

    address: bytes


BulkRequest = GetRange | GetContent

_REQUEST: Final[Shape[BulkRequest]] = union(
    {
        0: record(GetRange, from_height=uint(minimum=1)),
        1: record(GetContent, address=blob(32)),
    }
)


def encode_request(request: BulkRequest) -> bytes:
    """The request's bytes."""
    return encode_as(_REQUEST, request)


def decode_request(body: bytes) -> BulkRequest:
    """The request in these bytes. Raises Malformed."""
    return decode_as(_REQUEST, body, limit=REQUEST_BYTES)
