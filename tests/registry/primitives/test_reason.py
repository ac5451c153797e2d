"""The base of all reasons: what a member is, and how it stands within a longer sentence."""

import json
import pickle

import pytest

from registry.primitives.reason import Reason, as_clause, in_sentence


class Weather(Reason):
    """Why nobody goes out."""

    RAIN = "rain", "It rains.", "Take an umbrella."
    NO_SUN = "no-sun", "The sun does not shine.", "Wait."


class Mood(Reason):
    """Another family, with a code of the first."""

    RAIN = "rain", "It feels like rain.", "Sing."


def test_a_member_has_code_sentence_and_remedy() -> None:
    reason = Weather.NO_SUN
    assert (reason.code, reason.sentence, reason.remedy) == ("no-sun", "The sun does not shine.", "Wait.")
    assert pickle.loads(pickle.dumps(reason)) is reason
    assert json.dumps({"reason": reason}) == '{"reason": "no-sun"}'


def test_members_of_two_families_are_two_objects() -> None:
    first: Reason = Weather.RAIN
    second: Reason = Mood.RAIN
    assert first is not second
    assert first.code == second.code
    assert first.sentence != second.sentence


def test_a_detail_stands_in_brackets() -> None:
    assert Weather.RAIN.with_detail("10 mm") == "It rains. (10 mm)"
    assert Weather.RAIN.with_detail("") == "It rains."


@pytest.mark.parametrize(
    ("sentence", "clause"),
    [
        ("It rains.", "it rains"),
        ("It rains. Stay in.", "it rains. Stay in"),
        ("JSON has no comments.", "JSON has no comments"),
        ("A DID rains.", "a DID rains"),
        ("`dmesg` says more.", "`dmesg` says more"),
        ("X", "x"),
        ("", ""),
    ],
)
def test_a_sentence_as_a_clause(sentence: str, clause: str) -> None:
    assert as_clause(sentence) == clause
    assert in_sentence(sentence).removesuffix(".") == clause
