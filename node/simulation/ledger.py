"""What orders are made of: the seam to execution, and a toy behind it that costs next to nothing.

The toy's state is a running hash over the transactions in order, so two processes agree on a root only if
they executed the same transactions after the same parent. It refuses a transaction that its chain already
holds, and one that begins with ``INVALID``; of those that begin with ``CLAIM`` and the same word, up to a
slash, a chain holds only one. One that begins with ``SLOW`` names an attachment, which a process has to ask
others for. Whose a transaction is, and whether it is heavy, its hash says.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Protocol, TypeAlias

from consensus.events import Build, Execute, Executed, Validity
from consensus.header import VERSION, Header
from consensus.header import block_hash as hash_of
from consensus.messages import Block, FinalBlock
from node.ledger.builder import Attempt, BlockLimits, Filled, Placement, Rejection, fill
from node.ledger.candidates import ExecutionRejection, WaitingTransaction
from node.ledger.resting import HEAVY_UNITS
from node.simulation.pool import BLOCK_TRANSACTIONS, LIMITS, SimulatedBlock
from registry.execution import Receipt, Roots
from registry.kinds.did.reasons import DidReason
from registry.primitives.digest import sha256
from registry.primitives.merkle import EMPTY_ROOT, leaf_hash, root_of
from registry.primitives.validator_set import ValidatorSet
from registry.rejection import RejectionReason, TransactionReason
from registry.ruleset import CURRENT

INVALID = b"invalid:"
SLOW = b"slow:"
CLAIM = b"claim:"
MEMBERS = 3
"""Members of which one has each transaction of the toy."""
LIGHT_UNITS = 160
"""What a transaction of the toy costs that is not heavy."""

Queues: TypeAlias = Mapping[str, tuple[WaitingTransaction, ...]]
"""What waits, by member, each member's oldest first."""


@dataclass(frozen=True, slots=True)
class Made:
    """A block that was built, and the verdicts on transactions that it leaves out."""

    block: Block
    rejected: tuple[ExecutionRejection, ...]


class SimulatedLedger(Protocol):
    """Executes, builds and commits for one process; a new process makes a new one. Not knowing the parent of
    a block that is to be executed or built is an error of whoever asked."""

    def execute(self, work: Execute) -> Executed:
        """The outcome of a block whose parent this ledger has executed or committed."""

    def knows(self, block_hash: bytes) -> bool:
        """Whether a block was executed or committed here, so that one can be built on it."""

    def executed(self, block_hash: bytes) -> SimulatedBlock | None:
        """A block that was executed or built here and is not final."""

    def open_ids(self, block_hash: bytes) -> Collection[bytes]:
        """The transactions of this block and of its ancestors that are not final."""

    def build(self, work: Build, queues: Queues) -> Made:
        """A valid block of what fits of ``queues``."""

    def judge(self, waiting: Sequence[WaitingTransaction], time_ms: int) -> tuple[ExecutionRejection, ...]:
        """Those of ``waiting`` that a block of this time on the last final one could not hold even alone."""

    def commit(self, blocks: Sequence[FinalBlock]) -> tuple[SimulatedBlock, ...]:
        """Make blocks final; returns them."""

    def lacks(self, transaction: bytes) -> bool:
        """Whether some attachment of a transaction is not held."""

    def hold(self, transaction: bytes) -> None:
        """The attachments of a transaction are held from now on."""


class SimulatedApplication(Protocol):
    """What a run's processes order: where it starts, how each executes it, what clients send."""

    genesis_hash: bytes
    header: Header
    """Of height 0."""

    def ledger(self, validator: int) -> SimulatedLedger:
        """A ledger at height 0, for the process of a validator."""

    def member(self, transaction: bytes) -> str:
        """The member whose transaction this is; empty where it is nobody's."""

    def transaction(self, number: int, random: Random, wall_ms: int) -> bytes:
        """The client transaction of this number: valid now, unlike every other."""

    def publication(self, number: int, random: Random, wall_ms: int) -> bytes:
        """A transaction like that which names an attachment."""

    def rivals(self, number: int, random: Random, wall_ms: int) -> tuple[bytes, bytes]:
        """Two transactions of this number, each valid now: once a block holds one, no later one can hold the
        other."""


class ToyApplication:
    """Numbered transactions, one in eight with an attachment."""

    def __init__(self, run: int, validators: ValidatorSet) -> None:
        self.genesis_hash = sha256(b"matricula/simulation/%d" % run)
        self.header = genesis_header(validators, 0, Roots(EMPTY_ROOT, 1, bytes(32), bytes(32)))

    def ledger(self, validator: int) -> SimulatedLedger:
        return ToyLedger(self.header, self.genesis_hash, validator)

    def member(self, transaction: bytes) -> str:
        return member_of(transaction)

    def transaction(self, number: int, random: Random, wall_ms: int) -> bytes:
        return self.publication(number, random, wall_ms) if random.random() < 0.125 else b"t%d" % number

    def publication(self, number: int, random: Random, wall_ms: int) -> bytes:
        return SLOW + b"%d" % number

    def rivals(self, number: int, random: Random, wall_ms: int) -> tuple[bytes, bytes]:
        return CLAIM + b"%d/a" % number, CLAIM + b"%d/b" % number


class Open:
    """The blocks above the last final one that a ledger has executed."""

    def __init__(self) -> None:
        self._blocks: dict[bytes, SimulatedBlock] = {}

    def keep(self, block: SimulatedBlock) -> None:
        """It was executed or built."""
        self._blocks[block.hash] = block

    def get(self, block_hash: bytes) -> SimulatedBlock | None:
        """The block of this hash."""
        return self._blocks.get(block_hash)

    def ids(self, block_hash: bytes) -> frozenset[bytes]:
        """See `SimulatedLedger.open_ids`."""
        found: set[bytes] = set()
        while (block := self._blocks.get(block_hash)) is not None:
            found.update(receipt.transaction_id for receipt in block.receipts)
            block_hash = block.header.parent_hash
        return frozenset(found)

    def settle(self, height: int) -> None:
        """The block of this height is final."""
        self._blocks = {name: block for name, block in self._blocks.items() if block.header.height > height}


def filled(queues: Queues, work: Build, attempt: Callable[[WaitingTransaction], Attempt]) -> Filled:
    """What a block takes of ``queues``, by the node's own rules (`node.ledger.builder`)."""
    limits = BlockLimits(LIMITS.bytes, BLOCK_TRANSACTIONS).scaled(work.share)
    return fill(queues, limits, work.height, attempt)


def member_of(transaction: bytes) -> str:
    """Whose a transaction of the toy is."""
    return f"did:web:member{sha256(transaction)[0] % MEMBERS}.example"


def receipts_of(transactions: Sequence[bytes]) -> tuple[Receipt, ...]:
    """What the toy says of an executed block's transactions: about one in eight is heavy."""
    return tuple(
        Receipt(item, index, _cost_of(item), member_of(item), item.startswith(SLOW))
        for index, item in enumerate(transactions, 1)
    )


def _cost_of(transaction: bytes) -> int:
    return 2 * HEAVY_UNITS if sha256(transaction)[1] < 256 // 8 else LIGHT_UNITS


def verdicts(filled: Filled, work: Build, block_hash: bytes) -> tuple[ExecutionRejection, ...]:
    """What filling a block found out about those it leaves out, but for those that its chain holds."""
    on_parent = ((one, work.parent_hash, work.height - 1) for one in filled.rejected[: filled.on_parent])
    on_block = ((one, block_hash, work.height) for one in filled.rejected[filled.on_parent :])
    return tuple(
        ExecutionRejection(one.waiting.id, rests_on, height, one.reason, one.detail)
        for one, rests_on, height in (*on_parent, *on_block)
        if one.reason is not TransactionReason.REPLAYED
    )


def genesis_header(validators: ValidatorSet, time_ms: int, roots: Roots) -> Header:
    """The header of height 0."""
    return Header(
        version=VERSION,
        ruleset=CURRENT.number,
        genesis_hash=bytes(32),
        epoch=0,
        height=0,
        parent_hash=bytes(32),
        time_ms=time_ms,
        transactions_root=roots.transactions_root,
        log_size=roots.log_size,
        log_root=roots.log_root,
        state_root=roots.state_root,
        validators_hash=validators.digest(),
        next_validators_hash=None,
        proposer=0,
    )


class ToyLedger:
    """Keeps, for each block executed or committed, its root and all transactions of its chain, each by what
    only one of them can have."""

    def __init__(self, genesis: Header, genesis_hash: bytes, proposer: int) -> None:
        self._template = replace(genesis, genesis_hash=genesis_hash, proposer=proposer)
        self._held: set[bytes] = set()
        self._open = Open()
        self._tip = genesis
        self._results: dict[bytes, tuple[bytes, Mapping[bytes, bytes]]] = {
            hash_of(genesis): (genesis.state_root, {})
        }

    def execute(self, work: Execute) -> Executed:
        header, transactions = work.block.header, work.block.transactions
        parent_root, before = self._results[header.parent_hash]
        if any(self.lacks(item) for item in transactions):
            return Executed(work.block_hash, Validity.UNKNOWN, "attachment not held")
        after = dict(before)
        for item in transactions:
            if (reason := _refusal(after, item)) is not None:
                return Executed(work.block_hash, Validity.INVALID, reason.value)
            after[_claimed(item)] = item
        state_root = _next_root(parent_root, transactions)
        log = _log_size(header.height, after), sha256(state_root)
        if (header.state_root, header.log_size, header.log_root) != (state_root, *log):
            return Executed(work.block_hash, Validity.INVALID, "roots")
        self._keep(header, transactions, after)
        return Executed(work.block_hash, Validity.VALID)

    def knows(self, block_hash: bytes) -> bool:
        return block_hash in self._results

    def executed(self, block_hash: bytes) -> SimulatedBlock | None:
        return self._open.get(block_hash)

    def open_ids(self, block_hash: bytes) -> Collection[bytes]:
        return self._open.ids(block_hash)

    def build(self, work: Build, queues: Queues) -> Made:
        parent_root, before = self._results[work.parent_hash]
        after = dict(before)

        def attempt(waiting: WaitingTransaction) -> Attempt:
            item = waiting.encoded
            if (reason := _refusal(after, item)) is not None:
                return Rejection(waiting, reason, "")
            after[_claimed(item)] = item
            return Placement.TAKEN

        found = filled(queues, work, attempt)
        chosen = tuple(one.encoded for one in found.taken)
        state_root = _next_root(parent_root, chosen)
        header = replace(
            self._template,
            epoch=work.epoch,
            height=work.height,
            parent_hash=work.parent_hash,
            time_ms=work.time_ms,
            transactions_root=root_of([leaf_hash(item) for item in chosen]),
            log_size=_log_size(work.height, after),
            log_root=sha256(state_root),
            state_root=state_root,
        )
        self._keep(header, chosen, after)
        return Made(Block(header, chosen), verdicts(found, work, hash_of(header)))

    def judge(self, waiting: Sequence[WaitingTransaction], time_ms: int) -> tuple[ExecutionRejection, ...]:
        tip_hash = hash_of(self._tip)
        _, before = self._results[tip_hash]
        refused = ((judged.id, _refusal(before, judged.encoded)) for judged in waiting)
        return tuple(
            ExecutionRejection(item, tip_hash, self._tip.height, reason, "")
            for item, reason in refused
            if reason is not None
        )

    def commit(self, blocks: Sequence[FinalBlock]) -> tuple[SimulatedBlock, ...]:
        return tuple(self._commit(final.block) for final in blocks)

    def _commit(self, block: Block) -> SimulatedBlock:
        self._tip = block.header
        _, before = self._results[self._tip.parent_hash]
        claimed = {_claimed(item): item for item in block.transactions}
        committed = self._keep(self._tip, block.transactions, {**before, **claimed})
        self._open.settle(self._tip.height)
        return committed

    def _keep(
        self, header: Header, transactions: Sequence[bytes], after: Mapping[bytes, bytes]
    ) -> SimulatedBlock:
        block = SimulatedBlock(hash_of(header), header, receipts_of(transactions))
        self._results[block.hash] = (header.state_root, after)
        self._open.keep(block)
        return block

    def lacks(self, transaction: bytes) -> bool:
        return transaction.startswith(SLOW) and transaction not in self._held

    def hold(self, transaction: bytes) -> None:
        self._held.add(transaction)


def _claimed(transaction: bytes) -> bytes:
    """What no two transactions of a chain have in common."""
    return transaction.partition(b"/")[0] if transaction.startswith(CLAIM) else transaction


def _refusal(before: Mapping[bytes, bytes], transaction: bytes) -> RejectionReason | None:
    """Why a transaction cannot follow those before it; None where it can."""
    if transaction.startswith(INVALID):
        return TransactionReason.MALFORMED
    earlier = before.get(_claimed(transaction))
    if earlier is None:
        return None
    return TransactionReason.REPLAYED if earlier == transaction else DidReason.DID_EXISTS


def _log_size(height: int, transactions: Mapping[bytes, bytes]) -> int:
    """A leaf for each block, height 0 included, and one for each transaction."""
    return 1 + height + len(transactions)


def _next_root(parent_root: bytes, transactions: Sequence[bytes]) -> bytes:
    return sha256(parent_root + b"".join(sha256(item) for item in transactions))
