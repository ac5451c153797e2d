"""Foreign values in messages: bounded, and as they are until they are printed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.credentials.document import Json
from api.credentials.excerpt import MAX_DETAIL, MAX_EXCERPT, detail_of, excerpt, shortened
from api.inert import inert

SHOWN: dict[str, tuple[Json, str]] = {
    "a text": ("a", "'a'"),
    "control characters": ("\x1b[2J\n", "'\x1b[2J\n'"),
    "directions": ("\u202eabc", "'\u202eabc'"),
    "a backslash": ("C:\\x", "'C:\\x'"),
    "an apostrophe": ("it's", '"it\'s"'),
    "marks of both kinds": ("'\"", "''\"'"),
    "a long text": ("x" * 100, "'" + "x" * 60 + "…"),
    "null": (None, "null"),
    "true": (True, "true"),
    "a number": (2.5, "2.5"),
    "an empty list": ([], "an empty list"),
    "a list": ([1], "a list"),
    "an empty object": ({}, "an empty object"),
    "an object": ({"a": 1}, "an object"),
}


@pytest.mark.parametrize(("found", "expected"), SHOWN.values(), ids=SHOWN.keys())
def test_what_is_shown(found: Json, expected: str) -> None:
    assert excerpt(found) == expected


@settings(derandomize=True, max_examples=200)
@given(st.text() | st.integers() | st.floats())
def test_bounded_and_printable(found: Json) -> None:
    assert len(excerpt(found)) <= MAX_EXCERPT + 2
    assert inert(excerpt(found)).isprintable()


def test_what_is_printed_is_inert_in_the_one_way() -> None:
    assert inert(excerpt("\x1b[2J\n")) == "'\\u{1B}[2J\\u{A}'"


def test_a_shortened_text_says_so() -> None:
    assert shortened("x" * 9, 9) == "x" * 9
    assert shortened("x" * 10, 9) == "x" * 8 + "…"


def test_details() -> None:
    assert detail_of("/proof", "", "It has no value.", "'x'") == "/proof: It has no value: 'x'"
    assert detail_of("x" * 300) == "x" * (MAX_DETAIL - 1) + "…"
