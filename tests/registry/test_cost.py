"""Costs: what a transaction alone tells, for one operation of each kind."""

import pytest

from registry.cost import cost_of, held_by, records_read
from registry.kinds.anchor.operations import AnchorBatch
from registry.kinds.did.operations import NewKey, RegisterDid, RetireKey
from registry.kinds.did.record import DID_RECORD, Purpose
from registry.kinds.schema.operations import PublishSchema
from registry.kinds.schema.record import SCHEMA_RECORD
from registry.kinds.status_list.operations import UpdateStatusList
from registry.operation import Operation
from registry.primitives.ed25519 import signing_with
from registry.record_type import encode_body
from registry.ruleset import CURRENT
from registry.transaction import Transaction, sign_transaction
from tests.registry.kinds import DID_A, DID_B, OperationExample, operation_examples
from tests.registry.rejections import Scene

EXAMPLES = operation_examples()


def decoded(*operations: Operation) -> Transaction:
    """A transaction of the operations, signed by A."""
    data = sign_transaction(
        f"{DID_A}#key-1",
        signing_with(bytes(32)),
        genesis_hash=bytes(32),
        nonce=bytes(16),
        valid_until_ms=1,
        operations=operations,
    )
    return Transaction.decode(data)


def cost(*operations: Operation) -> int:
    """Units of the operations, without those of the transaction around them and of the body that a proposal
    makes of its bytes."""
    transaction = decoded(*operations)
    length = len(transaction.encoded)
    written = length // 2 if held_by(transaction, CURRENT) else 0
    return cost_of(transaction, CURRENT) - 160 - length // 64 - written


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: type(example.operation).__name__)
def test_an_operation_has_its_cost(example: OperationExample) -> None:
    assert cost(example.operation) == example.cost


def test_operations_add_up() -> None:
    operations = (example.operation for example in EXAMPLES)
    assert cost(*operations) == sum(example.cost for example in EXAMPLES)


def test_keys_and_chunks_are_counted() -> None:
    keys = tuple(NewKey(f"k{n}", Purpose.ASSERTION_METHOD, b"\xed\x01" + bytes(32)) for n in range(5))
    assert cost(RegisterDid(DID_A, DID_B, None, keys, (), (), ())) == 50 + 40 + 5 * 260
    spread = UpdateStatusList(DID_A, "l", tuple(range(0, 10_240, 1_024)), (1, 2))
    assert cost(spread) == 50 + 100 + 12 + 10 * 20


def test_content_costs_a_unit_for_each_byte_and_a_body_for_each_two() -> None:
    assert CURRENT.costs.of_content(131_072) == 131_072
    assert CURRENT.costs.of_body(3_000) == 1_500


def test_a_transaction_pays_once_for_each_long_record_that_it_reads() -> None:
    did_a, did_b = (DID_RECORD, DID_A), (DID_RECORD, DID_B)
    assert records_read(decoded(AnchorBatch(DID_A, bytes(32), 1)), CURRENT) == (did_a,)
    assert records_read(decoded(RetireKey(DID_B, "a"), RetireKey(DID_B, "b")), CURRENT) == (did_a, did_b)
    publication = PublishSchema(DID_A, "s", "1.0.0", bytes(32))
    assert records_read(decoded(publication), CURRENT) == (did_a, (SCHEMA_RECORD, f"{DID_A}/schemas/s"))


def test_a_receipt_holds_the_whole_cost() -> None:
    scene = Scene()
    length = len(encode_body(DID_RECORD, scene.body(DID_RECORD, scene.issuer)))
    signed = scene.by_issuer()
    signed.build.anchor(scene.issuer, bytes(32), 1)
    data = signed.bytes()
    executed = scene.commit(data)
    assert executed.cost == 160 + len(data) // 64 + length // 2 + 40
