"""Reading a JSON credential that came from outside, and writing its one canonical form.

Rules:

- D1 The bytes are bounded (`MAX_BYTES`) before they are read, the nesting (`MAX_DEPTH`) and the number of
  members and elements (by commas and colons, in texts as well) before they are parsed.
- D2 A member name occurs once in an object: with two, readers disagree about what was signed.
- D3 Text is well-formed Unicode; `NaN` and the infinities are no JSON; a number that would change by being
  read is refused (`exact_number`).
- D4 The canonical form is RFC 8785. Whatever `load` returns has one.
- D5 What is refused is told with its place, a JSON Pointer, where there is one.

Source: RFC 8259, RFC 8785, RFC 7493 (I-JSON).
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import NoReturn

import rfc8785

from api.credentials.exact_number import MAX_NUMBER_TEXT, exact_float, exact_integer
from registry.primitives.reason import Reason

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None
Document = dict[str, Json]

MAX_BYTES = 1 << 20
MAX_DEPTH = 32
BYTES_A_SEPARATOR = 16
"""A document has at most one comma or colon for so many bytes of its limit, 65,536 of them in 1 MiB: so many
members and elements take half a second to read and to hash. A long credential has some thousand.
"""
_MAX_SHOWN = 64
# A bracket, or a whole text; a text that does not end is taken to the end of the data, so that the search
# stays linear.
_TOKENS = re.compile(rb'[\[\]{}]|"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)', re.DOTALL)


class DocumentFault(Reason):
    """Why bytes are not a document that can be judged. Whoever wrote or got the document meets it."""

    TOO_LARGE = (
        "too-large",
        f"The document has more than {MAX_BYTES} bytes.",
        "Make it shorter: move pictures and long texts out of it.",
    )
    TOO_MANY = (
        "too-many",
        f"The document has more than {MAX_BYTES // BYTES_A_SEPARATOR} members and elements.",
        "Divide it, or put lists of numbers into a text.",
    )
    TOO_DEEP = (
        "too-deep",
        f"The document is nested more than {MAX_DEPTH} levels deep.",
        f"Put what is deeper than {MAX_DEPTH} levels into a text.",
    )
    NOT_UTF8 = (
        "not-utf8",
        "The document is not UTF-8 text.",
        "Save it as UTF-8, or get the file again.",
    )
    NOT_JSON = (
        "not-json",
        "The document is not JSON.",
        "Correct it at the place that is named, or get the file again.",
    )
    NOT_AN_OBJECT = (
        "not-an-object",
        "The document is JSON, but not an object.",
        "Give one JSON object, which begins with { and ends with }.",
    )
    DUPLICATE_NAME = (
        "duplicate-name",
        "An object in the document has a member name twice.",
        "Delete one of the two: readers differ about which of them counts.",
    )
    INEXACT_NUMBER = (
        "inexact-number",
        "A number in the document would change by being read.",
        'Write the number as a text, in quotes: "…".',
    )
    LONE_SURROGATE = (
        "lone-surrogate",
        "A text in the document is not well-formed Unicode.",
        "Write the whole character: half of it is missing beside \\ud8… or \\udc….",
    )
    NOT_A_TOKEN = (
        "not-a-token",
        "The text is not a signed token: three parts in base64url with dots between them.",
        "Get it again, and copy the whole text: no line breaks, nothing left out.",
    )


class DocumentError(ValueError):
    """A document refused, with the reason and where it lies."""

    def __init__(self, fault: DocumentFault, detail: str) -> None:
        super().__init__(f"{fault.sentence} {detail}".rstrip())
        self.fault = fault
        self.detail = detail


def load(data: bytes, *, limit: int = MAX_BYTES) -> Document:
    """Parses one JSON object by the rules D1 to D3; raises `DocumentError`."""
    document = load_json(data, limit=limit)
    if not isinstance(document, dict):
        raise DocumentError(DocumentFault.NOT_AN_OBJECT, "")
    return document


def load_json(data: bytes, *, limit: int = MAX_BYTES) -> Json:
    """Parses one JSON value, which need not be an object, by the same rules; raises `DocumentError`."""
    if len(data) > limit:
        raise DocumentError(DocumentFault.TOO_LARGE, f"It has {len(data)}.")
    if data.count(b",") + data.count(b":") > limit // BYTES_A_SEPARATOR:
        raise DocumentError(DocumentFault.TOO_MANY, "")
    _refuse_depth(data)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DocumentError(
            DocumentFault.NOT_UTF8, f"The first wrong byte is number {error.start}."
        ) from None
    reading = _Reading()
    try:
        document: Json = json.loads(
            text,
            object_pairs_hook=reading.pairs,
            parse_int=reading.integer,
            parse_float=reading.fraction,
            parse_constant=_constant,
        )
    except json.JSONDecodeError as error:
        raise DocumentError(DocumentFault.NOT_JSON, f"Line {error.lineno}, column {error.colno}.") from None
    reading.refuse_faults(document)
    _refuse_lone_surrogates(document)
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
        raise _lone_surrogate(document) from None
    except rfc8785.CanonicalizationError as error:
        if isinstance(error.__cause__, UnicodeEncodeError):
            raise _lone_surrogate(document) from None
        raise


def _refuse_lone_surrogates(document: Json) -> None:
    """D3. Nothing else of what has been read lacks a canonical form, which would take far longer to make."""
    try:
        json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise _lone_surrogate(document) from None


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


def _first_twice(names: Iterable[str]) -> str:
    """The first name that has occurred before, where one has."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    raise ValueError("no name occurs twice")


class _Reading:
    """Parses, and keeps what is wrong until its place in the document is known."""

    def __init__(self) -> None:
        self._numbers: list[tuple[float, str]] = []
        self._objects: list[tuple[Document, str]] = []

    def pairs(self, pairs: list[tuple[str, Json]]) -> Document:
        document = dict(pairs)
        if len(document) != len(pairs):
            self._objects.append((document, _first_twice(name for name, _ in pairs)))
        return document

    def integer(self, text: str) -> int | float:
        number = exact_integer(text)
        return self._inexact(text) if number is None else number

    def fraction(self, text: str) -> float:
        number = exact_float(text)
        return self._inexact(text) if number is None else number

    def _inexact(self, text: str) -> float:
        """A stand-in that is found again by its identity."""
        stand_in = float("nan")
        self._numbers.append((stand_in, text))
        return stand_in

    def refuse_faults(self, document: Json) -> None:
        """Raises `DocumentError` for the first thing that was wrong."""
        if self._objects:
            found, name = self._objects[0]
            told = f"The name is {name[:_MAX_SHOWN]!r}"
            raise DocumentError(DocumentFault.DUPLICATE_NAME, f"{told}{_in_place(document, found)}.")
        if self._numbers:
            stand_in, text = self._numbers[0]
            long = " and has too many characters" if len(text) > MAX_NUMBER_TEXT else ""
            told = f"The number is {text[:_MAX_SHOWN]}{long}"
            raise DocumentError(DocumentFault.INEXACT_NUMBER, f"{told}{_in_place(document, stand_in)}.")


def _in_place(document: Json, sought: Json) -> str:
    place = next(_places(document, lambda found: found is sought), "")
    return f", at {place[: 2 * _MAX_SHOWN]}" if place else ""


def _lone_surrogate(document: Json) -> DocumentError:
    def is_wrong(found: Json) -> bool:
        texts = [found] if isinstance(found, str) else list(found) if isinstance(found, dict) else []
        return any(not _is_unicode(text) for text in texts)

    place = next(_places(document, is_wrong), "").encode("ascii", "backslashreplace").decode("ascii")
    return DocumentError(
        DocumentFault.LONE_SURROGATE, f"It is at {place[: 2 * _MAX_SHOWN]}." if place else ""
    )


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _places(
    found: Json, is_sought: Callable[[Json], bool], path: tuple[str | int, ...] = ()
) -> Iterator[str]:
    """JSON Pointers of what is sought, in the document's order; its nesting is bounded (D1). A pointer is put
    together only where something is found: a name may be as long as the document.
    """
    if is_sought(found):
        yield "".join(f"/{pointer_step(step)}" for step in path)
    inner: list[tuple[str | int, Json]] = []
    if isinstance(found, dict):
        inner = list(found.items())
    elif isinstance(found, list):
        inner = list(enumerate(found))
    for step, member in inner:
        yield from _places(member, is_sought, (*path, step))


def pointer_step(step: str | int) -> str:
    """A step of a JSON Pointer (RFC 6901)."""
    return str(step).replace("~", "~0").replace("/", "~1")


def has_more_values_than(document: Json, limit: int) -> bool:
    """Whether a document holds more JSON values than that, itself included. No more of them are looked at."""
    count, waiting = 1, [document]
    while waiting and count <= limit:
        found = waiting.pop()
        inner = found.values() if isinstance(found, dict) else found if isinstance(found, list) else ()
        count += len(inner)
        if count <= limit:
            waiting.extend(inner)
    return count > limit


def as_list(found: Json) -> list[Json]:
    """What may stand alone or in a list, as a list: that of JSON-LD, where one thing is a list of one."""
    return found if isinstance(found, list) else [found]


def each_with_place(found: Json, place: str) -> Iterator[tuple[str, Json]]:
    """What stands alone at `place`, or in a list there: each with its place, a JSON Pointer."""
    if not isinstance(found, list):
        yield place, found
        return
    for index, inner in enumerate(found):
        yield f"{place}/{index}", inner


def _constant(text: str) -> NoReturn:
    raise DocumentError(DocumentFault.NOT_JSON, f"{text} is no JSON.")
