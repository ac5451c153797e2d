"""The ledgers behind the seam: both agree with themselves on another process, and after a restart."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from consensus.events import Build, Execute, Executed, Validity
from consensus.header import block_hash
from consensus.messages import Block, Candidate, Certificate, FinalBlock, VoteKind
from node.simulation.clock import EPOCH_MS
from node.simulation.ledger import INVALID, Made, SimulatedApplication, SimulatedLedger, ToyApplication
from node.simulation.pool import waiting
from node.simulation.registry_ledger import RegistryApplication
from node.simulation.seat import make_validators
from node.simulation.signing import KeyedHashRing
from registry.primitives.merkle import leaf_hash, root_of

VALIDATORS = make_validators(4, KeyedHashRing(1, 4))


@pytest.fixture(params=[ToyApplication, RegistryApplication])
def application(request: pytest.FixtureRequest) -> SimulatedApplication:
    chosen: SimulatedApplication = request.param(1, VALIDATORS)
    return chosen


def built(
    ledger: SimulatedLedger, parent: bytes, height: int, pending: list[bytes], share: int = 16
) -> Block:
    return made(ledger, parent, height, pending, share).block


def made(ledger: SimulatedLedger, parent: bytes, height: int, pending: list[bytes], share: int = 16) -> Made:
    queues = {"": tuple(waiting(transaction, "") for transaction in pending)}
    return ledger.build(Build(0, height, parent, height, EPOCH_MS + height, share), queues)


def executed(ledger: SimulatedLedger, block: Block) -> Executed:
    return ledger.execute(Execute(block_hash(block.header), block))


def final(block: Block) -> FinalBlock:
    candidate = Candidate(0, block.header.height, block.header.height - 1, block_hash(block.header))
    certificate = Certificate(VoteKind.FINALIZE, 0, candidate.view, candidate, (), ())
    return FinalBlock(block, candidate, certificate, ())


def transactions(application: SimulatedApplication, count: int) -> list[bytes]:
    random = Random(1)
    return [application.transaction(number, random, EPOCH_MS) for number in range(count)]


def test_what_one_builds_another_finds_valid(application: SimulatedApplication) -> None:
    builder, other = application.ledger(0), application.ledger(1)
    pending = transactions(application, 40)
    parent = block_hash(application.header)
    chain = []
    for height in (1, 2, 3):
        for transaction in pending:
            builder.hold(transaction)
        block = built(builder, parent, height, pending)
        lacking = [item for item in block.transactions if other.lacks(item)]
        if lacking:
            assert executed(other, block).outcome is Validity.UNKNOWN
        for transaction in lacking:
            other.hold(transaction)
        assert executed(other, block).outcome is Validity.VALID
        assert builder.open_ids(block_hash(block.header)) == set(block.transactions)
        (committed,) = other.commit([final(block)])
        assert builder.commit([final(block)]) == (committed,)
        assert [receipt.transaction_id for receipt in committed.receipts] == list(block.transactions)
        members = [receipt.member_did for receipt in committed.receipts]
        assert members == [application.member(transaction) for transaction in block.transactions]
        assert builder.open_ids(block_hash(block.header)) == set()
        parent = block_hash(block.header)
        chain.append(block)
    assert [len(block.transactions) for block in chain] == [16, 16, 8]
    restarted = application.ledger(2)
    restarted.commit([final(block) for block in chain])
    assert built(restarted, parent, 4, pending).header == replace(
        built(builder, parent, 4, pending).header, proposer=2
    )


def test_what_is_wrong_with_a_block(application: SimulatedApplication) -> None:
    ledger = application.ledger(0)
    (transaction,) = transactions(application, 1)
    ledger.hold(transaction)
    block = built(ledger, block_hash(application.header), 1, [transaction])
    forged = Block(replace(block.header, state_root=bytes(32)), block.transactions)
    assert executed(ledger, forged).outcome is Validity.INVALID
    bodies = (INVALID,), (transaction, transaction)
    for body in bodies:
        root = root_of([leaf_hash(item) for item in body])
        wrong = Block(replace(block.header, transactions_root=root), body)
        assert executed(ledger, wrong).outcome is Validity.INVALID


def test_a_share_of_a_block(application: SimulatedApplication) -> None:
    ledger = application.ledger(0)
    pending = transactions(application, 20)
    for transaction in pending:
        ledger.hold(transaction)
    parent = block_hash(application.header)
    sizes = [len(built(ledger, parent, 1, pending, share).transactions) for share in (16, 8, 1, 0)]
    assert sizes == [16, 8, 1, 0]


def test_a_losing_branch_is_left_alone(application: SimulatedApplication) -> None:
    ledger = application.ledger(0)
    first, second = (transaction for transaction in transactions(application, 20)[:2])
    for transaction in (first, second):
        ledger.hold(transaction)
    root = block_hash(application.header)
    winner, loser = built(ledger, root, 1, [first]), built(ledger, root, 1, [second])
    ledger.commit([final(winner)])
    parent = block_hash(winner.header)
    assert built(ledger, parent, 2, [first, second]).transactions == (second,)
    assert ledger.knows(block_hash(loser.header))


def test_of_two_rivals_a_chain_holds_one(application: SimulatedApplication) -> None:
    ledger = application.ledger(0)
    first, second = application.rivals(1, Random(1), EPOCH_MS)
    parent = block_hash(application.header)
    both = made(ledger, parent, 1, [first, second])
    named = block_hash(both.block.header)
    assert both.block.transactions == (first,)
    assert [(one.id, one.parent_hash, one.parent_height) for one in both.rejected] == [(second, named, 1)]
    other = made(ledger, parent, 1, [second, first])
    assert other.block.transactions == (second,)
    ledger.commit([final(both.block)])
    later = made(ledger, named, 2, [first, second])
    assert later.block.transactions == ()
    assert [(one.id, one.parent_hash, one.parent_height) for one in later.rejected] == [(second, named, 1)]
    assert ledger.judge([waiting(second, "")], EPOCH_MS + 3) == later.rejected
    good = waiting(application.transaction(2, Random(2), EPOCH_MS), "")
    assert ledger.judge([good], EPOCH_MS + 3) == ()
