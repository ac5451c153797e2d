"""The readable form of findings in JSON: names in camel case, bytes in hexadecimal, members of enums by name.

It is made for people and dashboards, from what an answer *proves* (`api.verifier.finding`), never from the
members of its proof: those say more than was known at K. Nothing is verified from it.
"""

from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from api.answer.json_form import camel
from api.answer.question import ChunkQuestion, Question, RecordQuestion
from api.credentials.multikey import base58_encode
from api.verifier.verdict import Finding, StatusBits
from consensus.header import Header, block_hash
from registry.checking import Absent, Anchored, Entries, Found, InLedger, NotYet
from registry.kinds.status_list.record import STATUS_LIST_RECORD
from registry.operation import Operation
from registry.primitives.codec import Malformed
from registry.record_log import IndexEntry, VersionLeaf
from registry.record_type import RecordType, decode_body
from registry.ruleset import CURRENT

_NOT_LONG = 4096  # bytes that are written out; longer ones are in the encoded answer


def render(value: Any) -> Any:
    """Any value of the registry as JSON. An operation has its name beside its fields."""
    if is_dataclass(value) and not isinstance(value, type):
        name = {"operation": CURRENT.operations[type(value)].title} if isinstance(value, Operation) else {}
        return name | {
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


def render_finding(finding: Finding, question: Question, header: Header) -> dict[str, Any]:
    """What is proved in answer to a question, and as of which header."""
    as_of = {"hash": block_hash(header).hex(), **render(header)}
    return {"asOf": as_of, **_render(finding, question, header)}


def _render(finding: Finding, question: Question, header: Header) -> dict[str, Any]:
    match finding:
        case Absent():
            return {"found": False}
        case NotYet(first):
            return {"found": False, "firstRecorded": _render_recorded(first)}
        case Anchored(number, entry, count):
            return {"found": True, "number": number, "recorded": _render_recorded(entry), "count": count}
        case Found():
            if not isinstance(question, RecordQuestion):
                return _render_record(finding, STATUS_LIST_RECORD)
            return _render_record(finding, CURRENT.records[question.kind])
        case Entries():
            return _render_entries(finding)
        case InLedger():
            return _render_place(finding, header)
        case StatusBits(record, _, first, bits):
            chunk = {"chunk": question.number} if isinstance(question, ChunkQuestion) else {}
            shown = {**chunk, "first": first, "bits": _short(bits)}
            return {**_render_record(record, STATUS_LIST_RECORD), **shown}


def _render_record(found: Found, kind: RecordType[Any]) -> dict[str, Any]:
    return {
        "found": True,
        "version": found.number,
        "recorded": _render_recorded(found.version),
        "succeeded": _render_recorded(found.successor) if found.successor else None,
        **_render_body(found.body, kind),
    }


def _render_body(body: bytes, kind: RecordType[Any]) -> dict[str, Any]:
    try:
        return {"body": render(decode_body(kind, body))}
    except Malformed as error:  # a later version of this software wrote it
        return {"body": None, "unreadable": str(error)}


def _render_entries(page: Entries) -> dict[str, Any]:
    """`next` is where the next page begins, null on the last one; `count` stands only where it is proved."""
    return {
        "found": bool(page.entries),
        "first": page.first,
        "entries": [render(entry) for entry in page.entries],
        "isLast": page.is_last,
        "next": None if page.is_last else page.end,
        **({} if page.count is None else {"count": page.count}),
    }


def _render_place(found: InLedger, header: Header) -> dict[str, Any]:
    leaf = found.leaf
    place = {"height": leaf.height, "index": leaf.index, "timeMs": leaf.time_ms}
    in_log = {"position": found.position, "logSize": header.log_size}
    return {"found": True, **place, **in_log, "transaction": _short(leaf.data)}


def _render_recorded(leaf: VersionLeaf | IndexEntry) -> dict[str, int]:
    return {"height": leaf.height, "index": leaf.index, "timeMs": leaf.time_ms}


def _short(data: bytes) -> str | None:
    return data.hex() if len(data) <= _NOT_LONG else None


def _multikey(value: Any, name: str) -> str | None:
    """Multikeys in the text form of the W3C, which other software takes."""
    return base58_encode(getattr(value, name)) if name == "multikey" else None
