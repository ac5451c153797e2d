"""What the proof of an answer shows, against the answer's own header: `finding_in` (decision 0076).

Whether that header is to be believed is another matter, and `api.verifier.answer` judges both. A finding is
all that an answer may be read by: the members of a proof hold more than what was known at K, such as the
number of later versions.
"""

from api.answer.askable import fault_of_question
from api.answer.encoding import Answer, AnswerProof
from api.answer.question import (
    AnchorQuestion,
    ChunkQuestion,
    IndexQuestion,
    Question,
    RecordQuestion,
    StatusListQuestion,
    TransactionQuestion,
)
from api.verifier.verdict import AnswerFlaw, Finding, StatusBits, VerdictReason
from consensus.header import Header
from registry.checking import (
    Committed,
    Found,
    InLedger,
    ProofFlaw,
    RecordFinding,
    Unproved,
    check_anchor,
    check_chunk,
    check_index,
    check_ledger,
    check_record,
    check_status_list,
    read_anchor,
    read_index,
    read_record,
)
from registry.kinds.status_list.record import CHUNK_BITS, STATUS_LIST, STATUS_LIST_RECORD, StatusList
from registry.primitives.codec import Malformed
from registry.primitives.shape import decode_as
from registry.proofs import AbsenceProof, ChunkProof, IndexProof, LedgerProof, RecordProof, StatusListProof
from registry.record_log import LedgerLeaf
from registry.record_type import MAX_BODY_BYTES
from registry.transaction import transaction_id as id_of_transaction


class Flawed(Exception):
    """Raised where an answer does not prove what it is given for: `reason` says why, `detail` is for
    people.
    """

    def __init__(self, reason: VerdictReason, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


def finding_in(answer: Answer, question: Question | None = None) -> Finding:
    """What an answer's proof shows against its own header, believed or not. `question` is what was asked;
    None accepts the answer's own. Raises `Flawed`.

    The checks are those before and after that of the header in `api.verifier.answer`, in that order.
    """
    check_question(answer, question)
    return prove(answer)


def finding_of_maker(answer: Answer) -> Finding:
    """What an answer shows, for whoever made it from tables of its own: as `finding_in`, without the hashes
    that lead to the header. Raises `Flawed`.
    """
    return _prove(answer, with_hashes=False)


def check_question(answer: Answer, question: Question | None) -> None:
    """That the answer's question can be asked, and is the one that was. Raises `Flawed`."""
    fault = fault_of_question(answer.question)
    if fault is not None:
        raise Flawed(AnswerFlaw.IMPOSSIBLE_QUESTION, fault)
    if question is not None and answer.question != question:
        raise Flawed(AnswerFlaw.OTHER_QUESTION)


def prove(answer: Answer) -> Finding:
    """What the proof shows of the answer's question against its header. Raises `Flawed`."""
    return _prove(answer, with_hashes=True)


def committed_by(header: Header) -> Committed:
    """What proofs are checked against, from a header."""
    return Committed(header.height, header.time_ms, header.log_size, header.log_root, header.state_root)


def answers(question: Question, proof: AnswerProof) -> bool:
    """Whether the proof is of a kind that can answer the question.

    A question about bits is answered by bits with a record that has a body; by a record without one (K is
    before the list's first version); or by absence.
    """
    match question, proof:
        case (RecordQuestion(), RecordProof() | AbsenceProof()):
            return True
        case (IndexQuestion() | AnchorQuestion(), IndexProof() | AbsenceProof()):
            return True
        case (TransactionQuestion(), LedgerProof()):
            return True
        case (ChunkQuestion(), ChunkProof(record=record)) | (
            StatusListQuestion(),
            StatusListProof(record=record),
        ):
            return record.body is not None
        case (ChunkQuestion() | StatusListQuestion(), RecordProof()):
            return proof.body is None
        case (ChunkQuestion() | StatusListQuestion(), AbsenceProof()):
            return True
    return False


def _prove(answer: Answer, with_hashes: bool) -> Finding:
    if not answers(answer.question, answer.proof):
        raise Flawed(AnswerFlaw.OTHER_PROOF)
    try:
        return _find(answer.question, answer.proof, committed_by(answer.header), with_hashes)
    except Unproved as unproved:
        raise Flawed(unproved.flaw, unproved.detail) from None


def _find(question: Question, proof: AnswerProof, committed: Committed, with_hashes: bool) -> Finding:
    match question, proof:
        case RecordQuestion(kind, record_id, known_at_ms), (RecordProof() | AbsenceProof()):
            return _record(proof, (kind, record_id, known_at_ms), committed, with_hashes)
        case IndexQuestion(index_id, first, known_at_ms), (IndexProof() | AbsenceProof()):
            if with_hashes:
                return check_index(proof, index_id, first, known_at_ms, committed)
            return read_index(proof, first, known_at_ms, committed)
        case AnchorQuestion(issuer, root, known_at_ms), (IndexProof() | AbsenceProof()):
            if with_hashes:
                return check_anchor(proof, issuer, root, known_at_ms, committed)
            return read_anchor(proof, root, known_at_ms, committed)
        case TransactionQuestion(transaction_id), LedgerProof():
            found = check_ledger(proof, committed) if with_hashes else InLedger(proof.position, proof.leaf)
            _require_transaction(found.leaf, transaction_id)
            return found
        case ((ChunkQuestion() | StatusListQuestion()), (ChunkProof() | StatusListProof())):
            return _bits(question, proof, committed, with_hashes)
        case ((ChunkQuestion() | StatusListQuestion()), (RecordProof() | AbsenceProof())):
            asked = STATUS_LIST_RECORD.name, question.id, question.known_at_ms
            return _record(proof, asked, committed, with_hashes)
    raise AssertionError("a proof that cannot answer the question was let through")


def _record(
    proof: RecordProof | AbsenceProof,
    asked: tuple[str, str, int | None],
    committed: Committed,
    with_hashes: bool,
) -> RecordFinding:
    """The record of that kind and id, as known at K."""
    kind, record_id, known_at_ms = asked
    if with_hashes:
        return check_record(proof, kind, record_id, known_at_ms, committed)
    return read_record(proof, known_at_ms, committed)


def _bits(
    question: ChunkQuestion | StatusListQuestion,
    proof: ChunkProof | StatusListProof,
    committed: Committed,
    with_hashes: bool,
) -> StatusBits:
    asked = STATUS_LIST_RECORD.name, question.id, question.known_at_ms
    found = _record(proof.record, asked, committed, with_hashes)
    if not isinstance(found, Found):
        raise AssertionError("a proof with a body shows a version, or nothing")
    number = question.number if isinstance(question, ChunkQuestion) else 0
    if isinstance(proof, ChunkProof) and proof.number != number:
        raise Unproved(ProofFlaw.CHUNK)
    body = _list_in(found)
    if with_hashes and isinstance(proof, ChunkProof):
        check_chunk(proof, body.size, body.root)
    elif with_hashes and isinstance(proof, StatusListProof):
        check_status_list(proof, body.size, body.root)
    return StatusBits(found, body, number * CHUNK_BITS, proof.bits)


def _require_transaction(leaf: LedgerLeaf, transaction_id: bytes) -> None:
    if leaf.index == 0:
        raise Unproved(ProofFlaw.LEAF, "index 0 of a block holds no transaction")
    try:
        named = id_of_transaction(leaf.data)
    except Malformed as error:
        raise Unproved(ProofFlaw.LEAF, str(error)) from None
    if named != transaction_id:
        raise Unproved(ProofFlaw.LEAF)


def _list_in(found: Found) -> StatusList:
    try:
        return decode_as(STATUS_LIST, found.body, limit=MAX_BODY_BYTES)
    except Malformed as error:
        raise Flawed(AnswerFlaw.UNREADABLE, str(error)) from None
