"""When a credential counts by its own dates: claims of whoever signed it.

Rules:

- V1 The latest beginning and the earliest end count, so that no date stands unread. Which members begin and
  end a credential is its data model's business (`api.credentials.w3c.claims`).
- V2 What is no date, or cannot be compared, is told as it was read (`api.credentials.period`).
- V3 A beginning up to `CLOCK_TOLERANCE_MS` after the reader's clock counts as begun, because clocks differ,
  and is told. An end has no tolerance: what has ended has ended.
- V4 What ends before it begins is invalid at any time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.period import ClaimedDate, ValidityPeriod
from api.verifier.credential.check import Aspect, Check

CLOCK_TOLERANCE_MS: Final = 300_000
"""How far the reader's clock may be behind the issuer's: 5 minutes."""


@dataclass(frozen=True, slots=True)
class PeriodFlaws:
    """The flaws of what has not begun and of what has ended, and what the checks of its dates are about."""

    not_begun: CredentialFlaw
    ended: CredentialFlaw
    aspect: Aspect


OF_CREDENTIAL: Final = PeriodFlaws(CredentialFlaw.NOT_YET_VALID, CredentialFlaw.EXPIRED, Aspect.DATES)
OF_PROOF: Final = PeriodFlaws(CredentialFlaw.PROOF_NOT_YET, CredentialFlaw.PROOF_EXPIRED, Aspect.SIGNATURE)
"""S4 of `proofs`."""


def judge_period(period: ValidityPeriod, reasons: PeriodFlaws, now_ms: int) -> tuple[Check, ...]:
    """What the dates of an object say: a check for each flaw, or one valid check."""
    flaws = (*period.unreadable, *_flaws(period, reasons, now_ms))
    if flaws:
        return tuple(Check.from_flaw(reasons.aspect, flaw) for flaw in flaws)
    return (Check(reasons.aspect, None, _tolerated(period, now_ms)),)


def _flaws(period: ValidityPeriod, reasons: PeriodFlaws, now_ms: int) -> Iterator[Flaw]:
    for begin in period.begins:
        if begin.time_ms > now_ms + CLOCK_TOLERANCE_MS:
            yield Flaw(reasons.not_begun, f"{begin.place}: {begin.written}")
    for end in period.ends:
        if end.time_ms < now_ms:
            yield Flaw(reasons.ended, f"{end.place}: {end.written}")
    if period.begins and period.ends:
        begin, end = max(period.begins, key=_time_ms), min(period.ends, key=_time_ms)
        if begin.time_ms > end.time_ms:
            told = f"{begin.place} is {begin.written}, {end.place} is {end.written}"
            yield Flaw(CredentialFlaw.DATES_CONTRADICT, told)


def _time_ms(date: ClaimedDate) -> int:
    return date.time_ms


def _tolerated(period: ValidityPeriod, now_ms: int) -> str:
    """What V3 tells; "" where nothing had to be tolerated."""
    ahead = [begin for begin in period.begins if begin.time_ms > now_ms]
    if not ahead:
        return ""
    last = max(ahead, key=_time_ms)
    ahead_ms = last.time_ms - now_ms
    return f"{last.place} is {ahead_ms} ms after this clock, within the tolerance of 5 minutes"
