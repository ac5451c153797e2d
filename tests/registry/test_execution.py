"""Executing blocks: what a block writes, all or nothing, and independence from everything but the input."""

from registry.execution import Receipt, Rejected
from registry.kinds.did.record import DID_RECORD, Did, DidState, Key, KeyPeriod, KeyState
from registry.primitives.merkle import leaf_hash, root_of
from registry.record_log import ledger_leaf, map_key
from registry.record_type import decode_body
from registry.rejection import TransactionReason
from registry.rows import VERSION_ROW, read_row
from registry.state import State
from registry.tables import Table, u32, u64
from registry.transaction import Transaction
from tests.registry.network import START_MS, UNIVERSITY, Network, multikey, owned


def test_a_registration_becomes_a_record_of_one_version() -> None:
    network = Network()
    signed = network.signed_by(UNIVERSITY)
    did = signed.build.register_did(UNIVERSITY, [owned("issuer")])
    data = signed.bytes()
    executed = network.commit(data)
    transaction = Transaction.decode(data)
    assert executed.receipts == (Receipt(transaction.id, 1, executed.cost, UNIVERSITY, False),)
    assert network.store.get(Table.TRANSACTION, transaction.id) == u64(1) + u32(1) + u64(2)
    row = network.store.get(Table.VERSION, map_key(DID_RECORD.name, did) + u64(0))
    assert row is not None
    version = read_row(VERSION_ROW, row)
    now = START_MS + 1_000
    assert (version.height, version.index, version.time_ms) == (1, 1, now)
    key = Key("key-1", owned("issuer").purpose, multikey("issuer"), (KeyPeriod(KeyState.ACTIVE, now),))
    assert decode_body(DID_RECORD, version.body) == Did(
        UNIVERSITY, None, (key,), (), (), None, ((DidState.ACTIVE, now),)
    )


def test_the_ledger_log_holds_the_parents_hash_and_the_transactions() -> None:
    network = Network()
    first, second = network.signed_by(UNIVERSITY), network.signed_by(UNIVERSITY)
    first.build.register_did(UNIVERSITY, [owned("a")])
    second.build.register_did(UNIVERSITY, [owned("b")])
    transactions = (first.bytes(), second.bytes())
    context = network.context
    executed = network.commit(*transactions)
    now = START_MS + 1_000
    leaves = [
        ledger_leaf(0, 0, START_MS, bytes(32)),
        ledger_leaf(1, 0, now, context.parent_hash),
        ledger_leaf(1, 1, now, transactions[0]),
        ledger_leaf(1, 2, now, transactions[1]),
    ]
    assert executed.roots.log_size == len(leaves)
    assert executed.roots.log_root == root_of(map(leaf_hash, leaves))
    assert executed.roots.transactions_root == root_of(map(leaf_hash, transactions))


def test_the_state_is_rebuilt_from_the_tables() -> None:
    network = Network()
    signed = network.signed_by(UNIVERSITY)
    signed.build.register_did(UNIVERSITY, [owned("issuer")])
    executed = network.commit(signed.bytes())
    rebuilt = State.rebuild(network.store)
    assert (rebuilt.state_root, rebuilt.log_root) == (executed.roots.state_root, executed.roots.log_root)
    assert rebuilt.ledger == executed.ledger


def test_a_key_ends_within_the_block_that_retires_it() -> None:
    network = Network()
    signed = network.signed_by(UNIVERSITY)
    second = owned("second", fragment="key-2")
    signed.build.add_key(UNIVERSITY, second)
    network.commit(signed.bytes())
    before, ending, after = (network.signed_by(f"{UNIVERSITY}#key-2", "second") for _ in range(3))
    before.build.anchor(UNIVERSITY, bytes(32), 1)
    ending.build.retire_key(UNIVERSITY, "key-2")
    after.build.anchor(UNIVERSITY, b"\1" * 32, 1)
    rejected = network.attempt(before.bytes(), ending.bytes(), after.bytes())
    assert isinstance(rejected, Rejected)
    assert (rejected.index, rejected.reason) == (3, TransactionReason.KEY_INACTIVE)


def test_a_block_with_a_rejected_transaction_is_invalid_and_the_first_one_names_the_reason() -> None:
    network = Network()
    signed = network.signed_by(UNIVERSITY)
    signed.build.register_did(UNIVERSITY, [owned("issuer")])
    data = signed.bytes()
    rejected = network.attempt(data, data)
    assert rejected == Rejected(2, TransactionReason.REPLAYED, Transaction.decode(data).id.hex())
