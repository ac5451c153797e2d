"""The texts in which lists of the W3C are written into a JSON document.

- B1 Bitstring Status List: multibase base64url without padding, which begins with `u`, of GZIP.
- B2 StatusList2021: base64 or base64url of GZIP, with padding or without, in one alphabet. Both are in use:
  its text says base64, the first software wrote base64url.
- B3 A list has at least 131,072 entries (16 KiB of single bits), so that one of them hides in a crowd.
- B4 A text has one reading: no white space, and no bits beside the bytes.

Source: W3C Bitstring Status List 1.0, §2.2, §3.1; W3C StatusList2021 (2023), §3.2, §4.3.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

from api.credentials.document import Json
from api.credentials.excerpt import excerpt
from api.credentials.status.entry_values import EntryValues, FirstBit
from api.credentials.status.unpacking import gunzipped, malformed

MIN_ENTRIES: Final = 131_072
"""B3. Whether a list has so many depends on how many bits each entry takes, so that it is judged with the
entry.
"""

_BASE64: Final = re.compile(r"[A-Za-z0-9+/]*={0,2}")
_BASE64URL: Final = re.compile(r"[A-Za-z0-9_-]*={0,2}")


def bitstring_entries(written: Json) -> EntryValues:
    """The entries in the `encodedList` of a Bitstring Status List (B1). Raises `ListError`."""
    if not isinstance(written, str) or not written.startswith("u"):
        raise malformed("encodedList", excerpt(written), "it is no multibase base64url, which begins with u")
    if written.endswith("="):
        raise malformed("encodedList", "multibase base64url has no padding")
    return _unpacked(_bytes_of(written[1:], _BASE64URL))


def status_list_2021_entries(written: Json) -> EntryValues:
    """The entries in the `encodedList` of a StatusList2021 (B2). Raises `ListError`."""
    if not isinstance(written, str):
        raise malformed("encodedList", f"{excerpt(written)}, not a text")
    return _unpacked(_bytes_of(written, _BASE64, _BASE64URL))


def _unpacked(compressed: bytes) -> EntryValues:
    return EntryValues(gunzipped(compressed), FirstBit.LEFT_MOST)


def _bytes_of(written: str, *alphabets: re.Pattern[str]) -> bytes:
    """B4."""
    if not any(alphabet.fullmatch(written) for alphabet in alphabets):
        raise malformed("encodedList", "it has characters that are no base64url")
    bare = written.rstrip("=").replace("+", "-").replace("/", "_")
    padding = "=" * (-len(bare) % 4)
    if len(bare) % 4 == 1 or len(written) - len(bare) not in (0, len(padding)):
        raise malformed("encodedList", "it is no whole base64url")
    data = urlsafe_b64decode(bare + padding)
    if urlsafe_b64encode(data).decode("ascii") != bare + padding:
        raise malformed("encodedList", "its last character holds bits of no byte")
    return data
