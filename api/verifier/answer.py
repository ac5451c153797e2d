"""Verifying an answer without a network, a clock or a disk: needs only pynacl and cbor2 beside this
project's pure code.

verdict = verify_encoded(data, trust, question=RecordQuestion("did", did), now_ms=now_ms, max_age_ms=120_000)

The steps, each of which must hold (it fails closed):
1. The bytes are an answer, to the question that was asked.
2. The header is one that the trusted validators finalized (`consensus.light_client`). Trust comes from
   outside: a genesis document or a checkpoint, moved on to the header's epoch by `follow`; the verdict
   names which anchored it.
3. The proof leads to what that header commits to, and answers the question (`registry.checking`).
4. The header is fresh: at most `max_age_ms` old by the reader's clock.

A verdict holds as of the header's time, never "now". It is *valid*; *invalid*: whoever gave the answer lies
or is broken; or *indeterminate*: nothing false was said, but this verifier cannot conclude — the header is
stale, of an epoch whose validators it does not know, anchored too long ago, or in a form that it is too old
to read. What was proved is in `finding`, also where only freshness is missing.
"""

from collections.abc import Iterable

from api.verifier.encoding import (
    Answer,
    ChunkQuestion,
    EpochProof,
    IndexQuestion,
    Question,
    RecordQuestion,
    StatusListQuestion,
    TransactionQuestion,
    UnsupportedVersion,
    decode_answer,
)
from api.verifier.verdict import (
    INCONCLUSIVE,
    AnswerFlaw,
    Finding,
    Outcome,
    StatusBits,
    Verdict,
    VerdictReason,
)
from consensus.header import Header
from consensus.light_client import (
    MAX_AGE_MS,
    Boundary,
    FinalHeader,
    Freshness,
    HeaderRefusal,
    HeaderRefused,
    Trust,
    advance,
    verify_header,
)
from registry.checking import (
    Absent,
    Committed,
    Flaw,
    Found,
    InLedger,
    NotYet,
    Unproved,
    check_chunk,
    check_index,
    check_ledger,
    check_record,
    check_status_list,
)
from registry.primitives import ed25519
from registry.primitives.codec import Malformed
from registry.primitives.ed25519 import Verify
from registry.primitives.shape import decode_as
from registry.primitives.validator_set import ValidatorSet
from registry.proofs import AbsenceProof, ChunkProof, IndexProof, LedgerProof, RecordProof, StatusListProof
from registry.records.kind import MAX_BODY_BYTES, Kind
from registry.records.status_list import CHUNK_BITS, STATUS_LIST
from registry.rejection import Refused
from registry.ruleset import KNOWN_RULESETS
from registry.transaction import Transaction


class _Flawed(Exception):
    """Raised inside this module; becomes a verdict."""

    def __init__(self, reason: AnswerFlaw, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


def follow(trust: Trust, proofs: Iterable[EpochProof], verify: Verify = ed25519.verify) -> Trust:
    """Trust moved on over consecutive epochs, from the one after `trust`'s own on. Raises
    `HeaderRefused` or `Malformed`.
    """
    boundaries = (
        Boundary(FinalHeader(proof.header, proof.certificate), ValidatorSet(proof.next_validators))
        for proof in proofs
    )
    return advance(trust, boundaries, KNOWN_RULESETS, verify)


def verify_encoded(
    data: bytes,
    trust: Trust,
    *,
    question: Question | None,
    now_ms: int,
    max_age_ms: int = MAX_AGE_MS,
    verify: Verify = ed25519.verify,
) -> Verdict:
    """The verdict on an answer in CBOR; see `verify_answer`."""
    try:
        answer = decode_answer(data)
    except UnsupportedVersion as error:
        return _flawed(AnswerFlaw.UNSUPPORTED_VERSION, str(error))
    except Malformed as error:
        return _flawed(AnswerFlaw.MALFORMED, str(error))
    return verify_answer(
        answer, trust, question=question, now_ms=now_ms, max_age_ms=max_age_ms, verify=verify
    )


def verify_answer(
    answer: Answer,
    trust: Trust,
    *,
    question: Question | None,
    now_ms: int,
    max_age_ms: int = MAX_AGE_MS,
    verify: Verify = ed25519.verify,
) -> Verdict:
    """The verdict on an answer. `question` is what was asked; None accepts the answer's own, as for a
    file that someone hands over, whose question the reader then has to look at. `now_ms` is the
    reader's clock.
    """
    header = answer.header
    try:
        if question is not None and answer.question != question:
            raise _Flawed(AnswerFlaw.OTHER_QUESTION)
        freshness = _believe(answer, trust, now_ms, max_age_ms, verify)
    except _Flawed as flawed:
        return _flawed(flawed.reason, flawed.detail)
    except HeaderRefused as refused:
        other = header.genesis_hash.hex() if refused.reason is HeaderRefusal.WRONG_GENESIS else ""
        return _flawed(refused.reason, other)
    try:
        finding = _find(answer, committed_by(header))
    except _Flawed as flawed:
        return _flawed(flawed.reason, flawed.detail, header, trust)
    except Unproved as unproved:
        return _flawed(unproved.flaw, unproved.detail, header, trust)
    reason = {
        Freshness.FRESH: None,
        Freshness.STALE: AnswerFlaw.STALE,
        Freshness.FROM_FUTURE: AnswerFlaw.FROM_FUTURE,
    }[freshness]
    outcome = Outcome.VALID if reason is None else Outcome.INDETERMINATE
    return Verdict(
        outcome, reason, "", finding, header.time_ms, header.height, header.epoch, trust.anchored_by
    )


def committed_by(header: Header) -> Committed:
    """What proofs are checked against, from a header."""
    return Committed(header.height, header.time_ms, header.log_size, header.log_root, header.state_root)


def _believe(answer: Answer, trust: Trust, now_ms: int, max_age_ms: int, verify: Verify) -> Freshness:
    if answer.certificate is None:
        raise _Flawed(AnswerFlaw.NOT_FINAL)
    if answer.header.genesis_hash == trust.genesis_hash and answer.header.epoch != trust.epoch:
        raise _Flawed(AnswerFlaw.OTHER_EPOCH, f"epoch {answer.header.epoch}, trusted is {trust.epoch}")
    final = FinalHeader(answer.header, answer.certificate)
    return verify_header(trust, final, KNOWN_RULESETS, now_ms, max_age_ms, verify).freshness


def _find(answer: Answer, committed: Committed) -> Finding:
    question, proof = answer.question, answer.proof
    match question:
        case RecordQuestion(kind, record_id, known_at_ms):
            if isinstance(proof, RecordProof | AbsenceProof):
                return check_record(proof, kind, record_id, known_at_ms, committed)
        case IndexQuestion(index_id, first, known_at_ms):
            if isinstance(proof, IndexProof | AbsenceProof):
                return check_index(proof, index_id, first, known_at_ms, committed)
        case TransactionQuestion(transaction_id):
            if isinstance(proof, LedgerProof):
                return _find_transaction(proof, transaction_id, committed)
        case ChunkQuestion() | StatusListQuestion():
            return _find_status(answer, question, committed)
    raise _Flawed(AnswerFlaw.OTHER_PROOF)


def _find_transaction(proof: LedgerProof, transaction_id: bytes, committed: Committed) -> InLedger:
    found = check_ledger(proof, committed)
    if found.leaf.index == 0:
        raise Unproved(Flaw.LEAF, "index 0 of a block holds no transaction")
    try:
        transaction = Transaction.decode(found.leaf.data)
    except Refused as refused:
        raise _Flawed(AnswerFlaw.UNREADABLE, str(refused)) from None
    if transaction.id != transaction_id:
        raise Unproved(Flaw.LEAF)
    return found


def _find_status(
    answer: Answer, question: ChunkQuestion | StatusListQuestion, committed: Committed
) -> StatusBits | NotYet | Absent:
    proof = answer.proof
    if isinstance(proof, RecordProof | AbsenceProof):
        # Without bits only that there was no such list can be shown.
        finding = check_record(proof, Kind.STATUS_LIST, question.id, question.known_at_ms, committed)
        if isinstance(finding, Found):
            raise _Flawed(AnswerFlaw.OTHER_PROOF)
        return finding
    if not isinstance(proof, ChunkProof | StatusListProof):
        raise _Flawed(AnswerFlaw.OTHER_PROOF)
    found = check_record(proof.record, Kind.STATUS_LIST, question.id, question.known_at_ms, committed)
    if not isinstance(found, Found):
        raise _Flawed(AnswerFlaw.OTHER_PROOF)
    try:
        body = decode_as(STATUS_LIST, found.body, limit=MAX_BODY_BYTES)
    except Malformed as error:
        raise _Flawed(AnswerFlaw.UNREADABLE, str(error)) from None
    if isinstance(proof, ChunkProof) and isinstance(question, ChunkQuestion):
        bits = check_chunk(proof, question.number, body.size, body.root)
        return StatusBits(found, body, question.number * CHUNK_BITS, bits)
    if isinstance(proof, StatusListProof) and isinstance(question, StatusListQuestion):
        return StatusBits(found, body, 0, check_status_list(proof, body.size, body.root))
    raise _Flawed(AnswerFlaw.OTHER_PROOF)


def _flawed(
    reason: VerdictReason, detail: str = "", believed: Header | None = None, trust: Trust | None = None
) -> Verdict:
    outcome = Outcome.INDETERMINATE if reason in INCONCLUSIVE else Outcome.INVALID
    if believed is None or trust is None:
        return Verdict(outcome, reason, detail)
    return Verdict(
        outcome,
        reason,
        detail,
        None,
        believed.time_ms,
        believed.height,
        believed.epoch,
        trust.anchored_by,
    )
