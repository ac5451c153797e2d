"""The descriptors: what the registry knows of a kind of record, and of each operation on such records.

Each folder in `registry/kinds/` exports one `Kind`; a ruleset (`registry.ruleset`) is a list of them. Every
table of the registry is made from that list: codes, bodies, ids, authority, costs, attachments, what a
question can be about, and the tables of `docs/records.md`. So nothing about an operation can be forgotten
elsewhere, and what stands here without a default cannot be forgotten at all: its cost and what it reads.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, Generic, TypeVar

from registry.draft import Place
from registry.id_forms import IdForm
from registry.index import EntryType, Relation
from registry.operation import O, Wire
from registry.record_type import RecordType
from registry.rejection import RejectionReason
from registry.roles import Role, Tie
from registry.setting import Setting
from registry.units import Costs

B = TypeVar("B")


@dataclass(frozen=True, slots=True)
class Authority:
    """Who may sign an operation: the ties to its subject that authorise, the roles of which the signer's
    member needs one, and how many signers it takes. Raises ValueError for more than the one whom a
    transaction has.
    """

    ties: frozenset[Tie]
    roles: frozenset[Role]
    signers: int

    def __post_init__(self) -> None:
        if self.signers != 1:
            raise ValueError(f"a transaction has one signer, not {self.signers}")


@dataclass(frozen=True, slots=True)
class CostPart(Generic[O]):
    """`units` for each of the things that `count` finds in an operation; `what` names one, for documents."""

    what: str
    units: int
    count: Callable[[O], int]


@dataclass(frozen=True, slots=True)
class Cost(Generic[O]):
    """What an operation costs beside its bytes: how many records get a version, how many of them are new
    and come into an index, the units that it adds whatever its size, and those of its parts. Known before it
    is executed.
    """

    versions: int
    entries: int
    added: int = 0
    parts: tuple[CostPart[O], ...] = ()

    def of(self, operation: O, costs: Costs) -> int:
        """In units."""
        units = self.fixed(costs)
        for part in self.parts:
            units += part.units * part.count(operation)
        return units

    def fixed(self, costs: Costs) -> int:
        """The units that every such operation costs."""
        return self.versions * costs.version + self.entries * costs.index_entry + self.added


@dataclass(frozen=True, slots=True)
class NamedContent(Generic[O]):
    """An attachment that an operation names: where its address stands in the operation, the greatest length
    of its content in bytes, the reason to refuse a longer one, and the units for a content of some length.
    """

    address: Callable[[O], bytes]
    max_bytes: int
    too_long: RejectionReason
    cost: Callable[[int, Costs], int]


@dataclass(frozen=True, slots=True)
class OperationKind(Generic[O]):
    """Everything the registry knows of an operation.

    `subject` is the field with the DID that the operation concerns. `reads` gives the records of unbounded
    history that it reads, whose length is paid for. `title` and `layout` (the fields after the code) are for
    documents. `apply` writes what the operation does into the setting's draft; it raises `Refused`.
    """

    title: str
    wire: Wire[O]
    layout: str
    subject: str
    authority: Authority
    cost: Cost[O]
    reads: Callable[[O], tuple[Place, ...]]
    contents: tuple[NamedContent[O], ...]
    apply: Callable[[O, Setting], None]

    def __post_init__(self) -> None:
        names = [field.name for field in fields(self.type)]  # type: ignore[arg-type]  # a dataclass
        if self.subject not in names:
            raise TypeError(f"{self.type.__name__} has no field {self.subject}")

    @property
    def code(self) -> int:
        """The integer that the operation begins with."""
        return self.wire.code

    @property
    def type(self) -> type[O]:
        """The operation's class."""
        return self.wire.fields.type


@dataclass(frozen=True, slots=True, eq=False)
class Kind(Generic[B]):
    """Everything the registry knows of a kind of record.

    `record` is the type of the kind's records. A kind may have none: then it is an `EntryType`, and what its
    operations record is an entry of an index and nothing else. `id` is the form of the records' or entries'
    ids. `layout` is the form of a body, for documents. `relation` is that of the index under which each
    new record comes, None where there is no such index. `reasons` are the reasons to refuse that are about
    this kind alone. Raises TypeError for entries of no index.
    """

    record: RecordType[B] | EntryType
    id: IdForm
    layout: str
    relation: Relation | None = None
    reasons: type[RejectionReason] | None = None
    operations: tuple[OperationKind[Any], ...] = ()

    def __post_init__(self) -> None:
        if isinstance(self.record, EntryType) and self.relation is None:
            raise TypeError(f"{self.name} has neither records nor an index")

    @property
    def name(self) -> str:
        """The kind's name in record keys, questions and paths."""
        return self.record.name
