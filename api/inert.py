"""Foreign text made inert: what others wrote is shown, and acts on no screen, log or page (decision 0092).

Whatever a node, a credential, a file or a caller wrote passes through here before a person sees it. Rules:

1. A character that moves the cursor, hides, reorders or ends a line is shown by its number, `\\u{1B}`; the
   same one N times as `\\u{1B*N}`. These are: controls, line and paragraph separators, everything that
   Unicode calls a format character (bidirectional controls, zero-width and tag characters among them),
   variation selectors and other invisible characters, private use, lone surrogates, unassigned code points.
2. Blanks: up to `MAX_BLANKS` U+0020 in a row stand as they are; a longer run is shown by its number, as are
   blanks at the end of a text and every other kind of blank.
3. Marks stand on a letter or digit, `MAX_MARKS` at most; others are shown by their number.
4. A joiner stands where spelling needs it (RFC 5892, CONTEXTJ): after a virama, and a zero-width
   non-joiner between Arabic letters.
5. What is shown is unambiguous: a real backslash before `u{` is shown as `\\u{5C}`; others stand as they are.
6. JSON keeps its content: the same characters are written as `\\uXXXX`, so that reading it gives back the
   original.

Letters of every script stand as they are, so names stay readable. Look-alike letters are not told apart here:
an identifier's own form has to exclude them. Which code points are assigned depends on Python's Unicode
tables; no verdict may rest on this module.
"""

import html
import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import chain, groupby
from typing import Any

MAX_BLANKS = 20
MAX_MARKS = 4
"""Enough for Hebrew with cantillation and for Vietnamese; a pile of them covers the lines around it."""

_MARKS = frozenset({"Mn", "Mc", "Me"})
_ACTING = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_INVISIBLE = frozenset(
    chr(point)
    for first, last in (
        (0x034F, 0x034F),
        (0x115F, 0x1160),
        (0x17B4, 0x17B5),
        (0x180B, 0x180F),
        (0x2800, 0x2800),
        (0x3164, 0x3164),
        (0xFE00, 0xFE0F),
        (0xFFA0, 0xFFA0),
        (0x1D159, 0x1D159),
        (0xE0100, 0xE01EF),
    )
    for point in range(first, last + 1)
)
"""Letters, symbols and marks that leave no ink: fillers, variation selectors, the empty braille pattern."""
_NON_JOINER, _JOINER = "\u200c", "\u200d"
_VIRAMA = 9  # canonical combining class
_LONG_RUN = re.compile(f"( {{{MAX_BLANKS + 1},}})")
_LONG_RUN_BYTES = b" " * (MAX_BLANKS + 1)
_JSON_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


def inert(text: str, limit: int | None = None) -> str:
    """The text as one line without anything that acts, of at most about `limit` characters (then `…`)."""
    if not _is_plain(text) or text.endswith(" ") or "\\u{" in text:
        text = _shown(text, limit)
    return text if limit is None or len(text) <= limit else text[:limit] + "…"


def inert_html(text: str) -> str:
    """The text inert, for the content or a quoted attribute of an HTML page."""
    return html.escape(inert(text))


def inert_json(
    document: Any,
    *,
    indent: int | None = None,
    ascii_only: bool = False,
    default: Callable[[Any], Any] | None = None,
) -> str:
    """The document as JSON in which nothing acts: compact on one line, or indented. `ascii_only`: for streams
    that cannot hold other characters.
    """
    separators = (",", ":") if indent is None else None
    return escape_json(
        json.dumps(document, indent=indent, separators=separators, ensure_ascii=ascii_only, default=default)
    )


def escape_json(text: str) -> str:
    """A JSON text with the same content, in whose strings nothing acts."""
    return _JSON_STRING.sub(lambda string: _escaped(string[0]), text)


def escape_json_bytes(encoded: bytes) -> bytes:
    """The same for JSON in UTF-8, such as an API's answer, that has no run of blanks outside of strings."""
    if encoded.isascii() and b"\x7f" not in encoded and _LONG_RUN_BYTES not in encoded:
        return encoded
    return escape_json(encoded.decode()).encode()


def _escaped(string: str) -> str:
    if _is_plain(string):
        return string
    return "".join("".join(map(_json_escape, run)) if acts else run for run, acts in _runs(string))


def _json_escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable() and _LONG_RUN.search(text) is None


def _shown(text: str, limit: int | None) -> str:
    pieces: list[str] = []
    size = 0
    body = text.rstrip(" ")
    trailing = text[len(body) :]
    for run, acts in chain(_runs(body), ((trailing, True),)):
        pieces.append("".join(_numbered(run)) if acts else run.replace("\\u{", "\\u{5C}u{"))
        size += len(pieces[-1])
        if limit is not None and size > limit:
            break
    return "".join(pieces)


def _numbered(run: str) -> Iterator[str]:
    for character, same in groupby(run):
        count = sum(1 for _ in same)
        yield f"\\u{{{ord(character):X}*{count}}}" if count > 1 else f"\\u{{{ord(character):X}}}"


def _runs(text: str) -> Iterator[tuple[str, bool]]:
    """The text in pieces, each with whether it acts."""
    for number, part in enumerate(_LONG_RUN.split(text)):
        if number % 2:
            yield part, True
        else:
            for acts, marked in groupby(_marked(part), key=lambda pair: pair[1]):
                yield "".join(character for character, _ in marked), acts


def _marked(text: str) -> Iterator[tuple[str, bool]]:
    """Each character with whether it acts."""
    marks, stands_on_letter = 0, False
    for at, character in enumerate(text):
        category = unicodedata.category(character)
        if category in _MARKS:
            marks += 1
            yield character, marks > MAX_MARKS or not stands_on_letter or character in _INVISIBLE
            continue
        marks, stands_on_letter = 0, category[0] in "LN"
        yield character, _acts(text, at, category)


def _acts(text: str, at: int, category: str) -> bool:
    character = text[at]
    if category == "Zs":
        return character != " "
    if character in (_NON_JOINER, _JOINER):
        return not _is_spelling(text, at)
    return category in _ACTING or character in _INVISIBLE


def _is_spelling(text: str, at: int) -> bool:
    """Whether the joiner at that place is part of a word's spelling (rule 4)."""
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if not before or not after or unicodedata.category(after)[0] != "L":
        return False
    if unicodedata.combining(before) == _VIRAMA:
        return True
    are_arabic = unicodedata.bidirectional(before) == unicodedata.bidirectional(after) == "AL"
    return text[at] == _NON_JOINER and are_arabic
