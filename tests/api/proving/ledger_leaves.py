"""The ledger log as its definition says, made of all leaves of all blocks."""

from consensus.messages import Block
from registry.primitives.merkle import inclusion_proof, leaf_hash, root_of
from registry.primitives.shape import encode_as
from registry.record_log import LEDGER_LEAF, LedgerLeaf
from tests.api.ledger import LedgerView


def ledger_leaves(view: LedgerView) -> list[bytes]:
    """The hashes of all leaves, those of the genesis block first; every block must be kept."""
    return [leaf_hash(encode_as(LEDGER_LEAF, leaf)) for block in view.blocks for leaf in _leaves_of(block)]


def path_among(leaves: list[bytes], position: int) -> tuple[bytes, ...]:
    """The audit path of a leaf, each subtree worked out from its leaves."""

    def node(level: int, index: int) -> bytes:
        return root_of(leaves[index << level : (index + 1) << level])

    return inclusion_proof(position, len(leaves), node)


def _leaves_of(block: Block | None) -> list[LedgerLeaf]:
    assert block is not None
    header = block.header
    ordered = (header.parent_hash, *block.transactions)
    return [LedgerLeaf(header.height, index, header.time_ms, data) for index, data in enumerate(ordered)]
