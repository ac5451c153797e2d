"""Each attacker alone against three honest validators: it does what its name says, and nothing breaks."""

from __future__ import annotations

import pytest

from node.simulation.campaign import replay_command
from node.simulation.world import Result, World
from tests.byzantine.attackers import ATTACKERS

SEEDS = range(1, 6)

TELLTALE = {
    "equivocator": "accuses 3",
    "false history": "v0    < 3 BLOCK",
    "flooder": "charges 3: blocks that nobody asked for",
    "questioner": "charges 3: far more questions than the protocol needs",
    "repeater": "charges 3: far more votes than the protocol needs",
    "forger": "drops the link to 3: a certificate does not verify",
    "invalid block": ": invalid malformed",
    "late": "NULLIFY",
    "miser": "accuses 3 of withholding attachments",
    "signs everything": "accuses 3",
    "stale certificates": "< 3 CERTIFICATE",
    "stale parent": "< 3 PROPOSE",
    "twins": "accuses 3",
    "withholder": "GET-BLOCK",
}
"""A piece of the trace that shows the attack at work, in some seed."""


def run(seed: int, kind: str) -> Result:
    return World(seed, 4, ATTACKERS, cast={3: kind}, keep_trace=True).run()


@pytest.mark.parametrize("kind", ATTACKERS)
def test_an_attacker_breaks_nothing_and_is_seen_at_work(kind: str) -> None:
    seen = False
    for seed in SEEDS:
        result = run(seed, kind)
        assert result.violated is None, f"{result.violated}; replay: {replay_command(seed, 4)}"
        seen = seen or any(TELLTALE[kind] in line for line in result.lines)
    assert seen
