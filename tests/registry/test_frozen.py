"""The bytes of every operation, record body, transaction and genesis document are frozen."""

import pytest

from registry.attachments import Attachment
from registry.operations.did import (
    AddKey,
    DeactivateDid,
    NewKey,
    RegisterDid,
    ReportCompromised,
    RetireKey,
    RotateKey,
    UpdateDid,
)
from registry.operations.schema import PublishSchema, SetSchemaState
from registry.operations.status_list import AnchorBatch, CreateStatusList, UpdateStatusList
from registry.operations.union import OPERATION, OPERATION_CODES, Operation
from registry.primitives.shape import decode_as, encode_as
from registry.primitives.validator_set import Validator, ValidatorSet
from registry.records.did import Did, DidState, Key, KeyPeriod, KeyState, Purpose, Service
from registry.records.kind import BODIES, Body, Kind, decode_body, encode_body
from registry.records.member import Identifier, Member, MemberState, Name, Role, Usage
from registry.records.network import Parameters
from registry.records.schema import Release, ReleaseState, Schema
from registry.records.status_list import MIN_SIZE, Anchor, StatusList, StatusPurpose
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
RECORDS: dict[Kind, Body] = {
    Kind.DID: Did(DID_B, DID_B, (KEY,), (SERVICE,), (HASH,), DID_B, ((DidState.ACTIVE, 1),)),
    Kind.MEMBER: Member(
        (Name("pt", "Universidade"), Name("en", "University")),
        "PT",
        "Norte",
        (Identifier("ror", "https://ror.org/05a28rw58"),),
        (Role.OPERATOR, Role.ISSUER),
        MULTIKEY,
        ((MemberState.ACTIVE, 1),),
    ),
    Kind.USAGE: Usage(3, 4_000),
    Kind.PARAMETERS: Parameters(300, 30_000, 512 * 1024, 1_000, 200_000, 10, 20, 500, 10),
    Kind.VALIDATORS: ValidatorSet((Validator(HASH, "12D3Koo", ("/ip4/127.0.0.1/tcp/1",), DID_A),)),
    Kind.SCHEMA: Schema((Release("1.0.0", HASH, ((ReleaseState.ACTIVE, 1), (ReleaseState.WITHDRAWN, 2))),)),
    Kind.STATUS_LIST: StatusList(StatusPurpose.SUSPENSION, MIN_SIZE, HASH, 5, 20_000, 2, TIME_MS),
    Kind.ANCHOR: Anchor(HASH, 1_000),
}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: type(operation).__name__)
def test_an_operation_is_frozen(operation: Operation, frozen: Freeze) -> None:
    encoded = encode_as(OPERATION, operation)
    assert decode_as(OPERATION, encoded, limit=10_000) == operation
    frozen(f"registry/operation/{type(operation).__name__}", encoded)


@pytest.mark.parametrize("kind", RECORDS)
def test_a_records_body_is_frozen(kind: Kind, frozen: Freeze) -> None:
    encoded = encode_body(kind, RECORDS[kind])
    assert decode_body(kind, encoded) == RECORDS[kind]
    frozen(f"registry/record/{kind.value}", encoded)


def test_no_operation_or_record_is_left_out() -> None:
    assert {type(operation) for operation in OPERATIONS} == {shape.type for shape in OPERATION_CODES.values()}
    assert set(RECORDS) == set(BODIES) == set(Kind) - {Kind.INDEX}


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
