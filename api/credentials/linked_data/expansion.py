"""Expanding JSON-LD by PyLD, as strictly as what is signed asks for.

PyLD resolves names and contexts; this module decides what it may do:

- E1 A context that is named by a URL comes from the library. Nothing is fetched.
- E2 A member that no context defines, or that one sets to null, is refused. PyLD drops it.
- E3 A URL is written whole: what a prefix, a base or a relative reference would make of it is refused, since
  those who go by the text read another one.
- E4 Processed contexts are kept and shared, as far as they are made of known ones alone; what a document
  defines itself lives as long as that document is read, so that none changes what another means.
- E5 What a term's own context says is processed where the term is used. PyLD tries it at every definition as
  well, which costs most of the time and finds nothing that is not found where it is used.
- E6 The cost of contexts is counted as if nothing were kept, so that a verdict does not depend on what was
  read before.
- E7 Only `JsonLdError` says that a document is wrong. PyLD raises other errors for odd contexts (such as
  `KeyError` for `@vocab` null); they say as much, and are caught by their names.
- E8 A term, or what it stands for, that looks like a keyword and is none is refused. PyLD passes over it with
  a warning of Python's, which is an error where an interpreter is told so.

Source: JSON-LD 1.1 API, §4 and §5.
"""

import re
from itertools import count
from typing import Any, Final, NoReturn, TypeAlias

from pyld.jsonld import KEYWORD_PATTERN, KEYWORDS, JsonLdError, JsonLdProcessor

from api.credentials.contexts.library import ContextLibrary, KnownContext
from api.credentials.document import Document, Json
from api.credentials.excerpt import excerpt
from api.credentials.flaw import CredentialFlaw
from api.credentials.linked_data.plain_form import CONTEXT, Meanings, contexts_of, meanings_of
from api.credentials.linked_data.refusal import LinkedDataError, WorkBudget

_MODE: Final = "json-ld-1.1"
_MAX_KEPT: Final = 256
"""Processed contexts that are kept. Each holds up to some hundred terms, a few tens of kilobytes."""
_IRI_TEXT: Final = 512  # characters of an IRI for a unit of work
_TERMS_COPIED: Final = 40  # terms of a context that are copied for a unit of work

_LOOKS_RESERVED: Final = re.compile(KEYWORD_PATTERN)
Active: TypeAlias = Any
"""A context as PyLD has processed it: a mapping with `_uuid` and `mappings`, not changed afterwards."""
_Key: TypeAlias = tuple[object, ...]


def expand(document: Document, library: ContextLibrary, budget: WorkBudget) -> Json:
    """The expanded form of a document; raises `LinkedDataError`."""
    contexts = contexts_of(document, library, budget)
    expander = _Expander(library, meanings_of(library, contexts), contexts, budget)
    options = {
        "contextResolver": expander,
        "base": None,
        "documentLoader": _refuse_to_load,
        "processingMode": _MODE,
    }
    try:
        expanded: Json = expander.expand(document, options)
    except JsonLdError as error:
        raise LinkedDataError(CredentialFlaw.CONTEXT, _told(error)) from None
    except RecursionError:
        raise LinkedDataError(CredentialFlaw.TOO_MUCH_WORK, "its terms are defined by one another") from None
    except (AttributeError, IndexError, KeyError, TypeError) as error:  # E7
        raise LinkedDataError(CredentialFlaw.CONTEXT, f"{type(error).__name__} in a context") from None
    return expanded


class _Kept:
    """Processed contexts, by the one that was active before, what was processed, and how (E4). Each operation
    on it is a single one on a dictionary, so that threads do not disturb one another.
    """

    def __init__(self) -> None:
        self._found: dict[_Key, Active] = {}

    def find(self, key: _Key) -> Active | None:
        return self._found.get(key)

    def keep(self, key: _Key, active: Active) -> None:
        if len(self._found) >= _MAX_KEPT:
            self._found.clear()
        self._found[key] = active


_KEPT: Final = _Kept()


class _Resolved:
    """A local context as PyLD asks for it. It keeps nothing for PyLD: `_Expander` does, for whole lists."""

    def __init__(self, document: Json) -> None:
        self.document = document

    def get_processed(self, active: Active) -> None:
        """Never there."""

    def set_processed(self, active: Active, processed: Active) -> None:
        """Not kept."""


class _Expander(JsonLdProcessor):  # type: ignore[misc]  # PyLD has no types
    """PyLD's processor with the rules above; one for each document. It resolves contexts itself (E1)."""

    def __init__(
        self,
        library: ContextLibrary,
        meanings: Meanings,
        contexts: tuple[KnownContext, ...],
        budget: WorkBudget,
    ) -> None:
        super().__init__(on_property_dropped=_refuse_dropped)
        self._meanings = meanings
        self._budget = budget
        self._local_of = {context.url: context.local for context in contexts}
        self._prints = _prints(contexts)
        self._own: dict[_Key, Active] = {}
        self._of_known: set[object] = {self._get_initial_context({"processingMode": _MODE})["_uuid"]}
        self._numbers = count()
        self._is_inside = False
        self._is_looking = False
        self._checked: set[tuple[str, str]] = set()

    def resolve(
        self, active: Active, local: Json, base: str | None, cycles: object = None
    ) -> list[_Resolved]:
        """PyLD's contexts for a local one."""
        resolved: list[_Resolved] = []
        for entry in local if isinstance(local, list) else [local]:
            if isinstance(entry, str):
                resolved += self.resolve(active, self._local_of[entry], base)
            else:
                resolved.append(_Resolved(False if entry is None else entry))
        return resolved

    def _process_context(
        self,
        active_ctx: Active,
        local_ctx: Json,
        options: Document,
        override_protected: bool = False,
        propagate: bool = True,
        validate_scoped: bool = True,
        cycles: object = None,
    ) -> Active:
        """E4 to E6."""
        if self._is_inside:
            return active_ctx
        printed = self._print(local_ctx)
        is_known = printed is not None and active_ctx["_uuid"] in self._of_known
        key = (active_ctx["_uuid"], printed if is_known else id(local_ctx), override_protected, propagate)
        if key not in self._own:
            self._spend_on(active_ctx, local_ctx)
            found = _KEPT.find(key) if is_known else None
            if found is None:
                found = self._processed(active_ctx, local_ctx, options, override_protected, propagate)
            if is_known:
                _KEPT.keep(key, found)
                self._of_known.add(found["_uuid"])
            self._own[key] = found
        return self._own[key]

    def _spend_on(self, active: Active, local: Json) -> None:
        self._budget.spend(_weight(local, self._local_of) + len(active["mappings"]) // _TERMS_COPIED)

    def _processed(
        self,
        active: Active,
        local: Json,
        options: Document,
        override_protected: bool,
        propagate: bool,
    ) -> Active:
        self._is_inside = True
        try:
            found = super()._process_context(active, local, options, override_protected, propagate)
        finally:
            self._is_inside = False
        if "_uuid" not in found:
            found["_uuid"] = f"{id(self)}-{next(self._numbers)}"
        return found

    def _print(self, local: Json) -> _Key | None:
        """What a local context is known by: URLs, and the places of those that stand in known ones; None
        where the document has written any of it.
        """
        if isinstance(local, list):
            prints = [self._print(entry) for entry in local]
            return None if None in prints else tuple(prints)
        if isinstance(local, str):
            return (local,)
        return ("null",) if local is None or local is False else self._prints.get(id(local))

    def _create_term_definition(
        self, active_ctx: Active, local_ctx: Document, term: str, *rest: Any, **options: Any
    ) -> None:
        """E8."""
        _refuse_reserved(term, local_ctx.get(term))
        super()._create_term_definition(active_ctx, local_ctx, term, *rest, **options)

    def _prepare_nested_context(self, active_ctx: Active, element: Document, options: Document) -> Any:
        """PyLD looks here for the types of an object, under names that may stand for something else once the
        contexts of these types count: what they stand for is looked at afterwards.
        """
        self._is_looking = True
        try:
            return super()._prepare_nested_context(active_ctx, element, options)
        finally:
            self._is_looking = False

    def _expand_iri(
        self,
        active_ctx: Active,
        value: Json,
        base: str | None = None,
        vocab: bool = False,
        local_ctx: Document | None = None,
        defined: object = None,
    ) -> Json:
        """E3, and rule C2 of `plain_form`."""
        iri: Json = super()._expand_iri(active_ctx, value, base, vocab, local_ctx, defined)
        if isinstance(iri, str) and isinstance(value, str):
            self._budget.spend(len(iri) // _IRI_TEXT)
            if local_ctx is None and not self._is_looking:
                self._check(value, iri, vocab=vocab)
        return iri

    def _check(self, written: str, iri: str, *, vocab: bool) -> None:
        if vocab and (written, iri) not in self._checked:
            self._meanings.check(written, iri)
            self._checked.add((written, iri))
        elif not vocab and iri != written:
            told = f"{excerpt(written)} stands for {excerpt(iri)}"
            raise LinkedDataError(CredentialFlaw.NOT_COMPACTED, told)


def _prints(contexts: tuple[KnownContext, ...]) -> dict[int, _Key]:
    """The contexts that stand in known ones, by the identity of the object; the library keeps them alive."""
    found: dict[int, _Key] = {}
    for context in contexts:
        for number, local in enumerate(_within(context.local)):
            found[id(local)] = (context.url, context.sha256, number)
    return found


def _within(local: Json) -> list[Json]:
    """A context, and all those that its terms hold, in order."""
    if isinstance(local, list):
        return [local, *(inner for entry in local for inner in _within(entry))]
    if not isinstance(local, dict):
        return []
    definitions = (definition for definition in local.values() if isinstance(definition, dict))
    return [local, *(inner for each in definitions if CONTEXT in each for inner in _within(each[CONTEXT]))]


def _weight(local: Json, local_of: dict[str, Json]) -> int:
    """Definitions that are made where a local context is processed."""
    if isinstance(local, list):
        return sum(_weight(entry, local_of) for entry in local)
    if isinstance(local, str):
        return _weight(local_of[local], local_of)
    return 1 + (len(local) if isinstance(local, dict) else 0)


def _refuse_reserved(term: str, definition: Json) -> None:
    """E8."""
    if isinstance(definition, dict):
        names = (term, definition.get("@id"), definition.get("@reverse"))
    else:
        names = (term, definition, None)
    for name in names:
        if isinstance(name, str) and _LOOKS_RESERVED.match(name) and name not in KEYWORDS:
            raise LinkedDataError(CredentialFlaw.CONTEXT, f"{excerpt(name)} looks like a keyword")


def _refuse_dropped(name: str | None) -> NoReturn:
    """E2."""
    told = "a member that a context sets to null, or whose name looks like a keyword"
    raise LinkedDataError(CredentialFlaw.TERM_UNDEFINED, told if name is None else excerpt(name))


def _refuse_to_load(url: str, options: Document) -> NoReturn:
    """E1."""
    raise AssertionError(f"{url} was to be loaded")


def _told(error: JsonLdError) -> str:
    """The name that JSON-LD gives to what is wrong, from the innermost error that has one."""
    inner: BaseException | None = error
    told = ""
    while inner is not None:
        told = str(getattr(inner, "code", None) or told)
        inner = inner.__cause__
    return told or type(error).__name__
