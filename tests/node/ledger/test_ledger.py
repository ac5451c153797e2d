"""The ledger's rules L1–L6 on a real store: branches, losers, commits, and orders that a commit overtook."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from consensus.events import Build, Commit, StoreBlock, Validity
from consensus.header import block_hash
from consensus.messages import Block, Candidate, Certificate, FinalBlock, VoteKind
from node.ledger.candidates import ExecutionRejection, WaitingTransaction
from node.ledger.decoding import DecodedTransactions
from node.ledger.ledger import Branch, BuiltBlock, Examined, Ledger, LedgerDependencies
from node.ledger.opening import Opened, open_ledger
from node.links.contents import Contents
from node.process.clock import CLOCK
from node.storage.chain_records import ChainRecords
from node.storage.failpoints import FailPoints
from node.storage.read_view import ReadView, take_snapshot
from node.storage.store import Store
from registry.attachments import Attachment
from registry.genesis import GenesisDocument
from registry.kinds.anchor.reasons import AnchorReason
from registry.primitives import ed25519
from registry.primitives.map_proof import map_root_from
from registry.tables import Table
from registry.transaction import Transaction
from tests.node.process.cluster import Cluster, genesis, member_did

FULL = 16
LONG_MS = 1_000_000
NO_RECORD = bytes(32)
"""A key that no record has, whose path leads to the root of the map all the same."""


class Bench:
    """A ledger over a real store, and the institutions that write to it."""

    def __init__(self, folder: Path, document: GenesisDocument) -> None:
        self.writers = Cluster(folder, document)
        self.store = Store.create(folder)
        self.chain = ChainRecords(self.store.reader, None)
        self.contents = Contents(self.store.reader)
        self.document = document
        self.opened: Opened = open_ledger(self.store, self.chain, document)
        self.ledger = self.made(LONG_MS)

    def made(self, build_ms: int) -> Ledger:
        """A ledger that fills blocks for at most so long."""
        return Ledger(
            LedgerDependencies(
                store=self.store,
                chain=self.chain,
                document=self.document,
                show=self.show,
                contents=self.contents.get,
                decoded=DecodedTransactions(),
                verify=ed25519.verify,
                monotonic_ms=CLOCK.monotonic_ms,
                build_ms=build_ms,
                failpoints=FailPoints(),
            ),
            self.opened.tip,
        )

    def show(self, tip: Branch, final: FinalBlock) -> ReadView:
        """The view after a commit."""
        snapshot = take_snapshot(self.store)
        validators = self.document.validators
        return ReadView(
            self.document.genesis_hash,
            self.document.encode(),
            tip.header,
            final.certificate,
            validators,
            tip.state.map,
            snapshot,
        )

    def order(self, parent: Branch, *, share: int = FULL, later_ms: int = 1) -> Build:
        """An order to build on that block."""
        time_ms = parent.header.time_ms + later_ms
        return Build(0, parent.header.height + 1, parent.hash, parent.header.height + 1, time_ms, share)

    def build(self, parent: Branch, *transactions: bytes, later_ms: int = 1) -> tuple[Block, Branch]:
        """A block of these transactions, and its branch."""
        built = self.attempt(self.order(parent, later_ms=later_ms), *transactions)
        assert built is not None
        branch = self.ledger.branch(block_hash(built.block.header))
        assert branch is not None
        return built.block, branch

    def attempt(self, order: Build, *transactions: bytes) -> BuiltBlock | None:
        """What an order gives when these transactions wait."""
        queue = tuple(
            WaitingTransaction(Transaction.decode(data).id, data, member_did(0), LONG_MS)
            for data in transactions
        )
        return self.ledger.build(order, self.document.validators.digest(), 0, {member_did(0): queue})

    def commit(self, *blocks: Block) -> ReadView:
        """Makes blocks final, each by its own finalization."""
        written = self.ledger.write([Commit(tuple(map(finalized, blocks)))])
        assert isinstance(written.view, ReadView)
        return written.view


def finalized(block: Block) -> FinalBlock:
    """The block with a finalization; its view is its height."""
    height = block.header.height
    candidate = Candidate(0, height, height - 1, block_hash(block.header))
    return FinalBlock(
        block, candidate, Certificate(VoteKind.FINALIZE, 0, height, candidate, (0,), (bytes(64),)), ()
    )


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path, genesis(1))
    yield made
    made.store.close()


def test_a_built_block_is_executed_and_another_ledger_agrees_l2(bench: Bench) -> None:
    block, branch = bench.build(bench.opened.tip, bench.writers.anchor(), bench.writers.anchor())
    assert block.header.state_root == branch.state.state_root
    assert bench.ledger.execute(branch.hash, block) == Examined(Validity.VALID, branch=branch)
    other = bench.made(LONG_MS).execute(branch.hash, block)
    assert (other.outcome, other.branch is not None and other.branch.ids) == (Validity.VALID, branch.ids)


@pytest.mark.parametrize(
    ("field", "other"),
    [
        ("transactions_root", bytes(32)),
        ("log_size", 2),
        ("log_root", bytes(32)),
        ("state_root", bytes(32)),
        ("next_validators_hash", bytes(32)),
    ],
)
def test_a_header_with_another_commitment_is_invalid_l2(bench: Bench, field: str, other: bytes | int) -> None:
    block, _ = bench.build(bench.opened.tip, bench.writers.anchor())
    assert getattr(block.header, field) != other
    change: dict[str, Any] = {field: other}
    forged = Block(replace(block.header, **change), block.transactions)
    reason = "the header's roots are not those of its transactions"
    assert bench.ledger.execute(block_hash(forged.header), forged) == Examined(Validity.INVALID, reason)


def test_a_block_with_a_rejected_transaction_is_invalid_l2(bench: Bench) -> None:
    again = bench.writers.anchor()
    block, _ = bench.build(bench.opened.tip, again)
    twice = Block(block.header, (again, again))
    examined = bench.ledger.execute(bytes(32), twice)
    assert (examined.outcome, examined.branch) == (Validity.INVALID, None)
    assert examined.reason.startswith("transaction 2: replayed")


def test_what_a_builder_rejects_is_named_with_the_block_it_was_judged_on(bench: Bench) -> None:
    root = bytes(32)
    first, branch = bench.build(bench.opened.tip, bench.writers.anchor(root=root))
    other = bench.writers.anchor(root=root)
    built = bench.attempt(bench.order(branch), other)
    assert built is not None
    (verdict,) = built.rejected
    expected = ExecutionRejection(
        Transaction.decode(other).id, branch.hash, 1, AnchorReason.ANCHOR_EXISTS, verdict.detail
    )
    assert (verdict, built.block.transactions, first.header.height) == (expected, (), 1)


def test_what_it_rejects_after_taking_others_is_named_with_the_block_itself(bench: Bench) -> None:
    """On the parent alone, it may be valid: another block may take it first."""
    root = bytes(32)
    first, second = bench.writers.anchor(root=root), bench.writers.anchor(root=root)
    built = bench.attempt(bench.order(bench.opened.tip), first, second)
    assert built is not None
    (verdict,) = built.rejected
    assert built.block.transactions == (first,)
    assert (verdict.parent_hash, verdict.parent_height) == (block_hash(built.block.header), 1)


def test_open_ids_are_those_of_a_block_and_its_open_ancestors(bench: Bench) -> None:
    first, one = bench.build(bench.opened.tip, bench.writers.anchor())
    _, two = bench.build(one, bench.writers.anchor())
    _, rival = bench.build(bench.opened.tip, bench.writers.anchor(), later_ms=2)
    assert bench.ledger.open_ids(two.hash) == {*one.ids, *two.ids}
    assert bench.ledger.open_ids(rival.hash) == set(rival.ids)
    bench.commit(first)
    assert bench.ledger.open_ids(two.hash) == set(two.ids)
    assert bench.ledger.open_ids(one.hash) == frozenset()


def test_losers_go_and_what_stands_on_the_winner_stays_l4(bench: Bench) -> None:
    first, one = bench.build(bench.opened.tip, bench.writers.anchor())
    second, two = bench.build(one, bench.writers.anchor())
    rival_block, rival = bench.build(bench.opened.tip, bench.writers.anchor(), later_ms=2)
    heir_block, heir = bench.build(rival, bench.writers.anchor())
    view = bench.commit(first)
    assert [bench.ledger.branch(one.hash) for one in (one, two, rival, heir)] == [None, two, None, None]
    shown = map_root_from(view.prove(NO_RECORD), NO_RECORD, None)
    assert (view.header, shown) == (first.header, first.header.state_root)
    assert view.reader.get(Table.TRANSACTION, one.ids[0]) is not None
    assert view.reader.get(Table.TRANSACTION, rival.ids[0]) is None
    # An order that the commit overtook has no answer that anybody waits for.
    assert bench.ledger.execute(heir.hash, heir_block) == Examined(Validity.UNKNOWN)
    assert bench.attempt(bench.order(rival)) is None
    # What stands on the winner reads through to the store and becomes final in its turn.
    assert bench.commit(second).header.state_root == two.state.state_root
    assert rival_block.header.height == 1


def test_several_blocks_become_final_at_once_and_the_store_agrees_after_a_restart_l3_l6(bench: Bench) -> None:
    first, one = bench.build(bench.opened.tip, bench.writers.anchor())
    second, _ = bench.build(one, bench.writers.anchor(), bench.writers.anchor())
    view = bench.commit(first, second)
    assert [view.block(height) for height in (1, 2)] == [first, second]
    again = open_ledger(bench.store, bench.chain, bench.document)
    assert (again.tip.header, again.tip.state.state_root) == (second.header, second.header.state_root)


def test_a_missing_attachment_is_no_verdict_and_a_held_one_is_written_with_the_block(bench: Bench) -> None:
    content = Attachment(bytes(16), b'{"$id":"https://example.org/s","$schema":"https://json-schema.org/x"}')
    transaction = bench.writers.schema(content)
    built = bench.attempt(bench.order(bench.opened.tip), transaction)
    assert built is not None
    assert (built.block.transactions, built.rejected) == ((), ())
    bench.contents.offer(content.encode())
    block, branch = bench.build(bench.opened.tip, transaction, later_ms=2)
    empty_handed = Bench.made(bench, LONG_MS)
    bench.contents.settle(0, [content.address], [])
    assert empty_handed.execute(branch.hash, block) == Examined(Validity.UNKNOWN, missing=(content.address,))
    bench.ledger.write([StoreBlock(branch.hash, block)])
    assert bench.store.reader.get(Table.ATTACHMENT, content.address) == content.encode()


def test_after_a_transaction_with_attachments_its_member_is_done_for_the_block(bench: Bench) -> None:
    content = Attachment(bytes(16), b'{"$id":"https://example.org/s","$schema":"https://json-schema.org/x"}')
    bench.contents.offer(content.encode())
    before, with_attachment, after = (
        bench.writers.anchor(),
        bench.writers.schema(content),
        bench.writers.anchor(),
    )
    block, _ = bench.build(bench.opened.tip, before, with_attachment, after)
    assert block.transactions == (before, with_attachment)


def test_a_block_is_filled_for_a_bounded_time_l5(bench: Bench) -> None:
    bench.ledger = bench.made(0)
    block, _ = bench.build(bench.opened.tip, bench.writers.anchor())
    assert block.transactions == ()
