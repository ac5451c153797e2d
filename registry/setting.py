"""What an operation is applied in: the draft it writes to, and the facts of its block and transaction."""

from collections.abc import Mapping
from dataclasses import dataclass

from registry.draft import Draft
from registry.primitives.ed25519 import Verify


@dataclass(frozen=True, slots=True)
class Setting:
    """`contents` holds the attachments that the transaction lists, by address; `verify` checks a
    signature."""

    draft: Draft
    genesis_hash: bytes
    nonce: bytes
    time_ms: int
    contents: Mapping[bytes, bytes]
    verify: Verify
