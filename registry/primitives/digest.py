"""SHA-256 and the domains that keep hashes and signatures of different things apart.

Every hash and every signature is made over `domain ‖ 0x00 ‖ content`, so that no byte string is valid in two
roles. All domains of the project stand here; the consensus, whose signed bytes have their own fixed layout,
begins each with `Domain.CONSENSUS`. Merkle trees are the exception: their nodes carry the one-byte prefixes
of RFC 6962 (0x00 leaf, 0x01 inner) and of the sparse map (0x02 leaf, 0x03 inner).
"""

from hashlib import sha256 as _sha256


class Domain:
    """The roles in which bytes are hashed or signed. A changed meaning takes a new version number."""

    # Signatures.
    TRANSACTION = b"matricula/transaction/v1"
    POSSESSION = b"matricula/possession/v1"
    CONSENSUS = b"matricula/consensus/v1"

    # Identifiers and commitments.
    TRANSACTION_ID = b"matricula/transaction-id/v1"
    GENESIS = b"matricula/genesis/v1"
    BLOCK = b"matricula/block/v1"
    VALIDATOR_SET = b"matricula/validator-set/v1"
    DID = b"matricula/did/v1"
    ATTACHMENT = b"matricula/attachment/v1"

    # State.
    MAP_KEY = b"matricula/map-key/v1"
    RECORD_HEAD = b"matricula/record-head/v1"
    RECORD_BODY = b"matricula/record-body/v1"


def sha256(data: bytes) -> bytes:
    """The 32 bytes of SHA-256."""
    return _sha256(data).digest()


def tagged(domain: bytes, *parts: bytes) -> bytes:
    """SHA-256(domain ‖ 0x00 ‖ parts). The parts are only concatenated: all but the last must have a fixed
    length.
    """
    return _sha256(domain + b"\x00" + b"".join(parts)).digest()
