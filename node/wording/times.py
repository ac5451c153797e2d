"""Times and lengths of time as people read them."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


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
