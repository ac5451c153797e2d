"""D1 to D4: what a credential's bytes may be."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.credentials.document import (
    MAX_BYTES,
    MAX_DEPTH,
    DocumentError,
    DocumentFault,
    as_list,
    canonical,
    each_with_place,
    has_more_values_than,
    load,
)

REFUSED = {
    "too large": (b'{"a":"' + b"x" * MAX_BYTES + b'"}', DocumentFault.TOO_LARGE),
    "too many": (b'{"a":[' + b"1," * 70_000 + b"1]}", DocumentFault.TOO_MANY),
    "too many members": (
        b"{" + b",".join(b'"%d":1' % number for number in range(33_000)) + b"}",
        DocumentFault.TOO_MANY,
    ),
    "too deep": (b'{"a":' + b"[" * MAX_DEPTH + b"]" * MAX_DEPTH + b"}", DocumentFault.TOO_DEEP),
    "far too deep": (b"[" * 500_000, DocumentFault.TOO_DEEP),
    "deep behind a text with brackets": (
        rb'{"]]]\"]]]":' + b"[" * MAX_DEPTH + b"]" * MAX_DEPTH + b"}",
        DocumentFault.TOO_DEEP,
    ),
    "not UTF-8": (b'{"a":"\xff"}', DocumentFault.NOT_UTF8),
    "a byte order mark": (b'\xef\xbb\xbf{"a":1}', DocumentFault.NOT_JSON),
    "trailing text": (b'{"a":1} x', DocumentFault.NOT_JSON),
    "empty": (b"", DocumentFault.NOT_JSON),
    "a text without end": (b'{"a":"b\\', DocumentFault.NOT_JSON),
    "NaN": (b'{"a":NaN}', DocumentFault.NOT_JSON),
    "infinity": (b'{"a":-Infinity}', DocumentFault.NOT_JSON),
    "an array": (b"[1]", DocumentFault.NOT_AN_OBJECT),
    "a name twice": (b'{"a":1,"a":1}', DocumentFault.DUPLICATE_NAME),
    "a name twice, escaped": (b'{"b":{"a":1,"\\u0061":2}}', DocumentFault.DUPLICATE_NAME),
    "2^53 + 1": (b'{"a":9007199254740993}', DocumentFault.INEXACT_NUMBER),
    "very many digits": (b'{"a":' + b"9" * 10_000 + b"}", DocumentFault.INEXACT_NUMBER),
    "beyond a double": (b'{"a":1e400}', DocumentFault.INEXACT_NUMBER),
    "too small for a double": (b'{"a":1e-400}', DocumentFault.INEXACT_NUMBER),
    "half a pair": (b'{"a":"\\ud800"}', DocumentFault.LONE_SURROGATE),
    "half a pair as a name": (b'{"\\udc00":1,"b":2}', DocumentFault.LONE_SURROGATE),
}


@pytest.mark.parametrize(("data", "fault"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(data: bytes, fault: DocumentFault) -> None:
    with pytest.raises(DocumentError) as caught:
        load(data)
    assert caught.value.fault is fault
    assert fault.sentence in str(caught.value)


PLACED = {
    "a number": (b'{"a":{"b/c":[1,1e-400]}}', "The number is 1e-400, at /a/b~1c/1."),
    "the first of two": (b'{"a":[1e400,1e-400]}', "The number is 1e400, at /a/0."),
    "a number in a member that is there twice": (b'{"a":1e400,"a":1}', "The name is 'a'."),
    "a number of many digits": (
        b'{"a":' + b"1" * 5_000 + b"}",
        f"The number is {'1' * 64} and has too many characters, at /a.",
    ),
    "a name twice": (b'{"x":[{"a":1,"a":2}]}', "The name is 'a', at /x/0."),
    "a name twice, with control characters": (b'{"\\u001b":1,"\\u001b":2}', "The name is '\\x1b'."),
    "half a pair": (b'{"x":[{"q":"\\ud800"}]}', "It is at /x/0/q."),
    "half a pair in a name": (b'{"x":{"\\udc00":1}}', "It is at /x."),
}


@pytest.mark.parametrize(("data", "detail"), PLACED.values(), ids=PLACED.keys())
def test_what_is_refused_is_told_with_its_place(data: bytes, detail: str) -> None:
    """D5."""
    with pytest.raises(DocumentError) as caught:
        load(data)
    assert caught.value.detail == detail


def test_deepest_and_largest_are_taken() -> None:
    deepest = b'{"a":' + b"[" * (MAX_DEPTH - 1) + b"]" * (MAX_DEPTH - 1) + b"}"
    assert canonical(load(deepest)) == deepest
    text = b'{"a":"' + b"x" * (MAX_BYTES - 8) + b'"}'
    assert len(text) == MAX_BYTES
    assert canonical(load(text)) == text


def test_numbers_and_order_have_one_form() -> None:
    data = b'{"b": [9007199254740991, 123456789012345680000, -0.0, 1E21, 0.10, 1e-7], "a": "\\u20ac\\/"}'
    form = '{"a":"€/","b":[9007199254740991,123456789012345680000,0,1e+21,0.1,1e-7]}'
    assert canonical(load(data)) == form.encode()


NAMES = st.text('ab[]{}"\\€', max_size=4)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@settings(derandomize=True, max_examples=200)
@given(st.dictionaries(NAMES, JSON, max_size=4))
def test_canonical_form_is_a_fixed_point(document: dict[str, object]) -> None:
    form = canonical(load(json.dumps(document).encode()))
    assert canonical(load(form)) == form


@settings(derandomize=True, max_examples=300)
@given(st.binary(max_size=64) | st.text('{}[]",:\\u0a1e-.tfn ', max_size=64).map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        document = load(data)
    except DocumentError as error:
        assert error.fault in DocumentFault
    else:
        assert load(canonical(document)) == document


def test_what_may_stand_alone_or_in_a_list() -> None:
    assert as_list("a") == ["a"]
    assert as_list(["a", 1]) == ["a", 1]
    assert as_list([]) == []
    assert as_list(None) == [None]
    assert as_list({"a": 1}) == [{"a": 1}]
    assert list(each_with_place({"a": 1}, "/proof")) == [("/proof", {"a": 1})]
    assert list(each_with_place(["a", ["b"]], "/proof")) == [("/proof/0", "a"), ("/proof/1", ["b"])]
    assert list(each_with_place([], "/proof")) == []


def test_a_document_of_many_names_is_read_in_one_pass() -> None:
    """With one comparison for each pair of names this would take minutes."""
    names = ",".join(f'"{number}":0' for number in range(100_000))
    with pytest.raises(DocumentError) as refused:
        load(f'{{{names},"99999":1}}'.encode(), limit=4 * MAX_BYTES)
    assert (refused.value.fault, refused.value.detail) == (
        DocumentFault.DUPLICATE_NAME,
        "The name is '99999'.",
    )


def test_a_place_below_a_long_name_is_found_at_once() -> None:
    numbers = ",".join(["0"] * 100_000)
    with pytest.raises(DocumentError) as refused:
        load(f'{{"{"n" * 500_000}":[{numbers},1e400]}}'.encode(), limit=4 * MAX_BYTES)
    assert refused.value.fault is DocumentFault.INEXACT_NUMBER


@pytest.mark.parametrize(
    ("document", "count"),
    [(None, 1), ({}, 1), ([1, [2], {"a": 3}], 6), ({"a": {"b": [1, 2, 3]}}, 6)],
)
def test_how_many_values(document: Any, count: int) -> None:
    assert has_more_values_than(document, count - 1)
    assert not has_more_values_than(document, count)
