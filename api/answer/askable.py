"""Which questions have an answer at all: those about what a ledger could hold (decision 0075)."""

from functools import lru_cache
from typing import Final

from api.answer.question import (
    ChunkQuestion,
    IndexQuestion,
    Question,
    RecordQuestion,
    StatusListQuestion,
    TransactionQuestion,
)
from registry.records.kind import Kind
from registry.records.record_id import fault_of_record_id
from registry.records.status_list import CHUNK_BITS, MAX_SIZE

LAST_CHUNK: Final = MAX_SIZE // CHUNK_BITS - 1
"""The number of the last chunk of the longest list."""
_RECORD_KINDS: Final = {kind.value: kind for kind in Kind if kind is not Kind.INDEX}


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
    (`registry.records.record_id`), a chunk behind the end of the longest list.
    """
    match question:
        case RecordQuestion(kind, record_id, _):
            known = _RECORD_KINDS.get(kind)
            if known is None:
                return f"the kinds of records are {', '.join(_RECORD_KINDS)}"
            return fault_of_record_id(known, record_id)
        case IndexQuestion(index_id, _, _):
            return fault_of_record_id(Kind.INDEX, index_id)
        case TransactionQuestion():
            return None
        case ChunkQuestion(list_id, number, _):
            if not 0 <= number <= LAST_CHUNK:
                return f"the longest list has chunks 0 to {LAST_CHUNK}"
            return fault_of_record_id(Kind.STATUS_LIST, list_id)
        case StatusListQuestion(list_id, _):
            return fault_of_record_id(Kind.STATUS_LIST, list_id)
