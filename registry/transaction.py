"""Transactions: signed envelopes around operations (COSE_Sign1, RFC 9052), in one encoding only.

    d2 84                        tag 18, an array of four
       bstr protected            {1: -19, 3: CONTENT_TYPE, 4: kid}
       a0                        nothing unprotected
       bstr payload              [version, genesis_hash, nonce, valid_until_ms, [operation, …], [address,
       …]] bstr signature            64 bytes, Ed25519 over Sig_structure

    Sig_structure = ["Signature1", protected, DOMAIN, payload]
    id            = SHA-256(DOMAIN_ID ‖ 0x00 ‖ Sig_structure)

1. `kid` is the DID URL of the signing key in UTF-8: DID, `#`, fragment; at most 256 bytes.
2. The protected header has integer keys, so it is never decoded: it must equal, byte for byte, the header
   that its own kid gives.
3. Everything else is decoded strictly (`registry.primitives.codec`), so content has exactly one encoding.
   The id covers all of it but the signature: a second signature over the same content makes no second
   transaction.
4. Operations apply all or none, in their order.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from registry.fields import TIME_MS, is_known_did
from registry.names import is_fragment
from registry.operation import Operation
from registry.primitives import ed25519
from registry.primitives.codec import Malformed, decode, encode
from registry.primitives.digest import Domain, tagged
from registry.primitives.ed25519 import Sign
from registry.primitives.refinement import strictly_ascending
from registry.primitives.shape import Shape, blob, decode_as, encode_as, list_of, record, tuple_of, uint
from registry.rejection import Refused, TransactionReason
from registry.ruleset import CURRENT, Ruleset

VERSION: Final = 1
MAX_TRANSACTION_BYTES: Final = 60 * 1024
"""A whole encoded transaction, under any ruleset. With its position in the ledger it stays below the 65,535
bytes of a log entry."""
MAX_KID_BYTES: Final = 256
NONCE_SIZE: Final = 16
CONTENT_TYPE: Final = "application/vnd.matricula.transaction+cbor"

_TAG = b"\xd2"
_SIG_START = b"\x84" + encode("Signature1")
_SIG_AAD = encode(Domain.TRANSACTION)
_HEADER_START = b"\xa3\x01" + encode(ed25519.ALGORITHM) + b"\x03" + encode(CONTENT_TYPE) + b"\x04"


@dataclass(frozen=True, slots=True)
class Payload:
    """What is signed. `genesis_hash` binds it to one network; `nonce` makes equal wishes different
    transactions."""

    version: int
    genesis_hash: bytes
    nonce: bytes
    valid_until_ms: int
    operations: tuple[Operation, ...]
    attachments: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Transaction:
    """A decoded transaction. Its signature is well-formed, not checked: that takes the signer's record."""

    encoded: bytes
    id: bytes
    did: str
    fragment: str
    payload: Payload
    message: bytes
    """The encoded Sig_structure: what `signature` is over."""
    signature: bytes
    ruleset: int
    """The number of the ruleset by which the payload was read."""

    @classmethod
    def decode(cls, data: bytes, ruleset: Ruleset = CURRENT) -> "Transaction":
        """The transaction in `data`, as a ruleset reads it. Raises `Refused` (too-long, malformed,
        protected-header, unsupported-version).
        """
        if len(data) > MAX_TRANSACTION_BYTES:
            raise Refused(TransactionReason.TOO_LONG, f"{len(data)} bytes")
        try:
            protected, content, signature = _open_envelope(data)
            did, fragment = _signer(protected)
            payload = _read_payload(content, ruleset)
        except Malformed as error:
            raise Refused(TransactionReason.MALFORMED, str(error)) from None
        message = _sig_structure(protected, content)
        return cls(data, _id(message), did, fragment, payload, message, signature, ruleset.number)


def transaction_id(data: bytes) -> bytes:
    """The id of a transaction, of which only the envelope is read. That is enough for whoever is shown that
    it is in the ledger, whose nodes have read all of it. Raises `Malformed`.
    """
    protected, content, _ = _open_envelope(data)
    return _id(_sig_structure(protected, content))


def sign_transaction(
    key_id: str,
    sign: Sign,
    *,
    genesis_hash: bytes,
    nonce: bytes,
    valid_until_ms: int,
    operations: tuple[Operation, ...],
    attachments: tuple[bytes, ...] = (),
    ruleset: Ruleset = CURRENT,
) -> bytes:
    """The encoded transaction, signed by the key `key_id` (a DID URL), by which `sign` signs.

    `nonce` is 16 bytes of chance, used once; `attachments` are addresses in ascending order. Raises
    `Malformed` where a part is outside its bounds, `Refused` (too-long) where the whole is.
    """
    payload = Payload(VERSION, genesis_hash, nonce, valid_until_ms, operations, attachments)
    content = encode_as(payload_shape(ruleset), payload)
    protected = _protected(key_id.encode())
    signature = sign(_sig_structure(protected, content))
    data = _TAG + encode([protected, {}, content, signature])
    if len(data) > MAX_TRANSACTION_BYTES:
        raise Refused(TransactionReason.TOO_LONG, f"{len(data)} bytes")
    return data


def _open_envelope(data: bytes) -> tuple[bytes, bytes, bytes]:
    """Protected header, payload and signature of a COSE_Sign1. Raises `Malformed`."""
    if data[:1] != _TAG:
        raise Malformed("not tagged as COSE_Sign1")
    protected, _, content, signature = decode_as(_ENVELOPE, data[1:], limit=MAX_TRANSACTION_BYTES - 1)
    return protected, content, signature


def _byte_string(content: bytes) -> bytes:
    """CBOR of a byte string of less than 64 KiB."""
    size = len(content)
    if size < 24:
        return bytes((0x40 + size,)) + content
    return (b"\x58" + size.to_bytes(1, "big") if size < 256 else b"\x59" + size.to_bytes(2, "big")) + content


def _protected(kid: bytes) -> bytes:
    return _HEADER_START + _byte_string(kid)


@lru_cache(maxsize=4096)
def _signer(protected: bytes) -> tuple[str, str]:
    """DID and fragment in the protected header. Raises `Refused` unless the header is the one that its kid
    gives."""
    # A kid of 0 … 23, 24 … 255 or 256 bytes has a head of 1, 2 or 3 bytes.
    kids = (protected[len(_HEADER_START) + head :] for head in (1, 2, 3))
    kid = next((kid for kid in kids if len(kid) <= MAX_KID_BYTES and _protected(kid) == protected), None)
    if kid is None:
        raise Refused(TransactionReason.PROTECTED_HEADER)
    did, _, fragment = kid.decode("ascii", "replace").partition("#")
    if not is_known_did(did) or not is_fragment(fragment):
        raise Refused(TransactionReason.PROTECTED_HEADER, "the key id is not a DID, # and a fragment")
    return did, fragment


def _read_payload(content: bytes, ruleset: Ruleset) -> Payload:
    value = decode(content, limit=MAX_TRANSACTION_BYTES)
    if isinstance(value, list) and value and type(value[0]) is int and value[0] != VERSION:
        raise Refused(TransactionReason.UNSUPPORTED_VERSION, f"version {value[0]}")
    return payload_shape(ruleset).read(value)


def _sig_structure(protected: bytes, content: bytes) -> bytes:
    return b"".join((_SIG_START, _byte_string(protected), _SIG_AAD, _byte_string(content)))


def _id(message: bytes) -> bytes:
    return tagged(Domain.TRANSACTION_ID, message)


def _nothing_unprotected() -> Shape[None]:
    def check(value: object) -> None:
        if value != {}:
            raise Malformed("the unprotected header is not empty")

    return Shape(check, lambda _: {})


_ENVELOPE = tuple_of(
    blob(max_bytes=1024),
    _nothing_unprotected(),
    blob(max_bytes=MAX_TRANSACTION_BYTES),
    blob(ed25519.SIGNATURE_SIZE),
)


@cache
def payload_shape(ruleset: Ruleset) -> Shape[Payload]:
    """How a payload is written under a ruleset, with its operations and its bounds."""
    return record(
        Payload,
        version=uint(VERSION, VERSION),
        genesis_hash=blob(32),
        nonce=blob(NONCE_SIZE),
        valid_until_ms=TIME_MS,
        operations=list_of(ruleset.operation_shape, ruleset.limits.operations, 1),
        attachments=strictly_ascending(
            list_of(blob(32), ruleset.limits.attachments), "addresses not in strictly ascending order"
        ),
    )
