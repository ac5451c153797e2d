"""The bytes of every operation, record body, transaction and genesis document are frozen."""

from typing import Any

import pytest

from registry.attachments import Attachment
from registry.kinds.anchor.operations import AnchorBatch
from registry.kinds.anchor.record import ANCHOR_RECORD, Anchor
from registry.kinds.did.operations import (
    AddKey,
    DeactivateDid,
    NewKey,
    RegisterDid,
    ReportCompromised,
    RetireKey,
    RotateKey,
    UpdateDid,
)
from registry.kinds.did.record import DID_RECORD, Did, DidState, Key, KeyPeriod, KeyState, Purpose, Service
from registry.kinds.member.record import MEMBER_RECORD, Identifier, Member, MemberState, Name
from registry.kinds.parameters.record import PARAMETERS_RECORD, Parameters
from registry.kinds.schema.operations import PublishSchema, SetSchemaState
from registry.kinds.schema.record import SCHEMA_RECORD, Release, ReleaseState, Schema
from registry.kinds.status_list.operations import CreateStatusList, UpdateStatusList
from registry.kinds.status_list.record import MIN_SIZE, STATUS_LIST_RECORD, StatusList, StatusPurpose
from registry.kinds.usage.record import USAGE_RECORD, Usage
from registry.kinds.validators.record import VALIDATORS_RECORD
from registry.operation import Operation
from registry.primitives.shape import decode_as, encode_as
from registry.primitives.validator_set import Validator, ValidatorSet
from registry.record_type import RecordType, decode_body, encode_body
from registry.roles import Role
from registry.ruleset import CURRENT
from registry.transaction import Transaction, sign_transaction
from tests.frozen import Freeze
from tests.registry.network import DOCUMENT

DID_A, DID_B = "did:web:a.example", "did:web:b.example"
MULTIKEY = b"\xed\x01" + bytes(range(32))
NEW_KEY = NewKey("key-2", Purpose.ASSERTION_METHOD, MULTIKEY)
SIGNATURE = bytes(range(64))
HASH = bytes(range(32, 64))
SERVICE = Service("site", "LinkedDomains", "https://a.example/")
TIME_MS = 1_800_000_000_000

OPERATIONS: tuple[Operation, ...] = (
    RegisterDid(DID_A, DID_B, None, (NEW_KEY,), (SERVICE,), (HASH,), (SIGNATURE,)),
    AddKey(DID_A, NEW_KEY, (SIGNATURE,)),
    RotateKey(DID_A, "key-1", NEW_KEY, (SIGNATURE,)),
    RetireKey(DID_A, "key-1"),
    ReportCompromised(DID_A, "key-1", TIME_MS),
    DeactivateDid(DID_A),
    UpdateDid(DID_A, DID_B, (SERVICE,), (HASH,)),
    PublishSchema(DID_A, "diploma", "1.0.0", HASH),
    SetSchemaState(DID_A, "diploma", "1.0.0", ReleaseState.DEPRECATED),
    CreateStatusList(DID_A, "diplomas", StatusPurpose.REVOCATION, MIN_SIZE),
    UpdateStatusList(DID_A, "diplomas", (1, 2, 300), (70_000,)),
    AnchorBatch(DID_A, HASH, 1_000),
)

KEY = Key(
    "key-1",
    Purpose.CAPABILITY_INVOCATION,
    MULTIKEY,
    (KeyPeriod(KeyState.ACTIVE, 1), KeyPeriod(KeyState.COMPROMISED, 2)),
)
RECORDS: dict[RecordType[Any], Any] = {
    DID_RECORD: Did(DID_B, DID_B, (KEY,), (SERVICE,), (HASH,), DID_B, ((DidState.ACTIVE, 1),)),
    MEMBER_RECORD: Member(
        (Name("pt", "Universidade"), Name("en", "University")),
        "PT",
        "Norte",
        (Identifier("ror", "https://ror.org/05a28rw58"),),
        (Role.OPERATOR, Role.ISSUER),
        MULTIKEY,
        ((MemberState.ACTIVE, 1),),
    ),
    USAGE_RECORD: Usage(3, 4_000),
    PARAMETERS_RECORD: Parameters(300, 30_000, 512 * 1024, 1_000, 200_000, 10, 20, 500, 10),
    VALIDATORS_RECORD: ValidatorSet((Validator(HASH, "12D3Koo", ("/ip4/127.0.0.1/tcp/1",), DID_A),)),
    SCHEMA_RECORD: Schema((Release("1.0.0", HASH, ((ReleaseState.ACTIVE, 1), (ReleaseState.WITHDRAWN, 2))),)),
    STATUS_LIST_RECORD: StatusList(StatusPurpose.SUSPENSION, MIN_SIZE, HASH, 5, 20_000, 2, TIME_MS),
    ANCHOR_RECORD: Anchor(HASH, 1_000),
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
    frozen(f"registry/record/{kind.value}", encoded)


def test_no_operation_or_record_is_left_out() -> None:
    assert {type(operation) for operation in OPERATIONS} == set(CURRENT.operations)
    assert set(RECORDS) == set(CURRENT.records.values())


def test_a_transaction_is_frozen(frozen: Freeze) -> None:
    data = sign_transaction(
        f"{DID_A}#key-1",
        bytes(32),
        genesis_hash=HASH,
        nonce=bytes(16),
        valid_until_ms=TIME_MS,
        operations=OPERATIONS,
        attachments=(HASH,),
    )
    transaction = Transaction.decode(data)
    assert transaction.payload.operations == OPERATIONS
    assert (transaction.did, transaction.fragment, transaction.encoded) == (DID_A, "key-1", data)
    frozen("registry/transaction", data)
    frozen("registry/transaction-id", transaction.id)


def test_an_attachment_is_frozen(frozen: Freeze) -> None:
    attachment = Attachment(bytes(16), b"content")
    assert Attachment.decode(attachment.encode()) == attachment
    frozen("registry/attachment", attachment.encode() + attachment.address)


def test_a_genesis_document_is_frozen(frozen: Freeze) -> None:
    frozen("registry/genesis", DOCUMENT.encode())
    frozen("registry/genesis-hash", DOCUMENT.genesis_hash)
