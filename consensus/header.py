"""The block header: what a quorum signs the hash of (decision 0006).

A header names no view: the certificate binds that. The three roots and `log_size` are opaque here; they
describe the ledger *after* the block, since a block is executed before it is voted for. One encoding: the
CBOR array of the fields in their order.
"""

from dataclasses import dataclass

from registry.primitives.digest import Domain, tagged
from registry.primitives.merkle import leaf_hash, root_of
from registry.primitives.shape import blob, encode_as, optional, record, uint

VERSION = 1
HASH_BYTES = 32


@dataclass(frozen=True, slots=True)
class Header:
    """Hashes are 32 bytes, time_ms is the leader's wall clock in milliseconds since 1970, log_size the number
    of leaves of the ledger log, whose root log_root is, proposer an index into the epoch's validator set.
    `next_validators_hash` is set only in the last block of an epoch. Height 0 has zero genesis_hash and
    parent_hash."""

    version: int
    ruleset: int
    genesis_hash: bytes
    epoch: int
    height: int
    parent_hash: bytes
    time_ms: int
    transactions_root: bytes
    log_size: int
    log_root: bytes
    state_root: bytes
    validators_hash: bytes
    next_validators_hash: bytes | None
    proposer: int


_hash = blob(HASH_BYTES)
HEADER = record(
    Header,
    version=uint(255),
    ruleset=uint(65_535),
    genesis_hash=_hash,
    epoch=uint(),
    height=uint(),
    parent_hash=_hash,
    time_ms=uint(),
    transactions_root=_hash,
    log_size=uint(),
    log_root=_hash,
    state_root=_hash,
    validators_hash=_hash,
    next_validators_hash=optional(_hash),
    proposer=uint(65_535),
)


def encode_header(header: Header) -> bytes:
    """The one encoding of a header."""
    return encode_as(HEADER, header)


def block_hash(header: Header) -> bytes:
    """SHA-256 over a domain and the header's encoding: the name of the block."""
    return tagged(Domain.BLOCK, encode_header(header))


def transactions_root(transactions: tuple[bytes, ...]) -> bytes:
    """RFC 6962 root over the encoded transactions in order."""
    return root_of([leaf_hash(transaction) for transaction in transactions])
