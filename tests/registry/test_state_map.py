"""What execution needs of the records' map is its interface: another map gives the same blocks."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from registry.execution import ExecutionResult, execute
from registry.genesis import GenesisDocument, genesis_block_state
from registry.primitives.sparse_map import SparseMap
from registry.state import State
from registry.state_map import StateMap
from registry.tables import MemoryStore
from tests.registry.golden import load
from tests.registry.network import UNIVERSITY, Network
from tests.registry.primitives.test_sparse_map import KEYS, MAPS
from tests.registry.recomputed_map import RecomputedMap, recomputed_from


@settings(derandomize=True, max_examples=100, deadline=None)
@given(MAPS, MAPS, KEYS)
def test_every_map_gives_the_same_roots_and_paths(
    first: dict[bytes, bytes], second: dict[bytes, bytes], asked: bytes
) -> None:
    kept: StateMap = SparseMap.EMPTY
    recomputed: StateMap = RecomputedMap()
    for entries in (first, second):
        kept, recomputed = kept.update(entries), recomputed.update(entries)
        assert kept.root == recomputed.root
        assert [kept.prove(key) for key in (asked, *first)] == [
            recomputed.prove(key) for key in (asked, *first)
        ]


@pytest.mark.parametrize("empty", [SparseMap.EMPTY, RecomputedMap()], ids=["in memory", "recomputed"])
@pytest.mark.parametrize("entry", [(bytes(31), bytes(32)), (bytes(32), bytes(33))], ids=["key", "value"])
def test_every_map_refuses_entries_of_another_size(empty: StateMap, entry: tuple[bytes, bytes]) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        empty.update(dict([entry]))


def test_the_golden_ledger_has_its_roots_over_another_map() -> None:
    golden = load()
    genesis = genesis_block_state(GenesisDocument.decode(golden.genesis))
    store = MemoryStore()
    store.apply(genesis.writes)
    state = State(store, recomputed_from(store), genesis.ledger)
    assert state.state_root == genesis.roots.state_root
    for step in golden.steps:
        outcome = execute(state, step.context, step.transactions, golden.attachments.get)
        assert isinstance(outcome, ExecutionResult), outcome
        assert outcome.roots == step.roots
        store.apply(outcome.writes)
        state = State(store, outcome.map, outcome.ledger)
    assert isinstance(state.map, RecomputedMap)


def test_two_blocks_stand_on_one_parent_over_another_map() -> None:
    network = Network()
    network.state = replace(network.state, map=recomputed_from(network.store))
    before = network.state.state_root
    rivals = []
    for number in range(2):
        signed = network.signed_by(UNIVERSITY)
        signed.build.anchor(UNIVERSITY, bytes([number]) * 32, 1)
        outcome = network.attempt(signed.bytes())
        assert isinstance(outcome, ExecutionResult)
        rivals.append(outcome.state)
    assert len({before, *(rival.state_root for rival in rivals)}) == 3
    assert network.state.state_root == before
