"""Answers in both renditions: nothing is lost, nothing else is read."""

import json
from dataclasses import replace
from typing import Any

import pytest

from api.answer.encoding import (
    FINALIZATION,
    PROOF,
    Answer,
    AnswerProof,
    UnsupportedVersion,
    answer_from_json,
    answer_to_json,
    decode_answer,
    encode_answer,
    join,
)
from api.answer.epoch_proofs import EpochProof, decode_epoch_proofs, encode_epoch_proofs
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
from consensus.header import encode_header
from registry.kinds.status_list.record import CHUNK_BYTES
from registry.primitives.codec import Malformed, decode, encode
from registry.primitives.merkle import inclusion_proof
from registry.primitives.shape import encode_as
from registry.proofs import ChunkProof, StatusListProof
from tests.api.verifier.signed import NEXT_SEEDS, boundary_over, finalization, header_over, validators
from tests.frozen import Freeze
from tests.registry.recorded import Registry, StoredLog

LIMIT = 1024 * 1024


def example() -> Registry:
    registry = Registry()
    for number in range(3):
        registry.write("did", "did:web:a.example", b"version %d" % number)
        registry.enter("dids/a", f"did:web:{number}.example")
    return registry


REGISTRY = example()
HEADER = header_over(REGISTRY.committed())


def answer(question: Question, proof: Any) -> Answer:
    return Answer(1, question, proof, HEADER, finalization(HEADER))


def bits_tree() -> StoredLog:
    tree = StoredLog()
    for number in range(4):
        tree.append(number, bytes([number]) * CHUNK_BYTES)
    return tree


RECORD = REGISTRY.prove_record("did", "did:web:a.example")
CHUNK = bytes([2]) * CHUNK_BYTES
ANSWERS: dict[str, Answer] = {
    "record": answer(RecordQuestion("did", "did:web:a.example"), RECORD),
    "record-at": answer(
        RecordQuestion("did", "did:web:a.example", 1_001_500),
        REGISTRY.prove_record("did", "did:web:a.example", 1_001_500),
    ),
    "not-yet": answer(
        RecordQuestion("did", "did:web:a.example", 0), REGISTRY.prove_record("did", "did:web:a.example", 0)
    ),
    "absence": answer(RecordQuestion("did", "did:web:z"), REGISTRY.prove_record("did", "did:web:z")),
    "index": answer(IndexQuestion("dids/a"), REGISTRY.prove_index("dids/a")),
    "anchor": answer(
        AnchorQuestion("did:web:a.example", bytes(range(32)), 1_001_500), REGISTRY.prove_index("dids/a")
    ),
    "transaction": answer(TransactionQuestion(bytes(32)), REGISTRY.prove_ledger(2)),
    "chunk": answer(
        ChunkQuestion("list", 2),
        ChunkProof(RECORD, 2, CHUNK, inclusion_proof(2, 4, bits_tree().node)),  # type: ignore[arg-type]
    ),
    "status-list": answer(StatusListQuestion("list"), StatusListProof(RECORD, CHUNK * 128)),  # type: ignore[arg-type]
    "height-zero": replace(answer(RecordQuestion("did", "did:web:a.example"), RECORD), certificate=None),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_cbor_round_trip(name: str, frozen: Freeze) -> None:
    data = encode_answer(ANSWERS[name])
    assert decode_answer(data) == ANSWERS[name]
    frozen(f"api/answer/{name}", data)


@pytest.mark.parametrize("name", ANSWERS)
def test_json_round_trip(name: str, frozen: Freeze) -> None:
    text = json.dumps(answer_to_json(ANSWERS[name]), sort_keys=True)
    again = answer_from_json(json.loads(text))
    assert again == ANSWERS[name]
    assert encode_answer(again) == encode_answer(ANSWERS[name])
    frozen(f"api/answer-json/{name}", text.encode())


@pytest.mark.parametrize("name", ANSWERS)
def test_a_server_can_join_parts_that_it_encoded_before(name: str) -> None:
    given = ANSWERS[name]
    question: Question = given.question
    proof: AnswerProof = given.proof
    joined = join(
        encode_as(QUESTION, question),
        encode_as(PROOF, proof),
        encode_header(given.header),
        encode_as(FINALIZATION, given.certificate),
    )
    assert joined == encode_answer(given)


def test_the_json_form_in_full() -> None:
    given = answer_to_json(ANSWERS["not-yet"])
    assert isinstance(given, dict)
    assert given["version"] == 1
    assert given["question"] == {"type": "record", "kind": "did", "id": "did:web:a.example", "knownAtMs": 0}
    assert isinstance(given["proof"], dict)
    assert list(given["proof"]) == ["type", "body", "count", "first", "versions", "path", "mapPath"]
    assert given["proof"]["body"] is None
    assert isinstance(given["certificate"], dict)
    assert given["certificate"]["kind"] == "finalize"
    assert given["certificate"]["signers"] == [0, 1, 3]


def changed(name: str, path: str, to: Any) -> Any:
    """The JSON form of an answer with the member at `path` replaced, or taken out."""
    form: Any = json.loads(json.dumps(answer_to_json(ANSWERS[name])))
    *outer, last = path.split(".")
    inner = form
    for step in outer:
        inner = inner[step]
    if to is ...:
        del inner[last]
    else:
        inner[last] = to
    return form


# The member that is changed, what it becomes (`...`: it is taken out), and how the error begins.
BAD_JSON: dict[str, tuple[str, Any, str]] = {
    "an unknown member": ("extra", 1, "other members"),
    "a missing member": ("question.id", ..., "question: other members"),
    "an unknown question": ("question.type", "all", "question.type: not a known type"),
    "a number for text": ("question.kind", 1, "question.kind: not of type str"),
    "text for a number": ("header.height", "1", "header.height: not of type int"),
    "a boolean for a number": ("header.height", True, "header.height: not of type int"),
    "a float": ("header.height", 1.0, "header.height: not of type int"),
    "padding": ("header.stateRoot", "AA==", "header.stateRoot: not base64url"),
    "stray bits": ("header.stateRoot", "AB", "header.stateRoot: not base64url without padding"),
    "no base64": ("header.stateRoot", "A", "header.stateRoot: not base64url"),
    "no ASCII": ("header.stateRoot", "ü", "header.stateRoot: not base64url"),
    "too few bytes": ("header.stateRoot", "AAAA", "header.state_root: 3 bytes"),
    "a negative number": ("header.height", -1, "header.height: -1 is not within"),
    "another kind": ("certificate.kind", "notarise", "certificate.kind: not a known VoteKind"),
    "an object for an array": ("proof.path", {}, "proof.path: not an array"),
    "half a pair": ("proof.mapPath.other", ["AAAA"], "proof.mapPath.other: 1 items in place of 2"),
    "an array for an object": ("proof", [], "proof.type: not a known type"),
    "no version": ("version", "1", "version: not of type int"),
}


@pytest.mark.parametrize(("path", "to", "message"), BAD_JSON.values(), ids=BAD_JSON)
def test_bad_json_is_malformed(path: str, to: Any, message: str) -> None:
    with pytest.raises(Malformed) as caught:
        answer_from_json(changed("record", path, to))
    assert str(caught.value).startswith(message)


def test_json_that_is_no_object_is_malformed() -> None:
    with pytest.raises(Malformed, match="not an object"):
        answer_from_json([])


def changed_cbor(**members: Any) -> bytes:
    value = decode(encode_answer(ANSWERS["record"]), limit=LIMIT)
    assert isinstance(value, dict)
    merged = {name: item for name, item in (value | members).items() if item is not ...}
    return encode(merged)


BAD_CBOR: dict[str, tuple[bytes, str]] = {
    "no map": (encode([]), "an array in place of a map"),
    "an unknown member": (changed_cbor(extra=1), "other members"),
    "a missing member": (changed_cbor(proof=...), "other members"),
    "an unknown proof": (changed_cbor(proof=[9]), "proof[0]: not a known code"),
    "text for the version": (changed_cbor(version="1"), "version: not 1"),
    "trailing bytes": (encode_answer(ANSWERS["record"]) + b"\x00", "not the deterministic encoding"),
    "too long": (bytes(LIMIT + 1), "1048577 bytes"),
}


@pytest.mark.parametrize(("data", "message"), BAD_CBOR.values(), ids=BAD_CBOR)
def test_bad_cbor_is_malformed(data: bytes, message: str) -> None:
    with pytest.raises(Malformed) as caught:
        decode_answer(data)
    assert str(caught.value).startswith(message)


def test_a_later_form_is_told_apart_from_a_malformed_one() -> None:
    with pytest.raises(UnsupportedVersion):
        decode_answer(encode({"version": 2, "something": "else"}))
    with pytest.raises(UnsupportedVersion):
        answer_from_json({"version": 2, "something": "else"})


def test_epoch_proofs_round_trip(frozen: Freeze) -> None:
    boundary = boundary_over(REGISTRY.committed())
    proofs = (EpochProof(boundary, finalization(boundary), validators(NEXT_SEEDS).validators),)
    assert decode_epoch_proofs(encode_epoch_proofs(proofs)) == proofs
    frozen("api/epoch-proofs", encode_epoch_proofs(proofs))
