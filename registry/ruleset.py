"""Rulesets: the kinds, the limits and the units by which blocks are executed, each under its number.

A block header names the ruleset by which it was executed. Whoever replays an old block uses the kinds, the
numbers and the behaviour of that block's ruleset, mistakes included. So a ruleset that is in use never
changes: another one gets another number, and both stand here (decision 0100).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from types import MappingProxyType
from typing import Any, Final

from registry.id_forms import ONE_OF_A_NETWORK, IdForm
from registry.index import INDEX_RECORD, Relation
from registry.kind import Kind, OperationKind
from registry.kinds import (
    anchor,
    did,
    member,
    open_proposals,
    parameters,
    schema,
    status_list,
    usage,
    validators,
)
from registry.kinds.index import index_of, relations_of
from registry.kinds.pending import pending_of
from registry.kinds.pending.record import Bounds
from registry.operation import Operation, one_of
from registry.primitives.shape import Shape
from registry.record_type import RecordType
from registry.rejection import RejectionReason, TransactionReason
from registry.units import Costs


@dataclass(frozen=True, slots=True)
class TransactionLimits:
    """The bounds of a transaction, and of proposals. `replay_window_ms` is W: a transaction is valid for at
    most that long."""

    replay_window_ms: int
    operations: int
    attachments: int
    proposals: Bounds


@dataclass(frozen=True, eq=False)
class Ruleset:
    """What a header's number stands for. Everything else here is made from the four parts, when first asked
    for. Raises TypeError where two kinds or operations have one name, code or type.
    """

    number: int
    kinds: tuple[Kind[Any], ...]
    limits: TransactionLimits
    costs: Costs

    def __post_init__(self) -> None:
        operations = list(chain.from_iterable(kind.operations for kind in self.kinds))
        unique: tuple[list[object], ...] = (
            [kind.name for kind in self.kinds],
            [relation.name for relation in self.relations],
            [reason.code for reason in self.reasons],
            [operation.code for operation in operations],
            [operation.type for operation in operations],
        )
        for names in unique:
            if len(set(names)) != len(names):
                raise TypeError(f"ruleset {self.number} has something twice: {names}")

    @cached_property
    def operations(self) -> Mapping[type[Operation], OperationKind[Any]]:
        """What is known of each operation, by its class, in the order of codes within their kinds."""
        operations = chain.from_iterable(kind.operations for kind in self.kinds)
        return {operation.type: operation for operation in operations}

    @cached_property
    def operation_shape(self) -> Shape[Operation]:
        """How any operation is written."""
        return one_of(*(operation.wire for operation in self.operations.values()))

    @cached_property
    def records(self) -> Mapping[str, RecordType[Any]]:
        """The kinds of records that have bodies, by name. A question can be about each."""
        records = (kind.record for kind in self.kinds if isinstance(kind.record, RecordType))
        return {record.name: record for record in records if record is not INDEX_RECORD}

    @cached_property
    def single_records(self) -> frozenset[str]:
        """The names of the kinds of which a network has one record."""
        return frozenset(kind.name for kind in self.kinds if kind.id is ONE_OF_A_NETWORK)

    @cached_property
    def relations(self) -> tuple[Relation, ...]:
        """The relations that indexes are made for."""
        return relations_of(self.kinds)

    @cached_property
    def reasons(self) -> tuple[RejectionReason, ...]:
        """Every reason for which a transaction can be refused."""
        classes = (kind.reasons for kind in self.kinds if kind.reasons is not None)
        return (*TransactionReason, *chain.from_iterable(classes))

    @cached_property
    def longest_content_bytes(self) -> int:
        """The length of the longest content that an operation can name, without its salt."""
        contents = chain.from_iterable(operation.contents for operation in self.operations.values())
        return max(content.max_bytes for content in contents)

    def fault_of_id(self, kind: str, text: str) -> str | None:
        """What keeps `text` from being the id of a record of the kind of this name, for people: a clause
        without a full stop. None where it is one. Raises KeyError for a name that is no kind's.
        """
        return _fault_of_id(self, kind, text)

    @cached_property
    def id_forms(self) -> Mapping[str, IdForm]:
        """How the ids of each kind are written, by the kind's name."""
        return {kind.name: kind.id for kind in self.kinds}


@lru_cache(maxsize=4096)
def _fault_of_id(ruleset: Ruleset, kind: str, text: str) -> str | None:
    """Remembered: the same few records are asked for again and again."""
    return ruleset.id_forms[kind].fault(text)


_KINDS_1: Final[tuple[Kind[Any], ...]] = (
    did.KIND,
    member.KIND,
    usage.KIND,
    parameters.KIND,
    validators.KIND,
    schema.KIND,
    status_list.KIND,
    anchor.KIND,
    open_proposals.KIND,
)
_DAY_MS: Final = 86_400_000
_PROPOSALS_1: Final = Bounds(period_ms=30 * _DAY_MS, operations=16, open=16)
_WITH_PROPOSALS_1: Final = (*_KINDS_1, pending_of(_KINDS_1, _PROPOSALS_1))

RULESET_1: Final = Ruleset(
    number=1,
    kinds=(*_WITH_PROPOSALS_1, index_of(_WITH_PROPOSALS_1)),
    limits=TransactionLimits(
        replay_window_ms=3_600_000, operations=256, attachments=16, proposals=_PROPOSALS_1
    ),
    costs=Costs(
        transaction=160,
        bytes_per_unit=64,
        body_bytes_per_unit=2,
        content_bytes_per_unit=1,
        version=50,
        index_entry=40,
    ),
)

RULESETS: Final[Mapping[int, Ruleset]] = MappingProxyType(
    {ruleset.number: ruleset for ruleset in (RULESET_1,)}
)
"""The rulesets that this version executes, and under whose headers it can judge proofs, by number."""

KNOWN_RULESETS: Final = frozenset(RULESETS)

CURRENT: Final = RULESET_1
"""The ruleset by which this version writes transactions, makes blocks and asks questions."""
