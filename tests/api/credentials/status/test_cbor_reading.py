"""C1 to C5: the CBOR of others, read with one spelling of each item."""

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.credentials.status.cbor_reading import MAX_DEPTH, MAX_ITEMS, read_cbor
from registry.primitives.codec import Malformed

ITEMS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(1 << 64), (1 << 64) - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.binary(max_size=40)
    | st.text(max_size=40),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.integers(-70_000, 70_000) | st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=8,
)


@settings(max_examples=50)
@given(ITEMS)
def test_what_cbor2_writes_is_read(item: object) -> None:
    """Compared with another implementation. Equal to the type: 1, 1.0 and true are three things."""
    try:
        found = read_cbor(cbor2.dumps(item))
    except Malformed as error:
        assert "nested" in str(error)
        return
    assert repr(found) == repr(item)


@given(st.binary(max_size=40))
def test_whatever_is_read_is_what_cbor2_reads(data: bytes) -> None:
    """C5: and nothing else is raised."""
    try:
        found = read_cbor(data)
    except Malformed:
        return
    assert repr(found) == repr(cbor2.loads(data))


REFUSED: dict[str, tuple[str, str]] = {
    "nothing": ("", "it ends too early"),
    "bytes behind": ("0000", "1 bytes follow the item"),
    "a long head": ("1800", "a head that is not the shortest"),
    "a longer head": ("190001", "a head that is not the shortest"),
    "the longest head": ("1b00000000ffffffff", "a head that is not the shortest"),
    "a head cut off": ("19ff", "it ends too early"),
    "a reserved head": ("1c", "no definite length"),
    "bytes without an end": ("5f4100ff", "no definite length"),
    "an array without an end": ("9f00ff", "no definite length"),
    "a map without an end": ("bf0000ff", "no definite length"),
    "a stop alone": ("ff", "a simple value that is none of true, false and null"),
    "undefined": ("f7", "a simple value that is none of true, false and null"),
    "a simple value": ("f820", "a simple value that is none of true, false and null"),
    "a tag": ("c100", "a tag, and none is allowed"),
    "a big number": ("c249010000000000000000", "a tag, and none is allowed"),
    "a shared reference": ("d81c81d81d00", "a tag, and none is allowed"),
    "more bytes than there are": ("5b7fffffffffffffff00", "it ends too early"),
    "more items than there are": ("9a7fffffff00", f"more than {MAX_ITEMS} items"),
    "a key twice": ("a200000001", "a map key that occurs twice"),
    "a key twice in two spellings": ("a2613000613001", "a map key that occurs twice"),
    "bytes for a key": ("a1410000", "a map key that is neither an integer nor a text"),
    "an array for a key": ("a18000", "a map key that is neither an integer nor a text"),
    "true for a key": ("a1f500", "a map key that is neither an integer nor a text"),
    "a float for a key": ("a1f93c0000", "a map key that is neither an integer nor a text"),
    "text that is no UTF-8": ("61ff", "a text that is not UTF-8"),
    "a surrogate": ("63eda080", "a text that is not UTF-8"),
    "no number": ("f97e00", "a number that is not finite"),
    "no end of numbers": ("fb7ff0000000000000", "a number that is not finite"),
}


@pytest.mark.parametrize(("data", "told"), REFUSED.values(), ids=REFUSED.keys())
def test_other_spellings_are_refused(data: str, told: str) -> None:
    with pytest.raises(Malformed) as error:
        read_cbor(bytes.fromhex(data))
    assert str(error.value) == told


def test_nesting_and_the_number_of_items_are_bounded() -> None:
    """C4."""
    assert read_cbor(b"\x81" * MAX_DEPTH + b"\x00")
    with pytest.raises(Malformed, match="nested more than 8 deep"):
        read_cbor(b"\x81" * (MAX_DEPTH + 1) + b"\x00")
    with pytest.raises(Malformed, match="nested more than 8 deep"):
        read_cbor(b"\x81" * 1_000_000)
    assert read_cbor(cbor2.dumps([0] * MAX_ITEMS)) == [0] * MAX_ITEMS
    with pytest.raises(Malformed, match="more than 1024 items"):
        read_cbor(cbor2.dumps([0] * (MAX_ITEMS + 1)))
    with pytest.raises(Malformed, match="more than 1024 items"):
        read_cbor(cbor2.dumps([[0] * 600, [0] * 600]))
