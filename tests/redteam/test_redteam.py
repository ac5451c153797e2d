"""The harness itself: an attack takes place over real processes, and what it would find is found."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from node.observing.misconduct import Misconduct
from tests.redteam.attackers.table import ATTACKERS
from tests.redteam.outcome import NodeSeen, Outcome, Times
from tests.redteam.trial import Setting, try_attacker

DOCUMENT = Path(__file__).parents[2] / "docs" / "redteam.md"
HOSTILE, HONEST = "did:web:hostile.example", "did:web:honest.example"
NAMED: Mapping[str, float] = {"metric": 0.5, "log": 0.1, "health": 0.5}
CALM = Times(count=40, p50_ms=50, p99_ms=90)
NODE = NodeSeen(
    number=2,
    memory_mb=1,
    cpu_share=0.2,
    disk_mb=0,
    unready=(),
    metrics_unanswered=0,
    honest_links_lost=0,
    named={HOSTILE: NAMED},
    faults={HOSTILE: ["late_blocks"]},
    has_ended=False,
)
GOOD = Outcome(
    name="attack",
    is_fault=True,
    proof="messages",
    hostile=HOSTILE,
    before=CALM,
    during=CALM,
    nodes=(NODE,),
    did={"messages": 1},
)


@pytest.mark.process
async def test_a_hostile_member_is_named_by_all_and_by_nobody_else(tmp_path: Path) -> None:
    setting = Setting(calm_s=0.5, attack_s=2, per_second=10)
    outcome = await try_attacker(ATTACKERS["bad-signature"], tmp_path, setting)
    fault = Misconduct.FALSE_TRANSACTION.name.lower()
    assert outcome.did["transactions"] > 0
    for node in outcome.nodes:
        # On a busy machine an honest one may be slow, and be named for that alone.
        assert [member for member, faults in node.faults.items() if fault in faults] == [outcome.hostile]
    assert set(outcome.named_after_s) == {"metric", "log", "health"}
    assert not any(node.has_ended for node in outcome.nodes)


def test_an_outcome_within_all_bounds_misses_none() -> None:
    assert GOOD.misses() == []


@pytest.mark.parametrize(
    ("outcome", "missed"),
    [
        (replace(GOOD, did={}), "the attack did not take place: no messages"),
        (replace(GOOD, during=replace(CALM, p50_ms=101)), "p50 2.0 times"),
        (replace(GOOD, during=replace(CALM, p99_ms=1_001)), "p99 1,001 ms"),
        (replace(GOOD, during=replace(CALM, failures={"503 Not ready": 2})), "2 × 503 Not ready"),
        (replace(GOOD, nodes=(replace(NODE, has_ended=True),)), "node 2 ended"),
        (replace(GOOD, nodes=(replace(NODE, unready=("lag",)),)), "node 2 unready 1 times: lag"),
        (replace(GOOD, nodes=(replace(NODE, metrics_unanswered=3),)), "node 2: no metrics 3 times"),
        (replace(GOOD, nodes=(replace(NODE, honest_links_lost=1),)), "node 2 lost 1 honest links"),
        (replace(GOOD, nodes=(replace(NODE, memory_mb=65),)), "node 2 grew by 65 MB"),
        (
            replace(GOOD, nodes=(replace(NODE, faults={HOSTILE: ["late"], HONEST: ["late", "silent"]}),)),
            f"node 2 named an honest member, {HONEST}, for late and silent",
        ),
        (
            replace(GOOD, nodes=(replace(NODE, named={HOSTILE: {"log": 1.0, "metric": 11.0}}),)),
            "not named in metric, health within 10 s",
        ),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_each_bound_that_is_missed_is_told(outcome: Outcome, missed: str) -> None:
    assert outcome.misses() == [missed]


def test_what_is_no_fault_need_not_be_named() -> None:
    assert replace(GOOD, is_fault=False, nodes=(replace(NODE, named={}),)).misses() == []


@pytest.mark.parametrize("name", ATTACKERS)
def test_every_attacker_is_in_the_document(name: str) -> None:
    fault = "yes" if ATTACKERS[name].is_fault else "no"
    assert f"| `{name}` | {ATTACKERS[name].sentence} | {fault} |" in DOCUMENT.read_text("utf-8")
