"""An example: an answer as bytes, what the reader asked and knows, and the verdict that must follow."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from api.answer.encoding import Answer, AnswerProof, answer_to_json, encode_answer
from api.answer.epoch_proofs import EpochProof, encode_epoch_proofs
from api.answer.question import Question
from api.base64url import to_text
from api.verifier.answer import follow, verify_encoded
from api.verifier.verdict import Outcome, Verdict, VerdictReason
from consensus.light_client import MAX_AGE_MS, AnchoredBy, Trust
from registry.genesis import GenesisDocument
from tests.answers.scenario import LAST_MS, grown
from tests.api.ledger import GENESIS, certify

SOON_MS: Final = LAST_MS + 1_000
"""The reader's clock in most examples: a second after the last block."""


@dataclass(frozen=True)
class Example:
    """`question` is what the reader asked, None where the reader looks at the answer's own. `epochs` moves
    the trust in the genesis document on before the answer is judged.
    """

    name: str
    says: str
    answer: bytes
    question: Question | None
    outcome: Outcome
    reason: VerdictReason | None = None
    now_ms: int = SOON_MS
    max_age_ms: int = MAX_AGE_MS
    epochs: tuple[EpochProof, ...] = ()

    def verdict(self) -> Verdict:
        """What the verifier in Python concludes."""
        trust = follow(trust_in(GENESIS), self.epochs)
        return verify_encoded(
            self.answer, trust, question=self.question, now_ms=self.now_ms, max_age_ms=self.max_age_ms
        )


def trust_in(document: GenesisDocument) -> Trust:
    """Trust that rests on a genesis document."""
    return Trust(document.genesis_hash, 0, document.validators, document.time_ms, AnchoredBy.GENESIS)


def accepted(name: str, says: str, answer: Answer, **known: Any) -> Example:
    """An answer to what was asked that must be valid."""
    return Example(name, says, encode_answer(answer), answer.question, Outcome.VALID, **known)


def undecided(name: str, says: str, answer: Answer, reason: VerdictReason, **known: Any) -> Example:
    """An answer that must leave the question open."""
    return Example(name, says, encode_answer(answer), answer.question, Outcome.INDETERMINATE, reason, **known)


def refused(name: str, says: str, answer: Answer, reason: VerdictReason, **known: Any) -> Example:
    """An answer of the right form that must be invalid; the reader asked the question in it."""
    asked = {"question": answer.question, **known}
    return Example(name, says, encode_answer(answer), outcome=Outcome.INVALID, reason=reason, **asked)


def refused_bytes(name: str, says: str, answer: bytes, reason: VerdictReason) -> Example:
    """Bytes that must be invalid; the reader was handed a file."""
    return Example(name, says, answer, None, Outcome.INVALID, reason)


def changed_header(answer: Answer, **changes: Any) -> Answer:
    """The answer under another header, as if a quorum had signed that."""
    return signed_anew(replace(answer, header=replace(answer.header, **changes)))


def signed_anew(answer: Answer, signers: tuple[int, ...] = (0, 1, 2)) -> Answer:
    """The answer with a finalization of the header that it has."""
    return replace(answer, certificate=certify(grown().ledger.genesis_hash, answer.header, signers))


def changed_certificate(answer: Answer, **changes: Any) -> Answer:
    """The answer with other fields in its certificate."""
    certificate = answer.certificate
    assert certificate is not None
    return replace(answer, certificate=replace(certificate, **changes))


def with_proof(answer: Answer, proof: AnswerProof) -> Answer:
    """The answer with another proof."""
    return replace(answer, proof=proof)


def changed_proof(answer: Answer, **changes: Any) -> Answer:
    """The answer with other fields in its proof."""
    return replace(answer, proof=replace(answer.proof, **changes))


def as_json(answer: Answer, change: Callable[[Any], None] = lambda members: None) -> Any:
    """The JSON form of an answer, changed in place."""
    members = answer_to_json(answer)
    change(members)
    return members


def epochs_text(epochs: tuple[EpochProof, ...]) -> str | None:
    """Epoch proofs as the examples hold them."""
    return to_text(encode_epoch_proofs(epochs)) if epochs else None
