"""What orders are made of: the seam to execution, and a toy behind it that costs next to nothing.

The toy's state is a running hash over the transactions in order, so two processes agree on a root only if
they executed the same transactions after the same parent. It refuses a transaction that its chain already
holds, and one that begins with ``INVALID``; one that begins with ``SLOW`` names an attachment that reaches a
process late.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from consensus.events import Build, Execute, Executed, Outcome
from consensus.header import Header
from consensus.header import block_hash as hash_of
from consensus.messages import Block, FinalBlock
from registry.primitives.digest import sha256
from registry.primitives.merkle import leaf_hash, root_of

INVALID = b"invalid:"
SLOW = b"slow:"
BLOCK_TRANSACTIONS = 16
"""A full block of the toy."""


class Ledger(Protocol):
    """Executes, builds and commits for one process. It survives nothing: a new process makes a new one."""

    def execute(self, work: Execute) -> Executed:
        """The outcome of a block whose parent this ledger has executed or committed."""

    def knows(self, block_hash: bytes) -> bool:
        """Whether a block was executed or committed here, so that one can be built on it."""

    def build(self, work: Build, pending: Sequence[bytes]) -> Block | None:
        """A valid block made of what fits of ``pending``; None when the parent is not be executed on here;
        None: it cannot be built."""

    def commit(self, blocks: Sequence[FinalBlock]) -> frozenset[bytes]:
        """Make blocks final; returns their transactions."""

    def content_arrived(self, transaction: bytes) -> None:
        """The attachments of a transaction are held from now on."""


class ToyLedger:
    """Keeps, for each block executed above the final one, its root and the transactions of its unfinal
    ancestry."""

    def __init__(self, genesis: Header, genesis_hash: bytes, proposer: int) -> None:
        self._template = replace(genesis, genesis_hash=genesis_hash)
        self._proposer = proposer
        self._final: set[bytes] = set()
        self._held: set[bytes] = set()
        self._results: dict[bytes, tuple[bytes, frozenset[bytes]]] = {
            hash_of(genesis): (genesis.state_root, frozenset())
        }

    def execute(self, work: Execute) -> Executed:
        header, transactions = work.block.header, work.block.transactions
        parent = self._results[header.parent_hash]
        if any(item.startswith(SLOW) and item not in self._held for item in transactions):
            return Executed(work.block_hash, Outcome.UNKNOWN, "attachment not held")
        reason = self._refusal(parent[1], transactions)
        if reason:
            return Executed(work.block_hash, Outcome.INVALID, reason)
        state_root = _next_root(parent[0], transactions)
        if (header.state_root, header.log_root) != (state_root, sha256(state_root)):
            return Executed(work.block_hash, Outcome.INVALID, "roots")
        self._results[work.block_hash] = (state_root, parent[1].union(transactions))
        return Executed(work.block_hash, Outcome.VALID)

    def knows(self, block_hash: bytes) -> bool:
        return block_hash in self._results

    def build(self, work: Build, pending: Sequence[bytes]) -> Block | None:
        parent = self._results[work.parent_hash]
        chosen: list[bytes] = []
        for transaction in pending:
            if len(chosen) == BLOCK_TRANSACTIONS * work.share // 16:
                break
            if not self._refusal(parent[1], (transaction,)):
                chosen.append(transaction)
        state_root = _next_root(parent[0], chosen)
        header = replace(
            self._template,
            epoch=work.epoch,
            height=work.height,
            parent_hash=work.parent_hash,
            time_ms=work.time_ms,
            transactions_root=root_of([leaf_hash(item) for item in chosen]),
            log_root=sha256(state_root),
            state_root=state_root,
            proposer=self._proposer,
        )
        self._results[hash_of(header)] = (state_root, parent[1].union(chosen))
        return Block(header, tuple(chosen))

    def commit(self, blocks: Sequence[FinalBlock]) -> frozenset[bytes]:
        done = frozenset(item for final in blocks for item in final.block.transactions)
        self._final |= done
        header = blocks[-1].block.header
        self._results.setdefault(hash_of(header), (header.state_root, frozenset()))
        return done

    def content_arrived(self, transaction: bytes) -> None:
        self._held.add(transaction)

    def _refusal(self, unfinal: frozenset[bytes], transactions: Sequence[bytes]) -> str:
        seen: set[bytes] = set()
        for item in transactions:
            if item.startswith(INVALID):
                return "invalid transaction"
            if item in seen or item in unfinal or item in self._final:
                return "transaction seen before"
            seen.add(item)
        return ""


def _next_root(parent_root: bytes, transactions: Sequence[bytes]) -> bytes:
    return sha256(parent_root + b"".join(sha256(item) for item in transactions))
