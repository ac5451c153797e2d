"""A European Digital Credential for Learning, by whichever seal: recognised, told, and never taken for valid.

Such a credential is sealed with the certificate of an institution (a qualified electronic seal of the eIDAS
regulation), not with the key of a DID. Whether the seal is good is a question of certificates, trusted lists
and times, which nobody asks here. So the seal and the form are told as not checked (decision 0129).

Rules:

- Q1 One in XML has an outermost element of the European Union's namespaces. Its seal is a signature element
  (XAdES).
- Q2 One in JSON has the type `EuropeanDigitalCredential`, or a context of the European Learning Model. Its
  seal is a JWS around it (JAdES): in JSON, or in the compact form with a certificate in the header. A token
  whose key is that of a DID, and a document with a proof, are read by the formats of these.
- Q3 Without any seal it is one all the same: the seal may be in a file of its own, or lost.

Source: European Learning Model 3 (European Commission); ETSI EN 319 132-1 (XAdES); ETSI TS 119 182-1
(JAdES); RFC 7515, §7.2.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from api.base64url import from_text
from api.credentials.document import (
    MAX_BYTES,
    Document,
    DocumentError,
    Json,
    as_list,
    canonical,
    each_with_place,
    load,
)
from api.credentials.excerpt import detail_of
from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.formats.jose.compact import read_compact, token_text
from api.credentials.w3c.claims import W3cClaims
from api.credentials.wrappers.bounded_xml import summary_of
from api.credentials.wrappers.fault import WrapperError
from registry.primitives.codec import Malformed
from registry.primitives.digest import sha256

TYPE: Final = "EuropeanDigitalCredential"

_CONTEXTS: Final = "http://data.europa.eu/snb/model/context/"
_NAMESPACE: Final = "http://data.europa.eu/"
_ROOTS: Final = frozenset({"europassCredential", TYPE, "verifiableCredential"})
_SIGNATURE: Final = "http://www.w3.org/2000/09/xmldsig# Signature"
_XADES: Final = "http://uri.etsi.org/01903/v1.3.2# QualifyingProperties"
_SIGNS: Final = (TYPE.encode(), _CONTEXTS.encode(), b'"payload"')
_CERTIFICATES: Final = frozenset({"x5c", "x5u", "x5t#S256", "x5t#o", "sigX5ts"})
_HEAD_BYTES: Final = 4096
_NO_SEAL: Final = "no seal is in it"


@dataclass(frozen=True, slots=True)
class EuropeanClaims(W3cClaims):
    """What such a credential says. In JSON the model builds on that of the W3C; of one in XML nothing is
    read.
    """

    @property
    def data_model(self) -> str:
        """The model of the European Commission."""
        return "European Learning Model"

    def form_flaws(self) -> Iterator[Flaw]:
        """One, for the form is not judged."""
        yield Flaw(CredentialFlaw.SEAL_UNCHECKED, "nor is its form, that of the European Learning Model")


@dataclass(frozen=True, slots=True)
class SealedCredential:
    """A European Digital Credential. `unproved` says which seal was not checked; `content` is what an anchor
    commits to: the bytes of a file or token; of a document in JSON, which stands for its canonical form.
    """

    claims: EuropeanClaims
    unproved: Flaw
    content: bytes | Document
    is_signed: bool
    proofs: tuple[()] = ()
    unsigned: None = None

    def digest(self) -> bytes:
        """See `api.credentials.secured.Secured`."""
        return sha256(self.content if isinstance(self.content, bytes) else canonical(self.content))


class EuropeanDigital:
    """The format."""

    def read(self, data: bytes) -> SealedCredential | None:
        """Q1 to Q3."""
        begin = data[:_HEAD_BYTES].removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
        if begin.startswith(b"<"):
            return _in_xml(data) if _NAMESPACE.encode() in begin else None
        if begin.startswith(b"{"):
            return _in_json(load(data)) if any(sign in data[:MAX_BYTES] for sign in _SIGNS) else None
        text = token_text(data)
        return None if text is None else _in_token(text)

    def read_draft(self, data: bytes) -> None:
        """None: such credentials are only read."""

    def read_presented(self, entry: Json) -> SealedCredential | None:
        """An object, or a text that is a token."""
        if isinstance(entry, dict):
            return _in_json(entry)
        text = token_text(entry.encode()) if isinstance(entry, str) else None
        return None if text is None else _in_token(text)


def is_european(document: Document) -> bool:
    """Whether a document is a European Digital Credential, by its type or its context (Q2)."""
    contexts = as_list(document.get("@context"))
    return TYPE in as_list(document.get("type")) or any(
        isinstance(name, str) and name.startswith(_CONTEXTS) for name in contexts
    )


def _unchecked(seal: str) -> Flaw:
    return Flaw(CredentialFlaw.SEAL_UNCHECKED, detail_of(seal))


def _in_xml(data: bytes) -> SealedCredential | None:
    """Q1. One that cannot be read is told as that, for its root says what it is."""
    try:
        summary = summary_of(data, (_SIGNATURE, _XADES))
    except WrapperError as error:
        return SealedCredential(EuropeanClaims({}), _unchecked(f"its XML: {error}"), data, False)
    namespace, _, name = summary.root.rpartition(" ")
    if not namespace.startswith(_NAMESPACE) or name not in _ROOTS:
        return None
    found = {element.name for element in summary.found}
    seal = "an XAdES seal" if _XADES in found else "an XML signature" if found else _NO_SEAL
    return SealedCredential(EuropeanClaims({}), _unchecked(seal), data, bool(found))


def _in_json(document: Document) -> SealedCredential | None:
    """Q2, Q3."""
    if isinstance(document.get("payload"), str) and ("signatures" in document or "signature" in document):
        return _in_jws(document)
    if not is_european(document) or "proof" in document:
        return None
    return SealedCredential(EuropeanClaims(document), _unchecked(_NO_SEAL), document, False)


def _in_jws(jws: Document) -> SealedCredential | None:
    """A JWS in JSON, of however many signatures."""
    inner = _document_in(jws["payload"])
    if inner is None or not is_european(inner):
        return None
    count = len(list(each_with_place(jws.get("signatures", jws.get("signature")), "")))
    seal = "a JAdES seal" if count == 1 else f"{count} JAdES seals"
    return SealedCredential(EuropeanClaims(inner), _unchecked(seal), jws, True)


def _in_token(text: str) -> SealedCredential | None:
    """A compact JWS. One that is no token is left to the format of tokens."""
    try:
        token = read_compact(text)
        inner = load(token.payload) if _CERTIFICATES & token.header.keys() else {}
    except DocumentError:
        return None
    if not is_european(inner):
        return None
    return SealedCredential(EuropeanClaims(inner), _unchecked("a JAdES seal"), text.encode(), True)


def _document_in(payload: Json) -> Document | None:
    """The JSON object that is encoded in a payload; None where it is none."""
    try:
        return load(from_text(payload)) if isinstance(payload, str) else None
    except (Malformed, DocumentError):
        return None
