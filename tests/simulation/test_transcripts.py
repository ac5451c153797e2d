"""The transcripts that are kept are what the replicas do. After a change that is meant, write them anew:
python -m tests.simulation.transcripts"""

import pytest

from tests.simulation.transcripts.scenarios import FOLDER, Scenario, scenarios

READABLE_LINES = 125


@pytest.mark.parametrize("scenario", list(scenarios()), ids=lambda scenario: scenario.name)
def test_a_transcript_is_what_happens(scenario: Scenario) -> None:
    assert scenario.text() == scenario.file.read_text("utf-8")


@pytest.mark.parametrize("scenario", list(scenarios()), ids=lambda scenario: scenario.name)
def test_a_transcript_is_short_and_shows_what_it_is_for(scenario: Scenario) -> None:
    text = scenario.file.read_text("utf-8")
    assert [words for words in scenario.telling if words not in text] == []
    assert len(text.splitlines()) <= READABLE_LINES


def test_no_other_transcript_is_kept() -> None:
    assert sorted(FOLDER.glob("*.txt")) == sorted(scenario.file for scenario in scenarios())
