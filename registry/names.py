"""The identifiers of things on the ledger, and the only spellings of them that are allowed (decision 0013).

1. A DID is `did:matricula:` and 52 characters of base32 (RFC 4648, lower case, no padding: a hash), or
   `did:web:` and a host name with at most 8 path segments (https://w3c-ccg.github.io/did-method-web/). One
   spelling each: a host is lower case, a port is written `%3A8443`, segments use letters, digits, `.`, `_`
   and `-`.
2. A key is named by its DID, `#`, and a fragment of 1 to 64 letters, digits, `.`, `_` or `-`.
3. What an issuer names itself (schemas, status lists) lies under its DID: `DID/schemas/NAME`, with NAME of
   1 to 64 lower-case letters, digits and `-`. An anchor is named by its root, in hexadecimal, in
   the log of its issuer. So the owner of a record is part of its id, and no two owners can compete for one.

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
_MAX_LABEL = 63
_OWN_NAME_LENGTH = 52
_SPACES = frozenset(
    "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
)
_INVISIBLE = frozenset(
    (
        *range(0x09),
        *range(0x0E, 0x20),
        *range(0x7F, 0x85),
        *range(0x86, 0xA0),
        0xAD,
        0x34F,
        0x61C,
        0x180E,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        *range(0xFE00, 0xFE10),
        0xFEFF,
        *range(0xE0000, 0xE0200),
    )
)
"""Control characters, and those of Unicode 15 that leave no mark: joiners, directions, variations, tags."""

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
        return len(name) == _OWN_NAME_LENGTH and _BASE32.issuperset(name) and name[-1] in "aq"
    if text.startswith(WEB_METHOD):
        host, *path = text[len(WEB_METHOD) :].split(":")
        return _is_host(host) and len(path) <= _MAX_PATH_SEGMENTS and all(map(_is_segment, path))
    return False


def fault_of_did(text: str) -> str | None:
    """What keeps `text` from being a DID as rule 1 spells it, for people: a clause without a full stop that
    says how it is written. None where `text` is a DID.

    Where several things are wrong, the one that comes first in the text's own order is told. No part of the
    text is repeated but a method's name and the numbers of characters: it may come from anybody.
    """
    if is_did(text):
        return None
    return next(filter(None, (find(text) for find in _FAULTS_OF_DIDS)), "no DID is spelled like this")


def _fault_of_characters(text: str) -> str | None:
    if not text:
        return "it is empty"
    for place, character in enumerate(text, 1):
        code = ord(character)
        if code in _INVISIBLE:
            return f"character {place} (U+{code:04X}) cannot be seen: take it out"
        if character in _SPACES:
            return f"character {place} (U+{code:04X}) is a space or a line's end, and a DID has none"
        if code >= 0x80:
            return (
                f"character {place} (U+{code:04X}) is not of a to z: a name in another script is written "
                "in punycode (xn--…)"
            )
    return None


def _fault_of_beginning(text: str) -> str | None:
    if text.startswith((OWN_METHOD, WEB_METHOD)):
        return None
    if text.lower().startswith(("http:", "https:")):
        return "it is a web address: the DID of https://university.example is did:web:university.example"
    if text.lower().startswith((OWN_METHOD, WEB_METHOD)):
        return "did: and the method are in lower case"
    scheme, _, rest = text.partition(":")
    if scheme.lower() != "did":
        return "it does not begin with did:web: or did:matricula:"
    method = rest.partition(":")[0]
    if method in ("web", "matricula"):
        return f"a colon and a name follow did:{method}"
    named = f", not did:{method}" if _is_method(method) else ""
    return f"the registry holds DIDs of the methods did:web and did:matricula{named}"


def _fault_of_whole(text: str) -> str | None:
    if len(text) > MAX_DID_LENGTH:
        return f"it has {len(text)} characters, more than the {MAX_DID_LENGTH} allowed"
    if "#" in text:
        return "it is the name of a key: a DID ends before the #"
    if "?" in text:
        return "a DID has no query: it ends before the ?"
    return None


def _fault_of_own(text: str) -> str | None:
    if not text.startswith(OWN_METHOD):
        return None
    name = text[len(OWN_METHOD) :]
    if _BASE32.issuperset(name.lower()) and not _BASE32.issuperset(name):
        return "a did:matricula is in lower case"
    if not _BASE32.issuperset(name):
        return "a did:matricula uses the letters a to z and the digits 2 to 7"
    if len(name) != _OWN_NAME_LENGTH:
        return f"a did:matricula has {_OWN_NAME_LENGTH} characters after its method, not {len(name)}"
    return "a did:matricula ends in a or q: a character was mistyped or left out"


_NO_SLASHES = "it has no slashes: colons set the parts of a path apart, as in did:web:host:faculty"


def _fault_of_host(text: str) -> str | None:
    host = text[len(WEB_METHOD) :].partition(":")[0]
    if "/" in host:
        return _NO_SLASHES
    name, percent, _ = host.partition("%")
    if not name:
        return "a host follows did:web:"
    if name != name.lower():
        return "a host is in lower case"
    if not (_HOST | {"."}).issuperset(name):
        return "a host uses the letters a to z, digits, hyphens and dots"
    labels = name.split(".")
    if "" in labels:
        return "a host has a name before, between and after its dots"
    if any(label[0] == "-" or label[-1] == "-" for label in labels):
        return "no part of a host begins or ends with a hyphen"
    if any(len(label) > _MAX_LABEL for label in labels):
        return f"a part of a host has at most {_MAX_LABEL} characters"
    if percent and not _is_host(host):
        return "a port is written %3A8443: %3A with a capital A, then 1 to 5 digits that do not begin with 0"
    return None


def _fault_of_path(text: str) -> str | None:
    path = text[len(WEB_METHOD) :].split(":")[1:]
    if "" in path:
        return "no part of its path is empty: it does not end in a colon, nor has two in a row"
    if any("/" in segment for segment in path):
        return _NO_SLASHES
    if not all(map(_is_segment, path)):
        return "a path uses letters, digits, dots, hyphens and underscores"
    if len(path) > _MAX_PATH_SEGMENTS:
        return f"its path has {len(path)} parts, more than the {_MAX_PATH_SEGMENTS} allowed"
    return None


_FAULTS_OF_DIDS: Final = (
    _fault_of_characters,
    _fault_of_beginning,
    _fault_of_whole,
    _fault_of_own,
    _fault_of_host,
    _fault_of_path,
)


def _is_method(text: str) -> bool:
    """Whether `text` can be the name of a DID method, and is short enough to be repeated."""
    return 1 <= len(text) <= 16 and frozenset(_LOWER + _DIGITS).issuperset(text)


def _is_host(text: str) -> bool:
    name, colon, port = text.partition("%3A")
    if colon and not (1 <= len(port) <= 5 and frozenset(_DIGITS).issuperset(port) and port[0] != "0"):
        return False
    labels = name.split(".")
    return all(
        1 <= len(label) <= _MAX_LABEL and _HOST.issuperset(label) and label[0] != "-" and label[-1] != "-"
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


def owner_of(record_id: str) -> str:
    """The DID under which a schema or status list lies; of a DID, itself."""
    return record_id.partition("/")[0]
