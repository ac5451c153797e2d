"""Which kind of JSON object it is: a credential, something near one, or a file of this software."""

from collections.abc import Callable, Mapping
from typing import Any

from node.files.foreign.kinds import FileKind

ForeignDocument = Mapping[str, Any]

_STATUS_LISTS = frozenset(
    {"BitstringStatusListCredential", "StatusList2021Credential", "RevocationList2020Credential"}
)
_ENVELOPES = frozenset({"EnvelopedVerifiableCredential", "EnvelopedVerifiablePresentation"})
_BADGE_PARTS = frozenset({"BadgeClass", "Issuer", "Profile", "CryptographicKey"})
_WRAPPERS = frozenset({"credential", "verifiableCredential", "vc", "credentials"})


def of_document(document: ForeignDocument) -> FileKind:
    """The kind of a JSON object, told by its types and members; `FileKind.JSON` where it is none known."""
    for is_one, kind in _TESTS:
        if is_one(document):
            return kind
    return FileKind.JSON


def _types(document: ForeignDocument) -> frozenset[str]:
    types = document.get("type", document.get("@type"))
    listed = types if isinstance(types, list) else [types]
    return frozenset(name for name in listed if isinstance(name, str))


def _has(*members: str) -> Callable[[ForeignDocument], bool]:
    return lambda document: all(member in document for member in members)


def _is_credential(document: ForeignDocument) -> bool:
    return "credentialSubject" in document or "VerifiableCredential" in _types(document)


def _is_presentation(document: ForeignDocument) -> bool:
    return "VerifiablePresentation" in _types(document) and "VerifiableCredential" not in _types(document)


def _format_begins(beginning: str) -> Callable[[ForeignDocument], bool]:
    return lambda document: str(document.get("format", "")).startswith(beginning)


def _names_badges_2(document: ForeignDocument) -> bool:
    context = document.get("@context")
    listed = context if isinstance(context, list) else [context]
    return any(isinstance(context, str) and "openbadges/v2" in context for context in listed)


def _is_badge_part(document: ForeignDocument) -> bool:
    return _names_badges_2(document) and bool(_BADGE_PARTS & _types(document))


def _is_did_document(document: ForeignDocument) -> bool:
    document_id = document.get("id")
    return (
        isinstance(document_id, str)
        and document_id.startswith("did:")
        and (
            "verificationMethod" in document or "authentication" in document or "assertionMethod" in document
        )
    )


def _holds_answer(document: ForeignDocument) -> bool:
    """As the API gives it, beside its readable part."""
    inner = document.get("answer")
    return isinstance(inner, dict) and {"question", "proof", "header"} <= inner.keys()


def _is_problem(document: ForeignDocument) -> bool:
    return {"title", "status"} <= document.keys() or {"error", "where", "do"} <= document.keys()


def _is_schema(document: ForeignDocument) -> bool:
    return "$schema" in document or ("properties" in document and document.get("type") == "object")


_TESTS: tuple[tuple[Callable[[ForeignDocument], bool], FileKind], ...] = (
    # What a document says itself about its kind.
    (_format_begins("matricula/founding/"), FileKind.FOUNDING),
    (_format_begins("matricula/key/"), FileKind.KEY),
    (_is_presentation, FileKind.PRESENTATION),
    (lambda document: bool(_ENVELOPES & _types(document)), FileKind.ENVELOPED_CREDENTIAL),
    (lambda document: bool(_STATUS_LISTS & _types(document)), FileKind.STATUS_LIST_CREDENTIAL),
    (lambda document: _is_credential(document) and "proof" in document, FileKind.CREDENTIAL),
    (_is_credential, FileKind.UNSIGNED_CREDENTIAL),
    (_is_badge_part, FileKind.OPEN_BADGES_2_PART),
    (_names_badges_2, FileKind.OPEN_BADGES_2),
    # What follows from the names of its members alone: a credential may have members of any name.
    (_has("root", "salt", "path"), FileKind.ANCHOR_PROOF),
    (_has("question", "proof", "header"), FileKind.ANSWER),
    (_holds_answer, FileKind.ANSWER),
    (_has("recipient", "badge"), FileKind.OPEN_BADGES_2),
    (_is_schema, FileKind.SCHEMA),
    (_is_did_document, FileKind.DID_DOCUMENT),
    (_has("didDocument"), FileKind.DID_DOCUMENT),
    (_has("payload", "signatures"), FileKind.JWS),
    (_has("payload", "signature"), FileKind.JWS),
    (_has("kty"), FileKind.JWK),
    (_has("keys"), FileKind.JWK),
    (_has("question", "verdict"), FileKind.COMMAND_OUTPUT),
    (_is_problem, FileKind.PROBLEM),
    (lambda document: bool(_WRAPPERS & document.keys()), FileKind.WRAPPED_CREDENTIAL),
    (lambda document: set(document) == {"@context"}, FileKind.CONTEXT),
)
"""Tried in this order: what is more certain comes first."""
