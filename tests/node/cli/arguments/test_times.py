"""Times as people write and read them."""

import pytest

from node.cli.app import UsedWrongly
from node.cli.arguments.times import parse_time
from node.wording.times import format_duration, format_time


@pytest.mark.parametrize(
    ("text", "time_ms"),
    [
        (None, None),
        ("0", 0),
        ("1800000000000", 1_800_000_000_000),
        ("2027-01-15", 1_799_971_200_000),
        ("2027-01-15T08:00:00Z", 1_800_000_000_000),
        ("2027-01-15T09:00:00.250+01:00", 1_800_000_000_250),
    ],
)
def test_reading(text: str | None, time_ms: int | None) -> None:
    assert parse_time(text) == time_ms


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("yesterday", "the time 'yesterday' cannot be read"),
        ("", "the time '' cannot be read"),
        ("-1", "the time '-1' cannot be read"),
        ("9007199254740992", "the time '9007199254740992' cannot be read"),
        ("1969-12-31T23:59:59Z", "the time '1969-12-31T23:59:59Z' cannot be read"),
        ("2027-01-15T08:00:00", "the time '2027-01-15T08:00:00' names no time zone"),
    ],
)
def test_what_cannot_be_read(text: str, what: str) -> None:
    with pytest.raises(UsedWrongly) as raised:
        parse_time(text)
    assert raised.value.what == what


def test_writing() -> None:
    assert format_time(1_800_000_000_000) == "2027-01-15T08:00:00Z"
    assert format_time(1_800_000_000_007) == "2027-01-15T08:00:00.007Z"
    assert format_time(2**53) == "9007199254740992 ms"


@pytest.mark.parametrize(
    ("duration_ms", "text"),
    [
        (0, "0 ms"),
        (1_999, "1999 ms"),
        (2_000, "2 seconds"),
        (7_199_999, "119 minutes"),
        (172_800_000, "2 days"),
    ],
)
def test_lengths_of_time(duration_ms: int, text: str) -> None:
    assert format_duration(duration_ms) == text
