"""The bytes of every operation, record body, transaction and genesis document are frozen."""

from dataclasses import replace
from typing import Any

import pytest

from registry.attachments import Attachment
from registry.operation import Operation
from registry.primitives.ed25519 import signing_with
from registry.primitives.shape import decode_as, encode_as
from registry.record_type import RecordType, decode_body, encode_body
from registry.ruleset import CURRENT
from registry.transaction import Transaction, sign_transaction
from tests.frozen import Freeze
from tests.registry.kinds import DID_A, HASH, TIME_MS, all_examples, operation_examples
from tests.registry.network import DOCUMENT

OPERATIONS = tuple(example.operation for example in operation_examples())
RECORDS: dict[RecordType[Any], Any] = {
    examples.kind.record: examples.body
    for examples in all_examples()
    if isinstance(examples.kind.record, RecordType) and examples.body is not None
}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: type(operation).__name__)
def test_an_operation_is_frozen(operation: Operation, frozen: Freeze) -> None:
    encoded = encode_as(CURRENT.operation_shape, operation)
    assert decode_as(CURRENT.operation_shape, encoded, limit=10_000) == operation
    frozen(f"registry/operation/{type(operation).__name__}", encoded)


@pytest.mark.parametrize("kind", RECORDS, ids=str)
def test_a_records_body_is_frozen(kind: RecordType[Any], frozen: Freeze) -> None:
    encoded = encode_body(kind, RECORDS[kind])
    assert decode_body(kind, encoded) == RECORDS[kind]
    frozen(f"registry/record/{kind.name}", encoded)


def test_no_operation_or_record_is_left_out() -> None:
    assert {type(operation) for operation in OPERATIONS} == set(CURRENT.operations)
    assert set(RECORDS) == set(CURRENT.records.values())


FIRST_CODES = (*range(1, 8), 16, 17, 32, 33, 48)
"""Those of the frozen transaction. Operations that came later stand in none, so that its bytes stay."""


def test_a_transaction_is_frozen(frozen: Freeze) -> None:
    operations = tuple(
        operation for operation in OPERATIONS if CURRENT.operations[type(operation)].code in FIRST_CODES
    )
    data = sign_transaction(
        f"{DID_A}#key-1",
        signing_with(bytes(32)),
        genesis_hash=HASH,
        nonce=bytes(16),
        valid_until_ms=TIME_MS,
        operations=operations,
        attachments=(HASH,),
    )
    transaction = Transaction.decode(data)
    assert transaction.payload.operations == operations
    assert (transaction.did, transaction.fragment, transaction.encoded) == (DID_A, "key-1", data)
    frozen("registry/transaction", data)
    frozen("registry/transaction-id", transaction.id)


def test_an_attachment_is_frozen(frozen: Freeze) -> None:
    attachment = Attachment(bytes(16), b"content")
    assert Attachment.decode(attachment.encode()) == attachment
    frozen("registry/attachment", attachment.encode() + attachment.address)


def test_a_genesis_document_is_frozen(frozen: Freeze) -> None:
    document = replace(DOCUMENT, ruleset=1)
    frozen("registry/genesis", document.encode())
    frozen("registry/genesis-hash", document.genesis_hash)
