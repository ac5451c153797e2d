"""The seam between formats and judging: a format that shares nothing with the real ones is judged by the same
rules.
"""

from dataclasses import replace

import pytest

from api.credentials.flaw import CredentialFlaw
from api.credentials.secured import Claims, Format, Secured
from api.verifier.credential import Aspect, Check, Facts, Needs, judge, judge_draft, needs_of, overall
from api.verifier.verdict import Outcome
from registry.kinds.did.record import KeyPeriod, KeyState
from registry.primitives import ed25519
from tests.api.credentials.line_format import LineClaims, LineFormat
from tests.api.credentials.samples import SEED
from tests.api.verifier.credential.awarded import GOOD, ISSUER, LIST, NOW_MS, bits, did

LINE: Format = LineFormat()


def read(data: bytes) -> Secured | None:
    """The credential in a line."""
    return LINE.read(data)


def line(issuer: str = ISSUER, end_ms: int = NOW_MS, entry: int = 5) -> bytes:
    """A signed line."""
    written = f"{issuer} {end_ms} {entry}"
    return f"{written} {ed25519.sign(SEED, written.encode()).hex()}".encode()


def checks(data: bytes, facts: Facts = GOOD) -> tuple[Check, ...]:
    """All checks of a line."""
    credential = read(data)
    assert credential is not None
    return judge(credential, facts, now_ms=NOW_MS)


def test_a_good_one() -> None:
    assert checks(line()) == (
        Check(Aspect.FORM, None, "a line"),
        Check(Aspect.ISSUER, None, ISSUER),
        Check(Aspect.SIGNATURE),
        Check(Aspect.KEY, None, "credentials-1"),
        Check(Aspect.DATES),
        Check(Aspect.STATUS, None, f"revocation, entry 5 of {LIST}"),
    )
    credential = read(line())
    assert credential is not None
    assert needs_of(credential) == Needs((ISSUER,), (LIST,))


CHANGED = line().replace(b" 5 ", b" 6 ")
RETIRED = replace(GOOD, identities={ISSUER: did(KeyPeriod(KeyState.RETIRED, NOW_MS - 5_000))})


@pytest.mark.parametrize(
    ("data", "facts", "flaw"),
    [
        (CHANGED, GOOD, (Aspect.SIGNATURE, CredentialFlaw.WRONG_SIGNATURE)),
        (line(end_ms=NOW_MS - 1), GOOD, (Aspect.DATES, CredentialFlaw.EXPIRED)),
        (line(), replace(GOOD, lists={LIST: bits(5)}), (Aspect.STATUS, CredentialFlaw.REVOKED)),
        (line(), RETIRED, (Aspect.KEY, CredentialFlaw.KEY_ENDED)),
    ],
)
def test_the_rules_are_those_of_all_formats(
    data: bytes, facts: Facts, flaw: tuple[Aspect, CredentialFlaw]
) -> None:
    found = checks(data, facts)
    assert [(check.aspect, check.reason) for check in found if check.reason is not None] == [flaw]
    assert overall(found) is not Outcome.VALID


def test_a_draft_is_judged_by_what_it_says() -> None:
    claims: Claims = LineClaims(("", str(NOW_MS), "5"))
    assert judge_draft(claims, Facts({}, {}, 0), now_ms=NOW_MS)[0] == Check(
        Aspect.FORM, CredentialFlaw.ISSUER_UNNAMED, "field 1 is empty"
    )
