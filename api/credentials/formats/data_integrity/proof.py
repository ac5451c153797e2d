"""One proof of a document: its members, checked for their form, and nothing else verified."""

from dataclasses import dataclass
from typing import Final

from api.credentials.document import Document, Json, as_list
from api.credentials.excerpt import excerpt
from api.credentials.formats.data_integrity.fault import MAX_PROOFS, ProofError, ProofFault
from api.credentials.formats.data_integrity.suite import Suite
from api.credentials.formats.data_integrity.suites import suite_of
from api.credentials.multikey import KeyTextError, base58_decode
from api.credentials.public_key import SIGNATURE_SIZE, KeyAlgorithm

ASSERTION: Final = "assertionMethod"
_PROOF_VALUE: Final = "proofValue"
_MAX_VALUE: Final = 140  # characters: 96 bytes, the longest signature that is recognised, take 132 or 133
_P384_SIGNATURE: Final = 96


@dataclass(frozen=True, slots=True)
class DataIntegrityProof:
    """A proof as it is read. `configuration` is what is hashed of it; `earlier` are the ids of the proofs
    that it is bound to; `domains` and `challenge` say for which exchange it was made, if for one.
    """

    suite: Suite
    verification_method: str
    purpose: str
    signature: bytes
    configuration: Document
    earlier: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    challenge: str | None = None


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


def read_proof(proof: Document) -> DataIntegrityProof:
    """Reads one proof; raises `ProofError`, of a suite that is not known here too."""
    suite = suite_of(proof)
    if suite is None:
        raise ProofError(ProofFault.UNSUPPORTED_SUITE)
    return DataIntegrityProof(
        suite=suite,
        verification_method=_needed(proof, "verificationMethod"),
        purpose=_needed(proof, "proofPurpose"),
        signature=_signature(proof, suite),
        configuration={name: value for name, value in proof.items() if name != _PROOF_VALUE},
        earlier=_texts(proof, "previousProof"),
        domains=_texts(proof, "domain"),
        challenge=_text(proof, "challenge"),
    )


def earlier_proofs(proof: DataIntegrityProof, every: tuple[Document, ...]) -> tuple[Document, ...]:
    """The proofs of a document that one is bound to, in the document's order; raises `ProofError` where one
    is not there, or cannot be told from another.
    """
    for name in proof.earlier:
        if sum(each.get("id") == name for each in every) != 1:
            raise ProofError(ProofFault.MISSING_EARLIER, excerpt(name))
    return tuple(each for each in every if each.get("id") in proof.earlier)


def _signature(proof: Document, suite: Suite) -> bytes:
    value = _text(proof, _PROOF_VALUE)
    try:
        signature = base58_decode(value or "", limit=_MAX_VALUE)
    except KeyTextError:
        signature = b""
    if len(signature) == _P384_SIGNATURE and suite.algorithm is KeyAlgorithm.P256:
        raise ProofError(ProofFault.UNSUPPORTED_SUITE, "It is by a P-384 key.")
    if len(signature) != SIGNATURE_SIZE:
        told = f"proofValue must be {SIGNATURE_SIZE} bytes in multibase base58btc, not {excerpt(value)}."
        raise ProofError(ProofFault.MALFORMED, told)
    return signature


def _needed(proof: Document, name: str) -> str:
    value = _text(proof, name)
    if value is None:
        raise ProofError(ProofFault.MALFORMED, f"{name} is missing.")
    return value


def _text(proof: Document, name: str) -> str | None:
    value = proof.get(name)
    if value is not None and not isinstance(value, str):
        raise _malformed(name, "a text", value)
    return value


def _texts(proof: Document, name: str) -> tuple[str, ...]:
    """A member that is a text or a list of them."""
    if name not in proof:
        return ()
    listed = as_list(proof[name])
    texts = tuple(text for text in listed if isinstance(text, str))
    if len(texts) != len(listed) or not texts:
        raise _malformed(name, "a text or a list of texts", proof[name])
    return texts


def _malformed(name: str, wanted: str, value: Json) -> ProofError:
    return ProofError(ProofFault.MALFORMED, f"{name} must be {wanted}, not {excerpt(value)}.")
