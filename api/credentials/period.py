"""From when to when something counts by its own dates: read here, judged by
`api.verifier.credential.validity`.

- V2 Each date is an XML Schema dateTimeStamp. One of a year that cannot be compared leaves the question open.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from api.credentials.document import Document
from api.credentials.excerpt import detail_of, excerpt
from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.timestamp import TimestampError, TimestampFault, timestamp_ms

_UNREADABLE: Final = {
    TimestampFault.NOT_A_TIMESTAMP: CredentialFlaw.DATES_UNREADABLE,
    TimestampFault.UNSUPPORTED_YEAR: CredentialFlaw.DATES_UNSUPPORTED,
}


@dataclass(frozen=True, slots=True)
class ClaimedDate:
    """A date that can be read: its place (a JSON Pointer), how it is written, as a message shows it, and the
    time in milliseconds since 1970.
    """

    place: str
    written: str
    time_ms: int


@dataclass(frozen=True, slots=True)
class ValidityPeriod:
    """The dates that begin and end it, as far as they can be read, and a flaw for each that cannot."""

    begins: tuple[ClaimedDate, ...]
    ends: tuple[ClaimedDate, ...]
    unreadable: tuple[Flaw, ...]


def period_of(
    holder: Document, begins: Sequence[str], ends: Sequence[str], place: str = ""
) -> ValidityPeriod:
    """What the members of an object say that begin and end it; `place` is the object's JSON Pointer."""
    readable: dict[str, ClaimedDate] = {}
    unreadable: list[Flaw] = []
    for name in (*begins, *ends):
        if name not in holder:
            continue
        where = f"{place}/{name}"
        try:
            readable[name] = ClaimedDate(where, excerpt(holder[name]), timestamp_ms(holder[name]))
        except TimestampError as error:
            unreadable.append(Flaw(_UNREADABLE[error.fault], detail_of(where, error.detail)))
    return ValidityPeriod(
        tuple(readable[name] for name in begins if name in readable),
        tuple(readable[name] for name in ends if name in readable),
        tuple(unreadable),
    )
