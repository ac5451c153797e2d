"""The text of an SD-JWT, taken apart: a token, disclosures, and the holder's proof that the key is theirs.

- T1 `~` stands behind the token and behind each disclosure. What follows the last one is the holder's
  token, or nothing.
- T2 At most `MAX_DISCLOSURES` disclosures.
- T3 A disclosure is base64url of a JSON array: salt and value (an element of an array), or salt, name and
  value (a member of an object). Its digest is that of its text as it was sent, whatever other text has the
  same meaning.

Source: RFC 9901, §4, §4.2.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from api.base64url import to_text
from api.credentials.document import MAX_BYTES, DocumentError, DocumentFault, Json, load_json
from api.credentials.excerpt import excerpt
from api.credentials.formats.jose.compact import CompactJws, decoded, read_compact
from registry.primitives.digest import sha256

MAX_DISCLOSURES: Final = 256
SEPARATOR: Final = "~"


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One claim that is shown: the base64url text of its SHA-256, its name (None for an element of an array),
    its value, and its place in the text, counted from 1.
    """

    digest: str
    name: str | None
    value: Json
    number: int


@dataclass(frozen=True, slots=True)
class SdJwtParts:
    """An SD-JWT taken apart, nothing of it verified. `bound` is the text that a holder's token is about: all
    that stands before it.
    """

    token: CompactJws
    disclosures: tuple[Disclosure, ...]
    holder_token: CompactJws | None
    bound: str


def digest_text(text: str) -> str:
    """The base64url text of the SHA-256 of an ASCII text."""
    return to_text(sha256(text.encode("ascii")))


def read_sd_jwt(text: str) -> SdJwtParts:
    """The parts of an SD-JWT; raises `DocumentError`."""
    token, *disclosures, last = text.split(SEPARATOR)
    if len(disclosures) > MAX_DISCLOSURES:
        told = f"It has {len(disclosures)} disclosures, and {MAX_DISCLOSURES} are read."
        raise DocumentError(DocumentFault.TOO_LARGE, told)
    return SdJwtParts(
        read_compact(token),
        tuple(_disclosure(part, number) for number, part in enumerate(disclosures, 1)),
        read_compact(last) if last else None,
        text[: len(text) - len(last)],
    )


def _disclosure(text: str, number: int) -> Disclosure:
    """T3."""
    parts = load_json(decoded(text, f"disclosure {number}", MAX_BYTES))
    if not isinstance(parts, list) or len(parts) not in (2, 3):
        raise _wrong(number, "no array of salt, name and value")
    if not isinstance(parts[0], str):
        raise _wrong(number, f"its salt is {excerpt(parts[0])}")
    return Disclosure(digest_text(text), _name(parts, number), parts[-1], number)


def _name(parts: Sequence[Json], number: int) -> str | None:
    name = parts[1] if len(parts) == 3 else None
    if len(parts) == 3 and not isinstance(name, str):
        raise _wrong(number, f"its name is {excerpt(name)}")
    return name if isinstance(name, str) else None


def _wrong(number: int, why: str) -> DocumentError:
    return DocumentError(DocumentFault.NOT_A_TOKEN, f"Its disclosure {number} is none: {why}.")
