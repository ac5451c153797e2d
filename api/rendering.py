"""The readable form of answers in JSON: names in camel case, bytes in hexadecimal, members of
enums by name.

It is made for people and dashboards, from what the encoded answer holds. Nothing is verified from it.
"""

from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from api.credentials.multikey import base58_encode
from api.verifier.encoding import Answer, Proof, RecordQuestion
from api.verifier.json_form import camel
from consensus.header import block_hash
from registry.proofs import (
    AbsenceProof,
    ChunkProof,
    IndexProof,
    LedgerProof,
    RecordProof,
    StatusListProof,
)
from registry.record_log import VersionLeaf
from registry.records.kind import Kind, decode_body

_NOT_LONG = 4096  # bytes that are written out; longer ones are in the encoded answer


def render(value: Any) -> Any:
    """Any value of the registry as JSON."""
    if is_dataclass(value) and not isinstance(value, type):
        return {
            camel(field.name): _multikey(value, field.name) or render(getattr(value, field.name))
            for field in fields(value)
            if not field.name.startswith("_")
        }
    if isinstance(value, Enum):
        return value.name.lower().replace("_", "-")
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, tuple | list):
        return [render(item) for item in value]
    return value


def render_answer(answer: Answer) -> dict[str, Any]:
    """What an answer says, without its proofs."""
    question = answer.question
    kind = Kind(question.kind) if isinstance(question, RecordQuestion) else Kind.STATUS_LIST
    header = {"hash": block_hash(answer.header).hex(), **render(answer.header)}
    return {"asOf": header, **_render_proof(answer.proof, kind)}


def _render_proof(proof: Proof, kind: Kind) -> dict[str, Any]:
    match proof:
        case AbsenceProof():
            return {"found": False}
        case RecordProof():
            return _render_record(proof, kind)
        case ChunkProof():
            return {**_render_record(proof.record, kind), "chunk": proof.number, "bits": proof.bits.hex()}
        case StatusListProof():
            return {**_render_record(proof.record, kind), "bits": _short(proof.bits)}
        case IndexProof():
            entries = [render(entry) for entry in proof.entries]
            return {"found": True, "count": proof.count, "first": proof.first, "entries": entries}
        case LedgerProof():
            leaf = proof.leaf
            place = {"height": leaf.height, "index": leaf.index, "timeMs": leaf.time_ms}
            return {"found": True, **place, "position": proof.position, "transaction": _short(leaf.data)}


def _render_record(proof: RecordProof, kind: Kind) -> dict[str, Any]:
    if proof.body is None:
        return {"found": False, "firstRecorded": _render_version(proof.versions[0])}
    version, *later = proof.versions
    return {
        "found": True,
        "version": proof.first,
        "versions": proof.count,
        "recorded": _render_version(version),
        "succeeded": _render_version(later[0]) if later else None,
        "body": render(decode_body(kind, proof.body)),
    }


def _render_version(version: VersionLeaf) -> dict[str, int]:
    return {"height": version.height, "index": version.index, "timeMs": version.time_ms}


def _short(data: bytes) -> str | None:
    return data.hex() if len(data) <= _NOT_LONG else None


def _multikey(value: Any, name: str) -> str | None:
    """Multikeys in the text form of the W3C, which other software takes."""
    return base58_encode(getattr(value, name)) if name == "multikey" else None
