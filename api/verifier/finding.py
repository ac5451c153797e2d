"""What the proof of an answer shows, against the answer's own header: `finding_in`.

Whether that header is to be believed is another matter, and `api.verifier.answer` judges both. A finding is
all that an answer may be read by: the members of a proof hold more than what was known at K, such as the
number of later versions.
"""

from api.verifier.askable import fault_of_question
from api.verifier.encoding import (
    Answer,
    ChunkQuestion,
    IndexQuestion,
    Proof,
    Question,
    RecordQuestion,
    StatusListQuestion,
    TransactionQuestion,
)
from api.verifier.verdict import AnswerFlaw, Finding, StatusBits, VerdictReason
from consensus.header import Header
from registry.checking import (
    Absent,
    Committed,
    Flaw,
    Found,
    InLedger,
    NotYet,
    RecordFinding,
    Unproved,
    check_chunk,
    check_index,
    check_ledger,
    check_record,
    check_status_list,
    read_index,
    read_record,
)
from registry.primitives.codec import Malformed
from registry.primitives.shape import decode_as
from registry.proofs import AbsenceProof, ChunkProof, IndexProof, LedgerProof, RecordProof, StatusListProof
from registry.records.kind import MAX_BODY_BYTES, Kind
from registry.records.status_list import CHUNK_BITS, STATUS_LIST, StatusList
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

    The checks are steps 4, 5 and 16 and those after it in `api.verifier.answer`, in that order.
    """
    check_question(answer, question)
    return prove(answer)


def finding_of_maker(answer: Answer) -> Finding:
    """What an answer shows, for whoever made it from tables of its own: as `finding_in`, without the hashes
    that lead to the header. Raises `Flawed`.
    """
    question, proof, committed = answer.question, answer.proof, committed_by(answer.header)
    try:
        match question, proof:
            case RecordQuestion(known_at_ms=known_at_ms), (RecordProof() | AbsenceProof()):
                return read_record(proof, known_at_ms, committed)
            case IndexQuestion(_, first, known_at_ms), (IndexProof() | AbsenceProof()):
                return read_index(proof, first, known_at_ms, committed)
            case TransactionQuestion(), LedgerProof(leaf, position):
                return InLedger(position, leaf)
            case ((ChunkQuestion() | StatusListQuestion()), (ChunkProof() | StatusListProof())):
                found = _found(read_record(proof.record, question.known_at_ms, committed))
                first = question.number * CHUNK_BITS if isinstance(question, ChunkQuestion) else 0
                return StatusBits(found, _list_in(found), first, proof.bits)
            case ((ChunkQuestion() | StatusListQuestion()), (RecordProof() | AbsenceProof())):
                return read_record(proof, question.known_at_ms, committed)
    except Unproved as unproved:
        raise Flawed(unproved.flaw, unproved.detail) from None
    raise Flawed(AnswerFlaw.OTHER_PROOF)


def check_question(answer: Answer, question: Question | None) -> None:
    """That the answer's question can be asked, and is the one that was. Raises `Flawed`."""
    fault = fault_of_question(answer.question)
    if fault is not None:
        raise Flawed(AnswerFlaw.IMPOSSIBLE_QUESTION, fault)
    if question is not None and answer.question != question:
        raise Flawed(AnswerFlaw.OTHER_QUESTION)


def prove(answer: Answer) -> Finding:
    """What the proof shows of the answer's question against its header. Raises `Flawed`."""
    if not answers(answer.question, answer.proof):
        raise Flawed(AnswerFlaw.OTHER_PROOF)
    try:
        return _find(answer.question, answer.proof, committed_by(answer.header))
    except Unproved as unproved:
        raise Flawed(unproved.flaw, unproved.detail) from None


def committed_by(header: Header) -> Committed:
    """What proofs are checked against, from a header."""
    return Committed(header.height, header.time_ms, header.log_size, header.log_root, header.state_root)


def answers(question: Question, proof: Proof) -> bool:
    """Whether the proof is of a kind that can answer the question.

    A question about bits is answered by bits with a record that has a body; by a record without one (K is
    before the list's first version); or by absence.
    """
    match question, proof:
        case (RecordQuestion(), RecordProof() | AbsenceProof()):
            return True
        case (IndexQuestion(), IndexProof() | AbsenceProof()):
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


def _find(question: Question, proof: Proof, committed: Committed) -> Finding:
    match question, proof:
        case RecordQuestion(kind, record_id, known_at_ms), (RecordProof() | AbsenceProof()):
            return check_record(proof, kind, record_id, known_at_ms, committed)
        case IndexQuestion(index_id, first, known_at_ms), (IndexProof() | AbsenceProof()):
            return check_index(proof, index_id, first, known_at_ms, committed)
        case TransactionQuestion(transaction_id), LedgerProof():
            return _find_transaction(proof, transaction_id, committed)
        case ChunkQuestion(list_id, number, known_at_ms), ChunkProof():
            found = _found_list(proof.record, list_id, known_at_ms, committed)
            if proof.number != number:
                raise Unproved(Flaw.CHUNK)
            body = _list_in(found)
            bits = check_chunk(proof, number, body.size, body.root)
            return StatusBits(found, body, number * CHUNK_BITS, bits)
        case StatusListQuestion(list_id, known_at_ms), StatusListProof():
            found = _found_list(proof.record, list_id, known_at_ms, committed)
            body = _list_in(found)
            return StatusBits(found, body, 0, check_status_list(proof, body.size, body.root))
        case ((ChunkQuestion() | StatusListQuestion()), (RecordProof() | AbsenceProof())):
            return _no_list(proof, question, committed)
    raise AssertionError("a proof that cannot answer the question was let through")


def _find_transaction(proof: LedgerProof, transaction_id: bytes, committed: Committed) -> InLedger:
    found = check_ledger(proof, committed)
    if found.leaf.index == 0:
        raise Unproved(Flaw.LEAF, "index 0 of a block holds no transaction")
    try:
        named = id_of_transaction(found.leaf.data)
    except Malformed as error:
        raise Unproved(Flaw.LEAF, str(error)) from None
    if named != transaction_id:
        raise Unproved(Flaw.LEAF)
    return found


def _found_list(proof: RecordProof, list_id: str, known_at_ms: int | None, committed: Committed) -> Found:
    """The record of a status list, from a proof that has a body."""
    return _found(check_record(proof, Kind.STATUS_LIST, list_id, known_at_ms, committed))


def _found(finding: RecordFinding) -> Found:
    if not isinstance(finding, Found):
        raise AssertionError("a proof with a body shows a version, or nothing")
    return finding


def _list_in(found: Found) -> StatusList:
    try:
        return decode_as(STATUS_LIST, found.body, limit=MAX_BODY_BYTES)
    except Malformed as error:
        raise Flawed(AnswerFlaw.UNREADABLE, str(error)) from None


def _no_list(
    proof: RecordProof | AbsenceProof, question: ChunkQuestion | StatusListQuestion, committed: Committed
) -> NotYet | Absent:
    """That there is no such list, or was none at K, from a proof without a body."""
    finding = check_record(proof, Kind.STATUS_LIST, question.id, question.known_at_ms, committed)
    if isinstance(finding, Found):
        raise AssertionError("a proof without a body shows no version")
    return finding
