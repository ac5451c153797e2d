"""Verifying a proof with a key, and adding one to a document.

- P3 The purpose is compared with the one that the caller expects.
- P4 The key comes from the caller, and its algorithm is the suite's. Nothing is resolved here.
- P6 `created` and `expires` are hashed and not read: whoever asks when a proof counts reads them
  (`api.verifier.credential.validity`). `sign` writes no date that cannot be read.
- P8 What is signed can be verified: a document whose meaning is not wholly covered is not signed.
"""

from api.credentials.contexts.library import CONTEXTS, ContextLibrary
from api.credentials.document import Document, Json
from api.credentials.excerpt import excerpt
from api.credentials.formats.data_integrity.fault import ProofError, ProofFault
from api.credentials.formats.data_integrity.proof import ASSERTION, DataIntegrityProof, proofs
from api.credentials.formats.data_integrity.signed_bytes import CONTEXT, SignedBytes
from api.credentials.formats.data_integrity.suite import CanonicalForm, Suite
from api.credentials.multikey import base58_encode
from api.credentials.public_key import PublicKey
from api.credentials.timestamp import TimestampError, TimestampFault, timestamp_ms
from registry.primitives.ed25519 import Sign


def verify(
    signed: SignedBytes,
    proof: DataIntegrityProof,
    key: PublicKey,
    *,
    purpose: str = ASSERTION,
    earlier: tuple[Document, ...] = (),
) -> None:
    """Returns where `proof` is a signature by `key` for `purpose` of the document that `signed` is of; raises
    `ProofError` where not, and `LinkedDataError` where what the document says has no canonical form here.
    """
    if proof.purpose != purpose:
        raise ProofError(ProofFault.WRONG_PURPOSE, f"It was {excerpt(proof.purpose)}.")
    if key.algorithm is not proof.suite.algorithm:
        raise ProofError(ProofFault.WRONG_ALGORITHM, f"It is of {key.algorithm.curve}.")
    if not key.verify(signed.of(proof, earlier), proof.signature):
        raise ProofError(ProofFault.WRONG_SIGNATURE)


def sign(
    document: Document,
    sign_bytes: Sign,
    *,
    suite: Suite,
    verification_method: str,
    created: str,
    purpose: str = ASSERTION,
    library: ContextLibrary = CONTEXTS,
) -> Document:
    """The document with one more proof, by the key of the suite's algorithm with which `sign_bytes` signs;
    `created` is an XML Schema dateTimeStamp, e.g. `2026-01-31T12:00:00Z`.

    Proofs that it carries already are kept and not covered (P5). Raises `ProofError`, and `LinkedDataError`
    where what it says has no canonical form here (P8).
    """
    _require_date(created)
    configuration: Document = {
        **suite.head(),
        "created": created,
        "verificationMethod": verification_method,
        "proofPurpose": purpose,
    }
    if suite.form is CanonicalForm.JCS and CONTEXT in document:
        configuration[CONTEXT] = document[CONTEXT]
    unsigned = DataIntegrityProof(suite, verification_method, purpose, b"", configuration)
    signature = sign_bytes(SignedBytes(document, library=library).of(unsigned))
    proof: Json = {**configuration, "proofValue": base58_encode(signature)}
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    if "proof" not in document:
        return {**unsecured, "proof": proof}
    return {**unsecured, "proof": [*proofs(document), proof]}


def _require_date(created: str) -> None:
    """P6. One of a year that cannot be compared is a date all the same."""
    try:
        timestamp_ms(created)
    except TimestampError as error:
        if error.fault is TimestampFault.NOT_A_TIMESTAMP:
            raise ProofError(ProofFault.MALFORMED, f"created: {error}") from None
