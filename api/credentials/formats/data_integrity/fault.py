"""Why a Data Integrity proof does not hold."""

from api.credentials.excerpt import detail_of
from api.credentials.flaw import CredentialFlaw, Flaw
from registry.primitives.reason import Reason

MAX_PROOFS = 8
_ASK_ISSUER = "Ask the issuer for a document with a right proof."
_ANOTHER_VERIFIER = "Judge it with another verifier that knows such proofs."


class ProofFault(Reason):
    """Why a proof does not hold. A verifier meets it, in the detail of a `CredentialFlaw`."""

    NO_PROOF = "no-proof", "The document has no proof.", _ASK_ISSUER
    TOO_MANY_PROOFS = "too-many-proofs", f"The document has more than {MAX_PROOFS} proofs.", _ASK_ISSUER
    MALFORMED = (
        "malformed-proof",
        "A member of the proof is missing or is not what the specification asks for.",
        _ASK_ISSUER,
    )
    UNSUPPORTED_SUITE = (
        "unsupported-suite",
        "The proof is of a cryptosuite that is not known here.",
        _ANOTHER_VERIFIER,
    )
    MISSING_EARLIER = (
        "missing-earlier-proof",
        "The proof is bound to an earlier one that the document does not hold, or holds twice.",
        "Ask the holder for the document with all its proofs.",
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
    WRONG_ALGORITHM = (
        "wrong-algorithm",
        "The key is of another algorithm than the proof's cryptosuite asks for.",
        "Do not accept the document: the key that is named cannot have made this proof.",
    )
    WRONG_SIGNATURE = (
        "wrong-signature",
        "The signature is not of this document by this key.",
        "Do not accept the document: it was changed, or this key did not sign it.",
    )

    @property
    def flaw(self) -> CredentialFlaw:
        """What a credential is said to have whose proof has this fault."""
        return _FLAWS.get(self, CredentialFlaw.WRONG_SIGNATURE)


_FLAWS = {
    ProofFault.NO_PROOF: CredentialFlaw.NO_READABLE_PROOF,
    ProofFault.TOO_MANY_PROOFS: CredentialFlaw.NO_READABLE_PROOF,
    ProofFault.MALFORMED: CredentialFlaw.PROOF_MALFORMED,
    ProofFault.UNSUPPORTED_SUITE: CredentialFlaw.SUITE_UNSUPPORTED,
    ProofFault.MISSING_EARLIER: CredentialFlaw.NO_READABLE_PROOF,
    ProofFault.WRONG_PURPOSE: CredentialFlaw.PROOF_PURPOSE,
    ProofFault.WRONG_ALGORITHM: CredentialFlaw.ALGORITHM_MISMATCH,
}


class ProofError(ValueError):
    """A proof refused, with the reason."""

    def __init__(self, fault: ProofFault, detail: str = "") -> None:
        super().__init__(f"{fault.sentence} {detail}".rstrip())
        self.fault = fault
        self.detail = detail

    def flaw(self, place: str = "", *told: str) -> Flaw:
        """The flaw of a credential whose proof is at `place`."""
        said = self.detail if self.fault is ProofFault.MALFORMED else str(self)
        return Flaw(self.fault.flaw, detail_of(place, said, *told))
