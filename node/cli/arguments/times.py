"""Times on the command line, read as RFC 3339 or as milliseconds since 1970."""

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


def _unreadable(text: str) -> UsedWrongly:
    do = "write it as 2026-05-31, 2026-05-31T12:00:00Z or in milliseconds since 1970"
    return UsedWrongly(f"the time {text!r} cannot be read", do=do)
