"""The executed ledger of one node: the last final state, and a branch for every executed block above it.

Rules, each named by the tests that prove it:

- **L1** All methods but `branch` and `open_ids` run on one thread, the ledger's, which owns the states. What
  it hands out (branches, views, blocks) never changes.
- **L2** A block is executed once, over the branch of its parent, and its writes wait there until it is final.
- **L3** A turn is one batch: its effects in order and, for a commit, every write of its blocks. It is flushed
  before `write` returns. A failure ends the process, and no later turn is written.
- **L4** When blocks are final, the branches that do not stand on them are dropped; the others stand on the
  store.
- **L5** A block is filled for a fraction of the time that a view may take: a slow or busy machine makes
  smaller blocks, not blocks that no view is long enough for.
- **L6** At start the map is rebuilt from the store and must have the root that the last final header names.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from api.ports import View
from consensus.events import (
    Build,
    Commit,
    DurableEffect,
    StoreBlock,
    Validity,
)
from consensus.header import VERSION, Header, block_hash
from consensus.messages import Block, FinalBlock
from node.ledger.build_time import BuildTime
from node.ledger.builder import Attempt, BlockLimits, Placement, Rejection, fill
from node.ledger.candidates import ExecutionRejection, WaitingTransaction
from node.ledger.decoding import DecodedTransactions
from node.storage.chain_records import ChainRecords
from node.storage.failpoints import FailPoint, FailPoints
from node.storage.store import Store
from node.storage.turns import TurnWrites
from registry.execution import (
    BlockContext,
    ContentReader,
    Execution,
    ExecutionResult,
    MissingContent,
    Receipt,
    Rejected,
    execute,
)
from registry.genesis import GenesisDocument
from registry.primitives.ed25519 import Verify
from registry.primitives.validator_set import ValidatorSet
from registry.rejection import TransactionReason
from registry.ruleset import CURRENT
from registry.state import State
from registry.tables import Overlay, Table


@dataclass(frozen=True, slots=True)
class Branch:
    """An executed block: its hash and header, the state after it, its transactions' ids and receipts in
    order."""

    hash: bytes
    header: Header
    state: State
    overlay: Overlay
    ids: tuple[bytes, ...]
    contents: Mapping[bytes, bytes]
    next_validators: ValidatorSet | None
    receipts: tuple[Receipt, ...] = ()


@dataclass(frozen=True, slots=True)
class Examined:
    """What executing a block gave; `missing` holds the addresses of attachments that are not held."""

    outcome: Validity
    reason: str = ""
    branch: Branch | None = None
    missing: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class BuiltBlock:
    """A block made here, executed already, and the verdicts on transactions it leaves out."""

    block: Block
    rejected: tuple[ExecutionRejection, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A durable turn. `blocks` became final with it, ascending; `view` is the state after the last."""

    blocks: tuple[Branch, ...] = ()
    finals: tuple[FinalBlock, ...] = ()
    view: View | None = None

    @property
    def next_validators(self) -> ValidatorSet | None:
        """The validators of the next epoch, if the last block ends one."""
        return self.blocks[-1].next_validators if self.blocks else None


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerDependencies:
    """What a ledger works with. `show` makes the view of the store as it is after a block; `contents` gives
    attachments by their addresses; `build_ms` is how long this node fills a block: no longer than the others
    have to execute it."""

    store: Store
    chain: ChainRecords
    document: GenesisDocument
    show: Callable[[Branch, FinalBlock], View]
    contents: ContentReader
    decoded: DecodedTransactions
    verify: Verify
    monotonic_ms: Callable[[], int]
    build_ms: int
    failpoints: FailPoints


class Ledger:
    """The states and branches of one node, over its store."""

    def __init__(self, dependencies: LedgerDependencies, tip: Branch) -> None:
        """`tip` is the last final block."""
        self._parts = dependencies
        self._genesis_hash = dependencies.document.genesis_hash
        parameters = dependencies.document.parameters
        self._limits = BlockLimits(parameters.block_bytes, parameters.block_transactions)
        self._tip = tip
        self._branches: dict[bytes, Branch] = {}
        self.writing_since_ms: int | None = None
        """When the write under way began, by the monotonic clock; None where none is."""

    # Read from any thread: each is one lookup of what never changes once it is there (L1).

    def branch(self, named: bytes) -> Branch | None:
        """The branch of an executed block that is not final."""
        return self._branches.get(named)

    def open_ids(self, parent_hash: bytes) -> frozenset[bytes]:
        """The ids of the transactions in a block and in its ancestors that are not final."""
        found: set[bytes] = set()
        branch = self._branches.get(parent_hash)
        while branch is not None:
            found.update(branch.ids)
            branch = self._branches.get(branch.header.parent_hash)
        return frozenset(found)

    # On the ledger's thread

    def execute(self, named: bytes, block: Block) -> Examined:
        """Executes a block whose parent is final or has a branch, and compares its roots (L2)."""
        if named in self._branches:
            return Examined(Validity.VALID, branch=self._branches[named])
        header = block.header
        parent = self._at(header.parent_hash)
        if parent is None:
            return Examined(Validity.UNKNOWN)
        read: dict[bytes, bytes] = {}
        known = self._parts.decoded.get
        outcome = execute(
            parent.state,
            self._context(header),
            [known(data) or data for data in block.transactions],
            self._recording(read),
            self._parts.verify,
        )
        self._parts.failpoints.reach(FailPoint.DURING_EXECUTION)
        match outcome:
            case MissingContent(addresses):
                return Examined(Validity.UNKNOWN, missing=addresses)
            case Rejected(index, reason, detail):
                return Examined(Validity.INVALID, f"transaction {index}: {reason.value} {detail}")
            case ExecutionResult():
                return self._compare(named, header, outcome, read)

    def _compare(
        self, named: bytes, header: Header, outcome: ExecutionResult, read: dict[bytes, bytes]
    ) -> Examined:
        expected = replace(header, **_commitments(outcome))
        if expected != header:
            return Examined(Validity.INVALID, "the header's roots are not those of its transactions")
        return Examined(Validity.VALID, branch=self._keep(named, header, outcome, read))

    def build(
        self,
        order: Build,
        validators_hash: bytes,
        proposer: int,
        queues: Mapping[str, tuple[WaitingTransaction, ...]],
    ) -> BuiltBlock | None:
        """Builds and executes a block of what waits, in shares, within the order's limits. None if its parent
        has lost (see `_at`)."""
        parent = self._at(order.parent_hash)
        if parent is None:
            return None
        context = BlockContext(
            self._genesis_hash, order.parent_hash, order.epoch, order.height, order.time_ms, CURRENT.number
        )
        read: dict[bytes, bytes] = {}
        time = BuildTime(self._parts.monotonic_ms, self._parts.build_ms)
        execution = Execution(parent.state, context, self._recording(read), self._parts.verify)
        filled = fill(
            queues,
            self._limits.scaled(order.share),
            order.height,
            lambda one: self._attempt(execution, one, time, fills=True),
        )
        outcome = execution.finish()
        header = Header(
            version=VERSION,
            ruleset=CURRENT.number,
            genesis_hash=self._genesis_hash,
            epoch=order.epoch,
            height=order.height,
            parent_hash=order.parent_hash,
            time_ms=order.time_ms,
            validators_hash=validators_hash,
            proposer=proposer,
            **_commitments(outcome),
        )
        named = block_hash(header)
        self._keep(named, header, outcome, read)
        self._parts.failpoints.reach(FailPoint.DURING_BUILD)
        places = [(order.parent_hash, order.height - 1)] * filled.on_parent
        places += [(named, order.height)] * (len(filled.rejected) - filled.on_parent)
        rejected = tuple(
            ExecutionRejection(one.waiting.id, *place, one.reason, one.detail)
            for one, place in zip(filled.rejected, places, strict=True)
        )
        return BuiltBlock(Block(header, tuple(one.encoded for one in filled.taken)), rejected)

    def judge(self, waiting: Iterable[WaitingTransaction], wall_ms: int) -> tuple[ExecutionRejection, ...]:
        """Those of the waiting transactions that the next block could not hold even alone. Nothing is kept:
        this is how a node that builds no blocks, or loses its turns, learns what will never be final."""
        tip = self._tip.header
        time_ms = max(wall_ms, tip.time_ms + 1)
        context = BlockContext(
            self._genesis_hash, self._tip.hash, tip.epoch, tip.height + 1, time_ms, CURRENT.number
        )
        time = BuildTime(self._parts.monotonic_ms, self._parts.build_ms)
        rejected = []
        for one in waiting:
            execution = Execution(self._tip.state, context, self._recording({}), self._parts.verify)
            outcome = self._attempt(execution, one, time, fills=False)
            if isinstance(outcome, Rejection):
                place = self._tip.hash, tip.height
                rejected.append(ExecutionRejection(one.id, *place, outcome.reason, outcome.detail))
        return tuple(rejected)

    def write(self, effects: Iterable[DurableEffect]) -> Written:
        """Makes a turn durable (L3)."""
        turn = TurnWrites()
        written = Written()
        for effect in effects:
            self._parts.chain.put(turn, effect)
            match effect:
                case StoreBlock(named):
                    self._put_contents(turn, named)
                case Commit(blocks):
                    written = self._put_final(turn, blocks)
        if not written.blocks:
            self._commit(turn)
            return written
        self._parts.failpoints.reach(FailPoint.BEFORE_COMMIT)
        self._commit(turn)
        self._parts.failpoints.reach(FailPoint.AFTER_COMMIT)
        self._advance(written.blocks)
        return replace(written, view=self._parts.show(self._tip, written.finals[-1]))

    def keep(self, turn: TurnWrites) -> None:
        """Makes rows durable that are no part of the ledger, as a turn of their own (L3)."""
        self._commit(turn)

    def _commit(self, turn: TurnWrites) -> None:
        self.writing_since_ms = self._parts.monotonic_ms()
        try:
            self._parts.store.commit(turn)
        finally:
            self.writing_since_ms = None

    def _put_final(self, turn: TurnWrites, finals: tuple[FinalBlock, ...]) -> Written:
        branches = tuple(self._branches[final.candidate.block_hash] for final in finals)
        for branch in branches:
            turn.apply(branch.overlay.writes)
            if branch.next_validators is not None:
                header = branch.header
                self._parts.chain.put_boundary(turn, header.epoch, header.height, branch.next_validators)
        return Written(branches, finals)

    # Details

    def _at(self, named: bytes) -> Branch | None:
        """The final block or the branch of that hash. None where a commit has overtaken the order that names
        it: another block is final in its place, and nobody waits for the answer."""
        return self._tip if named == self._tip.hash else self._branches.get(named)

    def _context(self, header: Header) -> BlockContext:
        return BlockContext(
            self._genesis_hash,
            header.parent_hash,
            header.epoch,
            header.height,
            header.time_ms,
            header.ruleset,
        )

    def _recording(self, read: dict[bytes, bytes]) -> ContentReader:
        """Gives attachments and notes which ones a block read."""

        def give(address: bytes) -> bytes | None:
            content = self._parts.contents(address)
            if content is not None:
                read[address] = content
            return content

        return give

    def _keep(
        self, named: bytes, header: Header, outcome: ExecutionResult, read: dict[bytes, bytes]
    ) -> Branch:
        ids = tuple(receipt.transaction_id for receipt in outcome.receipts)
        following, receipts = outcome.next_validators, outcome.receipts
        branch = Branch(named, header, outcome.state, outcome.overlay, ids, read, following, receipts)
        self._branches[named] = branch
        return branch

    def _attempt(
        self, execution: Execution, waiting: WaitingTransaction, time: BuildTime, *, fills: bool
    ) -> Attempt:
        """Tries a transaction as the next of an execution, which `fills` a block or is thrown away."""
        if time.is_over(waiting.member):
            return Placement.FULL
        with time.taking(waiting.member):
            outcome = execution.add(self._parts.decoded.get(waiting.encoded) or waiting.encoded)
        match outcome:
            case Receipt():
                if fills:
                    time.took(outcome)
                return Placement.TAKEN
            case MissingContent():
                return Placement.MISSING
            case Rejected(_, TransactionReason.BLOCK_FULL, _):
                return Placement.FULL
            case Rejected(_, reason, detail):
                return Rejection(waiting, reason, detail)

    def _put_contents(self, turn: TurnWrites, named: bytes) -> None:
        """Writes the attachments of a block with it: nobody votes for what a crash would take away."""
        branch = self._branches.get(named)
        if branch is not None:
            turn.apply({(Table.ATTACHMENT, address): data for address, data in branch.contents.items()})

    def _advance(self, blocks: tuple[Branch, ...]) -> None:
        """Moves the tip to the last of these blocks, which are in the store now (L4)."""
        last = blocks[-1]
        reader = self._parts.store.reader
        self._tip = replace(last, state=replace(last.state, reader=reader))
        kept: dict[bytes, Branch] = {}
        for named, branch in sorted(self._branches.items(), key=lambda entry: entry[1].header.height):
            parent = branch.header.parent_hash
            if branch.header.height <= last.header.height:
                continue
            if parent == last.hash:
                branch.overlay.parent = reader
                kept[named] = branch
            elif parent in kept:
                kept[named] = branch
        self._branches = kept


def _commitments(outcome: ExecutionResult) -> dict[str, Any]:
    """The fields of a header that executing its transactions gives."""
    following = outcome.next_validators
    return {
        "transactions_root": outcome.roots.transactions_root,
        "log_size": outcome.roots.log_size,
        "log_root": outcome.roots.log_root,
        "state_root": outcome.roots.state_root,
        "next_validators_hash": None if following is None else following.digest(),
    }
