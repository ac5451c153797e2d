"""From a store to a ledger that can go on: genesis, the last final state, and what it must agree with.

- A new store gets the genesis document and the block that executing it gives. A store of another network is
  refused.
- The map is rebuilt from the tables and must have the roots of the last final header: anything else is
  damage, and the node does not start.
"""

from dataclasses import dataclass
from pathlib import Path

from consensus.header import VERSION, Header, block_hash
from consensus.messages import Block
from node.ledger.ledger import Branch
from node.storage.chain_records import ChainReader, ChainRecords
from node.storage.failure import Damage, DamageReason
from node.storage.store import Store
from node.storage.turns import TurnWrites
from node.wording.explained import Explained
from node.wording.fingerprint import fingerprint
from registry.genesis import GenesisDocument, genesis_block_state
from registry.primitives.validator_set import ValidatorSet
from registry.rows import Damaged
from registry.state import State
from registry.tables import Overlay

RIGHT_GENESIS = "put back the genesis document that this ledger began with, or name another data directory"


class WrongNetwork(Explained):
    """The store holds the ledger of another network than the genesis document names."""

    def __init__(self, path: Path, stored: bytes, named: bytes) -> None:
        super().__init__(
            f"the ledger belongs to the network “{fingerprint(stored)}”, "
            f"the genesis document to “{fingerprint(named)}”",
            where=path,
            do=RIGHT_GENESIS,
        )


@dataclass(frozen=True, slots=True)
class Opened:
    """A ledger as it was left: its last final block, and the epoch that goes on from there.

    `epochs` holds the validators of that epoch and of the one before. `anchor` is the header that the epoch's
    views stand on: height 0, or the last block of the epoch before.
    """

    tip: Branch
    epoch: int
    epochs: dict[int, ValidatorSet]
    anchor: Header


def genesis_block(document: GenesisDocument) -> Block:
    """The block of height 0."""
    roots = genesis_block_state(document).roots
    return Block(
        Header(
            version=VERSION,
            ruleset=document.ruleset,
            genesis_hash=bytes(32),
            epoch=0,
            height=0,
            parent_hash=bytes(32),
            time_ms=document.time_ms,
            transactions_root=roots.transactions_root,
            log_size=roots.log_size,
            log_root=roots.log_root,
            state_root=roots.state_root,
            validators_hash=document.validators.digest(),
            next_validators_hash=None,
            proposer=0,
        ),
        (),
    )


def open_ledger(store: Store, chain: ChainRecords, document: GenesisDocument) -> Opened:
    """The ledger in the store, begun if there is none. Raises WrongNetwork and Damage."""
    stored = chain.genesis_document()
    if stored is None:
        _begin(store, chain, document)
    elif stored != document.encode():
        stored_hash = GenesisDocument.decode(stored).genesis_hash
        raise WrongNetwork(store.reader.path, stored_hash, document.genesis_hash)
    header = _header_at(store, chain, chain.height)
    state = _rebuild(store, header)
    tip = Branch(block_hash(header), header, state, Overlay(store.reader), (), {}, None)
    epoch, anchor = 0, _header_at(store, chain, 0)
    epochs = {epoch: document.validators}
    while (boundary := chain.boundary(epoch)) is not None:
        height, following = boundary
        anchor = _header_at(store, chain, height)
        epochs = {epoch: epochs[epoch], epoch + 1: following}
        epoch += 1
    return Opened(tip, epoch, epochs, anchor)


def _begin(store: Store, chain: ChainRecords, document: GenesisDocument) -> None:
    """Writes height 0 and everything that it records, in one turn."""
    turn = TurnWrites()
    turn.apply(genesis_block_state(document).writes)
    chain.put_genesis(turn, document.encode(), genesis_block(document))
    store.commit(turn)


def _header_at(store: Store, chain: ChainReader, height: int) -> Header:
    block = chain.block_at(height)
    if block is None:
        raise Damage(DamageReason.CONTENT, store.reader.path, f"There is no final block at height {height}")
    return block.header


def _rebuild(store: Store, header: Header) -> State:
    """The state that the tables hold, if it is the one that the last final header names."""
    path = store.reader.path
    try:
        state = State.rebuild(store.reader)
    except Damage:
        raise
    except Damaged as damaged:
        raise Damage(DamageReason.CONTENT, path, str(damaged)) from damaged
    named = header.state_root, header.log_size, header.log_root
    if (state.state_root, state.log_size, state.log_root) != named:
        found = _describe(state.state_root, state.log_size, state.log_root)
        expected = _describe(*named)
        raise Damage(
            DamageReason.CONTENT,
            path,
            f"At height {header.height} the tables give {found}; the final header names {expected}",
        )
    return state


def _describe(state_root: bytes, log_size: int, log_root: bytes) -> str:
    return f"state root {state_root.hex()}, log root {log_root.hex()} over {log_size} leaves"
