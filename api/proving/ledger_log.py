"""Paths in the ledger log: its subtrees as stored, its leaves from the blocks (decision 0109).

No row holds the hash of a leaf. A transaction's path needs that of the leaf beside it, which is in its own
block or the first of the next. Where the log's last leaf stands in the path by itself, the frontier has it.
"""

from api.ports import View
from api.proving.stored import TransactionPlace, nodes
from consensus.messages import Block
from registry.primitives.merkle import leaf_hash
from registry.proofs import LedgerProof
from registry.proving import prove_ledger
from registry.record_log import LedgerLeaf, ledger_leaf
from registry.rows import Damaged, read_ledger_frontier
from registry.tables import LEDGER_LOG_KEY


def prove_transaction(view: View, place: TransactionPlace, block: Block) -> LedgerProof:
    """The path of the transaction at a place of `block`, whose height the place names. Raises `Damaged` where
    there is none."""
    frontier = read_ledger_frontier(view.reader)
    if not 1 <= place.index <= len(block.transactions) or place.position >= frontier.size:
        raise Damaged(f"block {place.height} has no transaction {place.index}, leaf {place.position}")
    first = place.position - place.index

    def leaf(position: int) -> bytes:
        return _leaf_hash(view, block, position - first)

    subtrees = nodes(view.reader, LEDGER_LOG_KEY, frontier, leaf)
    return prove_ledger(_leaf(block, place.index), place.position, frontier.size, subtrees)


def _leaf_hash(view: View, block: Block, index: int) -> bytes:
    """The hash of a leaf of a block; the one after its last is the first of the next block."""
    if index > len(block.transactions):
        following = view.block(block.header.height + 1)
        if following is None:
            raise Damaged(f"the block above height {block.header.height} is missing")
        block, index = following, 0
    leaf = _leaf(block, index)
    return leaf_hash(ledger_leaf(leaf.height, leaf.index, leaf.time_ms, leaf.data))


def _leaf(block: Block, index: int) -> LedgerLeaf:
    header = block.header
    data = block.transactions[index - 1] if index else header.parent_hash
    return LedgerLeaf(header.height, index, header.time_ms, data)
