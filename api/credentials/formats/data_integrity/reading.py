"""Reading a document with its proofs, and signing one. Proofs are read for their form; nothing is verified
until a key is there.

- S5 A `verificationMethod` of `#` and a fragment is a key of the issuer's. A did:key or did:jwk without a
  fragment is its only key.
"""

import json
from dataclasses import dataclass, field
from typing import Final

from api.credentials.anchoring import credential_hash
from api.credentials.document import MAX_BYTES, Document, Json, as_list, each_with_place, load
from api.credentials.excerpt import MAX_EXCERPT, detail_of, excerpt, shortened
from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.formats.data_integrity import proving
from api.credentials.formats.data_integrity.fault import ProofError, ProofFault
from api.credentials.formats.data_integrity.proof import (
    ASSERTION,
    DataIntegrityProof,
    earlier_proofs,
    proofs,
    read_proof,
)
from api.credentials.formats.data_integrity.signed_bytes import SignedBytes
from api.credentials.formats.data_integrity.suite import CanonicalForm
from api.credentials.formats.data_integrity.suites import EDDSA_JCS, suite_named
from api.credentials.linked_data.refusal import LinkedDataError
from api.credentials.multikey import KeyTextError
from api.credentials.period import ValidityPeriod, period_of
from api.credentials.public_key import PublicKey
from api.credentials.url import is_url
from api.credentials.w3c.claims import W3cClaims
from registry.primitives.ed25519 import Sign

_OF_ONE_KEY: Final = ("did:key:", "did:jwk:")
ENVELOPE: Final = "EnvelopedVerifiableCredential"
"""The type of an object that holds a credential of another format (W3C Data Model 2.0, §4.12)."""


class DataIntegrity:
    """The format."""

    def read(self, data: bytes) -> "SecuredDocument | None":
        """Bytes that begin as a JSON object does."""
        return secured_document(load(data)) if data.lstrip(b" \t\r\n")[:1] == b"{" else None

    def read_draft(self, data: bytes) -> "SecuredDocument | None":
        """The same: a draft is the document before its first proof."""
        return self.read(data)

    def read_presented(self, entry: Json) -> "SecuredDocument | None":
        """An object that is no envelope of another format."""
        if not isinstance(entry, dict) or ENVELOPE in as_list(entry.get("type")):
            return None
        return secured_document(entry)


@dataclass(frozen=True, slots=True)
class PlacedProof:
    """A proof in its place in a document: `proof` as it stands, `parts` as they are read, None where
    `form_flaw` says why they cannot be. `earlier` are the proofs that it is bound to; `signed` makes the
    bytes that it signs.
    """

    document: Document
    proof: Document
    place: str
    key: str
    parts: DataIntegrityProof | None
    form_flaw: Flaw | None
    earlier: tuple[Document, ...]
    signed: SignedBytes = field(compare=False, repr=False)

    @property
    def flaw(self) -> Flaw | None:
        """Why it cannot be verified: its form, or what the document says, which is worked out when it is
        first asked for.
        """
        if self.parts is None or self.form_flaw is not None:
            return self.form_flaw
        if self.parts.suite.form is not CanonicalForm.RDFC:
            return None
        try:
            self.signed.of(self.parts, self.earlier)
        except LinkedDataError as error:
            return Flaw(error.flaw.reason, detail_of(self.place, error.flaw.detail))
        except ProofError as error:
            return error.flaw(self.place)
        return None

    @property
    def suite(self) -> str:
        """The cryptosuite, and the type of a proof that names none."""
        named = self.proof.get("cryptosuite", self.proof.get("type"))
        return shortened(named, MAX_EXCERPT) if isinstance(named, str) else ""

    @property
    def period(self) -> ValidityPeriod:
        """S4 of `api.verifier.credential.proofs`."""
        return period_of(self.proof, ("created",), ("expires",), self.place)

    @property
    def covered(self) -> W3cClaims:
        """The document with the proof's own `@context`: what stands behind it is signed by nobody, and
        defines nothing (rule P2 of `eddsa_jcs`).
        """
        if "@context" not in self.proof:
            return W3cClaims(self.document)
        return W3cClaims({**self.document, "@context": self.proof["@context"]})

    @property
    def remark(self) -> str:
        """What a reader is told of what it covers, and of the exchange that it was made for."""
        return detail_of(self._uncovered, self._bound, self._meant_for)

    @property
    def _uncovered(self) -> str:
        """Where `@context` goes on behind what the proof covers."""
        contexts, covered = self.document.get("@context"), self.proof.get("@context")
        if "@context" not in self.proof or not isinstance(contexts, list):
            return ""
        count = len(covered) if isinstance(covered, list) else 1
        if count >= len(contexts):
            return ""
        return f"/@context from entry {count} on is not signed and does not count"

    @property
    def _bound(self) -> str:
        count = len(self.earlier)
        return f"it covers {count} earlier proof{'' if count == 1 else 's'}" if count else ""

    @property
    def _meant_for(self) -> str:
        domains = () if self.parts is None else self.parts.domains
        return f"it was made for {excerpt(', '.join(domains))}" if domains else ""

    def verify(self, multikey: bytes) -> Flaw | None:
        """See `api.credentials.secured.Proof`."""
        if self.parts is None:
            raise AssertionError("a proof that cannot be read is not verified")
        try:
            proving.verify(self.signed, self.parts, PublicKey.from_multikey(multikey), earlier=self.earlier)
        except KeyTextError as error:
            return Flaw(CredentialFlaw.KEY_UNREADABLE, detail_of(str(error)))
        except LinkedDataError as error:
            return error.flaw
        except ProofError as error:
            return error.flaw()
        return None


@dataclass(frozen=True, slots=True)
class SecuredDocument:
    """A document and its proofs; of a draft, which has none, `unproved` says so."""

    claims: W3cClaims
    proofs: tuple[PlacedProof, ...]
    unproved: Flaw | None

    @property
    def is_signed(self) -> bool:
        """Whether it has the member that holds proofs."""
        return "proof" in self.claims.document

    @property
    def unsigned(self) -> "SecuredDocument":
        """The document without the member that holds proofs."""
        return secured_document(
            {name: member for name, member in self.claims.document.items() if name != "proof"}
        )

    def digest(self) -> bytes:
        """Over the document's canonical form."""
        return credential_hash(self.claims.document)

    def signed(self, sign: Sign, *, key: str, created: str, suite: str = "") -> bytes:
        """See `api.credentials.secured.UnsignedCredential`."""
        document = proving.sign(
            self.claims.document,
            sign,
            suite=suite_named(suite) if suite else EDDSA_JCS,
            verification_method=key,
            created=created,
        )
        return _encoded(document)


def secured_document(document: Document) -> SecuredDocument:
    """A document that has been read already, signed or not."""
    claims = W3cClaims(document)
    try:
        every = proofs(document)
    except ProofError as error:
        flaw = Flaw(CredentialFlaw.NO_READABLE_PROOF, detail_of(str(error)))
        return SecuredDocument(claims, (), flaw)
    placing = _Placing(document, every, claims.issuer)
    places = [place for place, _ in each_with_place(document["proof"], "/proof")]
    placed = (placing.placed(proof, place) for proof, place in zip(every, places, strict=True))
    return SecuredDocument(claims, tuple(placed), None)


def _encoded(signed: Document) -> bytes:
    """The file's bytes: indented, for people look into it, unless only without that it is short enough."""
    indented = json.dumps(signed, indent=2, ensure_ascii=False).encode() + b"\n"
    if len(indented) <= MAX_BYTES:
        return indented
    return json.dumps(signed, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


class _Placing:
    """The proofs of one document, which share what is hashed."""

    def __init__(self, document: Document, every: tuple[Document, ...], issuer: str | None) -> None:
        self._document = document
        self._every = every
        self._issuer = issuer
        bound = sum("previousProof" in proof for proof in every)
        self._signed = SignedBytes(document, forms=1 + bound, count=len(every))

    def placed(self, proof: Document, place: str) -> PlacedProof:
        key = _key(proof, self._issuer)
        parts, flaw = None, None
        earlier: tuple[Document, ...] = ()
        try:
            parts = read_proof(proof)
            earlier = earlier_proofs(parts, self._every)
            flaw = _misused(parts, key, place)
        except ProofError as error:
            flaw = error.flaw(place, *_named(proof, error))
        return PlacedProof(self._document, proof, place, key, parts, flaw, earlier, self._signed)


def _named(proof: Document, error: ProofError) -> list[str]:
    """How a proof says that it is made, where that is not known here."""
    if error.fault is not ProofFault.UNSUPPORTED_SUITE:
        return []
    return [excerpt(proof[name]) for name in ("type", "cryptosuite") if name in proof]


def _key(proof: Document, issuer: str | None) -> str:
    """The DID URL of the key that a proof names (S5); "" where it names none, or adds a path or query."""
    method = proof.get("verificationMethod")
    if not isinstance(method, str):
        return ""
    if method.startswith("#") and issuer is not None:
        return issuer + method
    signer, _, fragment = method.partition("#")
    is_plain = not (signer.startswith("did:") and ("/" in signer or "?" in signer))
    is_key = bool(fragment) or signer.startswith(_OF_ONE_KEY)
    return method if is_plain and is_key and is_url(method) else ""


def _misused(parts: DataIntegrityProof, key: str, place: str) -> Flaw | None:
    """A proof for another purpose, or by a key that cannot be told."""
    if parts.purpose != ASSERTION:
        told = detail_of(f"{place}/proofPurpose", excerpt(parts.purpose))
        return Flaw(CredentialFlaw.PROOF_PURPOSE, told)
    if not key:
        told = detail_of(
            f"{place}/verificationMethod", excerpt(parts.verification_method), "it names no key of a DID"
        )
        return Flaw(CredentialFlaw.PROOF_MALFORMED, told)
    return None
