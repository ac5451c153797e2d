"""Every reason has one form: a code, a sentence that says what happened, and a remedy (decision 0114)."""

import re
from itertools import chain

import pytest

from api.credentials.flaw import CredentialFlaw
from api.problems import REASONS, RequestFault
from api.publications.fault import PublicationFault
from api.verifier.verdict import AnswerFlaw
from consensus.light_client import TRUSTING_PERIOD_MS, HeaderRefusal
from registry.checking import ProofFlaw
from registry.primitives.reason import REFUTED, Reason
from registry.ruleset import CURRENT
from tests.reasons.families import enumerations, families

FAMILIES = families()
ALL = list(chain.from_iterable(FAMILIES))


def name_of(reason: Reason) -> str:
    return f"{type(reason).__name__}.{reason.name}"


NO_REASONS = {
    "Freshness": "a comparison with a clock, of which a verdict makes a flaw",
    "Voting": "what a replica does",
    "AnchoredBy": "what trust rests on",
    "Waste": "the kinds of messages",
    "ViewFailure": "what became of a view, for a metric and a trace",
    "PeerFault": "what another node did, for the log of this one",
    "LeaderFailing": "what another node did, for the log of this one",
    "Misconduct": "what another node did, for the log of this one",
    "RequestFailure": "what another node did, for the log of this one",
    "Refusal": "what was done to a client, for the log and a metric: the client is told the problem",
    "MemberFault": "the end of a detail, after the name of a member",
    "Invariant": "what must hold in a simulation",
}
"""Enumerations with words for people that are no reasons, and what they are."""


def test_whatever_else_has_words_for_people_is_known() -> None:
    others = {
        each.__name__
        for each in enumerations()
        if not issubclass(each, Reason)
        and any(isinstance(member.value, str) and " " in member.value for member in each)
    }
    assert others == NO_REASONS.keys()


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__)
def test_no_code_stands_twice_in_a_family(family: type[Reason]) -> None:
    """Of two members with one code the second would be but another name of the first."""
    assert len(list(family)) == len(family.__members__)


def test_no_two_families_have_one_name() -> None:
    names = [family.__name__ for family in FAMILIES]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("reason", ALL, ids=name_of)
def test_a_code_is_kebab_case_and_text(reason: Reason) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", reason.code)
    assert (str(reason), f"{reason}", reason.value) == (reason.code, reason.code, reason.code)


@pytest.mark.parametrize("reason", ALL, ids=name_of)
def test_a_sentence_says_what_happened(reason: Reason) -> None:
    assert is_sentence(reason.sentence)


@pytest.mark.parametrize("reason", ALL, ids=name_of)
def test_a_remedy_says_what_to_do(reason: Reason) -> None:
    assert is_sentence(reason.remedy)
    assert words(reason.remedy) - words(reason.sentence), "it says no more than the sentence"
    assert reason.sentence not in reason.remedy


@pytest.mark.parametrize("flaw", [flaw for flaw in CredentialFlaw if flaw.correction], ids=name_of)
def test_a_correction_says_what_to_change(flaw: CredentialFlaw) -> None:
    assert is_sentence(flaw.correction)
    assert flaw.correction != flaw.sentence


@pytest.mark.parametrize("reason", REASONS.values(), ids=name_of)
def test_a_code_of_a_problem_stands_for_one_reason(reason: Reason) -> None:
    assert REASONS[reason.code] is reason


def test_no_code_over_http_is_double() -> None:
    codes = [reason.code for reason in (*RequestFault, *PublicationFault, *CURRENT.reasons)]
    assert sorted(codes) == sorted(REASONS)


def test_no_code_of_a_verdict_on_an_answer_is_double() -> None:
    codes = [reason.code for family in (AnswerFlaw, HeaderRefusal, ProofFlaw) for reason in family]
    assert len(set(codes)) == len(codes)


def test_what_may_have_an_innocent_cause_accuses_nobody_at_once() -> None:
    innocent = (AnswerFlaw.MALFORMED, AnswerFlaw.OTHER_QUESTION, HeaderRefusal.WRONG_GENESIS)
    assert [reason for reason in innocent if reason.remedy == REFUTED] == []
    days = f"{TRUSTING_PERIOD_MS // 86_400_000} days"
    assert days in HeaderRefusal.ANCHOR_TOO_OLD.sentence


@pytest.mark.parametrize(
    "text", ["", "no capital.", "No full stop", "Two stops..", " A space before.", "Two  spaces.", "A\nline."]
)
def test_what_is_no_sentence(text: str) -> None:
    assert not is_sentence(text)


def is_sentence(text: str) -> bool:
    """Whether a text is one or more sentences in one line: a capital letter (or a name in backticks) first,
    one full stop last.
    """
    begins = text[:1].isupper() or text.startswith("`")
    ends = text.endswith(".") and not text.endswith("..")
    return begins and ends and " ".join(text.split()) == text


def words(text: str) -> set[str]:
    """The words of a text, without its signs."""
    return set(re.findall(r"\w+", text.lower()))
