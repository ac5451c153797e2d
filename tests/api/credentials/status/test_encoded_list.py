"""B1 to B4: the texts in which lists of the W3C are written."""

import gzip
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable

import pytest

from api.base64url import to_text
from api.credentials.document import Json
from api.credentials.flaw import CredentialFlaw
from api.credentials.status.encoded_list import bitstring_entries, status_list_2021_entries
from api.credentials.status.entry_values import EntryValues
from api.credentials.status.unpacking import ListError
from tests.api.credentials.status.lists import SHORTEST, bits

PACKED = gzip.compress(bits(0, 5, SHORTEST - 1) + bytes(range(256)), mtime=0)
"""Of a length that base64 pads, and with all its characters."""
PADDED = b64encode(PACKED).decode()
URL_PADDED = urlsafe_b64encode(PACKED).decode()
Read = Callable[[Json], EntryValues]


def ones(entries: EntryValues) -> list[int]:
    return [index for index in range(SHORTEST) if entries.value(index, 1)]


def test_a_bitstring_is_multibase_base64url() -> None:
    """B1."""
    assert PADDED.endswith("=")
    assert "+" in PADDED
    assert ones(bitstring_entries("u" + URL_PADDED.rstrip("="))) == [0, 5, SHORTEST - 1]


@pytest.mark.parametrize(
    "written", [PADDED, PADDED.rstrip("="), URL_PADDED, URL_PADDED.rstrip("=")], ids=range(4)
)
def test_a_list_of_2021_is_base64_of_either_alphabet(written: str) -> None:
    """B2."""
    assert ones(status_list_2021_entries(written)) == [0, 5, SHORTEST - 1]


UNREAD: dict[str, tuple[Read, Json, str]] = {
    "no u": (bitstring_entries, URL_PADDED.rstrip("="), "it is no multibase base64url, which begins with u"),
    "another base": (bitstring_entries, "m" + PADDED.rstrip("="), "it is no multibase base64url"),
    "padding": (bitstring_entries, "u" + URL_PADDED, "multibase base64url has no padding"),
    "the other alphabet": (bitstring_entries, "u" + PADDED.rstrip("="), "no base64url"),
    "a line break": (bitstring_entries, "u" + to_text(PACKED) + "\n", "no base64url"),
    "white space": (bitstring_entries, "u " + to_text(PACKED), "no base64url"),
    "letters beyond ASCII": (bitstring_entries, "u" + to_text(PACKED)[:-1] + "é", "no base64url"),
    "a character too many": (bitstring_entries, "uAAAAA", "no whole base64url"),
    "bits of no byte": (bitstring_entries, "uAB", "its last character holds bits of no byte"),
    "nothing": (bitstring_entries, "u", "the GZIP of the list ends too early"),
    "no text": (bitstring_entries, ["u"], "a list"),
    "no member": (bitstring_entries, None, "null"),
    "a list in 2021": (status_list_2021_entries, [PADDED], "a list, not a text"),
    "both alphabets": (status_list_2021_entries, "+_AA", "no base64url"),
    "too much padding": (status_list_2021_entries, "AAA==", "no whole base64url"),
    "padding in the middle": (status_list_2021_entries, "AA==AA==", "no base64url"),
    "too little padding": (status_list_2021_entries, "AA=", "no whole base64url"),
    "a multibase in 2021": (status_list_2021_entries, "u" + to_text(PACKED), "the list is no right GZIP"),
    "no GZIP": (status_list_2021_entries, b64encode(bits()).decode(), "the list is no right GZIP"),
}


@pytest.mark.parametrize(("read", "written", "told"), UNREAD.values(), ids=UNREAD.keys())
def test_other_texts_are_refused(read: Read, written: Json, told: str) -> None:
    """B4."""
    with pytest.raises(ListError) as error:
        read(written)
    assert error.value.flaw.reason is CredentialFlaw.LIST_MALFORMED
    assert told in error.value.flaw.detail
