"""What follows from an answer, as codes for programs."""

from api.credentials.flaw import CredentialFlaw
from api.verifier.verdict import AnswerFlaw, Outcome, Verdict
from consensus.light_client import HeaderRefusal
from registry.checking import ProofFlaw


def test_a_code_is_the_name_of_its_reason() -> None:
    reasons = (
        AnswerFlaw.OTHER_QUESTION,
        ProofFlaw.KNOWN_AT_AHEAD,
        HeaderRefusal.NO_QUORUM,
        CredentialFlaw.MEMBER,
    )
    assert [reason.code for reason in reasons] == [
        "other-question",
        "known-at-ahead",
        "no-quorum",
        "member",
    ]


def test_only_a_valid_verdict_has_no_code() -> None:
    assert Verdict(Outcome.VALID).code is None
    stale = Verdict.from_flaw(AnswerFlaw.STALE)
    refuted = Verdict.from_flaw(AnswerFlaw.OTHER_PROOF)
    assert (stale.outcome, stale.code) == (Outcome.INDETERMINATE, "stale")
    assert (refuted.outcome, refuted.code) == (Outcome.INVALID, "other-proof")
