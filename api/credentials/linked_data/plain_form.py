"""The form of a document that those read who know nothing of JSON-LD, and who go by the names of members.

The RDF that is signed can be written in many ways: under a full URL in the place of a term, under another
term that a context defines, with `@id` in the place of `id`. Whoever holds a signed document could so hide
its `credentialStatus` from readers, and the signature would still be right. So a document has to be written
as readers read it (compacted, as the W3C data model asks):

- C1 No member has a keyword for its name, but those of a value object; what only RDF can say (`@graph`,
  `@included`, `@reverse`, `@nest`) is not said in it.
- C2 What a term of the W3C or of 1EdTech stands for is written by that term, and the terms that make a
  credential stand for nothing else.
- C3 Contexts are known by their URL, or stand in the document and hold all that they say.
- C4 Objects are counted before anything is done with them.
- C5 What no known context defines has the last part of its URL for its name; the terms of our own inline
  context (`api.credentials.open_badges`) are known. No RDF signature covers a context that stands in the
  document: whoever holds it could have two terms change places, and their values with them.

Source: VC Data Model 2.0, §4.1 (compacted form); Data Integrity 1.0, §2.4.1 (validating contexts).
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from api.credentials.contexts.library import ContextError, ContextLibrary, KnownContext
from api.credentials.document import Document, Json, as_list
from api.credentials.excerpt import excerpt
from api.credentials.flaw import CredentialFlaw
from api.credentials.linked_data.quads import CREDENTIALS, RDF
from api.credentials.linked_data.refusal import LinkedDataError, WorkBudget
from api.credentials.open_badges import OWN_CONTEXT

CONTEXT: Final = "@context"
_VALUE_OBJECT: Final = frozenset({"@value", "@type", "@language"})
_IN_CONTEXTS: Final = frozenset(
    {"@version", "@vocab", "@language", "@direction", "@base", "@protected", "@propagate", "@type"}
)
_MAX_PREFIXES: Final = 8  # steps from a term to its IRI
_MAX_MEANINGS: Final = 64  # sets of contexts whose meanings are kept
_UNITS_OF_MEMBER: Final = 8
_UNITS_OF_DEFINITION: Final = 25

_STATUS: Final = "https://www.w3.org/ns/credentials/status#"
_OWN_TERMS: Final = (CREDENTIALS, _STATUS, "https://w3id.org/security#", "https://purl.imsglobal.org/spec/")
_STRUCTURE: Final = (CREDENTIALS, _STATUS)
_UNDEFINED: Final = "https://www.w3.org/ns/credentials/undefined-term#"
_KEYWORDS: Final = {"id": "@id", "type": "@type"}


def contexts_of(document: Json, library: ContextLibrary, budget: WorkBudget) -> tuple[KnownContext, ...]:
    """The contexts that a document names by URL, anywhere in it, in order; raises `LinkedDataError` by C1, C3
    and C4.
    """
    found: dict[str, KnownContext] = {}
    _walk(document, _Gathering(library, budget, found))
    return tuple(found.values())


class _Gathering:
    """Contexts as they are come upon."""

    def __init__(self, library: ContextLibrary, budget: WorkBudget, found: dict[str, KnownContext]) -> None:
        self._library = library
        self.budget = budget
        self._found = found

    def local(self, local: Json) -> None:
        """A `@context`, of the document or of a term (C3)."""
        for entry in as_list(local):
            if isinstance(entry, str):
                self._named(entry)
            elif isinstance(entry, dict):
                self._written(entry)
            elif entry is not None:
                raise LinkedDataError(CredentialFlaw.CONTEXT, f"a context is {excerpt(entry)}")

    def _named(self, url: str) -> None:
        if url in self._found:
            return
        try:
            known = self._library.find(url)
        except ContextError as error:
            raise LinkedDataError(CredentialFlaw.CONTEXT_UNKNOWN, excerpt(url), str(error)) from None
        if known is None:
            raise LinkedDataError(CredentialFlaw.CONTEXT_UNKNOWN, url)
        self._found[url] = known

    def _written(self, context: Document) -> None:
        for term, definition in context.items():
            self.budget.spend(_UNITS_OF_DEFINITION)
            if term == "@import":
                raise LinkedDataError(CredentialFlaw.CONTEXT_UNKNOWN, f"@import of {excerpt(definition)}")
            if term.startswith("@") and term not in _IN_CONTEXTS:
                raise LinkedDataError(CredentialFlaw.CONTEXT, f"a context defines {excerpt(term)}")
            if isinstance(definition, dict) and CONTEXT in definition:
                self.local(definition[CONTEXT])


def _walk(found: Json, gathering: _Gathering) -> None:
    gathering.budget.spend(_UNITS_OF_MEMBER)
    if isinstance(found, list):
        for member in found:
            _walk(member, gathering)
    elif isinstance(found, dict):
        is_value = "@value" in found
        for name, member in found.items():
            if name == CONTEXT:
                gathering.local(member)
                continue
            if name.startswith("@"):
                _check_keyword(name, is_value=is_value)
            _walk(member, gathering)


def _check_keyword(name: str, *, is_value: bool) -> None:
    """C1."""
    if name == "@direction" and is_value:
        raise LinkedDataError(CredentialFlaw.TERM_UNDEFINED, "@direction is not covered by the signature")
    if not is_value or name not in _VALUE_OBJECT:
        raise LinkedDataError(CredentialFlaw.NOT_COMPACTED, f"{excerpt(name)} is the name of a member")


class Meanings:
    """What the terms of known contexts stand for, and which terms stand for it."""

    def __init__(self, contexts: Iterable[KnownContext]) -> None:
        self._names: dict[str, set[str]] = {}
        self._iris: dict[str, set[str]] = {}
        for local in (OWN_CONTEXT, *(context.local for context in contexts)):
            for name, iri in _defined(local, {}):
                self._names.setdefault(iri, set()).add(name)
                self._iris.setdefault(name, set()).add(iri)

    def check(self, name: str, iri: str) -> None:
        """C2, of a member's name or a type and what it stands for in its place; a name that stands for no URL
        there is not looked at.
        """
        if iri.startswith("@"):
            is_plain = name == iri or _KEYWORDS.get(name) == iri
        else:
            is_plain = ":" not in iri or self._is_plain(name, iri)
        if not is_plain:
            told = f"{excerpt(name)} stands for {excerpt(iri)}"
            raise LinkedDataError(CredentialFlaw.NOT_COMPACTED, told)

    def _is_plain(self, name: str, iri: str) -> bool:
        if iri.startswith(RDF):
            return False
        if iri.startswith(_OWN_TERMS) or iri in _INLINE_TERMS:
            return name in self._names.get(iri, ())
        if iri in self._iris.get(name, ()) or iri == _UNDEFINED + name:
            return True
        return not self._is_structure(name) and _is_last_part(name, iri)

    def _is_structure(self, name: str) -> bool:
        """Whether a name is one of those that make a credential."""
        return any(iri.startswith(_STRUCTURE) for iri in self._iris.get(name, ()))


def _is_last_part(name: str, iri: str) -> bool:
    """Whether a URL ends in a name (C5)."""
    return name == iri or iri.endswith((f"/{name}", f"#{name}", f":{name}"))


@lru_cache(maxsize=_MAX_MEANINGS)
def meanings_of(library: ContextLibrary, contexts: tuple[KnownContext, ...]) -> Meanings:
    """The meanings of the shipped contexts, and of others that a document names."""
    return Meanings((*library.shipped(), *contexts))


def _defined(local: Json, outer: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Every term of a context and those within it, and its IRI."""
    entries = [entry for entry in as_list(local) if isinstance(entry, dict)]
    iris = outer | {
        term: iri for entry in entries for term, iri in _written(entry) if not term.startswith("@")
    }
    for entry in entries:
        for term, iri in _written(entry):
            yield term, _whole(iri, iris)
        for definition in entry.values():
            if isinstance(definition, dict):
                yield from _defined(definition.get(CONTEXT), iris)


def _written(context: Document) -> Iterator[tuple[str, str]]:
    """The terms of a context, and what it says in the place of the IRI."""
    for term, definition in context.items():
        iri = definition.get("@id", term) if isinstance(definition, dict) else definition
        if isinstance(iri, str) and not term.startswith("@"):
            yield term, iri


def _whole(iri: str, iris: dict[str, str]) -> str:
    """An IRI that may be written as a term, or with a prefix; a prefix may be written with another one."""
    for _ in range(_MAX_PREFIXES):
        prefix, _, suffix = iri.partition(":")
        if prefix not in iris or suffix.startswith("//") or iris[prefix] == iri:
            break
        iri = iris[prefix] + suffix
    return iri


_INLINE_TERMS: Final = frozenset(iri for _, iri in _written(OWN_CONTEXT))
"""What the terms of our own inline context stand for."""
