"""The `@context` of a credential: which data model it names, and what the objects in it define.

Contexts that are named by URL are not fetched: what they define is not known here.

Source: VC Data Model 2.0, §4.3 and §5.2; JSON-LD 1.1, §4.1.11 (protected terms).
"""

from collections.abc import Iterator
from typing import Final

from api.credentials.document import Document, Json, as_list
from api.credentials.excerpt import detail_of, excerpt
from api.credentials.url import is_url
from api.credentials.w3c.base_context import BASE_CONTEXTS, DataModel

_VC: Final = "https://www.w3.org/2018/credentials#"
_STATUS: Final = "https://www.w3.org/ns/credentials/status#"
_BASE_TERMS: Final[dict[DataModel, dict[str, str | None]]] = {
    DataModel.V2_0: {
        "id": "@id",
        "type": "@type",
        "name": "https://schema.org/name",
        "description": "https://schema.org/description",
        "EnvelopedVerifiableCredential": f"{_VC}EnvelopedVerifiableCredential",
        "EnvelopedVerifiablePresentation": f"{_VC}EnvelopedVerifiablePresentation",
        "JsonSchemaCredential": f"{_VC}JsonSchemaCredential",
        "BitstringStatusListCredential": f"{_STATUS}BitstringStatusListCredential",
        **dict.fromkeys(("VerifiableCredential", "VerifiablePresentation", "DataIntegrityProof")),
        **dict.fromkeys(("JsonSchema", "BitstringStatusList", "BitstringStatusListEntry")),
        **dict.fromkeys(("digestMultibase", "digestSRI", "mediaType", "...", "_sd", "_sd_alg")),
        **dict.fromkeys(("aud", "cnf", "exp", "iat", "iss", "jku", "kid", "nbf", "sub", "x5u")),
    },
    DataModel.V1_1: {
        "id": "@id",
        "type": "@type",
        **dict.fromkeys(("VerifiableCredential", "VerifiablePresentation", "proof")),
        **dict.fromkeys(("EcdsaSecp256k1Signature2019", "EcdsaSecp256r1Signature2019")),
        **dict.fromkeys(("Ed25519Signature2018", "RsaSignature2018")),
    },
}
"""Terms that the base contexts define on their outermost level, and protect: the whole definition where it is
a text, so that it may be repeated, else None.
"""


def context_faults(contexts: Json, types: Json) -> Iterator[str]:
    """What is wrong with a `@context`, each in a sentence of at most 200 characters. `types` are the
    credential's.
    """
    if not isinstance(contexts, list) or not contexts:
        found = "missing" if contexts is None else f"{excerpt(contexts)}, not a list"
        yield f"/@context is {found}"
        return
    first, *others = contexts
    model = BASE_CONTEXTS.get(first) if isinstance(first, str) else None
    known = [entry for entry in others if isinstance(entry, str) and entry in BASE_CONTEXTS]
    if model is None:
        told = f"{excerpt(known[0])} must come first" if known else f"the first is {excerpt(first)}"
        yield detail_of("/@context/0 names no data model of the W3C", told)
    elif any(entry != first for entry in known):
        yield "/@context names the data models 2.0 and 1.1 at once"
    for index, entry in enumerate(contexts):
        if not (isinstance(entry, dict) or is_url(entry)):
            yield f"/@context/{index} is {excerpt(entry)}, neither a URL nor an object"
    if model is not None:
        yield from _inline_faults(contexts, model)
        yield from _undefined_types(contexts, model, types)


def _inline_faults(contexts: list[Json], model: DataModel) -> Iterator[str]:
    """M11: a protected term may be repeated, and not defined in another way."""
    protected: dict[str, Json] = dict(_BASE_TERMS[model])
    for index, entry in enumerate(contexts):
        if not isinstance(entry, dict):
            continue
        for term, definition in entry.items():
            if term.startswith("@"):
                continue
            place = f"/@context/{index}/{excerpt(term)}"
            if term in protected and (protected[term] is None or protected[term] != _plain(definition)):
                yield detail_of(place, "the term is protected and cannot be defined anew")
            if not _stands_for_something(definition):
                yield detail_of(place, f"a term stands for a URL, not for {excerpt(_iri(definition))}")
        protected |= {term: _plain(entry[term]) for term in _protected_by(entry) if term not in protected}


def _protected_by(context: Document) -> Iterator[str]:
    whole = context.get("@protected") is True
    for term, definition in context.items():
        own = definition.get("@protected", whole) if isinstance(definition, dict) else whole
        if own is True and not term.startswith("@"):
            yield term


def _plain(definition: Json) -> Json:
    """A definition that says nothing but a URL, as that URL."""
    if isinstance(definition, dict) and definition.keys() <= {"@id", "@protected"}:
        return definition.get("@id")
    return definition


def _iri(definition: Json) -> Json:
    return definition.get("@id") if isinstance(definition, dict) else definition


def _stands_for_something(definition: Json) -> bool:
    """A term stands for a URL, a keyword, another term or a compact URL: none of them has white space."""
    iri = _iri(definition)
    return iri is None or (isinstance(iri, str) and iri.isprintable() and iri != "" and " " not in iri)


def _undefined_types(contexts: list[Json], model: DataModel, types: Json) -> Iterator[str]:
    """Types that no context defines, where all contexts are known: they would mean nothing."""
    if any(isinstance(entry, str) for entry in contexts[1:]):
        return
    defined = set(_BASE_TERMS[model])
    for entry in contexts[1:]:
        if isinstance(entry, dict):
            if any(name in entry for name in ("@vocab", "@import")) and entry.get("@vocab", "") is not None:
                return
            defined.update(entry)
    for name in as_list(types):
        if isinstance(name, str) and name and ":" not in name and name not in defined:
            yield detail_of("/type", f"no context defines {excerpt(name)}")
