"""The simulator reaches what it is meant to reach: each of these things happens in some of the seeds.

A fault that is planned and never takes place, or a path that no run enters, proves nothing.
"""

from __future__ import annotations

import re

from node.simulation.world import World
from tests.byzantine.attackers import ATTACKERS

SEEDS = 60
FIRST = (49, 27, 24, 5)
"""These show all of it, so they are looked at first; what they no longer show is looked for in all."""

SIGHTS = {
    "a crash": " crash ",
    "a crash between two effects": " crash-in-turn ",
    "a failed flush": "flush fails",
    "a torn tail": "torn",
    "a slow disk": " slow-disk 400",
    "slow execution": " slow-execution 900",
    "a clock that jumps": " wall-jump ",
    "a lost disk": " disk-loss ",
    "a partition": r"blocked \[\(",
    "a nullified view": "CERTIFICATE NULLIFY",
    "a block fetched": "GET-BLOCK",
    "certificates fetched": "GET-CERTIFICATES",
    "a range fetched": "GET-RANGE",
    "a missing attachment": "attachment not held",
    "an invalid block": ": invalid ",
    "evidence": "accuses",
    "a link dropped": "drops the link",
    "a proposal with a long justification": " with 4",
    "several blocks committed at once": r"commits (\d+)…(?!\1 )",
    "a full block": " of 16 with ",
}


def test_the_seeds_show_all_of_it() -> None:
    assert set(FIRST) <= set(range(SEEDS))
    unseen = dict(SIGHTS)
    for seed in dict.fromkeys((*FIRST, *range(SEEDS))):
        trace = "\n".join(World(seed, 4, ATTACKERS, keep_trace=True).run().lines)
        unseen = {sight: sign for sight, sign in unseen.items() if re.search(sign, trace) is None}
        if not unseen:
            return
    assert unseen == {}
