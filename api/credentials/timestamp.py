"""Reading an XML Schema dateTimeStamp: the one form of all dates in credentials and their proofs.

`2026-01-31T12:00:00Z`, `2026-01-31T12:00:00.5+02:00`. The time zone is part of it; `24:00:00` is midnight at
the end of the day; a minute has 60 seconds, so that there is no `:60`. Fractions of a second have any number
of digits; what is smaller than a millisecond is cut off.

Two errors are told apart. A text that is no dateTimeStamp is wrong. One whose year is not among 1 to 9999 is
right, and not supported here.

Source: W3C XML Schema Definition Language 1.1, Part 2, §3.4.28 (https://www.w3.org/TR/xmlschema11-2/#dateTimeStamp).
"""

import re
from datetime import UTC, date, datetime
from typing import Final

from api.credentials.document import Json
from api.credentials.excerpt import excerpt
from registry.primitives.reason import Reason

_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
_DATE_TIME_STAMP: Final = re.compile(
    r"(?P<year>-?(?:[1-9][0-9]{3,}|0[0-9]{3}))-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12][0-9]|3[01])"
    r"T(?:(?P<hour>[01][0-9]|2[0-3]):(?P<minute>[0-5][0-9]):(?P<second>[0-5][0-9])(?:\.(?P<fraction>[0-9]+))?"
    r"|(?P<midnight>24:00:00(?:\.0+)?))"
    r"(?P<zone>Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
)
_HINTS: Final = (
    (re.compile(r"[0-9-]+"), "a date without a time"),
    (re.compile(r"[0-9]{4}-?W.*"), "a week date"),
    (re.compile(r"[0-9]{8}T?.*"), "the hyphens and colons are missing"),
    (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ t_].*"), "the letter T is missing between date and time"),
    (re.compile(r"[0-9T:.-]*T[0-9:.]+"), "the time zone is missing"),
    (re.compile(r".*T[0-9]{2}:[0-9]{2}:60.*"), "a minute has no second 60"),
)


class TimestampFault(Reason):
    """Why a date cannot be used. Whoever wrote it meets it."""

    NOT_A_TIMESTAMP = (
        "not-a-timestamp",
        "It is not an XML Schema dateTimeStamp, such as 2026-01-31T12:00:00Z.",
        "Write date, time and time zone, as in 2026-01-31T12:00:00Z.",
    )
    UNSUPPORTED_YEAR = (
        "unsupported-year",
        "Its year is not among 1 to 9999, which is what this software supports.",
        "Leave the date out if it never ends.",
    )


class TimestampError(ValueError):
    """A date refused, with the reason. `detail` shows it."""

    def __init__(self, fault: TimestampFault, found: Json, hint: str = "") -> None:
        self.fault = fault
        self.detail = f"{excerpt(found)} ({hint})" if hint else excerpt(found)
        super().__init__(f"{fault.sentence} It is {self.detail}.")


def timestamp_ms(text: Json) -> int:
    """Milliseconds since 1970 of a dateTimeStamp, negative before. Raises `TimestampError`."""
    read = _DATE_TIME_STAMP.fullmatch(text) if isinstance(text, str) else None
    if read is None:
        raise TimestampError(TimestampFault.NOT_A_TIMESTAMP, text, _hint(text))
    year, month, day = read["year"], int(read["month"]), int(read["day"])
    if day > _days(int(year[-4:]), month):  # leap years repeat every 400 years, and 400 divides 10,000
        raise TimestampError(TimestampFault.NOT_A_TIMESTAMP, text, "the month has no such day")
    if len(year) > 4 or int(year) == 0:
        raise TimestampError(TimestampFault.UNSUPPORTED_YEAR, text)
    days = date(int(year), month, day).toordinal() - _EPOCH_DAY
    seconds = 86_400 if read["midnight"] else _seconds(read["hour"], read["minute"], read["second"])
    seconds += 86_400 * days - _offset_seconds(read["zone"])
    return 1_000 * seconds + int((read["fraction"] or "")[:3].ljust(3, "0"))


def second_text(time_ms: int) -> str:
    """The whole second of a time after 1970, in UTC, as credentials and their proofs are dated."""
    moment = datetime.fromtimestamp(time_ms // 1_000, UTC)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _days(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _seconds(hour: str, minute: str, second: str) -> int:
    return 3_600 * int(hour) + 60 * int(minute) + int(second)


def _offset_seconds(zone: str) -> int:
    if zone == "Z":
        return 0
    return (-1 if zone[0] == "-" else 1) * _seconds(zone[1:3], zone[4:6], "0")


def _hint(text: Json) -> str:
    if not isinstance(text, str):
        return "not a text"
    if not text.isascii():
        return "it has characters beyond ASCII"
    return next((hint for form, hint in _HINTS if form.fullmatch(text[:64])), "")
