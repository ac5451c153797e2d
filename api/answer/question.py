"""The questions that an answer can answer, and how each is written.

The array of a question in CBOR begins with its code; by which proof each is answered stands in
`api.answer.encoding`. K (`known_at_ms`) is null for "as of the header".
"""

from dataclasses import dataclass
from typing import Final, TypeAlias

from api.answer.json_form import AnswerJson, to_json
from registry.primitives.shape import Shape, optional, record, uint, union
from registry.record_log import HASH, ID, KIND


@dataclass(frozen=True, slots=True)
class RecordQuestion:
    """What was the record (its kind and id), as known at K?"""

    kind: str
    id: str
    known_at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class IndexQuestion:
    """Which entries from number `first` on did the index `RELATION/SUBJECT` have, as known at K?"""

    id: str
    first: int = 0
    known_at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class TransactionQuestion:
    """Is the transaction with this id (32 bytes) in the ledger?"""

    id: bytes


@dataclass(frozen=True, slots=True)
class ChunkQuestion:
    """Which bits has chunk `number` (entries 1,024 · number and on) of the status list, as known at K?"""

    id: str
    number: int
    known_at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class StatusListQuestion:
    """Which bits has the whole status list, as known at K?"""

    id: str
    known_at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class AnchorQuestion:
    """Had the issuer (a DID) anchored this root (32 bytes), as known at K, and when?"""

    issuer: str
    root: bytes
    known_at_ms: int | None = None


Question: TypeAlias = (
    RecordQuestion | IndexQuestion | TransactionQuestion | ChunkQuestion | StatusListQuestion | AnchorQuestion
)

_KNOWN_AT = optional(uint())
QUESTION: Final[Shape[Question]] = union(
    {
        1: record(RecordQuestion, kind=KIND, id=ID, known_at_ms=_KNOWN_AT),
        2: record(IndexQuestion, id=ID, first=uint(), known_at_ms=_KNOWN_AT),
        3: record(TransactionQuestion, id=HASH),
        4: record(ChunkQuestion, id=ID, number=uint(), known_at_ms=_KNOWN_AT),
        5: record(StatusListQuestion, id=ID, known_at_ms=_KNOWN_AT),
        6: record(AnchorQuestion, issuer=ID, root=HASH, known_at_ms=_KNOWN_AT),
    }
)
QUESTION_NAMES: Final[dict[type, str]] = {
    RecordQuestion: "record",
    IndexQuestion: "index",
    TransactionQuestion: "transaction",
    ChunkQuestion: "chunk",
    StatusListQuestion: "status-list",
    AnchorQuestion: "anchor",
}
"""The `type` of each in JSON."""


def question_to_json(question: Question) -> AnswerJson:
    """The JSON rendition of a question alone."""
    return to_json(question, QUESTION_NAMES)
