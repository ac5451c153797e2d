"""Transactions: one encoding for each content, whatever arrives."""

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.kinds.anchor.operations import AnchorBatch
from registry.primitives import ed25519
from registry.primitives.digest import Domain, tagged
from registry.primitives.ed25519 import signing_with
from registry.rejection import Refused, TransactionReason
from registry.transaction import CONTENT_TYPE, MAX_TRANSACTION_BYTES, Transaction, sign_transaction
from tests.registry.network import seed

DID = "did:web:university.example"


def signed(key_id: str = f"{DID}#key-1", operations: int = 1) -> bytes:
    """A transaction of that many anchors."""
    return sign_transaction(
        key_id,
        signing_with(seed("key")),
        genesis_hash=bytes(32),
        nonce=bytes(16),
        valid_until_ms=1_000,
        operations=tuple(AnchorBatch(DID, bytes([number]) * 32, 1) for number in range(operations)),
    )


VALID = signed()


def test_the_envelope_is_the_standards() -> None:
    """Read with a general CBOR library, it is the COSE_Sign1 that RFC 9052 describes."""
    tagged_value = cbor2.loads(VALID)
    assert tagged_value.tag == 18
    protected, unprotected, payload, signature = tagged_value.value
    header = {1: -19, 3: CONTENT_TYPE, 4: f"{DID}#key-1".encode()}
    assert (cbor2.loads(protected), unprotected) == (header, {})
    sig_structure = cbor2.dumps(["Signature1", protected, b"matricula/transaction/v1", payload])
    public_key = ed25519.public_key(seed("key"))
    assert ed25519.verify(public_key, sig_structure, signature)
    transaction = Transaction.decode(VALID)
    assert (transaction.message, transaction.signature) == (sig_structure, signature)
    assert transaction.id == tagged(Domain.TRANSACTION_ID, sig_structure)
    assert cbor2.loads(payload) == [1, bytes(32), bytes(16), 1_000, [[48, DID, bytes(32), 1]], []]


@pytest.mark.parametrize("length", [1, 23 - 13, 24 - 13, 64])
def test_kids_of_every_length_of_head_are_read(length: int) -> None:
    did, fragment = "did:web:a.ex", "k" * length
    transaction = Transaction.decode(signed(f"{did}#{fragment}"))
    assert (transaction.did, transaction.fragment) == (did, fragment)


def test_the_longest_kid_is_read() -> None:
    did = "did:web:" + ":".join(["a" * 63] + ["b" * 20] * 5)
    did += "c" * (180 - len(did))
    transaction = Transaction.decode(signed(f"{did}#{'k' * 64}"))
    assert (transaction.did, transaction.fragment) == (did, "k" * 64)


def test_a_transaction_of_the_greatest_size_is_read_and_a_longer_one_not_made() -> None:
    assert len(signed(operations=256)) < MAX_TRANSACTION_BYTES
    with pytest.raises(Refused) as refused:
        Transaction.decode(bytes(MAX_TRANSACTION_BYTES + 1))
    assert refused.value.reason is TransactionReason.TOO_LONG


@settings(derandomize=True, max_examples=500)
@given(place=st.integers(0, len(VALID) - 1), value=st.integers(0, 255))
def test_a_changed_byte_is_refused_or_makes_other_content(place: int, value: int) -> None:
    """No byte is idle: a change is refused, or only the signature differs, or the id does."""
    data = VALID[:place] + bytes([value]) + VALID[place + 1 :]
    original = Transaction.decode(VALID)
    try:
        changed = Transaction.decode(data)
    except Refused:
        return
    assert changed.encoded == data
    if data != VALID:
        in_signature = place >= len(VALID) - 64
        assert in_signature == (changed.id == original.id)
        assert in_signature == (changed.signature != original.signature)


@settings(derandomize=True, max_examples=300)
@given(data=st.binary(max_size=80), start=st.sampled_from([b"", b"\xd2", VALID[:2], VALID[:80], VALID[:150]]))
def test_nothing_but_refused_comes_out_of_decoding(data: bytes, start: bytes) -> None:
    with pytest.raises(Refused):
        Transaction.decode(start + data)
