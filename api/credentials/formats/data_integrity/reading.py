"""Reading a document with its proofs, and signing one. Proofs are read for their form; nothing is verified
until a key is there.

- S5 A `verificationMethod` of `#` and a fragment is a key of the issuer's.
"""

import json
from dataclasses import dataclass
from typing import Final

from api.credentials.anchoring import credential_hash
from api.credentials.document import MAX_BYTES, Document, Json, as_list, each_with_place, load
from api.credentials.excerpt import MAX_EXCERPT, detail_of, excerpt, shortened
from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.formats.data_integrity import eddsa_jcs
from api.credentials.formats.data_integrity.eddsa_jcs import ASSERTION, DataIntegrityProof, ProofError
from api.credentials.period import ValidityPeriod, period_of
from api.credentials.url import is_url
from api.credentials.w3c.claims import W3cClaims
from registry.primitives import ed25519
from registry.primitives.codec import Malformed
from registry.primitives.ed25519 import Sign, UnknownAlgorithm

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
    """A proof in its place in a document: `proof` as it stands, `parts` as they are read, None where `flaw`
    says why they cannot be.
    """

    document: Document
    proof: Document
    place: str
    key: str
    parts: DataIntegrityProof | None
    flaw: Flaw | None

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
        """What a reader is told where `@context` goes on behind what the proof covers."""
        contexts, covered = self.document.get("@context"), self.proof.get("@context")
        if "@context" not in self.proof or not isinstance(contexts, list):
            return ""
        count = len(covered) if isinstance(covered, list) else 1
        if count >= len(contexts):
            return ""
        return f"/@context from entry {count} on is not signed and does not count"

    def verify(self, multikey: bytes) -> Flaw | None:
        """See `api.credentials.secured.Proof`."""
        if self.parts is None:
            raise AssertionError("a proof that cannot be read is not verified")
        try:
            eddsa_jcs.verify(self.document, self.parts, ed25519.from_multikey(multikey))
        except (UnknownAlgorithm, Malformed) as error:
            return Flaw(CredentialFlaw.KEY_UNREADABLE, detail_of(str(error)))
        except ProofError as error:
            return Flaw(CredentialFlaw.WRONG_SIGNATURE, detail_of(str(error)))
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

    def signed(self, sign: Sign, *, key: str, created: str) -> bytes:
        """See `api.credentials.secured.UnsignedCredential`."""
        document = eddsa_jcs.sign(self.claims.document, sign, verification_method=key, created=created)
        return _encoded(document)


def secured_document(document: Document) -> SecuredDocument:
    """A document that has been read already, signed or not."""
    claims = W3cClaims(document)
    try:
        proofs = eddsa_jcs.proofs(document)
    except ProofError as error:
        flaw = Flaw(CredentialFlaw.NO_READABLE_PROOF, detail_of(str(error)))
        return SecuredDocument(claims, (), flaw)
    places = [place for place, _ in each_with_place(document["proof"], "/proof")]
    issuer = claims.issuer
    placed = (_placed(document, proof, place, issuer) for proof, place in zip(proofs, places, strict=True))
    return SecuredDocument(claims, tuple(placed), None)


def _encoded(signed: Document) -> bytes:
    """The file's bytes: indented, for people look into it, unless only without that it is short enough."""
    indented = json.dumps(signed, indent=2, ensure_ascii=False).encode() + b"\n"
    if len(indented) <= MAX_BYTES:
        return indented
    return json.dumps(signed, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def _placed(document: Document, proof: Document, place: str, issuer: str | None) -> PlacedProof:
    key = _key(proof, issuer)
    try:
        parts = eddsa_jcs.read_proof(proof)
    except ProofError as error:
        return PlacedProof(document, proof, place, key, None, _unreadable(proof, place, error))
    return PlacedProof(document, proof, place, key, parts, _misused(parts, key, place))


def _key(proof: Document, issuer: str | None) -> str:
    """The DID URL of the key that a proof names (S5); "" where it names none, or adds a path or query."""
    method = proof.get("verificationMethod")
    if not isinstance(method, str):
        return ""
    if method.startswith("#") and issuer is not None:
        return issuer + method
    signer, _, fragment = method.partition("#")
    is_plain = not (signer.startswith("did:") and ("/" in signer or "?" in signer))
    return method if is_plain and fragment and is_url(method) else ""


def _unreadable(proof: Document, place: str, error: ProofError) -> Flaw:
    """What is said of a proof that cannot be read."""
    if error.fault.indeterminate:
        suite = [excerpt(proof[name]) for name in ("type", "cryptosuite") if name in proof]
        return Flaw(CredentialFlaw.NO_READABLE_PROOF, detail_of(place, str(error), *suite))
    return Flaw(CredentialFlaw.PROOF_MALFORMED, detail_of(place, error.detail))


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
