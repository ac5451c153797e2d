"""The form of a credential by the W3C Verifiable Credentials Data Model, 2.0 and 1.1 (decision 0085).

Rules:

- M1 `@context` is a list. Its first entry names the data model; no later one names the other. Each further
  entry is a URL or an object.
- M2 `type` holds `VerifiableCredential`; each type is a term or a URL.
- M3 `credentialSubject` is an object with at least one member, or a list of such, at least one.
- M4 `issuer` is a URL, or an object whose `id` is one.
- M5 `id` of the credential, of a subject and of the members of M6 is one URL where it is there.
- M6 `credentialStatus`, `credentialSchema`, `termsOfUse`, `evidence`, `refreshService`, and in 2.0
  `renderMethod` and `confidenceMethod`, are objects with a `type`, or lists of such. A schema needs an `id`;
  in 1.1 a status and a refresh service do too.
- M7 In 2.0, `name` and `description` of the credential and its issuer are texts or language value objects
  (`@value`, `@language`, `@direction`), or lists of such.
- M8 In 2.0, each `relatedResource` has an `id` that no other has, and a digest.
- M9 A `proof` is an object with a `type`, or a list of such; its `verificationMethod` is a URL or `#` and a
  fragment.
- M10 1.1 needs an `issuanceDate`. All other rules on dates are those of `api.verifier.credential.validity`.
- M11 An object in `@context` defines no term of the data model anew; see `inline_context`.
- M12 What calls itself an open badge, an endorsement or a learner record has the form of Open Badges 3.0 or
  CLR 2.0; see `open_badges_form`.

Not judged: what else lies deeper in a subject of another kind. An empty list where a list may stand says
nothing and is no flaw.

Source: https://www.w3.org/TR/vc-data-model-2.0/ §4, §5; https://www.w3.org/TR/vc-data-model/ §4, §5.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from api.credentials.document import Document, Json, as_list, each_with_place
from api.credentials.excerpt import detail_of, excerpt
from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.url import is_url
from api.credentials.w3c.base_context import BASE_CONTEXTS, DataModel
from api.credentials.w3c.inline_context import context_faults
from api.credentials.w3c.open_badges_form import structure_flaws

_CREDENTIAL_TYPE: Final = "VerifiableCredential"
_TYPED: Final = (
    "credentialStatus",
    "credentialSchema",
    "termsOfUse",
    "evidence",
    "refreshService",
    "renderMethod",
    "confidenceMethod",
)
_ONLY_IN_2: Final = frozenset({"renderMethod", "confidenceMethod"})
_WITH_ID: Final = {
    DataModel.V2_0: frozenset({"credentialSchema"}),
    DataModel.V1_1: frozenset({"credentialSchema", "credentialStatus", "refreshService"}),
}
_OTHER_KINDS: Final = {
    "VerifiablePresentation": "it is a presentation: judge the credentials in it",
    "EnvelopedVerifiableCredential": "it is an envelope: judge the credential in it",
    "Assertion": "it is an assertion of Open Badges 2, which has another form",
}


class MemberFault(StrEnum):
    """What is wrong with a member."""

    MISSING = "is missing"
    NOT_A_URL = "is not one absolute URL"
    NOT_AN_OBJECT = "is not an object"
    NOT_A_TYPE = "is not a type: a term or a URL"
    NOT_A_TEXT = "is not a text, nor an object of @value, @language and @direction alone"
    NOT_A_DIGEST = "is not a digest"
    NO_DIGEST = "has neither digestSRI nor digestMultibase"
    TWICE = "is there twice"


def form_flaws(document: Document) -> Iterator[Flaw]:
    """What keeps a document from having the form of a credential, in the order of its members."""
    model = data_model(document) or DataModel.V2_0
    yield from _context(document)
    yield from _own_type(document)
    yield from _id(document, "")
    yield from _issuer(document)
    yield from _subjects(document, model)
    for name in _TYPED:
        if model is DataModel.V2_0 or name not in _ONLY_IN_2:
            yield from _typed(document, name, "", needs_id=name in _WITH_ID[model])
    yield from _proofs(document)
    if model is DataModel.V2_0:
        yield from _language_values(document, "")
        yield from _related_resources(document)
    elif "issuanceDate" not in document:
        yield _flaw("/issuanceDate", MemberFault.MISSING)
    yield from structure_flaws(document)


def data_model(document: Document) -> DataModel | None:
    """The data model that the first entry of `@context` names; None for any other."""
    contexts = document.get("@context")
    first = contexts[0] if isinstance(contexts, list) and contexts else None
    return BASE_CONTEXTS.get(first) if isinstance(first, str) else None


def issuer_of(document: Document) -> str | None:
    """The URL of the issuer that a document names, M4; None where it names none."""
    named = document.get("issuer")
    found = named.get("id") if isinstance(named, dict) else named
    return found if is_url(found) else None


def _flaw(place: str, fault: MemberFault, found: Json | None = None, *, shown: bool = False) -> Flaw:
    told = detail_of(f"{place} {fault.value}", excerpt(found) if shown else "")
    return Flaw(CredentialFlaw.MEMBER, told)


def _context(document: Document) -> Iterator[Flaw]:
    """M1, M11."""
    for fault in context_faults(document.get("@context"), document.get("type")):
        yield Flaw(CredentialFlaw.CONTEXT, fault)


def _own_type(document: Document) -> Iterator[Flaw]:
    """M2."""
    types = as_list(document.get("type"))
    if "type" not in document:
        yield Flaw(CredentialFlaw.TYPE, "/type is missing")
    elif _CREDENTIAL_TYPE not in types:
        hints = [_OTHER_KINDS[name] for name in types if isinstance(name, str) and name in _OTHER_KINDS]
        shown = ", ".join(excerpt(name) for name in types[:3]) or "an empty list"
        told = hints[0] if hints else detail_of(f"/type is {shown}")
        yield Flaw(CredentialFlaw.TYPE, told)
    else:
        yield from _type(document, "")


def _type(holder: Document, place: str) -> Iterator[Flaw]:
    if "type" not in holder:
        yield _flaw(f"{place}/type", MemberFault.MISSING)
        return
    types = as_list(holder["type"])
    wrong = [name for name in types if not _is_type(name)]
    if wrong or not types:
        yield _flaw(f"{place}/type", MemberFault.NOT_A_TYPE, wrong[0] if wrong else types, shown=True)


def _is_type(found: Json) -> bool:
    """A term has no colon, so that it cannot be taken for a URL."""
    if not isinstance(found, str) or not found.isprintable() or found.startswith("@"):
        return False
    return is_url(found) or (found != "" and ":" not in found and " " not in found)


def _id(holder: Document, place: str, *, needed: bool = False) -> Iterator[Flaw]:
    """M5."""
    if "id" in holder and not is_url(holder["id"]):
        yield _flaw(f"{place}/id", MemberFault.NOT_A_URL, holder["id"], shown=True)
    elif needed and "id" not in holder:
        yield _flaw(f"{place}/id", MemberFault.MISSING)


def _issuer(document: Document) -> Iterator[Flaw]:
    """M4, M7."""
    named = document.get("issuer")
    place = "/issuer/id" if isinstance(named, dict) else "/issuer"
    if "issuer" not in document or (isinstance(named, dict) and "id" not in named):
        yield Flaw(CredentialFlaw.ISSUER_UNNAMED, f"{place} is missing")
    elif issuer_of(document) is None:
        found = named["id"] if isinstance(named, dict) else named
        yield Flaw(CredentialFlaw.ISSUER_UNNAMED, f"{place} is {excerpt(found)}")
    if isinstance(named, dict) and data_model(document) is DataModel.V2_0:
        yield from _language_values(named, "/issuer")


def _subjects(document: Document, model: DataModel) -> Iterator[Flaw]:
    """M3, M5."""
    named = document.get("credentialSubject")
    if "credentialSubject" not in document or named == []:
        yield Flaw(CredentialFlaw.SUBJECT, "/credentialSubject is missing or an empty list")
        return
    for place, subject in each_with_place(named, "/credentialSubject"):
        if not isinstance(subject, dict):
            yield Flaw(CredentialFlaw.SUBJECT, f"{place} is {excerpt(subject)}, not an object")
        elif not subject:
            yield Flaw(CredentialFlaw.SUBJECT, f"{place} is an empty object")
        else:
            yield from _id(subject, place)
            if model is DataModel.V2_0:
                yield from _typed(subject, "confidenceMethod", place)


def _typed(holder: Document, name: str, outer: str, *, needs_id: bool = False) -> Iterator[Flaw]:
    """M6."""
    if name not in holder:
        return
    for place, found in each_with_place(holder[name], f"{outer}/{name}"):
        if not isinstance(found, dict):
            yield _flaw(place, MemberFault.NOT_AN_OBJECT, found, shown=True)
            continue
        yield from _type(found, place)
        yield from _id(found, place, needed=needs_id)


def _proofs(document: Document) -> Iterator[Flaw]:
    """M9."""
    yield from _typed(document, "proof", "")
    for place, proof in each_with_place(document.get("proof", []), "/proof"):
        if isinstance(proof, dict) and "verificationMethod" in proof:
            method = proof["verificationMethod"]
            if not (is_url(method) or _is_own_fragment(method)):
                yield _flaw(f"{place}/verificationMethod", MemberFault.NOT_A_URL, method, shown=True)


def _is_own_fragment(method: Json) -> bool:
    return isinstance(method, str) and method.startswith("#") and is_url(f"urn:x:{method[1:]}")


def _language_values(holder: Document, place: str) -> Iterator[Flaw]:
    """M7."""
    for name in ("name", "description"):
        if name in holder:
            for where, found in each_with_place(holder[name], f"{place}/{name}"):
                if not (isinstance(found, str) or _is_language_value(found)):
                    yield _flaw(where, MemberFault.NOT_A_TEXT, found, shown=True)


def _is_language_value(found: Json) -> bool:
    if not isinstance(found, dict) or not found.keys() <= {"@value", "@language", "@direction"}:
        return False
    return (
        isinstance(found.get("@value"), str)
        and ("@language" not in found or _is_language(found["@language"]))
        and found.get("@direction", "ltr") in ("ltr", "rtl")
    )


def _is_language(found: Json) -> bool:
    """The form of a BCP 47 language tag; whether it is registered is not asked."""
    if not isinstance(found, str) or not found.isascii():
        return False
    first, *others = found.split("-")
    return (
        1 <= len(first) <= 8 and first.isalpha() and all(len(part) <= 8 and part.isalnum() for part in others)
    )


def _related_resources(document: Document) -> Iterator[Flaw]:
    """M8."""
    seen: set[str] = set()
    for place, found in each_with_place(document.get("relatedResource", []), "/relatedResource"):
        if not isinstance(found, dict):
            yield _flaw(place, MemberFault.NOT_AN_OBJECT, found, shown=True)
            continue
        yield from _id(found, place, needed=True)
        name = found.get("id")
        if isinstance(name, str):
            if name in seen:
                yield _flaw(f"{place}/id", MemberFault.TWICE, name, shown=True)
            seen.add(name)
        yield from _digests(found, place)


def _digests(resource: Document, place: str) -> Iterator[Flaw]:
    names = [name for name in ("digestSRI", "digestMultibase") if name in resource]
    if not names:
        yield _flaw(place, MemberFault.NO_DIGEST)
    for name in names:
        is_digest = _is_sri if name == "digestSRI" else _is_multibase
        found = resource[name]
        if not (isinstance(found, str) and found.isascii() and is_digest(found)):
            yield _flaw(f"{place}/{name}", MemberFault.NOT_A_DIGEST, found, shown=True)


def _is_sri(text: str) -> bool:
    """Source: W3C Subresource Integrity, §3.3."""
    hashes = [part.partition("?")[0].partition("-") for part in text.split()]
    return bool(hashes) and all(
        name in ("sha256", "sha384", "sha512") and digest for name, _, digest in hashes
    )


def _is_multibase(text: str) -> bool:
    return len(text) > 1 and " " not in text and text.isprintable()
