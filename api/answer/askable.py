"""Which questions have an answer at all: those about what a ledger could hold (decision 0075)."""

from functools import lru_cache
from typing import Final

from api.answer.question import (
    AnchorQuestion,
    ChunkQuestion,
    IndexQuestion,
    Question,
    RecordQuestion,
    StatusListQuestion,
    TransactionQuestion,
)
from registry.index import INDEX_RECORD
from registry.kinds.anchor.entry import ANCHORS_BY_ISSUER
from registry.kinds.status_list.record import CHUNK_BITS, MAX_SIZE, STATUS_LIST_RECORD
from registry.ruleset import CURRENT

LAST_CHUNK: Final = MAX_SIZE // CHUNK_BITS - 1
"""The number of the last chunk of the longest list."""


class ImpossibleQuestion(ValueError):
    """A question that nobody can ask; `fault` says what is wrong with it, in a clause."""

    def __init__(self, question: Question, fault: str) -> None:
        super().__init__(fault)
        self.question = question
        self.fault = fault


def require_possible(question: Question) -> None:
    """Nothing where the question can be asked. Raises `ImpossibleQuestion`."""
    fault = fault_of_question(question)
    if fault is not None:
        raise ImpossibleQuestion(question, fault)


@lru_cache(maxsize=4096)
def fault_of_question(question: Question) -> str | None:
    """What keeps a question from having an answer, for people: a clause without a full stop. None where it
    can be asked. It does not depend on any ledger: a kind outside the table, an id that is none of its kind
    (`registry.id_forms`), a chunk behind the end of the longest list.
    """
    match question:
        case RecordQuestion(kind, record_id, _):
            if kind not in CURRENT.records:
                return f"the kinds of records are {', '.join(CURRENT.records)}"
            return CURRENT.fault_of_id(kind, record_id)
        case IndexQuestion(index_id, _, _):
            return CURRENT.fault_of_id(INDEX_RECORD.name, index_id)
        case TransactionQuestion():
            return None
        case AnchorQuestion(issuer, _, _):
            return ANCHORS_BY_ISSUER.subject.fault(issuer)
        case ChunkQuestion(list_id, number, _):
            if not 0 <= number <= LAST_CHUNK:
                return f"the longest list has chunks 0 to {LAST_CHUNK}"
            return CURRENT.fault_of_id(STATUS_LIST_RECORD.name, list_id)
        case StatusListQuestion(list_id, _):
            return CURRENT.fault_of_id(STATUS_LIST_RECORD.name, list_id)
