"""Numbers are kept whole or refused: reading never changes their value."""

from decimal import Decimal

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from api.credentials.exact_number import MAX_NUMBER_TEXT, exact_float, exact_integer

KEPT_WHOLE = {
    "0": b"0",
    "-0": b"0",
    "9007199254740991": b"9007199254740991",
    "-9007199254740991": b"-9007199254740991",
    "9007199254740992": b"9007199254740992",
    "123456789012345680000": b"123456789012345680000",
}
LOST_WHOLE = [
    "9007199254740993",
    "12345678901234567890",
    "-12345678901234567890",
    "100000000000000000000000",
    "9" * 5_000,
]
KEPT = {
    "-0.0": b"0",
    "0e-99999999999999999999": b"0",
    "1.0": b"1",
    "0.10": b"0.1",
    "1E2": b"100",
    "1e+2": b"100",
    "1e23": b"1e+23",
    "0.0000001": b"1e-7",
    "3.141592653589793": b"3.141592653589793",
    "0.30000000000000004": b"0.30000000000000004",
    "5e-324": b"5e-324",
    "1.7976931348623157e308": b"1.7976931348623157e+308",
    "9007199254740992.0": b"9007199254740992",
    "123456789.12345678": b"123456789.12345678",
    "0." + "0" * 61 + "1": b"1e-62",
}
LOST = [
    "1e-400",
    "1e400",
    "-1e400",
    "1e-99999999999999999999",
    "0.1000000000000000055",
    "0.30000000000000001",
    "3.14159265358979323846",
    "123456789.123456789",
    "4.9e-324",
    "9007199254740993.0",
    "1.7976931348623159e308",
    "0." + "0" * MAX_NUMBER_TEXT,
    "1." + "5" * 5_000,
]


@pytest.mark.parametrize(("text", "form"), KEPT_WHOLE.items())
def test_whole_numbers_that_are_kept(text: str, form: bytes) -> None:
    number = exact_integer(text)
    assert number is not None
    assert rfc8785.dumps(number) == form


@pytest.mark.parametrize("text", LOST_WHOLE)
def test_whole_numbers_that_are_refused(text: str) -> None:
    assert exact_integer(text) is None


@pytest.mark.parametrize(("text", "form"), KEPT.items())
def test_numbers_that_are_kept(text: str, form: bytes) -> None:
    number = exact_float(text)
    assert number is not None
    assert rfc8785.dumps(number) == form


@pytest.mark.parametrize("text", LOST)
def test_numbers_that_are_refused(text: str) -> None:
    assert exact_float(text) is None


@settings(derandomize=True, max_examples=1_000)
@given(
    st.sampled_from(["", "-"]),
    st.integers(0, 10**20),
    st.text("0123456789", min_size=1, max_size=20),
    st.none() | st.integers(-400, 400),
)
def test_kept_exactly_where_the_decimal_value_is(
    sign: str, whole: int, fraction: str, power: int | None
) -> None:
    """Against the decimal arithmetic of the standard library."""
    text = f"{sign}{whole}.{fraction}" + ("" if power is None else f"e{power}")
    canonical = repr(float(text))
    survives = canonical not in ("inf", "-inf") and Decimal(canonical) == Decimal(text)
    assert (exact_float(text) is not None) is survives


@settings(derandomize=True, max_examples=300)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_was_written_is_read_again(number: float) -> None:
    text = rfc8785.dumps(number).decode()
    is_whole = text.lstrip("-").isdigit()
    assert (exact_integer(text) if is_whole else exact_float(text)) == number
