"""The identifiers of things on the ledger, and the only spellings of them that are allowed.

1. A DID is `did:matricula:` and 52 characters of base32 (RFC 4648, lower case, no padding: a hash), or
   `did:web:` and a host name with at most 8 path segments (https://w3c-ccg.github.io/did-method-web/). One
   spelling each: a host is lower case, a port is written `%3A8443`, segments use letters, digits, `.`, `_`
   and `-`.
2. A key is named by its DID, `#`, and a fragment of 1 to 64 letters, digits, `.`, `_` or `-`.
3. What an issuer names itself (schemas, status lists) lies under its DID: `DID/schemas/NAME`, with NAME of
   1 to 64 lower-case letters, digits and `-`. An anchor is named by its root, in hexadecimal. So the owner
   of a record is part of its id, and no two owners can compete for one.

Nothing here depends on a regular-expression engine or on Unicode tables: all alphabets are ASCII and spelt
out.
"""

from base64 import b32encode
from typing import Final

MAX_DID_LENGTH: Final = 180
MAX_FRAGMENT_LENGTH: Final = 64
MAX_NAME_LENGTH: Final = 64

_DIGITS = "0123456789"
_LOWER = "abcdefghijklmnopqrstuvwxyz"
_BASE32 = frozenset(_LOWER + "234567")
_HOST = frozenset(_LOWER + _DIGITS + "-")
_NAME = frozenset(_LOWER + _DIGITS + "-")
_SEGMENT = frozenset(_LOWER + _LOWER.upper() + _DIGITS + "._-")
_MAX_PATH_SEGMENTS = 8

OWN_METHOD: Final = "did:matricula:"
WEB_METHOD: Final = "did:web:"


def own_did(digest: bytes) -> str:
    """The did:matricula that a 32-byte hash gives."""
    return OWN_METHOD + b32encode(digest).decode().rstrip("=").lower()


def is_did(text: str) -> bool:
    """Whether `text` is a DID as rule 1 spells it."""
    if len(text) > MAX_DID_LENGTH:
        return False
    if text.startswith(OWN_METHOD):
        name = text[len(OWN_METHOD) :]
        # 52 characters hold 260 bits; the last one may use only the first of its five.
        return len(name) == 52 and _BASE32.issuperset(name) and name[-1] in "aq"
    if text.startswith(WEB_METHOD):
        host, *path = text[len(WEB_METHOD) :].split(":")
        return _is_host(host) and len(path) <= _MAX_PATH_SEGMENTS and all(map(_is_segment, path))
    return False


def _is_host(text: str) -> bool:
    name, colon, port = text.partition("%3A")
    if colon and not (1 <= len(port) <= 5 and frozenset(_DIGITS).issuperset(port) and port[0] != "0"):
        return False
    labels = name.split(".")
    return all(
        1 <= len(label) <= 63 and _HOST.issuperset(label) and label[0] != "-" and label[-1] != "-"
        for label in labels
    )


def _is_segment(text: str) -> bool:
    return bool(text) and _SEGMENT.issuperset(text)


def is_fragment(text: str) -> bool:
    """Whether `text` can name a key within its DID."""
    return 1 <= len(text) <= MAX_FRAGMENT_LENGTH and _SEGMENT.issuperset(text)


def is_name(text: str) -> bool:
    """Whether `text` can name a schema or a status list under its owner's DID."""
    return 1 <= len(text) <= MAX_NAME_LENGTH and _NAME.issuperset(text)


def schema_id(owner: str, name: str) -> str:
    """The id of a schema's record."""
    return f"{owner}/schemas/{name}"


def status_list_id(issuer: str, name: str) -> str:
    """The id of a status list's record."""
    return f"{issuer}/status-lists/{name}"


def anchor_id(issuer: str, root: bytes) -> str:
    """The id of an anchor's record."""
    return f"{issuer}/anchors/{root.hex()}"


def owner_of(record_id: str) -> str:
    """The DID under which a schema, status list or anchor lies; of a DID, itself."""
    return record_id.partition("/")[0]
