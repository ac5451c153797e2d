"""The gate: every mutation is caught within its bound, by an invariant that it breaks, in networks where the
code as it is breaks none."""

from __future__ import annotations

import pytest

from tests.mutations.mutations import MUTATIONS
from tests.mutations.search import caught, violated_without


@pytest.mark.parametrize("name", MUTATIONS)
def test_mutation_is_caught(name: str) -> None:
    mutation = MUTATIONS[name]
    assert mutation.seen_in < mutation.seeds
    found = caught(mutation, mutation.seen_in)
    assert found is not None, f"{name} went unseen in {mutation.seeds} seeds"
    last, violated = found
    assert violated.invariant in mutation.shows, str(violated)
    for seed in range(last + 1):
        assert violated_without(seed, mutation.attackers, mutation.validators) is None
