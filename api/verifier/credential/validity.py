"""When a credential counts by its own dates: claims of whoever signed it.

Rules:

- V1 `validFrom` and `issuanceDate` begin it, `validUntil` and `expirationDate` end it, whichever data model
  names them: the latest beginning and the earliest end count, so that no date stands unread.
- V2 Each is an XML Schema dateTimeStamp. One of a year that cannot be compared leaves the question open.
- V3 A beginning up to `CLOCK_TOLERANCE_MS` after the reader's clock counts as begun, because clocks differ,
  and is told. An end has no tolerance: what has ended has ended.
- V4 What ends before it begins is invalid at any time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from api.credentials.document import Document
from api.credentials.excerpt import detail_of, excerpt
from api.credentials.timestamp import TimestampError, TimestampFault, timestamp_ms
from api.verifier.credential.check import Aspect, Check, CredentialFlaw

CLOCK_TOLERANCE_MS: Final = 300_000
"""How far the reader's clock may be behind the issuer's: 5 minutes."""


@dataclass(frozen=True, slots=True)
class Period:
    """How an object says from when to when it counts: the members that begin and end it, the flaws of one
    that has not begun and of one that has ended, and what its checks are about.
    """

    beginnings: tuple[str, ...]
    ends: tuple[str, ...]
    not_begun: CredentialFlaw
    ended: CredentialFlaw
    aspect: Aspect


OF_CREDENTIAL: Final = Period(
    beginnings=("validFrom", "issuanceDate"),
    ends=("validUntil", "expirationDate"),
    not_begun=CredentialFlaw.NOT_YET_VALID,
    ended=CredentialFlaw.EXPIRED,
    aspect=Aspect.DATES,
)
"""V1."""
OF_PROOF: Final = Period(
    beginnings=("created",),
    ends=("expires",),
    not_begun=CredentialFlaw.PROOF_NOT_YET,
    ended=CredentialFlaw.PROOF_EXPIRED,
    aspect=Aspect.SIGNATURE,
)
"""S4 of `proofs`."""


def judge_period(holder: Document, period: Period, now_ms: int, place: str = "") -> tuple[Check, ...]:
    """What the dates of an object say: a check for each flaw, or one valid check. `place` is the object's
    JSON Pointer.
    """
    read: dict[str, int] = {}
    flaws: list[tuple[CredentialFlaw, str]] = []
    for name in (*period.beginnings, *period.ends):
        if name in holder:
            try:
                read[name] = timestamp_ms(holder[name])
            except TimestampError as error:
                flaws.append((_UNREADABLE[error.fault], detail_of(f"{place}/{name}", error.detail)))
    dates = _Dates(
        {f"{place}/{name}": excerpt(holder[name]) for name in read},
        {f"{place}/{name}": read[name] for name in period.beginnings if name in read},
        {f"{place}/{name}": read[name] for name in period.ends if name in read},
    )
    flaws += dates.flaws(period, now_ms)
    if not flaws:
        return (Check(period.aspect, None, dates.tolerated(now_ms)),)
    return tuple(Check(period.aspect, reason, told) for reason, told in flaws)


_UNREADABLE: Final = {
    TimestampFault.NOT_A_TIMESTAMP: CredentialFlaw.DATES_UNREADABLE,
    TimestampFault.UNSUPPORTED_YEAR: CredentialFlaw.DATES_UNSUPPORTED,
}
"""V2."""


@dataclass(frozen=True, slots=True)
class _Dates:
    """The dates of an object that can be read, by their places: as written, and in milliseconds."""

    written: dict[str, str]
    begins: dict[str, int]
    ends: dict[str, int]

    def flaws(self, period: Period, now_ms: int) -> Iterator[tuple[CredentialFlaw, str]]:
        """Each with what is told of it."""
        for place, begin_ms in self.begins.items():
            if begin_ms > now_ms + CLOCK_TOLERANCE_MS:
                yield period.not_begun, f"{place}: {self.written[place]}"
        for place, end_ms in self.ends.items():
            if end_ms < now_ms:
                yield period.ended, f"{place}: {self.written[place]}"
        if self.begins and self.ends and max(self.begins.values()) > min(self.ends.values()):
            begin = max(self.begins, key=self.begins.__getitem__)
            end = min(self.ends, key=self.ends.__getitem__)
            told = f"{begin} is {self.written[begin]}, {end} is {self.written[end]}"
            yield CredentialFlaw.DATES_CONTRADICT, told

    def tolerated(self, now_ms: int) -> str:
        """What V3 tells; "" where nothing had to be tolerated."""
        ahead = {place: begin_ms - now_ms for place, begin_ms in self.begins.items() if begin_ms > now_ms}
        if not ahead:
            return ""
        place = max(ahead, key=ahead.__getitem__)
        return f"{place} is {ahead[place]} ms after this clock, within the tolerance of 5 minutes"
