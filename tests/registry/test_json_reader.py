"""The JSON reader: what it accepts, every reason to refuse, and agreement with the standard library's
parser."""

import json
import sys
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.json_reader import JsonError, JsonFault, JsonValue, Number, _Reader, read_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)

ACCEPTED: list[tuple[str, JsonValue]] = [
    ("null", None),
    (" \t\r\n true\n", True),
    ("false", False),
    ('"a\\u0041\\n\\"\\\\\\/\\b\\f\\r\\t"', 'aA\n"\\/\b\f\r\t'),
    ('"\\ud83d\\ude00 \\u0000 é"', "😀 \0 é"),
    ("-0", Number("-0")),
    ("1.50e+300", Number("1.50e+300")),
    ("10E-2", Number("10E-2")),
    ("[]", []),
    ("{ }", {}),
    ('[ 1 , "" , [ ] ]', [Number("1"), "", []]),
    ('{"b":{"a":null},"":0}', {"b": {"a": None}, "": Number("0")}),
    ("1" * 32, Number("1" * 32)),
    ("[" * 32 + "]" * 32, json.loads("[" * 32 + "]" * 32)),
]

REFUSED: list[tuple[bytes, JsonFault, int]] = [
    (b"[" + b"1," * 40 + b"1]", JsonFault.TOO_LONG, 80),
    (b'"\xff"', JsonFault.NOT_UTF8, 1),
    (b'"\xed\xa0\x80"', JsonFault.NOT_UTF8, 1),
    (b"\xef\xbb\xbf1", JsonFault.NOT_UTF8, 0),
    (b"[" * 33, JsonFault.TOO_DEEP, 32),
    (b'{"a":[' * 17, JsonFault.TOO_DEEP, 96),
    (b'{"a":1,"\\u0061":2}', JsonFault.DUPLICATE_NAME, 15),
    (b"1" * 33, JsonFault.NUMBER_TOO_LONG, 0),
    (b'"\n"', JsonFault.CONTROL_CHARACTER, 1),
    (b'"\\n\x1f"', JsonFault.CONTROL_CHARACTER, 3),
    (b'"\\ud800"', JsonFault.LONE_SURROGATE, 7),
    (b'"\\ud800\\u0041"', JsonFault.LONE_SURROGATE, 13),
    (b'"\\udc00"', JsonFault.LONE_SURROGATE, 7),
    (b"", JsonFault.SYNTAX, 0),
    (b"  ", JsonFault.SYNTAX, 2),
    (b"nul", JsonFault.SYNTAX, 0),
    (b"NaN", JsonFault.SYNTAX, 0),
    (b"'a'", JsonFault.SYNTAX, 0),
    (b"01", JsonFault.SYNTAX, 2),
    (b"-", JsonFault.SYNTAX, 1),
    (b"1.", JsonFault.SYNTAX, 2),
    (b".5", JsonFault.SYNTAX, 0),
    (b"1e", JsonFault.SYNTAX, 2),
    (b"+1", JsonFault.SYNTAX, 0),
    ("١".encode(), JsonFault.SYNTAX, 0),
    ("1\u00a0".encode(), JsonFault.SYNTAX, 1),
    (b"[1,]", JsonFault.SYNTAX, 3),
    (b"[1 2]", JsonFault.SYNTAX, 3),
    (b"[1", JsonFault.SYNTAX, 2),
    (b'{"a"}', JsonFault.SYNTAX, 4),
    (b'{"a":1,}', JsonFault.SYNTAX, 7),
    (b"{a:1}", JsonFault.SYNTAX, 1),
    (b'"a', JsonFault.SYNTAX, 0),
    (b'"a\\"', JsonFault.SYNTAX, 4),
    (b'"\\', JsonFault.SYNTAX, 0),
    (b'"\\x41"', JsonFault.SYNTAX, 3),
    (b'"\\u00g0"', JsonFault.SYNTAX, 3),
    (b'"\\u+041"', JsonFault.SYNTAX, 3),
    (b"1 1", JsonFault.SYNTAX, 2),
    (b"/**/1", JsonFault.SYNTAX, 0),
]


@pytest.mark.parametrize(("text", "value"), ACCEPTED)
def test_a_document_is_read(text: str, value: JsonValue) -> None:
    assert read_json(text.encode(), limit=80) == value


@pytest.mark.parametrize(("data", "fault", "position"), REFUSED)
def test_a_document_is_refused(data: bytes, fault: JsonFault, position: int) -> None:
    with pytest.raises(JsonError) as refused:
        read_json(data, limit=80 if fault is JsonFault.TOO_LONG else 1_000)
    assert (refused.value.fault, refused.value.position) == (fault, position)


def test_every_fault_is_provoked() -> None:
    assert {fault for _, fault, _ in REFUSED} == set(JsonFault)


def plain(value: JsonValue) -> object:
    """With numbers as the standard library reads them."""
    if isinstance(value, Number):
        return int(value.text)
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return value


@settings(derandomize=True, max_examples=200)
@given(value=VALUES, escaped=st.booleans())
def test_what_the_standard_library_writes_is_read_back(value: object, escaped: bool) -> None:
    text = json.dumps(value, ensure_ascii=escaped)
    assert plain(read_json(text.encode(), limit=100_000)) == value


@settings(derandomize=True, max_examples=300)
@given(data=st.binary(max_size=40) | st.text(alphabet='[]{}",:\\u0dc8 1-e.tn', max_size=40).map(str.encode))
def test_only_documents_that_the_standard_library_reads_are_accepted(data: bytes) -> None:
    """Nothing but a value or `JsonError` comes out, and nothing is accepted that is no JSON."""
    try:
        read_json(data, limit=100)
    except JsonError:
        return
    json.loads(data)


class Searched(str):
    """A text that counts how many of its characters `find` looks at."""

    looked_at = 0

    def find(self, sub: str, start: int = 0, end: int | None = None) -> int:  # type: ignore[override]
        found = super().find(sub, start, end)
        last = found + 1 if found >= 0 else len(self) if end is None else end
        self.looked_at += last - start
        return found


@pytest.mark.parametrize("escape", ["\\n", '\\"', "\\u2222", '\\n\\"a'])
def test_the_work_for_a_string_grows_with_its_length_alone(escape: str) -> None:
    """Whoever publishes a schema chooses it: a string full of escapes must not be searched over and over."""
    text = Searched('"' + escape * 4_000 + '"')
    assert len(_Reader(text).string()) >= 4_000
    assert text.looked_at <= 3 * len(text)


COSTLY = (b"1,", b'"",', b"[],", b"{},", b"-1,", b"1.5,", b"1 , ", b'{"a":1},', b'"\\n",', b"null,")


@pytest.mark.parametrize("item", COSTLY)
def test_no_byte_takes_more_than_two_calls(item: bytes) -> None:
    """A byte of content costs one unit, about a microsecond: of calls that is as many as there may be."""
    data = b"[" + item * 1_000 + b"1]"
    calls = 0

    def count(_: FrameType, event: str, __: object) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        read_json(data, limit=len(data))
    finally:
        sys.setprofile(before)
    assert calls <= 2 * len(data) + 10
