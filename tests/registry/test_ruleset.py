"""Each block is executed by the ruleset that its header names, side by side in one ledger."""

from dataclasses import dataclass, replace

import pytest

from registry.build import TransactionBuilder
from registry.draft import BlockDraft
from registry.execution import BlockContext, Execution, ExecutionResult, Receipt, Rejected, execute
from registry.genesis import GenesisDocument, genesis_block_state
from registry.index import INDEX_RECORD
from registry.kind import Authority
from registry.kinds.anchor import KIND as ANCHORS
from registry.kinds.anchor.operations import AnchorBatch
from registry.kinds.did.record import DID_RECORD
from registry.record_type import record_key
from registry.rejection import TransactionReason
from registry.roles import Role, Tie
from registry.ruleset import CURRENT, Ruleset
from registry.state import State
from registry.tables import MemoryStore, Table
from registry.transaction import Transaction
from tests.registry.golden import Golden, hash_of, load
from tests.registry.network import UNIVERSITY, seed
from tests.registry.toy import (
    BOTH,
    NEXT,
    NOTE_RECORD,
    NOTES,
    NOTES_BY_AUTHOR,
    RULESET_NEXT,
    Note,
    NoteReason,
    StampNote,
    WriteNote,
    note_id,
)


@dataclass(frozen=True)
class Block:
    """What a header says before its roots, and the transactions."""

    context: BlockContext
    transactions: tuple[bytes, ...]


class Chain:
    """A ledger that goes on from genesis, block after block, each by the ruleset of its header."""

    def __init__(self, golden: Golden) -> None:
        genesis = genesis_block_state(GenesisDocument.decode(golden.genesis))
        self.store = MemoryStore()
        self.store.apply(genesis.writes)
        self.state = State(self.store, genesis.map, genesis.ledger)
        self._held = golden.attachments

    def execution(self, context: BlockContext) -> Execution:
        return Execution(self.state, context, self._held.get, rulesets=BOTH)

    def add(self, block: Block) -> ExecutionResult:
        executed = execute(self.state, block.context, block.transactions, self._held.get, rulesets=BOTH)
        assert isinstance(executed, ExecutionResult), executed
        self.store.apply(executed.writes)
        self.state = State(self.store, executed.map, executed.ledger)
        return executed


GOLDEN = load(CURRENT.number)
OLD = [Block(step.context, step.transactions) for step in GOLDEN.steps]


def after(context: BlockContext, ruleset: int) -> BlockContext:
    """The context of a block one second later."""
    return replace(context, height=context.height + 1, time_ms=context.time_ms + 1_000, ruleset=ruleset)


FIRST, SECOND = after(OLD[-1].context, NEXT), after(after(OLD[-1].context, NEXT), NEXT)


def signed(context: BlockContext, number: int, *operations: object, ruleset: Ruleset = RULESET_NEXT) -> bytes:
    """A transaction of the university, for a block of that context."""
    build = TransactionBuilder(context.genesis_hash, bytes([number]) * 16, ruleset)
    for operation in operations:
        build.add(operation)  # type: ignore[arg-type]  # an operation
    return build.sign(f"{UNIVERSITY}#key-1", seed(UNIVERSITY), context.time_ms + 1)


def old_ledger() -> Chain:
    """The golden ledger, replayed; its bytes are those of the file."""
    chain = Chain(GOLDEN)
    for block, step in zip(OLD, GOLDEN.steps, strict=True):
        executed = chain.add(block)
        assert (executed.roots, hash_of(executed.writes)) == (step.roots, step.writes_hash)
    return chain


ANCHOR = AnchorBatch(UNIVERSITY, bytes(32), 1)
WRITE, STAMP = WriteNote(UNIVERSITY, "a", "four"), StampNote(UNIVERSITY, "a")
NOTE = note_id(UNIVERSITY, "a")


def test_an_old_ledger_goes_on_under_the_next_ruleset() -> None:
    new = [
        Block(
            FIRST, (signed(FIRST, 1, WRITE, STAMP), signed(FIRST, 2, AnchorBatch(UNIVERSITY, bytes(32), 1)))
        ),
        Block(SECOND, (signed(SECOND, 3, STAMP),)),
    ]
    chain = old_ledger()
    made = [chain.add(block) for block in new]
    assert BlockDraft(chain.store).body((NOTE_RECORD, NOTE)) == Note("four", 2)
    index = record_key(INDEX_RECORD, NOTES_BY_AUTHOR.index_id(UNIVERSITY))
    assert len(list(chain.store.scan(Table.VERSION, index))) == 1

    again = Chain(GOLDEN)
    replayed = [again.add(block) for block in (*OLD, *new)]
    expected = [*(step.roots for step in GOLDEN.steps), *(executed.roots for executed in made)]
    assert [executed.roots for executed in replayed] == expected
    assert State.rebuild(again.store).state_root == made[-1].roots.state_root


def test_each_number_has_its_own_units() -> None:
    chain = old_ledger()
    old, new = after(OLD[-1].context, CURRENT.number), FIRST
    data = signed(new, 1, ANCHOR)
    costs = []
    for context in (old, new):
        receipt = chain.execution(context).add(data)
        assert isinstance(receipt, Receipt)
        costs.append(receipt.cost)
    assert costs[1] - costs[0] == 1_000 - 160
    write, both = signed(new, 2, WRITE), signed(new, 2, WRITE, STAMP)
    written, stamped = chain.execution(new).add(write), chain.execution(new).add(both)
    assert isinstance(written, Receipt)
    assert isinstance(stamped, Receipt)
    did = BlockDraft(chain.store).body_length((DID_RECORD, UNIVERSITY))
    assert written.cost == 1_000 + len(write) // 64 + did // 2 + 50 + 40 + 4 * 7
    assert stamped.cost - written.cost == 50 + len(both) // 64 - len(write) // 64


def test_each_number_has_its_own_operations_and_bounds() -> None:
    chain = old_ledger()
    old, new = after(OLD[-1].context, CURRENT.number), FIRST
    note = signed(new, 1, WRITE)
    three = signed(
        new, 2, *(AnchorBatch(UNIVERSITY, bytes([root]) * 32, 1) for root in range(3)), ruleset=CURRENT
    )

    def answer(context: BlockContext, data: bytes | Transaction) -> object:
        found = chain.execution(context).add(data)
        return found.reason if isinstance(found, Rejected) else type(found)

    assert [answer(context, note) for context in (old, new)] == [TransactionReason.MALFORMED, Receipt]
    assert [answer(context, three) for context in (old, new)] == [Receipt, TransactionReason.MALFORMED]
    # What was read by another ruleset before is read anew.
    read_by_2, read_by_1 = Transaction.decode(note, RULESET_NEXT), Transaction.decode(three, CURRENT)
    assert [answer(context, read_by_2) for context in (old, new)] == [TransactionReason.MALFORMED, Receipt]
    assert [answer(context, read_by_1) for context in (old, new)] == [Receipt, TransactionReason.MALFORMED]
    unknown = chain.execution(new).add(signed(new, 3, STAMP))
    assert isinstance(unknown, Rejected)
    assert unknown.reason is NoteReason.NOTE_UNKNOWN


def test_each_number_has_its_own_questions_and_reasons() -> None:
    assert RULESET_NEXT.fault_of_id("toy-note", NOTE) is None
    assert RULESET_NEXT.fault_of_id("index", NOTES_BY_AUTHOR.index_id(UNIVERSITY)) is None
    assert CURRENT.fault_of_id("index", NOTES_BY_AUTHOR.index_id(UNIVERSITY)) is not None
    assert set(RULESET_NEXT.records) - set(CURRENT.records) == {"toy-note"}
    assert set(RULESET_NEXT.reasons) - set(CURRENT.reasons) == set(NoteReason)


def test_a_number_that_is_not_known_is_executed_by_nothing() -> None:
    with pytest.raises(ValueError, match=f"ruleset {NEXT + 1} "):
        old_ledger().execution(after(OLD[-1].context, NEXT + 1))
    with pytest.raises(ValueError, match=f"ruleset {NEXT} "):
        execute(old_ledger().state, FIRST, (), lambda _: None)


def test_nothing_stands_in_a_ruleset_twice() -> None:
    twice = (
        replace(NOTES, record=ANCHORS.record),
        replace(NOTES, relation=ANCHORS.relation),
        replace(NOTES, reasons=ANCHORS.reasons),
        replace(NOTES, operations=ANCHORS.operations),
    )
    for kind in twice:
        with pytest.raises(TypeError, match="twice"):
            replace(CURRENT, kinds=(*CURRENT.kinds, kind))


def test_what_a_descriptor_cannot_mean_is_refused() -> None:
    with pytest.raises(ValueError, match="has a signer"):
        Authority(ties=frozenset({Tie.ITSELF}), roles=frozenset(Role), signers=0)
    with pytest.raises(TypeError, match="no field owner"):
        replace(NOTES.operations[0], subject="owner")
