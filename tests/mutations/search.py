"""In which seeds a mutation is caught.

`python -m tests.mutations.search` prints the lowest one of each, which stands as `seen_in` in the table.
"""

from __future__ import annotations

from functools import cache

from pytest import MonkeyPatch

from node.simulation.invariants import Violated
from node.simulation.process import Process
from node.simulation.world import World
from tests.byzantine.attackers import ATTACKERS
from tests.mutations.mutations import MUTATIONS, Mutation


def caught(mutation: Mutation, first: int) -> tuple[int, Violated] | None:
    """The seed that catches it, and the invariant it broke: `first`, or the lowest of its seeds; None where
    none does."""
    with MonkeyPatch.context() as patch:
        mutation.inject(patch)
        for seed in dict.fromkeys((first, *range(mutation.seeds))):
            found = _violated(seed, mutation.attackers, mutation.validators, mutation.process)
            if found is not None:
                return seed, found
    return None


@cache
def violated_without(seed: int, attackers: tuple[str, ...], validators: int) -> Violated | None:
    """What the code as it is breaks in that network, many of which several mutations share."""
    return _violated(seed, attackers, validators, Process)


def _violated(
    seed: int, attackers: tuple[str, ...], validators: int, process: type[Process]
) -> Violated | None:
    kinds = {name: ATTACKERS[name] for name in attackers}
    return World(seed, validators, kinds, process_type=process).run().violated


if __name__ == "__main__":
    for name, mutation in MUTATIONS.items():
        found = caught(mutation, 0)
        print(f"{name}: {'never' if found is None else found[0]}", flush=True)
