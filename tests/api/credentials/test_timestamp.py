"""One reader of dates: what is a dateTimeStamp, what is none, and what is one that is not supported."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.credentials.document import Json
from api.credentials.timestamp import TimestampError, TimestampFault, timestamp_ms

READ = {
    "1970-01-01T00:00:00Z": 0,
    "2026-01-31T12:00:00Z": 1_769_860_800_000,
    "2026-01-31T12:00:00.5+02:00": 1_769_853_600_500,
    "2026-01-31T12:00:00-00:00": 1_769_860_800_000,
    "2026-01-31T12:00:00+14:00": 1_769_810_400_000,
    "2026-12-31T24:00:00Z": 1_798_761_600_000,
    "2026-12-31T24:00:00.000Z": 1_798_761_600_000,
    "2027-01-01T00:00:00Z": 1_798_761_600_000,
    "2000-02-29T00:00:00Z": 951_782_400_000,
    "1969-12-31T23:59:59.9999Z": -1,
    "0001-01-01T00:00:00+14:00": -62_135_647_200_000,
    "9999-12-31T24:00:00Z": 253_402_300_800_000,
    "2026-01-31T12:00:00." + "9" * 5_000 + "Z": 1_769_860_800_999,
}


@pytest.mark.parametrize(("text", "expected_ms"), READ.items())
def test_read(text: str, expected_ms: int) -> None:
    assert timestamp_ms(text) == expected_ms


NOT_TIMESTAMPS: dict[str, Json] = {
    "a week date": "2026-W01-1T00:00:00Z",
    "an ordinal date": "2026-001T00:00:00Z",
    "the basic format": "20260101T000000Z",
    "a space for T": "2026-01-01 00:00:00Z",
    "a small t": "2026-01-01t00:00:00Z",
    "a small z": "2026-01-01T00:00:00z",
    "a date only": "2026-01-01",
    "a date with a zone": "2026-01-01Z",
    "no zone": "2026-01-01T00:00:00",
    "a zone without its colon": "2026-01-01T00:00:00+0100",
    "a zone of hours alone": "2026-01-01T00:00:00+01",
    "a zone out of range": "2026-01-01T00:00:00+14:01",
    "a zone of 60 minutes": "2026-01-01T00:00:00+01:60",
    "a zone with seconds": "2026-01-01T00:00:00+01:00:00",
    "no seconds": "2026-01-01T00:00Z",
    "hour 25": "2026-01-01T25:00:00Z",
    "after 24:00:00": "2026-01-01T24:00:01Z",
    "a fraction after 24:00:00": "2026-01-01T24:00:00.1Z",
    "second 60": "2016-12-31T23:59:60Z",
    "minute 60": "2026-01-01T00:60:00Z",
    "a point without digits": "2026-01-01T00:00:00.Z",
    "a comma": "2026-01-01T00:00:00,5Z",
    "30 February": "2026-02-30T00:00:00Z",
    "29 February of another year": "2026-02-29T00:00:00Z",
    "29 February 1900": "1900-02-29T00:00:00Z",
    "29 February of an unsupported year": "10100-02-29T00:00:00Z",
    "31 June": "2026-06-31T00:00:00Z",
    "month 13": "2026-13-01T00:00:00Z",
    "day 0": "2026-01-00T00:00:00Z",
    "a year of two digits": "26-01-01T00:00:00Z",
    "a year with a zero too many": "02026-01-01T00:00:00Z",
    "a year with a plus": "+2026-01-01T00:00:00Z",
    "digits of another script": "٢٠٢٦-01-01T00:00:00Z",
    "wide digits": "２０２６-01-01T00:00:00Z",
    "a line's end": "2026-01-01T00:00:00Z\n",
    "spaces around it": " 2026-01-01T00:00:00Z ",
    "words": "Sat 31 Jan 2026 12:00:00 GMT",
    "nothing": "",
    "null": None,
    "a number": 1_769_860_800,
    "true": True,
    "an object": {"years": 2026},
    "a list": ["2026-01-01T00:00:00Z"],
}


@pytest.mark.parametrize("found", NOT_TIMESTAMPS.values(), ids=NOT_TIMESTAMPS.keys())
def test_not_a_timestamp(found: Json) -> None:
    with pytest.raises(TimestampError) as caught:
        timestamp_ms(found)
    assert caught.value.fault is TimestampFault.NOT_A_TIMESTAMP
    assert len(caught.value.detail) <= 130


@pytest.mark.parametrize(
    "text",
    [
        "10000-01-01T00:00:00Z",
        "12000-02-29T00:00:00Z",
        "-0001-01-01T00:00:00Z",
        "-0004-02-29T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "9" * 5_000 + "-01-01T00:00:00Z",
    ],
)
def test_years_that_are_not_supported(text: str) -> None:
    with pytest.raises(TimestampError) as caught:
        timestamp_ms(text)
    assert caught.value.fault is TimestampFault.UNSUPPORTED_YEAR


def test_what_is_wrong_is_said_with_the_value() -> None:
    with pytest.raises(TimestampError) as caught:
        timestamp_ms("2026-01-01")
    assert caught.value.detail == "'2026-01-01' (a date without a time)"


@settings(derandomize=True, max_examples=300)
@given(st.datetimes(timezones=st.just(UTC)))
def test_agrees_with_the_calendar(moment: datetime) -> None:
    expected_ms = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // (datetime.resolution * 1_000)
    assert timestamp_ms(moment.isoformat(timespec="microseconds").replace("+00:00", "Z")) == expected_ms
