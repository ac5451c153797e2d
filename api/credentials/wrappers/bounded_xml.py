"""Reading XML that came from outside, as far as a few of its elements are concerned.

Rules:

- X1 A document has at most 4 MiB, 20,000 elements, 64 levels, and 20,000 equals signs: there are no more
  attributes than these, and a parser has read all of an element's before anybody is asked. A text that is
  looked for is no longer than a credential.
- X2 It declares nothing: no entity, no default. Its document type may be named, as drawing programs do.
  Nothing outside is fetched.
- X3 It is UTF-8, UTF-16, ASCII or Latin-1: in another encoding the signs of X1 could not be counted.
- X4 It is well-formed to its end.

Measured: what comes closest to these bounds takes about 0.4 s.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from api.credentials.document import MAX_BYTES
from api.credentials.wrappers.fault import WrapperError, WrapperFault

MAX_XML_BYTES: Final = 1 << 22
_MAX_ELEMENTS: Final = 20_000
_MAX_DEPTH: Final = 64
_MAX_EQUALS: Final = 20_000
_BUFFER_BYTES: Final = 1 << 16
_ENCODINGS: Final = frozenset({"utf-8", "utf-16", "us-ascii", "iso-8859-1"})


@dataclass(frozen=True, slots=True)
class FoundElement:
    """An element that was asked for: its name with its namespace, its attributes, its own text, and the byte
    at which it begins.
    """

    name: str
    attributes: dict[str, str]
    text: str
    start: int


@dataclass(slots=True)
class XmlSummary:
    """What was looked for in a document. Names are namespace, a space, and local name, or the local name
    alone. `root` is that of the outermost element, which begins at byte `root_start`; `prefixes` are the
    namespaces that it declares. `encoding` is the one that the document names, in lower case, or "".
    """

    root: str = ""
    root_start: int = 0
    encoding: str = ""
    prefixes: dict[str, str] = field(default_factory=dict)
    found: list[FoundElement] = field(default_factory=list)


def summary_of(data: bytes, wanted: Collection[str]) -> XmlSummary:
    """The elements of these names, in the order of their ends (X1 to X4). Raises `WrapperError`."""
    if len(data) > MAX_XML_BYTES:
        raise WrapperError(WrapperFault.TOO_LARGE, f"XML of {len(data)} bytes, at most {MAX_XML_BYTES}")
    if data.count(b"=") > _MAX_EQUALS:
        raise WrapperError(WrapperFault.TOO_MUCH_WORK, f"more than {_MAX_EQUALS} attributes")
    reading = _Reading(frozenset(wanted))
    try:
        reading.parser.Parse(data, True)
    except expat.ExpatError as error:
        told = f"line {error.lineno}, column {error.offset + 1}: {expat.ErrorString(error.code)}"
        raise WrapperError(WrapperFault.DAMAGED, told) from None
    return reading.summary


@dataclass(slots=True)
class _Open:
    """An element that is looked for, while it is open."""

    name: str
    attributes: dict[str, str]
    start: int
    depth: int
    texts: list[str] = field(default_factory=list)
    characters: int = 0


class _Reading:
    """The handlers of one parser. A handler that raises ends the parsing."""

    def __init__(self, wanted: frozenset[str]) -> None:
        self.summary = XmlSummary()
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.buffer_size = _BUFFER_BYTES
        self.parser.XmlDeclHandler = self._declaration
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartNamespaceDeclHandler = self._prefix
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self._wanted = wanted
        self._elements = 0
        self._depth = 0
        self._open: list[_Open] = []

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        """X3."""
        self.summary.encoding = (encoding or "").lower()
        if encoding is not None and self.summary.encoding not in _ENCODINGS:
            raise WrapperError(WrapperFault.UNSUPPORTED, f"XML in the encoding {encoding[:40]}")

    def _doctype(self, _name: str, _system: object, _public: object, declares: int) -> None:
        """X2."""
        if declares:
            raise WrapperError(WrapperFault.ENTITIES, "its document type has declarations of its own")

    def _prefix(self, prefix: str | None, namespace: str) -> None:
        if self._depth == 0 and prefix is not None:
            self.summary.prefixes[prefix] = namespace

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        self._depth += 1
        if self._elements > _MAX_ELEMENTS or self._depth > _MAX_DEPTH:
            raise WrapperError(WrapperFault.TOO_MUCH_WORK, "too many elements, or too many levels of them")
        start = self.parser.CurrentByteIndex
        if self._depth == 1:
            self.summary.root, self.summary.root_start = name, start
        if name in self._wanted:
            self._open.append(_Open(name, attributes, start, self._depth))
            self.parser.CharacterDataHandler = self._text

    def _end(self, _: str) -> None:
        if self._open and self._open[-1].depth == self._depth:
            opened = self._open.pop()
            text = "".join(opened.texts)
            self.summary.found.append(FoundElement(opened.name, opened.attributes, text, opened.start))
            if not self._open:
                self.parser.CharacterDataHandler = None
        self._depth -= 1

    def _text(self, text: str) -> None:
        opened = self._open[-1]
        opened.characters += len(text)
        if opened.characters > MAX_BYTES:
            raise WrapperError(WrapperFault.UNPACKS_TOO_FAR, "the text of the credential's element")
        if opened.depth == self._depth:
            opened.texts.append(text)
