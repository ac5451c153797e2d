"""Times on the command line: read as RFC 3339 or as milliseconds since 1970, shown as RFC 3339 in UTC."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, TypeAlias

import typer

from node.cli.app import UsedWrongly
from registry.primitives.codec import MAX_INTEGER

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_MOST_DIGITS = len(str(MAX_INTEGER))

KnownAt: TypeAlias = Annotated[
    str | None,
    typer.Option(help="What the registry knew at this time (RFC 3339 or ms). Default: all it knows."),
]
At: TypeAlias = Annotated[
    str | None, typer.Option(help="What was in force at this time (RFC 3339 or ms). Default: when answered.")
]


def parse_time(text: str | None) -> int | None:
    """Milliseconds since 1970 of a time as a person writes it; a date alone means its beginning in UTC.

    Raises UsedWrongly, for a time of day without a zone too: nobody may have to guess what was meant.
    """
    if text is None:
        return None
    if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS and int(text) <= MAX_INTEGER:
        return int(text)
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise _unreadable(text) from None
    if read.tzinfo is None:
        if len(text) > len("2026-05-31"):
            raise UsedWrongly(f"the time {text!r} names no time zone", do=f"write {text}Z for UTC")
        read = read.replace(tzinfo=UTC)
    if read < _EPOCH:
        raise _unreadable(text)
    return (read - _EPOCH) // _MILLISECOND


def format_time(time_ms: int) -> str:
    """RFC 3339 in UTC, with milliseconds where there are any."""
    try:
        moment = _EPOCH + time_ms * _MILLISECOND
    except OverflowError:
        return f"{time_ms} ms"
    precision = "milliseconds" if time_ms % 1000 else "seconds"
    return moment.isoformat(timespec=precision).replace("+00:00", "Z")


def format_duration(duration_ms: int) -> str:
    """A length of time in the unit that fits it."""
    for name, size_ms in (
        ("days", 86_400_000),
        ("hours", 3_600_000),
        ("minutes", 60_000),
        ("seconds", 1_000),
    ):
        if duration_ms >= 2 * size_ms:
            return f"{duration_ms // size_ms} {name}"
    return f"{duration_ms} ms"


def _unreadable(text: str) -> UsedWrongly:
    do = "write it as 2026-05-31, 2026-05-31T12:00:00Z or in milliseconds since 1970"
    return UsedWrongly(f"the time {text!r} cannot be read", do=do)
