"""Dates of a token: seconds since 1970 as a number.

- N1 A number, not a text or a boolean; a fraction is cut off behind the millisecond. One before 1970 is no
  date that a token has a use for, and unreadable. One beyond the year 9999 cannot be compared and leaves
  the question open, as `api.credentials.timestamp` does. Numbers that are not exact never come here.

Source: RFC 7519, §2 (NumericDate), §4.1.4 to §4.1.6.
"""

from collections.abc import Sequence
from typing import Final

from api.credentials.document import Document, Json
from api.credentials.excerpt import detail_of, excerpt
from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.period import ClaimedDate, ValidityPeriod
from api.credentials.timestamp import second_text

LAST_SECOND: Final = 253_402_300_799
"""The last second of the year 9999."""


def numeric_date(found: Json, place: str) -> ClaimedDate | Flaw:
    """The date that a member at `place` is; why it is none (N1)."""
    if isinstance(found, bool) or not isinstance(found, int | float) or found < 0:
        told = detail_of(place, excerpt(found), "a number of seconds since 1970 is needed")
        return Flaw(CredentialFlaw.DATES_UNREADABLE, told)
    if found > LAST_SECOND:
        told = detail_of(place, excerpt(found), "it is beyond the year 9999")
        return Flaw(CredentialFlaw.DATES_UNSUPPORTED, told)
    time_ms = int(found * 1_000)
    return ClaimedDate(place, f"{excerpt(found)} ({second_text(time_ms)})", time_ms)


def numeric_period(
    token: Document, begins: Sequence[str], ends: Sequence[str], place: str = ""
) -> ValidityPeriod:
    """What the members of a token say that begin and end it; `place` is the token's JSON Pointer."""
    read = {name: numeric_date(token[name], f"{place}/{name}") for name in (*begins, *ends) if name in token}
    dates = {name: found for name, found in read.items() if isinstance(found, ClaimedDate)}
    return ValidityPeriod(
        tuple(dates[name] for name in begins if name in dates),
        tuple(dates[name] for name in ends if name in dates),
        tuple(found for found in read.values() if isinstance(found, Flaw)),
    )
