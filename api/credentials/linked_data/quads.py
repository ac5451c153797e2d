"""Expanded JSON-LD as RDF: every value becomes a quad, or the document is refused.

JSON-LD passes over what has no place in RDF, and what is passed over is not signed. Here it is refused, and
so is every text that would make two datasets look alike as N-Quads: nothing but what the grammar allows
stands in an IRI or a language tag.

Source: JSON-LD 1.1 API, §8 (object to RDF conversion); RDFC-1.0, §5 (canonical N-Quads).
"""

import math
import re
from collections.abc import Iterator
from itertools import count
from typing import Final

from api.credentials.document import Document, Json, canonical
from api.credentials.excerpt import excerpt
from api.credentials.flaw import CredentialFlaw
from api.credentials.linked_data.canonical import Quad
from api.credentials.linked_data.refusal import LinkedDataError, WorkBudget

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
CREDENTIALS: Final = "https://www.w3.org/2018/credentials#"
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_DOUBLE: Final = f"{_XSD}double"
_IRI: Final = re.compile(r'(?!_:)[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20\x7f<>"]*')
_LANGUAGE: Final = re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*")
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,400}(\.[0-9]{1,400})?([eE][+-]?[0-9]{1,3})?")
_ESCAPED: Final = re.compile(r'[\x00-\x1f\x7f"\\]')
_ESCAPES: Final = {
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\f": "\\f",
    "\r": "\\r",
    '"': '\\"',
    "\\": "\\\\",
}
_INTEGERS_END: Final = 1e21  # from here on a whole number is written as a double
_QUAD_TEXT: Final = 256  # characters of a quad for a unit of work


def quads_of(expanded: Json, budget: WorkBudget) -> tuple[Quad, ...]:
    """The dataset of one expanded node; raises `LinkedDataError` for what has no place in it."""
    if not isinstance(expanded, list) or len(expanded) != 1 or not isinstance(expanded[0], dict):
        raise LinkedDataError(CredentialFlaw.TERM_UNDEFINED, "it says nothing that a context defines")
    root = expanded[0]
    writing = _Writing(budget, root)
    writing.node(root, "")
    return tuple(writing.quads)


class _Writing:
    """The quads so far, and the names of blank nodes."""

    def __init__(self, budget: WorkBudget, root: Document) -> None:
        self.quads: list[Quad] = []
        self._root = root
        self._budget = budget
        self._numbers = count()
        self._labels: dict[str, str] = {}

    def node(self, node: Document, graph: str) -> str:
        """Writes a node with all that is said of it, and returns its term."""
        subject = self._subject(node)
        self._refuse_second_place(node)
        for name, found in node.items():
            match name:
                case "@id":
                    continue
                case "@type":
                    for type_ in _list(found):
                        self._add(subject, f"<{RDF}type>", _type(type_), graph)
                case "@graph":
                    for inner in _list(found):
                        self.node(_node(inner), subject)
                case "@reverse":
                    self._reversed(subject, _node(found), graph)
                case _:
                    for value in _list(found):
                        self._add(subject, _property(name), self._object(value, graph), graph)
        return subject

    def _refuse_second_place(self, node: Document) -> None:
        """What makes a credential is said where the credential is: RDF does not tell whether another object
        with the same id says it.
        """
        if node is not self._root and node.get("@id", "") == self._root.get("@id"):
            for name in node:
                if name.startswith(CREDENTIALS):
                    told = f"{excerpt(name)} is said of the credential in another place"
                    raise LinkedDataError(CredentialFlaw.NOT_COMPACTED, told)

    def _reversed(self, object_: str, properties: Document, graph: str) -> None:
        for name, subjects in properties.items():
            for subject in _list(subjects):
                self._add(self.node(_node(subject), graph), _property(name), object_, graph)

    def _add(self, subject: str, predicate: str, object_: str, graph: str) -> None:
        length = len(subject) + len(predicate) + len(object_) + len(graph)
        self._budget.spend(1 + length // _QUAD_TEXT)
        self.quads.append((subject, predicate, object_, graph))

    def _subject(self, node: Document) -> str:
        if "@id" not in node:
            return self._fresh()
        name = node["@id"]
        if isinstance(name, str) and name.startswith("_:"):
            return self._labels.setdefault(name, f"_:l{len(self._labels)}")
        return _iri(name)

    def _fresh(self) -> str:
        return f"_:n{next(self._numbers)}"

    def _object(self, value: Json, graph: str) -> str:
        found = _node(value)
        if "@value" in found:
            return _literal(found)
        if "@list" in found:
            return self._linked(_only(found, "@list"), graph)
        return self.node(found, graph)

    def _linked(self, members: Json, graph: str) -> str:
        """A list, as RDF links it."""
        rest = f"<{RDF}nil>"
        terms = [self._object(member, graph) for member in _list(members)]
        for term in reversed(terms):
            cell = self._fresh()
            self._add(cell, f"<{RDF}first>", term, graph)
            self._add(cell, f"<{RDF}rest>", rest, graph)
            rest = cell
        return rest


def _literal(value: Document) -> str:
    """A value object; `@index` and `@direction` would be lost."""
    for name in value:
        if name not in ("@value", "@type", "@language"):
            raise LinkedDataError(CredentialFlaw.TERM_UNDEFINED, f"{name} is not covered by the signature")
    said, type_ = value["@value"], value.get("@type")
    if type_ == "@json":
        return _quoted(canonical(said).decode(), f"{RDF}JSON")
    if "@language" in value:
        return f"{_quoted(_text(said))}@{_language(value['@language'])}"
    lexical, default = _lexical(said, type_)
    datatype = default if type_ is None else _iri(type_)[1:-1]
    return _quoted(lexical, "" if datatype == f"{_XSD}string" else datatype)


def _lexical(said: Json, type_: Json) -> tuple[str, str]:
    """The text of a value, and the type that it has where none is given."""
    match said:
        case bool():
            return str(said).lower(), f"{_XSD}boolean"
        case int() | float() if (
            type_ == _DOUBLE or not float(said).is_integer() or abs(said) >= _INTEGERS_END
        ):
            return _double(float(said)), _DOUBLE
        case int() | float():
            return str(int(said)), f"{_XSD}integer"
        case str() if type_ == _DOUBLE and _NUMBER.fullmatch(said) and math.isfinite(float(said)):
            return _double(float(said)), _DOUBLE
        case _:
            return _text(said), f"{_XSD}string"


def _double(number: float) -> str:
    """The canonical form of an XML Schema double, of 16 digits at most."""
    mantissa, _, power = f"{number:.15E}".partition("E")
    digits = mantissa.rstrip("0")
    return f"{digits}{'0' if digits.endswith('.') else ''}E{int(power)}"


def _quoted(text: str, datatype: str = "") -> str:
    escaped = _ESCAPED.sub(lambda found: _ESCAPES.get(found[0]) or f"\\u{ord(found[0]):04X}", text)
    return f'"{escaped}"^^<{datatype}>' if datatype else f'"{escaped}"'


def _property(name: str) -> str:
    if name.startswith("@"):
        raise LinkedDataError(CredentialFlaw.TERM_UNDEFINED, f"{name} is not covered by the signature")
    if name.startswith(RDF):
        raise LinkedDataError(CredentialFlaw.NOT_COMPACTED, excerpt(name))
    return _iri(name)


def _iri(found: Json) -> str:
    """An absolute IRI in its brackets."""
    if not isinstance(found, str) or not _IRI.fullmatch(found):
        told = f"{excerpt(found)} is no absolute URL, and no context makes it one"
        raise LinkedDataError(CredentialFlaw.TERM_UNDEFINED, told)
    return f"<{found}>"


def _type(found: Json) -> str:
    """A type as an IRI. Issuers do write types that no context defines, so this alone refutes nothing."""
    if not isinstance(found, str) or not _IRI.fullmatch(found):
        raise LinkedDataError(CredentialFlaw.TYPE_UNDEFINED, excerpt(found))
    return f"<{found}>"


def _language(found: Json) -> str:
    if not isinstance(found, str) or not _LANGUAGE.fullmatch(found):
        raise LinkedDataError(
            CredentialFlaw.MEMBER, f"@language is {excerpt(found)}, which is no language tag"
        )
    return found


def _text(found: Json) -> str:
    if not isinstance(found, str):
        raise LinkedDataError(CredentialFlaw.MEMBER, f"a value is {excerpt(found)}, not a text")
    return found


def _only(found: Document, name: str) -> Json:
    if len(found) != 1:
        raise LinkedDataError(CredentialFlaw.TERM_UNDEFINED, f"what stands beside {name} is not signed")
    return found[name]


def _list(found: Json) -> Iterator[Json]:
    return iter(found) if isinstance(found, list) else iter((found,))


def _node(found: Json) -> Document:
    if not isinstance(found, dict):
        raise LinkedDataError(CredentialFlaw.MEMBER, f"{excerpt(found)} stands in the place of an object")
    return found
