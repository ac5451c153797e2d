"""Reading a JSON credential that came from outside, and writing its one canonical form.

Rules:

- D1 The bytes are bounded (`MAX_BYTES`) before they are read, the nesting (`MAX_DEPTH`) before they are
  parsed.
- D2 A member name occurs once in an object: with two, readers disagree about what was signed.
- D3 Text is well-formed Unicode; `NaN` and the infinities are no JSON; a whole number beyond 2⁵³ − 1 is
  taken only in the digits that RFC 8785 gives its double, so that no reader can take it for another.
- D4 The canonical form is RFC 8785. Whatever `load` returns has one.

Source: RFC 8259, RFC 8785, RFC 7493 (I-JSON).
"""

import json
import math
import re
from enum import StrEnum
from typing import NoReturn

import rfc8785

from registry.primitives.codec import MAX_INTEGER

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None
Document = dict[str, Json]

MAX_BYTES = 1 << 20
MAX_DEPTH = 32
_MAX_WHOLE_TEXT = 22  # a sign and 21 digits: RFC 8785 writes greater doubles with an exponent
# A bracket, or a whole text; a text that does not end is taken to the end of the data, so that the search
# stays linear.
_TOKENS = re.compile(rb'[\[\]{}]|"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)', re.DOTALL)


class DocumentFault(StrEnum):
    """Why bytes are not a credential that can be judged."""

    TOO_LARGE = "too-large"
    TOO_DEEP = "too-deep"
    NOT_UTF8 = "not-utf8"
    NOT_JSON = "not-json"
    NOT_AN_OBJECT = "not-an-object"
    DUPLICATE_NAME = "duplicate-name"
    INEXACT_NUMBER = "inexact-number"
    LONE_SURROGATE = "lone-surrogate"

    @property
    def description(self) -> str:
        """One sentence for a person."""
        return _DESCRIPTIONS[self]


_DESCRIPTIONS = {
    DocumentFault.TOO_LARGE: f"The document has more than {MAX_BYTES} bytes.",
    DocumentFault.TOO_DEEP: f"The document is nested more than {MAX_DEPTH} levels deep.",
    DocumentFault.NOT_UTF8: "The document is not UTF-8 text.",
    DocumentFault.NOT_JSON: "The document is not JSON.",
    DocumentFault.NOT_AN_OBJECT: "The document is JSON, but not an object.",
    DocumentFault.DUPLICATE_NAME: "An object in the document has a member name twice.",
    DocumentFault.INEXACT_NUMBER: "A number in the document cannot be written exactly by every reader.",
    DocumentFault.LONE_SURROGATE: "A text in the document is not well-formed Unicode.",
}


class DocumentError(ValueError):
    """A document refused, with the reason and where it lies."""

    def __init__(self, fault: DocumentFault, detail: str) -> None:
        super().__init__(f"{fault.description} {detail}".rstrip())
        self.fault = fault
        self.detail = detail


def load(data: bytes, *, limit: int = MAX_BYTES) -> Document:
    """Parses one JSON object by the rules D1 to D3; raises `DocumentError`."""
    if len(data) > limit:
        raise DocumentError(DocumentFault.TOO_LARGE, f"It has {len(data)}.")
    _refuse_depth(data)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DocumentError(
            DocumentFault.NOT_UTF8, f"The first wrong byte is number {error.start}."
        ) from None
    try:
        document: Json = json.loads(
            text, object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_constant
        )
    except json.JSONDecodeError as error:
        raise DocumentError(DocumentFault.NOT_JSON, f"Line {error.lineno}, column {error.colno}.") from None
    if not isinstance(document, dict):
        raise DocumentError(DocumentFault.NOT_AN_OBJECT, "")
    canonical(document)
    return document


def canonical(document: Json) -> bytes:
    """The RFC 8785 form of a document; raises `DocumentError` where it has none."""
    try:
        return bytes(rfc8785.dumps(document))
    except rfc8785.FloatDomainError:
        raise DocumentError(DocumentFault.INEXACT_NUMBER, "") from None
    except rfc8785.IntegerDomainError:
        raise DocumentError(DocumentFault.INEXACT_NUMBER, "") from None
    except UnicodeEncodeError:
        raise DocumentError(DocumentFault.LONE_SURROGATE, "") from None
    except rfc8785.CanonicalizationError as error:
        if isinstance(error.__cause__, UnicodeEncodeError):
            raise DocumentError(DocumentFault.LONE_SURROGATE, "") from None
        raise


def _refuse_depth(data: bytes) -> None:
    """Counts brackets outside of texts: the parser recurses, so it must never see what is too deep for it."""
    depth = 0
    for token in _TOKENS.finditer(data):
        first = data[token.start()]
        if first in b"[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise DocumentError(DocumentFault.TOO_DEEP, "")
        elif first in b"]}":
            depth -= 1


def _object(pairs: list[tuple[str, Json]]) -> Document:
    document = dict(pairs)
    if len(document) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise DocumentError(DocumentFault.DUPLICATE_NAME, f"The name is {twice[:64]!r}.")
    return document


def _integer(text: str) -> int | float:
    """A whole number as it is; beyond 2⁵³ − 1 the double that it is, if it is written as RFC 8785 writes
    that double.
    """
    if len(text) <= 17 and abs(int(text)) <= MAX_INTEGER:
        return int(text)
    if len(text) <= _MAX_WHOLE_TEXT and rfc8785.dumps(float(text)) == text.encode("ascii"):
        return float(text)
    raise DocumentError(DocumentFault.INEXACT_NUMBER, f"The number is {text[:32]}.")


def _float(text: str) -> float:
    number = float(text) if len(text) <= 64 else math.inf
    if not math.isfinite(number):
        raise DocumentError(DocumentFault.INEXACT_NUMBER, f"The number is {text[:32]}.")
    return number


def _constant(text: str) -> NoReturn:
    raise DocumentError(DocumentFault.NOT_JSON, f"{text} is no JSON.")
