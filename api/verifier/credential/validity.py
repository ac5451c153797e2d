"""When a credential counts by its own dates: claims of whoever signed it.

Rules:

- V1 `validFrom` and `issuanceDate` begin it, `validUntil` and `expirationDate` end it, whichever data model
  names them: the latest beginning and the earliest end count, so that no date stands unread.
- V2 Each is an XML Schema dateTimeStamp. One of a year that cannot be compared leaves the question open.
- V3 A beginning up to `CLOCK_TOLERANCE_MS` after the reader's clock counts as begun, because clocks differ,
  and is told. An end has no tolerance: what has ended has ended.
- V4 What ends before it begins is invalid at any time.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from api.credentials.document import Document, Json
from api.credentials.excerpt import detail_of, excerpt
from api.credentials.timestamp import TimestampError, TimestampFault, timestamp_ms
from api.verifier.credential.check import Aspect, Check, CredentialFlaw

CLOCK_TOLERANCE_MS: Final = 300_000
"""How far the reader's clock may be behind the issuer's: 5 minutes."""

_BEGINNINGS: Final = ("validFrom", "issuanceDate")
_ENDS: Final = ("validUntil", "expirationDate")


def judge_dates(document: Document, now_ms: int) -> tuple[Check, ...]:
    """What a credential's dates say: a check for each flaw, or one valid check."""
    return judge_period(
        document,
        _BEGINNINGS,
        _ENDS,
        now_ms,
        (CredentialFlaw.NOT_YET_VALID, CredentialFlaw.EXPIRED),
        Aspect.DATES,
    )


def judge_period(
    holder: Document,
    beginnings: tuple[str, ...],
    ends: tuple[str, ...],
    now_ms: int,
    flaws: tuple[CredentialFlaw, CredentialFlaw],
    aspect: Aspect,
    place: str = "",
) -> tuple[Check, ...]:
    """The same for any object: names of the members that begin and end it, and the flaws for before and
    after. `place` is the object's JSON Pointer.
    """
    read: dict[str, int] = {}
    checks: list[Check] = []
    for name in (*beginnings, *ends):
        if name in holder:
            try:
                read[name] = timestamp_ms(holder[name])
            except TimestampError as error:
                unreadable = error.fault is TimestampFault.NOT_A_TIMESTAMP
                reason = CredentialFlaw.DATES_UNREADABLE if unreadable else CredentialFlaw.DATES_UNSUPPORTED
                checks.append(Check(aspect, reason, detail_of(f"{place}/{name}", error.detail)))
    begins = {name: read[name] for name in beginnings if name in read}
    endings = {name: read[name] for name in ends if name in read}
    checks += _outside(holder, begins, endings, now_ms, flaws, aspect, place)
    return tuple(checks) or (Check(aspect, None, _tolerated(holder, begins, now_ms, place)),)


def _outside(
    holder: Mapping[str, Json],
    begins: dict[str, int],
    ends: dict[str, int],
    now_ms: int,
    flaws: tuple[CredentialFlaw, CredentialFlaw],
    aspect: Aspect,
    place: str,
) -> Iterator[Check]:
    for name, begin_ms in begins.items():
        if begin_ms > now_ms + CLOCK_TOLERANCE_MS:
            yield Check(aspect, flaws[0], f"{place}/{name}: {excerpt(holder[name])}")
    for name, end_ms in ends.items():
        if end_ms < now_ms:
            yield Check(aspect, flaws[1], f"{place}/{name}: {excerpt(holder[name])}")
    if begins and ends and max(begins.values()) > min(ends.values()):
        begin, end = max(begins, key=begins.__getitem__), min(ends, key=ends.__getitem__)
        told = f"{place}/{begin} is {excerpt(holder[begin])}, {place}/{end} is {excerpt(holder[end])}"
        yield Check(aspect, CredentialFlaw.DATES_CONTRADICT, told)


def _tolerated(holder: Mapping[str, Json], begins: dict[str, int], now_ms: int, place: str) -> str:
    ahead = {name: begin_ms - now_ms for name, begin_ms in begins.items() if begin_ms > now_ms}
    if not ahead:
        return ""
    name = max(ahead, key=ahead.__getitem__)
    return f"{place}/{name} is {ahead[name]} ms after this clock, within the tolerance of 5 minutes"
