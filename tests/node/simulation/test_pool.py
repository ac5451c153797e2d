"""The simulated process's pool: what it remembers around the node's own backlog."""

from __future__ import annotations

from dataclasses import replace

from consensus.header import Header, block_hash
from consensus.messages import Block, Candidate, Certificate, FinalBlock, VoteKind
from node.ledger.candidates import ExecutionRejection
from node.pool.mempool import DroppedFromPool
from node.simulation.ledger import ToyApplication, receipts_of
from node.simulation.pool import Pool, SimulatedBlock
from node.simulation.seat import make_validators
from node.simulation.signing import KeyedHashRing
from registry.kinds.did.reasons import DidReason

GENESIS = ToyApplication(0, make_validators(4, KeyedHashRing(0, 4))).header


def final(parent: Header, *transactions: bytes) -> FinalBlock:
    header = replace(parent, height=parent.height + 1, parent_hash=block_hash(parent))
    candidate = Candidate(0, header.height, header.height - 1, block_hash(header))
    certificate = Certificate(VoteKind.FINALIZE, 0, candidate.view, candidate, (), ())
    return FinalBlock(Block(header, transactions), candidate, certificate, ())


def executed(final: FinalBlock) -> SimulatedBlock:
    header = final.block.header
    return SimulatedBlock(block_hash(header), header, receipts_of(final.block.transactions))


def pool_after(*chain: FinalBlock) -> Pool:
    return Pool(chain, block_hash(GENESIS), lambda transaction: "member", lambda: 0)


def is_includable(pool: Pool) -> bool:
    return pool.backlog.includable


def settle(pool: Pool, final: FinalBlock) -> tuple[DroppedFromPool, ...]:
    blocks = [executed(final)]
    dropped = pool.backlog.settle(blocks)
    pool.settled(blocks, dropped)
    return dropped


FIRST = final(GENESIS, b"old")
SECOND = final(FIRST.block.header, b"b")


def rejection(transaction: bytes, parent: Header) -> ExecutionRejection:
    return ExecutionRejection(transaction, block_hash(parent), parent.height, DidReason.DID_EXISTS, "taken")


def test_a_transaction_is_taken_once() -> None:
    pool = pool_after(FIRST)
    assert not pool.admit(b"old")
    assert pool.admit(b"new")
    assert not pool.admit(b"new")
    assert list(pool.waiting) == [b"new"]


def test_a_notarized_transaction_arms_nobody_until_its_block_loses() -> None:
    pool = pool_after()
    pool.admit(b"a")
    pool.backlog.notarized(executed(final(GENESIS, b"a")))
    assert not is_includable(pool)
    pool.admit(b"b")
    assert is_includable(pool)
    settle(pool, FIRST)
    assert list(pool.waiting) == [b"a", b"b"]
    settle(pool, SECOND)
    assert is_includable(pool)
    assert list(pool.waiting) == [b"a"]
    assert not pool.admit(b"b")


def test_what_is_sent_on_is_what_clients_gave_here_and_still_waits() -> None:
    pool = pool_after(FIRST)
    pool.admit(b"a")
    assert list(pool.backlog.linked()) == []
    given = (b"a", b"a", b"b", b"old")
    assert [pool.give(transaction) for transaction in given] == [True, False, True, False]
    assert list(pool.backlog.linked()) == [(b"a", b"b")]
    pool.set_aside([rejection(b"a", FIRST.block.header)])
    assert list(pool.backlog.linked()) == [(b"b",)]
    settle(pool, SECOND)
    assert list(pool.backlog.linked()) == []


def test_what_a_builder_rejects_is_owed_an_answer_until_no_block_can_hold_it() -> None:
    pool = pool_after(FIRST)
    for transaction in (b"a", b"b"):
        pool.owed[transaction] = None
        pool.admit(transaction)
    assert pool.set_aside([rejection(b"a", SECOND.block.header)]) == ()
    assert {member: [one.id for one in queue] for member, queue in pool.backlog.queues(()).items()} == {
        "member": [b"b"]
    }
    assert list(pool.owed) == [b"a", b"b"]
    assert [one.id for one in settle(pool, SECOND)] == [b"a"]
    assert list(pool.owed) == list(pool.waiting) == []


def test_what_is_rejected_on_the_chain_that_was_stored_ends_at_once() -> None:
    pool = pool_after(FIRST)
    pool.admit(b"a")
    assert [one.id for one in pool.set_aside([rejection(b"a", FIRST.block.header)])] == [b"a"]
    assert not is_includable(pool)
