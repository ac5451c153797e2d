"""Checks: what follows from one, and from all of them together (K1, S2)."""

import re
from pathlib import Path

import pytest

from api.credentials.flaw import INCONCLUSIVE, CredentialFlaw
from api.verifier.credential.check import Aspect, Check, overall, together
from api.verifier.verdict import Outcome

GOOD = Check(Aspect.FORM)
OPEN = Check(Aspect.ISSUER, CredentialFlaw.UNKNOWN_ISSUER)
BAD = Check(Aspect.DATES, CredentialFlaw.EXPIRED)
BAD_BESIDE = Check(Aspect.OTHER_PROOF, CredentialFlaw.WRONG_SIGNATURE)
OPEN_BESIDE = Check(Aspect.OTHER_PROOF, CredentialFlaw.NOT_LOOKED_UP)
GOOD_BESIDE = Check(Aspect.OTHER_PROOF)


def test_a_check() -> None:
    assert (GOOD.outcome, GOOD.code) == (Outcome.VALID, None)
    assert (OPEN.outcome, OPEN.code) == (Outcome.INDETERMINATE, "unknown-issuer")
    assert (BAD.outcome, BAD.code) == (Outcome.INVALID, "expired")


@pytest.mark.parametrize("flaw", CredentialFlaw)
def test_every_flaw_leaves_it_open_or_answers_with_no(flaw: CredentialFlaw) -> None:
    expected = Outcome.INDETERMINATE if flaw in INCONCLUSIVE else Outcome.INVALID
    assert overall([GOOD, Check(Aspect.FORM, flaw)]) is expected


@pytest.mark.parametrize(
    ("checks", "expected"),
    [
        ([], Outcome.INDETERMINATE),
        ([GOOD], Outcome.VALID),
        ([GOOD, GOOD], Outcome.VALID),
        ([GOOD, OPEN], Outcome.INDETERMINATE),
        ([GOOD, OPEN, BAD], Outcome.INVALID),
        ([BAD, OPEN, GOOD], Outcome.INVALID),
    ],
)
def test_what_follows_from_all(checks: list[Check], expected: Outcome) -> None:
    assert together(checks) is expected
    assert overall(checks) is expected
    for beside in (GOOD_BESIDE, OPEN_BESIDE, BAD_BESIDE):
        assert overall([beside, *checks]) is expected


def test_a_proof_beside_the_issuers_counts_where_all_are_counted() -> None:
    assert together([GOOD, OPEN_BESIDE]) is Outcome.INDETERMINATE
    assert together([GOOD, OPEN_BESIDE, BAD_BESIDE]) is Outcome.INVALID
    assert together([GOOD_BESIDE]) is Outcome.VALID


def test_the_guide_lists_every_reason_with_its_outcome() -> None:
    guide = (Path(__file__).parents[4] / "docs" / "verifying.md").read_text("utf-8")
    rows = [row.split(" | ") for row in guide.splitlines() if row.startswith("| ") and row.count(" | ") >= 3]
    listed = {
        (code, outcome)
        for _, reasons, outcome, *_ in rows
        for code in re.findall(r"`([a-z-]+)`", reasons)
        if outcome in tuple(Outcome)
    }
    checks = [Check(Aspect.FORM, flaw) for flaw in CredentialFlaw if flaw is not CredentialFlaw.NOT_LOOKED_UP]
    assert listed == {(check.code, check.outcome.value) for check in checks}
