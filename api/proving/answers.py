"""Making answers: the proof that a question needs, from one view, in the encoding that was asked for
(decision 0071).

As CBOR an answer is the exact bytes that the answer verifier takes. As JSON it is an object with two
members: `answer`, the same content without loss, and `readable`, what that content proves, for people and
dashboards. Whoever relies on an answer verifies `answer` and reads from that.
"""

from typing import Any

import orjson

from api.answer.encoding import FINALIZATION, PROOF, VERSION, Answer, AnswerProof, answer_to_json, join
from api.answer.question import (
    QUESTION,
    AnchorQuestion,
    ChunkQuestion,
    IndexQuestion,
    Question,
    RecordQuestion,
    StatusListQuestion,
    TransactionQuestion,
)
from api.documents.readable import render_finding
from api.inert import escape_json_bytes
from api.interface.media import Encoding
from api.ports import View
from api.problems import ProblemError, RequestFault
from api.proving.ledger_log import prove_transaction
from api.proving.status_bits import KeptBits
from api.proving.stored import stored_anchor, stored_index, stored_place, stored_record
from api.verifier.finding import Flawed, finding_of_maker
from api.verifier.verdict import Finding
from consensus.header import HEADER
from registry.index import INDEX_RECORD
from registry.kinds.anchor.entry import ANCHORS_BY_ISSUER, anchor_in, anchor_name
from registry.kinds.status_list.bitmap import read_chunk, read_node
from registry.kinds.status_list.record import CHUNK_BITS, STATUS_LIST_RECORD, StatusList
from registry.primitives.merkle import inclusion_proof
from registry.primitives.shape import encode_as
from registry.proofs import AbsenceProof, ChunkProof, LedgerProof, RecordProof, StatusListProof
from registry.proving import prove_entry, prove_index, prove_record
from registry.record_log import map_key
from registry.record_type import RecordType
from registry.rows import Damaged, read_body
from registry.ruleset import CURRENT


class Answers:
    """The answers of one view. What all of them share, header and certificate, is encoded once."""

    def __init__(self, view: View, page_entries: int, bits: KeptBits) -> None:
        self._view = view
        self._page_entries = page_entries
        self._bits = bits
        self._header = encode_as(HEADER, view.header)
        self._certificate = encode_as(FINALIZATION, view.certificate)

    def is_of(self, view: View) -> bool:
        """Whether these are the answers of that view."""
        return self._view is view

    def to(self, question: Question, encoding: Encoding) -> bytes:
        """The bytes of the answer; raises `ProblemError` where the question has none."""
        proof = self.prove(question)
        if encoding is Encoding.CBOR:
            shared = self._header, self._certificate
            return join(encode_as(QUESTION, question), encode_as(PROOF, proof), *shared)
        answer = Answer(VERSION, question, proof, self._view.header, self._view.certificate)
        readable = render_finding(_finding_in(answer), question, answer.header)
        return escape_json_bytes(orjson.dumps({"answer": answer_to_json(answer), "readable": readable}))

    def prove(self, question: Question) -> AnswerProof:
        """The proof that answers a question; raises `ProblemError` where there is none."""
        match question:
            case RecordQuestion(kind, record_id, known_at_ms):
                return self._record(CURRENT.records[kind], record_id, known_at_ms)
            case IndexQuestion():
                return self._index(question)
            case TransactionQuestion(transaction_id):
                return self._transaction(transaction_id)
            case ChunkQuestion(list_id, number, known_at_ms):
                return self._chunk(list_id, number, known_at_ms)
            case StatusListQuestion(list_id, known_at_ms):
                return self._status_list(list_id, known_at_ms)
            case AnchorQuestion():
                return self._anchor(question)

    def _record(
        self, kind: RecordType[Any], record_id: str, known_at_ms: int | None
    ) -> RecordProof | AbsenceProof:
        stored = stored_record(self._view.reader, kind, record_id)
        log, body = (None, _no_body) if stored is None else (stored.log, stored.body)
        return prove_record(self._view.prove, kind.name, record_id, log, body, self._known_at(known_at_ms))

    def _index(self, question: IndexQuestion) -> AnswerProof:
        log = stored_index(self._view.reader, question.id)
        known_at_ms = self._known_at(question.known_at_ms)
        proof = prove_index(
            self._view.prove, question.id, log, question.first, self._page_entries, known_at_ms
        )
        if proof is None:
            raise ProblemError(RequestFault.INDEX_ENDS, where="query.from")
        return proof

    def _anchor(self, question: AnchorQuestion) -> AnswerProof:
        self._known_at(question.known_at_ms)
        index_id = ANCHORS_BY_ISSUER.index_id(question.issuer)
        log = stored_index(self._view.reader, index_id)
        if log is None:
            return AbsenceProof(self._view.prove(map_key(INDEX_RECORD.name, index_id)))
        number = stored_anchor(self._view.reader, question.issuer, question.root)
        if number is None:
            raise ProblemError(RequestFault.NOT_ANCHORED, where="path.root")
        anchor = anchor_in(log.leaf(number).id) if number < log.count else None
        if anchor is None or anchor.root != question.root:
            name = anchor_name(question.issuer, question.root)
            raise Damaged(f"the anchor {name} is not entry {number} of its log of {log.count}")
        return prove_entry(self._view.prove, index_id, log, number)

    def _transaction(self, transaction_id: bytes) -> LedgerProof:
        place = stored_place(self._view.reader, transaction_id)
        if place is None:
            raise ProblemError(RequestFault.UNKNOWN_TRANSACTION, where="path.id")
        block = self._view.block(place.height)
        if block is None:
            raise ProblemError(RequestFault.NOT_HELD, f"The block of height {place.height} is not kept here.")
        return prove_transaction(self._view, place, block)

    def _chunk(self, list_id: str, number: int, known_at_ms: int | None) -> AnswerProof:
        proof = self._record(STATUS_LIST_RECORD, list_id, known_at_ms)
        body = _list_in(proof)
        if not isinstance(proof, RecordProof) or body is None:
            return proof
        chunks = body.size // CHUNK_BITS
        if number >= chunks:
            detail = f"The list has chunks 0 to {chunks - 1}."
            raise ProblemError(RequestFault.MALFORMED_PATH, detail, where="path.chunk")
        key, version, reader = map_key(STATUS_LIST_RECORD.name, list_id), proof.first, self._view.reader
        path = inclusion_proof(
            number, chunks, lambda level, position: read_node(reader, key, level, position, version)
        )
        return ChunkProof(proof, number, read_chunk(reader, key, number, version), path)

    def _status_list(self, list_id: str, known_at_ms: int | None) -> AnswerProof:
        proof = self._record(STATUS_LIST_RECORD, list_id, known_at_ms)
        body = _list_in(proof)
        if not isinstance(proof, RecordProof) or body is None:
            return proof
        key, reader, version = map_key(STATUS_LIST_RECORD.name, list_id), self._view.reader, proof.first
        return StatusListProof(proof, self._bits.read(reader, key, version, body.size // CHUNK_BITS))

    def _known_at(self, known_at_ms: int | None) -> int:
        """K, which defaults to the view's time and may not lie behind it."""
        time_ms = self._view.header.time_ms
        if known_at_ms is None:
            return time_ms
        if known_at_ms > time_ms:
            detail = f"The ledger knows of times up to {time_ms}."
            raise ProblemError(RequestFault.KNOWN_AT_AHEAD, detail, where="query.known_at")
        return known_at_ms


def _finding_in(answer: Answer) -> Finding:
    """What the answer shows. Raises `Damaged` where it does not show what was asked: then a stored row is not
    what was written.
    """
    try:
        return finding_of_maker(answer)
    except Flawed as flawed:
        raise Damaged(
            f"an answer under the header of height {answer.header.height} shows nothing: {flawed}"
        ) from None


def _list_in(proof: RecordProof | AbsenceProof) -> StatusList | None:
    """The body of a status list that a proof shows; None where it shows none."""
    if isinstance(proof, AbsenceProof) or proof.body is None:
        return None
    body: StatusList = read_body(STATUS_LIST_RECORD, proof.body)
    return body


def _no_body(number: int) -> bytes:
    raise AssertionError("a record that does not exist has no bodies")
