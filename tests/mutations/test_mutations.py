"""The gate: every mutation is caught within its bound, by an invariant that it breaks, in networks where the
code as it is breaks none."""

from __future__ import annotations

import pytest

from node.simulation.invariants import Violated
from node.simulation.process import Process
from node.simulation.world import World
from tests.byzantine.attackers import ATTACKERS
from tests.mutations.mutations import MUTATIONS, Mutation


def violated(seed: int, mutation: Mutation, process: type[Process]) -> Violated | None:
    kinds = {name: ATTACKERS[name] for name in mutation.attackers}
    return World(seed, mutation.validators, kinds, process_type=process).run().violated


@pytest.mark.parametrize("name", MUTATIONS)
def test_mutation_is_caught(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mutation = MUTATIONS[name]
    with monkeypatch.context() as patch:
        mutation.inject(patch)
        found = (
            (seed, caught)
            for seed in range(mutation.seeds)
            if (caught := violated(seed, mutation, mutation.process)) is not None
        )
        last, caught = next(found, (mutation.seeds, None))
    assert caught is not None, f"{name} went unseen in {mutation.seeds} seeds"
    assert caught.invariant in mutation.shows, str(caught)
    for seed in range(last + 1):
        assert violated(seed, mutation, Process) is None
