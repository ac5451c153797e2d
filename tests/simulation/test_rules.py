"""What a rule says of itself (decision 0112) holds in whole runs, attackers included."""

from __future__ import annotations

import pytest

import consensus.replica
from consensus.events import Effect, Event, Now
from consensus.replica import Replica, Rule
from consensus.state import ReplicaState
from node.simulation.seat import Parts
from node.simulation.world import World
from tests.byzantine.attackers import ATTACKERS

RULES = consensus.replica._RULES


def honest(rule: Rule) -> Rule:
    """The rule, which is found out when it orders something and says that it did nothing."""

    def tried(state: ReplicaState) -> bool:
        before = len(state.effects)
        has_acted = rule(state)
        assert has_acted or state.is_halted or len(state.effects) == before, rule.__name__
        return has_acted

    return tried


class TriedOnceMore(Replica):
    """After each event no rule has anything to do: none lost its occasion."""

    def handle(self, now: Now, event: Event) -> tuple[Effect, ...]:
        effects = super().handle(now, event)
        acted = [] if self.is_halted else [rule.__name__ for rule in RULES if rule(self._state)]
        assert (acted, self._state.effects) == ([], [])
        return effects


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_a_rule_says_that_it_acted_and_none_has_more_to_do(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consensus.replica, "_RULES", tuple(map(honest, RULES)))
    parts = Parts(replica=TriedOnceMore)
    assert World(seed, 4, ATTACKERS, parts=parts).run().violated is None
