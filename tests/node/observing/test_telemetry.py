"""What a node says about the others: an operator is told whose node it is."""

from dataclasses import replace
from typing import Any

import pytest

from consensus.events import Evidence, Now
from consensus.messages import Vote, VoteKind
from consensus.remembered import Voting
from consensus.replica import Progress
from node.observing.metrics import Metrics
from node.observing.telemetry import Telemetry
from registry.primitives.validator_set import Validator, ValidatorSet
from tests.consensus.network import anchor
from tests.node.observing.log_lines import LogLines

VALIDATORS = ValidatorSet(
    tuple(
        Validator(bytes([number]) * 32, f"peer-{number}", (), f"did:web:{number}.example")
        for number in range(4)
    )
)

PROGRESS = Progress(
    0,
    7,
    7,
    is_behind=False,
    is_armed=False,
    is_at_cap=False,
    is_halted=False,
    voting=Voting.OBSERVES,
)


class Said:
    """A telemetry, and the fields of what it logs."""

    def __init__(self) -> None:
        self._told = LogLines()
        self.telemetry = Telemetry(Metrics("1"), self._told.log, lambda: Now(0, 0))

    @property
    def last(self) -> dict[str, Any]:
        return {
            name: value
            for name, value in self._told.read()[-1].items()
            if name not in ("time", "level", "institution")
        }


@pytest.fixture
def said() -> Said:
    said = Said()
    said.telemetry.epoch_entered(3, VALIDATORS, True)
    return said


def test_an_epoch_is_counted(said: Said) -> None:
    assert said.last == {"event": "epoch entered", "epoch": 3, "validators": 4, "votes": True}


def test_after_a_start_the_metrics_say_where_the_ledger_stands(said: Said) -> None:
    said.telemetry.opened(replace(anchor(VALIDATORS), height=7, time_ms=1_500))
    metrics = said.telemetry.metrics.render().decode()
    assert "matricula_final_height 7.0" in metrics
    assert "matricula_final_time_seconds 1.5" in metrics


def test_a_link_is_that_of_a_member(said: Said) -> None:
    said.telemetry.link_changed("peer-2", True, 1)
    assert said.last == {"event": "link up", "member": "did:web:2.example", "peer": "peer-2", "linked": 1}
    said.telemetry.link_changed("stranger", False, 0)
    assert said.last == {"event": "link down", "member": "", "peer": "stranger", "linked": 0}


@pytest.mark.parametrize(("epoch", "member"), [(3, "did:web:1.example"), (2, "")])
def test_evidence_names_the_member_of_its_own_epoch(said: Said, epoch: int, member: str) -> None:
    vote = Vote(VoteKind.NULLIFY, epoch, 7, None, 1, bytes(64))
    said.telemetry.turned((Evidence(vote, vote),), 1, 7, PROGRESS)
    concerns = [concern.kind for concern in said.telemetry.conduct.concerns()]
    assert concerns == (["contradiction"] if member else [])
    assert said.last == {
        "event": "evidence: a validator signed contradictions",
        "member": member,
        "signer": 1,
        "epoch": epoch,
        "view": 7,
        "kinds": ["NULLIFY", "NULLIFY"],
        "times": 1,
    }


def test_whoever_signs_contradictions_in_every_view_does_not_fill_the_log(said: Said) -> None:
    for view in range(7, 107):
        vote = Vote(VoteKind.NULLIFY, 3, view, None, 1, bytes(64))
        said.telemetry.turned((Evidence(vote, vote),), 1, view, PROGRESS)
    assert said.last["view"] == 7
    assert "matricula_evidence_total 100.0" in said.telemetry.metrics.render().decode()
