"""What orders are made of: the seam to execution, and a toy behind it that costs next to nothing.

The toy's state is a running hash over the transactions in order, so two processes agree on a root only if
they executed the same transactions after the same parent. It refuses a transaction that its chain already
holds, and one that begins with ``INVALID``; one that begins with ``SLOW`` names an attachment, which a
process has to ask others for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Protocol

from consensus.events import Build, Execute, Executed, Validity
from consensus.header import VERSION, Header
from consensus.header import block_hash as hash_of
from consensus.messages import Block, FinalBlock
from registry.execution import Roots
from registry.primitives.digest import sha256
from registry.primitives.merkle import EMPTY_ROOT, leaf_hash, root_of
from registry.primitives.validator_set import ValidatorSet

INVALID = b"invalid:"
SLOW = b"slow:"
BLOCK_TRANSACTIONS = 16
"""A full block, in transactions."""


class Ledger(Protocol):
    """Executes, builds and commits for one process; a new process makes a new one. Not knowing the parent of
    a block that is to be executed or built is an error of whoever asked."""

    def execute(self, work: Execute) -> Executed:
        """The outcome of a block whose parent this ledger has executed or committed."""

    def knows(self, block_hash: bytes) -> bool:
        """Whether a block was executed or committed here, so that one can be built on it."""

    def build(self, work: Build, pending: Sequence[bytes]) -> Block:
        """A valid block of what fits of ``pending``."""

    def commit(self, blocks: Sequence[FinalBlock]) -> frozenset[bytes]:
        """Make blocks final; returns their transactions."""

    def lacks(self, transaction: bytes) -> bool:
        """Whether some attachment of a transaction is not held."""

    def hold(self, transaction: bytes) -> None:
        """The attachments of a transaction are held from now on."""


class Application(Protocol):
    """What a run's processes order: where it starts, how each executes it, what clients send."""

    genesis_hash: bytes
    header: Header
    """Of height 0."""

    def ledger(self, validator: int) -> Ledger:
        """A ledger at height 0, for the process of a validator."""

    def transaction(self, number: int, random: Random, wall_ms: int) -> bytes:
        """The client transaction of this number: valid now, unlike every other."""

    def publication(self, number: int, random: Random, wall_ms: int) -> bytes:
        """A transaction like that which names an attachment."""


class ToyApplication:
    """Numbered transactions, one in eight with an attachment."""

    def __init__(self, run: int, validators: ValidatorSet) -> None:
        self.genesis_hash = sha256(b"matricula/simulation/%d" % run)
        self.header = genesis_header(validators, 0, Roots(EMPTY_ROOT, 1, bytes(32), bytes(32)))

    def ledger(self, validator: int) -> Ledger:
        return ToyLedger(self.header, self.genesis_hash, validator)

    def transaction(self, number: int, random: Random, wall_ms: int) -> bytes:
        return self.publication(number, random, wall_ms) if random.random() < 0.125 else b"t%d" % number

    def publication(self, number: int, random: Random, wall_ms: int) -> bytes:
        return SLOW + b"%d" % number


def genesis_header(validators: ValidatorSet, time_ms: int, roots: Roots) -> Header:
    """The header of height 0."""
    return Header(
        version=VERSION,
        ruleset=1,
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
    """Keeps, for each block executed or committed, its root and all transactions of its chain."""

    def __init__(self, genesis: Header, genesis_hash: bytes, proposer: int) -> None:
        self._template = replace(genesis, genesis_hash=genesis_hash, proposer=proposer)
        self._held: set[bytes] = set()
        self._results: dict[bytes, tuple[bytes, frozenset[bytes]]] = {
            hash_of(genesis): (genesis.state_root, frozenset())
        }

    def execute(self, work: Execute) -> Executed:
        header, transactions = work.block.header, work.block.transactions
        parent_root, before = self._results[header.parent_hash]
        if any(self.lacks(item) for item in transactions):
            return Executed(work.block_hash, Validity.UNKNOWN, "attachment not held")
        reason = _refusal(before, transactions)
        if reason:
            return Executed(work.block_hash, Validity.INVALID, reason)
        state_root = _next_root(parent_root, transactions)
        log = _log_size(header.height, before, transactions), sha256(state_root)
        if (header.state_root, header.log_size, header.log_root) != (state_root, *log):
            return Executed(work.block_hash, Validity.INVALID, "roots")
        self._results[work.block_hash] = (state_root, before.union(transactions))
        return Executed(work.block_hash, Validity.VALID)

    def knows(self, block_hash: bytes) -> bool:
        return block_hash in self._results

    def build(self, work: Build, pending: Sequence[bytes]) -> Block:
        parent_root, before = self._results[work.parent_hash]
        fresh = (item for item in pending if not _refusal(before, (item,)))
        room = BLOCK_TRANSACTIONS * work.share // 16
        chosen = tuple(item for item, _ in zip(fresh, range(room), strict=False))
        state_root = _next_root(parent_root, chosen)
        header = replace(
            self._template,
            epoch=work.epoch,
            height=work.height,
            parent_hash=work.parent_hash,
            time_ms=work.time_ms,
            transactions_root=root_of([leaf_hash(item) for item in chosen]),
            log_size=_log_size(work.height, before, chosen),
            log_root=sha256(state_root),
            state_root=state_root,
        )
        self._results[hash_of(header)] = (state_root, before.union(chosen))
        return Block(header, chosen)

    def commit(self, blocks: Sequence[FinalBlock]) -> frozenset[bytes]:
        for final in blocks:
            header = final.block.header
            _, before = self._results[header.parent_hash]
            self._results[hash_of(header)] = (header.state_root, before.union(final.block.transactions))
        return frozenset(item for final in blocks for item in final.block.transactions)

    def lacks(self, transaction: bytes) -> bool:
        return transaction.startswith(SLOW) and transaction not in self._held

    def hold(self, transaction: bytes) -> None:
        self._held.add(transaction)


def _refusal(before: frozenset[bytes], transactions: Sequence[bytes]) -> str:
    if any(item.startswith(INVALID) for item in transactions):
        return "invalid transaction"
    if len(set(transactions)) < len(transactions) or not before.isdisjoint(transactions):
        return "transaction seen before"
    return ""


def _log_size(height: int, before: frozenset[bytes], transactions: Sequence[bytes]) -> int:
    """A leaf for each block, height 0 included, and one for each transaction."""
    return 1 + height + len(before) + len(transactions)


def _next_root(parent_root: bytes, transactions: Sequence[bytes]) -> bytes:
    return sha256(parent_root + b"".join(sha256(item) for item in transactions))
