"""The operation that records an anchor: its fields and wire shape."""

from dataclasses import dataclass
from typing import Final

from registry.fields import DID_NAME
from registry.kinds.anchor.entry import COUNT, ROOT
from registry.operation import Operation, Wire
from registry.primitives.shape import record


@dataclass(frozen=True, slots=True)
class AnchorBatch(Operation):
    """Record that a batch of credentials exists: the RFC 6962 root over their salted hashes, and how many.

    What the root covers is padded with random leaves by whoever makes it, so `count` tells no number of
    learners.
    """

    issuer: str
    root: bytes
    count: int


ANCHOR_BATCH: Final = Wire(48, record(AnchorBatch, issuer=DID_NAME, root=ROOT, count=COUNT))
