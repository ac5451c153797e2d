"""V1 to V4: the dates of a credential, of both data models, and how far clocks may differ."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.credentials.document import Document
from api.credentials.flaw import CredentialFlaw
from api.credentials.period import ValidityPeriod, period_of
from api.credentials.w3c.claims import W3cClaims
from api.verifier.credential.check import Aspect, Check
from api.verifier.credential.validity import CLOCK_TOLERANCE_MS, OF_CREDENTIAL, OF_PROOF, judge_period
from tests.api.verifier.credential.awarded import NOW_MS


def text(offset_ms: int) -> str:
    """The dateTimeStamp so many milliseconds after now."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=NOW_MS + offset_ms)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def judged(**dates: Any) -> list[tuple[CredentialFlaw | None, str]]:
    checks = judge_period(W3cClaims(dates).period, OF_CREDENTIAL, NOW_MS)
    assert {check.aspect for check in checks} == {Aspect.DATES}
    return [(check.reason, check.detail) for check in checks]


def of_proof(proof: Document, place: str) -> ValidityPeriod:
    return period_of(proof, ("created",), ("expires",), place)


@pytest.mark.parametrize(("begin", "end"), [("validFrom", "validUntil"), ("issuanceDate", "expirationDate")])
def test_both_data_models_name_a_beginning_and_an_end(begin: str, end: str) -> None:
    """V1."""
    assert judged(**{begin: text(-1), end: text(0)}) == [(None, "")]
    late, early = text(CLOCK_TOLERANCE_MS + 1), text(-1)
    assert judged(**{begin: late}) == [(CredentialFlaw.NOT_YET_VALID, f"/{begin}: '{late}'")]
    assert judged(**{end: early}) == [(CredentialFlaw.EXPIRED, f"/{end}: '{early}'")]


def test_no_date_stands_unread() -> None:
    """V1: a date of the other data model counts, too, and the stricter one of two."""
    early = text(-1)
    assert judged(validUntil=text(1), expirationDate=early) == [
        (CredentialFlaw.EXPIRED, f"/expirationDate: '{early}'")
    ]
    assert judged(expirationDate=text(1), validUntil=early) == [
        (CredentialFlaw.EXPIRED, f"/validUntil: '{early}'")
    ]
    late = text(CLOCK_TOLERANCE_MS + 1)
    assert judged(issuanceDate=text(-1), validFrom=late) == [
        (CredentialFlaw.NOT_YET_VALID, f"/validFrom: '{late}'")
    ]


def test_a_clock_that_is_behind_does_not_make_it_invalid() -> None:
    """V3: a tolerance for a beginning, told where it was used; none for an end."""
    within = "within the tolerance of 5 minutes"
    assert CLOCK_TOLERANCE_MS == 5 * 60 * 1_000
    assert judged(validFrom=text(0)) == [(None, "")]
    assert judged(validFrom=text(1)) == [(None, f"/validFrom is 1 ms after this clock, {within}")]
    assert judged(validFrom=text(CLOCK_TOLERANCE_MS)) == [
        (None, f"/validFrom is {CLOCK_TOLERANCE_MS} ms after this clock, {within}")
    ]
    late = text(CLOCK_TOLERANCE_MS + 1)
    assert judged(validFrom=late) == [(CredentialFlaw.NOT_YET_VALID, f"/validFrom: '{late}'")]
    assert judged(validUntil=text(0)) == [(None, "")]


NAMES = ("validFrom", "validUntil", "issuanceDate", "expirationDate")


@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_date_is_told_with_its_name(name: str) -> None:
    """V2."""
    for found, detail in [
        ("2026-W01-1T00:00:00Z", "'2026-W01-1T00:00:00Z' (a week date)"),
        ("2026-01-01", "'2026-01-01' (a date without a time)"),
        ({"years": 1}, "an object (not a text)"),
        (None, "null (not a text)"),
        (5, "5 (not a text)"),
    ]:
        assert judged(**{name: found}) == [(CredentialFlaw.DATES_UNREADABLE, f"/{name}: {detail}")]


@pytest.mark.parametrize("name", NAMES)
def test_a_year_that_cannot_be_compared_leaves_it_open(name: str) -> None:
    """V2."""
    for far in ("10000-01-01T00:00:00Z", "0000-01-01T00:00:00Z", "-0001-01-01T00:00:00Z"):
        (check,) = judge_period(W3cClaims({name: far}).period, OF_CREDENTIAL, NOW_MS)
        assert check == Check(Aspect.DATES, CredentialFlaw.DATES_UNSUPPORTED, f"/{name}: '{far}'")
        assert check.outcome == "indeterminate"


def test_every_flaw_is_told() -> None:
    reasons = [
        reason
        for reason, _ in judged(validFrom="soon", validUntil=text(-1), expirationDate="10000-01-01T00:00:00Z")
    ]
    assert reasons == [
        CredentialFlaw.DATES_UNREADABLE,
        CredentialFlaw.DATES_UNSUPPORTED,
        CredentialFlaw.EXPIRED,
    ]


def test_what_ends_before_it_begins() -> None:
    """V4: also while the clock is between the two."""
    begin, end = text(1_000), text(500)
    assert judged(validFrom=begin, validUntil=end) == [
        (CredentialFlaw.DATES_CONTRADICT, f"/validFrom is '{begin}', /validUntil is '{end}'")
    ]
    assert judged(issuanceDate=begin, validUntil=end) == [
        (CredentialFlaw.DATES_CONTRADICT, f"/issuanceDate is '{begin}', /validUntil is '{end}'")
    ]
    assert judged(validFrom=begin, validUntil=begin)[0][0] is None


def test_the_period_of_a_proof() -> None:
    """The same rules with other names, at a place of its own."""
    late, early = text(CLOCK_TOLERANCE_MS + 1), text(-1)
    written: Document = {"created": late, "expires": early, "validUntil": early}
    assert judge_period(of_proof(written, "/proof/1"), OF_PROOF, NOW_MS) == (
        Check(Aspect.SIGNATURE, CredentialFlaw.PROOF_NOT_YET, f"/proof/1/created: '{late}'"),
        Check(Aspect.SIGNATURE, CredentialFlaw.PROOF_EXPIRED, f"/proof/1/expires: '{early}'"),
        Check(
            Aspect.SIGNATURE,
            CredentialFlaw.DATES_CONTRADICT,
            f"/proof/1/created is '{late}', /proof/1/expires is '{early}'",
        ),
    )
    assert judge_period(of_proof({"created": text(1)}, "/proof"), OF_PROOF, NOW_MS) == (
        Check(
            Aspect.SIGNATURE,
            None,
            "/proof/created is 1 ms after this clock, within the tolerance of 5 minutes",
        ),
    )


def test_midnight_at_the_end_of_the_day() -> None:
    assert judged(validUntil="2030-12-31T24:00:00Z") == [(None, "")]
