"""A ruleset that is never used: a kind with two operations more, other bounds, other units. Its names and
codes are such as no ruleset in use will have."""

from dataclasses import dataclass, replace
from typing import Any, Final

from registry.fields import DID_NAME, NAME
from registry.id_forms import named_by_owner
from registry.index import INDEX_RECORD, Relation
from registry.kind import Authority, Cost, CostPart, Kind, OperationKind
from registry.kinds.index import index_of
from registry.operation import Operation, Wire
from registry.primitives.shape import record, text, uint
from registry.record_type import RecordType
from registry.rejection import Refused, RejectionReason
from registry.roles import Role, Tie
from registry.ruleset import CURRENT, RULESETS, Ruleset
from registry.setting import Setting


@dataclass(frozen=True, slots=True)
class Note:
    """Some text, and how often it was stamped."""

    text: str
    stamps: int


class NoteReason(RejectionReason):
    """About notes alone."""

    NOTE_EXISTS = "toy-note-exists", "The author has a note of this name.", "Choose another name."
    NOTE_UNKNOWN = "toy-note-unknown", "The author has no note of this name.", "Write the note first."


@dataclass(frozen=True, slots=True)
class WriteNote(Operation):
    """Write a note, once."""

    author: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class StampNote(Operation):
    """Stamp a note that is there."""

    author: str
    name: str


NOTE_RECORD: Final = RecordType("toy-note", record(Note, text=text(64), stamps=uint()))
NOTES_BY_AUTHOR: Final = Relation("toy-notes-by-author")


def note_id(author: str, name: str) -> str:
    """The id of a note's record."""
    return f"{author}/toy-notes/{name}"


def write_note(operation: WriteNote, setting: Setting) -> None:
    """Create the record and its entry in the author's index."""
    record_id = note_id(operation.author, operation.name)
    if setting.draft.body(NOTE_RECORD, record_id) is not None:
        raise Refused(NoteReason.NOTE_EXISTS, record_id)
    setting.draft.put(NOTE_RECORD, record_id, Note(operation.text, 0))
    setting.draft.enter(NOTES_BY_AUTHOR, operation.author, record_id)


def stamp_note(operation: StampNote, setting: Setting) -> None:
    """Count one stamp more."""
    record_id = note_id(operation.author, operation.name)
    note = setting.draft.body(NOTE_RECORD, record_id)
    if note is None:
        raise Refused(NoteReason.NOTE_UNKNOWN, record_id)
    setting.draft.put(NOTE_RECORD, record_id, replace(note, stamps=note.stamps + 1))


_AUTHORS: Final = Authority(ties=frozenset({Tie.ITSELF}), roles=frozenset(Role), signers=1)

NOTES: Final = Kind(
    record=NOTE_RECORD,
    id=named_by_owner("toy-notes"),
    layout="`[text, stamps]`",
    relation=NOTES_BY_AUTHOR,
    reasons=NoteReason,
    operations=(
        OperationKind(
            title="write note",
            wire=Wire(9_001, record(WriteNote, author=DID_NAME, name=NAME, text=text(64))),
            layout="author, name, text",
            subject="author",
            authority=_AUTHORS,
            cost=Cost(versions=1, entries=1, parts=(CostPart("byte", 7, lambda write: len(write.text)),)),
            reads=lambda _: (),
            contents=(),
            apply=write_note,
        ),
        OperationKind(
            title="stamp note",
            wire=Wire(9_002, record(StampNote, author=DID_NAME, name=NAME)),
            layout="author, name",
            subject="author",
            authority=_AUTHORS,
            cost=Cost(versions=1, entries=0),
            reads=lambda stamp: ((NOTE_RECORD, note_id(stamp.author, stamp.name)),),
            contents=(),
            apply=stamp_note,
        ),
    ),
)

NEXT: Final = max(RULESETS) + 1

_KINDS: Final[tuple[Kind[Any], ...]] = (
    *(kind for kind in CURRENT.kinds if kind.record is not INDEX_RECORD),
    NOTES,
)

RULESET_NEXT: Final = Ruleset(
    number=NEXT,
    kinds=(*_KINDS, index_of(_KINDS)),
    limits=replace(CURRENT.limits, operations=2),
    costs=replace(CURRENT.costs, transaction=1_000),
)
BOTH: Final = {**RULESETS, NEXT: RULESET_NEXT}
