"""Consensus over the real executor: four replicas agree on registrations and on every root after them."""

from collections.abc import Iterator
from dataclasses import replace

from consensus.config import ReplicaConfig
from consensus.events import Build, Validity
from consensus.header import VERSION, Header, block_hash
from consensus.messages import Block, FinalBlock
from consensus.timing import Timing
from registry.build import TransactionBuilder
from registry.execution import BlockContext, Executed, Execution, Receipt, Roots, execute
from registry.genesis import GenesisDocument, genesis_block_state
from registry.kinds.did.record import DID_RECORD
from registry.primitives import ed25519
from registry.primitives.validator_set import ValidatorSet
from registry.record_type import record_key
from registry.state import State
from registry.tables import MemoryStore, Table
from tests.consensus.network import WALL_MS, Network, World, validator_set
from tests.registry.network import DOCUMENT, UNIVERSITY, owned, seed


def document(n: int) -> GenesisDocument:
    """The registry's test network with the consensus tests' validators, founded just before they start."""
    validators = (replace(validator, member=UNIVERSITY) for validator in validator_set(n).validators)
    return replace(DOCUMENT, validators=ValidatorSet(tuple(validators)), time_ms=WALL_MS)


def configure(n: int, index: int | None, timing: Timing) -> ReplicaConfig:
    """A replica whose anchor is the block at height 0 that the document gives."""
    founded = document(n)
    roots = genesis_block_state(founded).roots
    anchor = Header(
        version=VERSION,
        ruleset=founded.ruleset,
        genesis_hash=bytes(32),
        epoch=0,
        height=0,
        parent_hash=bytes(32),
        time_ms=founded.time_ms,
        transactions_root=roots.transactions_root,
        log_size=roots.log_size,
        log_root=roots.log_root,
        state_root=roots.state_root,
        validators_hash=founded.validators.digest(),
        next_validators_hash=None,
        proposer=0,
    )
    return ReplicaConfig(
        genesis_hash=founded.genesis_hash,
        epoch=0,
        validators=founded.validators,
        index=index,
        anchor=anchor,
        ruleset=founded.ruleset,
        verify=ed25519.verify,
        timing=timing,
    )


class RegistryLedger:
    """The executor with a state for every block executed and not final, by hash."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        genesis = genesis_block_state(document(4))
        self.store.apply(genesis.writes)
        self.states = {block_hash(configure(4, None, Timing()).anchor): genesis.state}
        self.executed: dict[bytes, Executed] = {}

    def execute(self, block: Block) -> Validity:
        """Runs the block and compares what it gives with the header."""
        header = block.header
        context = BlockContext(
            header.genesis_hash, header.parent_hash, 0, header.height, header.time_ms, header.ruleset
        )
        result = execute(self.states[header.parent_hash], context, block.transactions, lambda address: None)
        if not isinstance(result, Executed):
            return Validity.INVALID
        roots = Roots(header.transactions_root, header.log_size, header.log_root, header.state_root)
        if result.roots != roots:
            return Validity.INVALID
        self._keep(block_hash(header), result)
        return Validity.VALID

    def build(self, config: ReplicaConfig, build: Build, proposer: int, pending: list[bytes]) -> Block:
        """Takes what the state of the parent accepts."""
        context = BlockContext(
            config.genesis_hash, build.parent_hash, 0, build.height, build.time_ms, config.ruleset
        )
        execution = Execution(self.states[build.parent_hash], context, lambda address: None)
        taken = tuple(data for data in pending if isinstance(execution.add(data), Receipt))
        result = execution.finish()
        header = Header(
            version=VERSION,
            ruleset=config.ruleset,
            genesis_hash=config.genesis_hash,
            epoch=build.epoch,
            height=build.height,
            parent_hash=build.parent_hash,
            time_ms=build.time_ms,
            transactions_root=result.roots.transactions_root,
            log_size=result.roots.log_size,
            log_root=result.roots.log_root,
            state_root=result.roots.state_root,
            validators_hash=config.validators.digest(),
            next_validators_hash=None,
            proposer=proposer,
        )
        self._keep(block_hash(header), result)
        return Block(header, taken)

    def commit(self, blocks: tuple[FinalBlock, ...]) -> None:
        """Writes the blocks' rows into the store."""
        for final in blocks:
            self.store.apply(self.executed[final.candidate.block_hash].writes)

    def _keep(self, named: bytes, result: Executed) -> None:
        self.executed[named] = result
        self.states[named] = result.state


def registrations(count: int) -> Iterator[tuple[str, bytes]]:
    """DIDs and the transactions that register them."""
    for number in range(count):
        build = TransactionBuilder(document(4).genesis_hash, number.to_bytes(16, "big"))
        did = build.register_did(UNIVERSITY, [owned(f"issuer {number}")])
        yield did, build.sign(f"{UNIVERSITY}#key-1", seed(UNIVERSITY), WALL_MS + 600_000)


def test_four_replicas_agree_on_registrations_and_roots() -> None:
    network = Network(4, world=World(configure, RegistryLedger))
    made = list(registrations(6))
    for _, transaction in made:
        network.order(transaction)
        network.run(150)
    assert network.run(20_000, until=lambda: not any(node.pool for node in network.nodes.values()))
    assert network.run(5_000, until=lambda: len(set(network.heights())) == 1)
    assert network.agrees()
    for node in network.nodes.values():
        assert isinstance(node.ledger, RegistryLedger)
        rebuilt = State.rebuild(node.ledger.store)
        last = node.disk.chain[-1].block.header
        found = rebuilt.state_root, rebuilt.log_size, rebuilt.log_root
        assert found == (last.state_root, last.log_size, last.log_root)
        for did, _ in made:
            assert node.ledger.store.get(Table.RECORD, record_key(DID_RECORD, did)) is not None
