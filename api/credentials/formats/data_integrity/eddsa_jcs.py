"""Data Integrity proofs with the cryptosuite eddsa-jcs-2022: Ed25519 over the RFC 8785 form of a document.

The signed bytes are SHA-256(canonical proof configuration) ‖ SHA-256(canonical document without proofs). The
proof configuration is the proof without its value; it carries the document's `@context`, so that one
signature fixes the meaning of both.

Rules on verification:

- P1 A proof is understood whole or not at all: an unknown member of it is hashed as it stands, but
  `previousProof`, which would bind this proof to another one, is unsupported, never ignored.
- P2 If the proof names a `@context`, the document's begins with the same entries, and the proof's is the one
  that is hashed.
- P3 The purpose is compared with the one that the caller expects.
- P4 The key comes from the caller. This module resolves nothing.
- P5 Each proof of a set is verified by itself, over the document without any proof.
- P6 `created` and `expires` are hashed and not read: whoever asks when a proof counts reads them
  (`api.verifier.credential.validity`). `sign` writes no date that cannot be read.

Source: W3C Data Integrity EdDSA Cryptosuites 1.0, §3.3; W3C Verifiable Credential Data Integrity 1.0, §4.
"""

from dataclasses import dataclass

from api.credentials.document import Document, DocumentError, Json, as_list, canonical
from api.credentials.excerpt import excerpt
from api.credentials.multikey import KeyTextError, base58_decode, base58_encode
from api.credentials.timestamp import TimestampError, TimestampFault, timestamp_ms
from registry.primitives import ed25519
from registry.primitives.digest import sha256
from registry.primitives.ed25519 import Sign
from registry.primitives.reason import Reason

PROOF_TYPE = "DataIntegrityProof"
CRYPTOSUITE = "eddsa-jcs-2022"
ASSERTION = "assertionMethod"
MAX_PROOFS = 8
_ASK_ISSUER = "Ask the issuer for a document with a right proof."
_ANOTHER_VERIFIER = "Judge it with another verifier that knows such proofs."


class ProofFault(Reason):
    """Why a proof does not hold. `indeterminate` ones say that this software cannot judge it, the others
    that it is wrong. A verifier meets it, in the detail of a `CredentialFlaw`.
    """

    NO_PROOF = "no-proof", "The document has no proof.", _ASK_ISSUER
    TOO_MANY_PROOFS = "too-many-proofs", f"The document has more than {MAX_PROOFS} proofs.", _ASK_ISSUER
    MALFORMED = (
        "malformed-proof",
        "A member of the proof is missing or is not what the specification asks for.",
        _ASK_ISSUER,
    )
    UNSUPPORTED_SUITE = (
        "unsupported-suite",
        f"The proof is not of the cryptosuite {CRYPTOSUITE}.",
        _ANOTHER_VERIFIER,
    )
    UNSUPPORTED_CHAIN = (
        "unsupported-chain",
        "The proof is bound to an earlier one, which is not supported.",
        _ANOTHER_VERIFIER,
    )
    WRONG_PURPOSE = "wrong-purpose", "The proof was made for another purpose.", _ASK_ISSUER
    CONTEXT_MISMATCH = (
        "context-mismatch",
        "The proof was made under another @context than the document's.",
        _ASK_ISSUER,
    )
    NO_CANONICAL_FORM = (
        "no-canonical-form",
        "The document or the proof has no RFC 8785 form.",
        "Ask the issuer to write inexact numbers as texts, and to sign it again.",
    )
    WRONG_SIGNATURE = (
        "wrong-signature",
        "The signature is not of this document by this key.",
        "Do not accept the document: it was changed, or this key did not sign it.",
    )

    @property
    def indeterminate(self) -> bool:
        """True where another verifier may know more."""
        return self in (ProofFault.UNSUPPORTED_SUITE, ProofFault.UNSUPPORTED_CHAIN)


class ProofError(ValueError):
    """A proof refused, with the reason."""

    def __init__(self, fault: ProofFault, detail: str = "") -> None:
        super().__init__(f"{fault.sentence} {detail}".rstrip())
        self.fault = fault
        self.detail = detail


@dataclass(frozen=True, slots=True)
class DataIntegrityProof:
    """One proof of a document, its members checked for their form and nothing else verified.

    `configuration` is what is hashed.
    """

    verification_method: str
    purpose: str
    signature: bytes
    configuration: Document


def proofs(document: Document) -> tuple[Document, ...]:
    """The proofs that a document carries, of whatever suite; raises `ProofError`."""
    found = document.get("proof")
    items = as_list(found)
    if found is None or not items:
        raise ProofError(ProofFault.NO_PROOF)
    if len(items) > MAX_PROOFS:
        raise ProofError(ProofFault.TOO_MANY_PROOFS)
    kept = [item for item in items if isinstance(item, dict)]
    if len(kept) != len(items):
        raise ProofError(ProofFault.MALFORMED, "A proof is not an object.")
    return tuple(kept)


def is_known(proof: Document) -> bool:
    """Whether a proof is of this suite."""
    return proof.get("type") == PROOF_TYPE and proof.get("cryptosuite") == CRYPTOSUITE


def read_proof(proof: Document) -> DataIntegrityProof:
    """Reads one proof of this suite; raises `ProofError`, of another suite too."""
    if not is_known(proof):
        raise ProofError(ProofFault.UNSUPPORTED_SUITE)
    if "previousProof" in proof:
        raise ProofError(ProofFault.UNSUPPORTED_CHAIN)
    method = _text(proof, "verificationMethod")
    purpose = _text(proof, "proofPurpose")
    if method is None or purpose is None:
        name = "verificationMethod" if method is None else "proofPurpose"
        raise ProofError(ProofFault.MALFORMED, f"{name} is missing.")
    value = _text(proof, "proofValue")
    try:
        signature = base58_decode(value or "")
    except KeyTextError:
        signature = b""
    if len(signature) != 64:
        told = f"proofValue must be 64 bytes in multibase base58btc, not {excerpt(value)}."
        raise ProofError(ProofFault.MALFORMED, told)
    return DataIntegrityProof(
        verification_method=method,
        purpose=purpose,
        signature=signature,
        configuration={name: value for name, value in proof.items() if name != "proofValue"},
    )


def verify(
    document: Document, proof: DataIntegrityProof, public_key: bytes, *, purpose: str = ASSERTION
) -> None:
    """Returns where `proof` is a signature of `document` by `public_key` for `purpose`; raises `ProofError`
    where not.
    """
    if proof.purpose != purpose:
        raise ProofError(ProofFault.WRONG_PURPOSE, f"It was {excerpt(proof.purpose)}.")
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    if "@context" in proof.configuration:
        wanted = as_list(proof.configuration["@context"])
        if as_list(unsecured.get("@context"))[: len(wanted)] != wanted:
            raise ProofError(ProofFault.CONTEXT_MISMATCH)
        unsecured["@context"] = proof.configuration["@context"]
    if not ed25519.verify(public_key, _signed_bytes(unsecured, proof.configuration), proof.signature):
        raise ProofError(ProofFault.WRONG_SIGNATURE)


def sign(
    document: Document, sign_bytes: Sign, *, verification_method: str, created: str, purpose: str = ASSERTION
) -> Document:
    """The document with one more proof, by the Ed25519 key with which `sign_bytes` signs; `created` is an XML
    Schema dateTimeStamp, e.g. `2026-01-31T12:00:00Z`.

    Proofs that it carries already are kept and not covered (P5). Raises `ProofError`.
    """
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    configuration: Document = {
        "type": PROOF_TYPE,
        "cryptosuite": CRYPTOSUITE,
        "created": created,
        "verificationMethod": verification_method,
        "proofPurpose": purpose,
    }
    if "@context" in unsecured:
        configuration["@context"] = unsecured["@context"]
    _require_date(created)
    signature = sign_bytes(_signed_bytes(unsecured, configuration))
    proof: Json = {**configuration, "proofValue": base58_encode(signature)}
    if "proof" not in document:
        return {**unsecured, "proof": proof}
    return {**unsecured, "proof": [*proofs(document), proof]}


def _signed_bytes(unsecured: Document, configuration: Document) -> bytes:
    try:
        return sha256(canonical(configuration)) + sha256(canonical(unsecured))
    except DocumentError as error:
        raise ProofError(ProofFault.NO_CANONICAL_FORM, str(error)) from None


def _text(proof: Document, name: str) -> str | None:
    value = proof.get(name)
    if value is not None and not isinstance(value, str):
        raise ProofError(ProofFault.MALFORMED, f"{name} must be a text, not {excerpt(value)}.")
    return value


def _require_date(created: str) -> None:
    """P6. One of a year that cannot be compared is a date all the same."""
    try:
        timestamp_ms(created)
    except TimestampError as error:
        if error.fault is TimestampFault.NOT_A_TIMESTAMP:
            raise ProofError(ProofFault.MALFORMED, f"created: {error}") from None
