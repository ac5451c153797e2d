"""What an answer is: a question, the proof that answers it, and the header that the proof leads to with its
finalization (decision 0004).

One answer has two renditions of the same content.

**CBOR** (`application/cbor`) under the rules of `registry.primitives.codec`: a map of
`version`, `question`, `proof`, `header` and `certificate`; question and proof are arrays that begin with the
code below, header and certificate those of the consensus.

**JSON** (`application/json`): objects with the same fields in camel case; `type` names the kind of question
and proof; bytes are base64url without padding. It holds no more and no less (`answer_to_json`,
`answer_from_json`). Text is read as strictly as CBOR (`answer_from_json_text`): by `registry.json_reader`, at
most `MAX_JSON_BYTES`, numbers as whole numbers from 0 to 2^53 - 1 without sign, fraction and exponent.

| code | question | asks for | answered by |
| --- | --- | --- | --- |
| 1 | record | the version of a record known at K | record, absence |
| 2 | index | entries of an index known at K, from one on | index, absence |
| 3 | transaction | that a transaction is in the ledger | ledger |
| 4 | chunk | 1,024 bits of a status list at K | chunk, record (K before its first version), absence |
| 5 | status-list | all bits of a status list at K | status-list, record (the same), absence |
| 6 | anchor | whether and when an issuer had anchored a root, at K | index (its entry alone), absence |

K (`known_at_ms`) is null for "as of the header".

Epoch proofs travel apart from answers: `api.answer.epoch_proofs`.
"""

from dataclasses import dataclass
from typing import Final, TypeAlias

from api.answer.json_form import AnswerJson, from_json, to_json
from api.answer.question import QUESTION, QUESTION_NAMES, Question
from consensus.header import HEADER, Header
from consensus.messages import Certificate
from consensus.wire import CERTIFICATE
from registry.json_reader import JsonError, Number, read_json
from registry.json_reader import JsonValue as StrictJson
from registry.primitives.codec import MAX_INTEGER, Malformed, decode, encode
from registry.primitives.shape import (
    Shape,
    constant,
    encode_as,
    named_record,
    optional,
    union,
)
from registry.proofs import (
    ABSENCE_PROOF,
    CHUNK_PROOF,
    INDEX_PROOF,
    LEDGER_PROOF,
    RECORD_PROOF,
    STATUS_LIST_PROOF,
    AbsenceProof,
    ChunkProof,
    IndexProof,
    LedgerProof,
    RecordProof,
    StatusListProof,
)

VERSION: Final = 1
MAX_ANSWER_BYTES: Final = 1024 * 1024
MAX_JSON_BYTES: Final = 4 * MAX_ANSWER_BYTES
"""Bytes of an answer in JSON, its readable part included."""


class UnsupportedVersion(ValueError):
    """An answer in a form that this version does not know."""


AnswerProof: TypeAlias = RecordProof | AbsenceProof | IndexProof | LedgerProof | ChunkProof | StatusListProof


@dataclass(frozen=True, slots=True)
class Answer:
    """A question with its proof. `certificate` finalizes `header`; it is None at height 0 only."""

    version: int
    question: Question
    proof: AnswerProof
    header: Header
    certificate: Certificate | None


_VERSION: Final = encode(VERSION)
_MAP_OF_FIVE: Final = b"\xa5"
FINALIZATION: Final[Shape[Certificate | None]] = optional(CERTIFICATE)
PROOF: Final[Shape[AnswerProof]] = union(
    {
        1: RECORD_PROOF,
        2: ABSENCE_PROOF,
        3: INDEX_PROOF,
        4: LEDGER_PROOF,
        5: CHUNK_PROOF,
        6: STATUS_LIST_PROOF,
    }
)
ANSWER: Final[Shape[Answer]] = named_record(
    Answer,
    version=constant(VERSION),
    question=QUESTION,
    proof=PROOF,
    header=HEADER,
    certificate=FINALIZATION,
)
_TYPE_NAMES: Final[dict[type, str]] = {
    **QUESTION_NAMES,
    RecordProof: "record",
    AbsenceProof: "absence",
    IndexProof: "index",
    LedgerProof: "ledger",
    ChunkProof: "chunk",
    StatusListProof: "status-list",
}


def encode_answer(answer: Answer) -> bytes:
    """The CBOR rendition."""
    return encode_as(ANSWER, answer)


def join(question: bytes, proof: bytes, header: bytes, certificate: bytes) -> bytes:
    """The CBOR rendition from the encodings of its parts (`QUESTION`, `PROOF`, `HEADER`,
    `FINALIZATION`): under one header a server encodes the last two once.
    """
    members = {
        b"proof": proof,
        b"header": header,
        b"version": _VERSION,
        b"question": question,
        b"certificate": certificate,
    }
    return _MAP_OF_FIVE + b"".join(_text(name) + value for name, value in members.items())


def decode_answer(data: bytes) -> Answer:
    """The inverse of `encode_answer`. Raises `Malformed`, or `UnsupportedVersion` for a later form."""
    value = decode(data, limit=MAX_ANSWER_BYTES)
    if isinstance(value, dict):
        _check_version(value.get("version"))
    return ANSWER.read(value)


def answer_to_json(answer: Answer) -> AnswerJson:
    """The JSON rendition, as objects, arrays, text, numbers and null."""
    return to_json(answer, _TYPE_NAMES)


def answer_from_json(value: AnswerJson) -> Answer:
    """The inverse of `answer_to_json`. Raises as `decode_answer` does."""
    if isinstance(value, dict):
        _check_version(value.get("version"))
    answer: Answer = from_json(Answer, value, _TYPE_NAMES)
    encode_answer(answer)  # the bounds of CBOR hold for JSON as well
    return answer


def answer_from_json_text(text: bytes) -> Answer:
    """The answer in a text of JSON: its JSON rendition, or an object that has it in `answer`, as the API
    gives it beside `readable`. Raises as `decode_answer` does.
    """
    try:
        document = read_json(text, limit=MAX_JSON_BYTES)
    except JsonError as error:
        raise Malformed(f"not JSON as it is read here: {error}") from None
    if isinstance(document, dict) and "answer" in document and document.keys() <= _OUTER_MEMBERS:
        document = document["answer"]
    return answer_from_json(_plain(document))


def read_answer(text_or_cbor: bytes) -> Answer:
    """The answer in bytes of either rendition: JSON where they begin as a text of JSON does, in whatever
    encoding (and what is not UTF-8 is refused there); no answer in CBOR begins so. Raises as `decode_answer`
    does.
    """
    if text_or_cbor[:1] in _BEGINNINGS_OF_JSON or text_or_cbor.startswith(_BYTE_ORDER_MARKS):
        return answer_from_json_text(text_or_cbor)
    return decode_answer(text_or_cbor)


_OUTER_MEMBERS: Final = frozenset({"answer", "readable"})
_BEGINNINGS_OF_JSON: Final = tuple(bytes([code]) for code in b"{[ \t\n\r")
_BYTE_ORDER_MARKS: Final = (b"\xef\xbb\xbf", b"\xfe\xff", b"\xff\xfe", b"\0{")


def _plain(value: StrictJson) -> AnswerJson:
    """JSON as it was read, with numbers as integers. Raises `Malformed` for every other number."""
    if isinstance(value, Number):
        return _integer(value.text)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    return value


def _integer(text: str) -> int:
    """The reader bounds the length of a number and refuses leading zeros."""
    if not text.isdecimal() or int(text) > MAX_INTEGER:
        raise Malformed(f"the number {text}, which is no whole number from 0 to {MAX_INTEGER}")
    return int(text)


def _text(name: bytes) -> bytes:
    """The CBOR of a text of less than 24 bytes."""
    return bytes([0x60 + len(name)]) + name


def _check_version(version: object) -> None:
    if type(version) is int and version != VERSION:
        raise UnsupportedVersion(f"version {version} of the form of answers")
