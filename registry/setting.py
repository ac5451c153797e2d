"""What an operation is applied in: the draft it writes to, and the facts of its block and transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from registry.draft import Draft
from registry.operation import Operation
from registry.primitives.ed25519 import Verify


@dataclass(frozen=True, slots=True)
class Setting:
    """`did` and `fragment` name the key that signed. `contents` holds the attachments that the transaction's
    operations name, by address; `verify` checks a signature.

    `is_approved`: as many keys as it takes have approved the operation, so limits that bind one signer do
    not bind it. `approver(did, fragment, operation)` is the public key of that name, as of the state before
    the transaction; raises `Refused` unless it may approve the operation.
    """

    draft: Draft
    genesis_hash: bytes
    nonce: bytes
    time_ms: int
    did: str
    fragment: str
    contents: Mapping[bytes, bytes]
    verify: Verify
    is_approved: bool
    approver: Callable[[str, str, Operation], bytes]
