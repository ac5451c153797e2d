"""The descriptors: what the registry knows of a kind of record, and of each operation on such records.

Each folder in `registry/kinds/` exports one `Kind`; a ruleset (`registry.ruleset`) is a list of them. Every
table of the registry is made from that list: codes, bodies, ids, authority, costs, attachments, what a
question can be about, and the tables of `docs/records.md`. So nothing about an operation can be forgotten
elsewhere, and what stands here without a default cannot be forgotten at all: its cost and what it reads.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, Generic, TypeVar

from registry.draft import Draft, RecordReference
from registry.id_forms import IdForm
from registry.index import EntryType, Relation
from registry.operation import O, Operation, Wire
from registry.record_type import RecordType
from registry.rejection import RejectionReason
from registry.roles import Role, Tie
from registry.setting import Setting
from registry.units import Costs

B = TypeVar("B")


@dataclass(frozen=True, slots=True)
class ByApproval(Generic[O]):
    """Several different keys sign, one after the other: a proposal holds the operation until `keys` have
    approved it (decision 0111). `keys` is worked out from the operation and the state before.

    `ties` are those of who may approve. `is_direct`: one signer may do it as well, by an own transaction,
    for which the operation's own limits bind (`Setting.is_approved` tells its transition which it is).
    `limit` names these limits in documents; `words` say at a terminal what it takes.
    """

    keys: Callable[[O, Draft], int]
    ties: frozenset[Tie]
    is_direct: bool
    limit: str
    words: str


@dataclass(frozen=True, slots=True)
class Authority:
    """Who may sign an operation: the ties to its subject that authorise, the roles of which the signer's
    member needs one, and how many different keys it takes: one, whose transaction does it; more, always by a
    proposal; or what `ByApproval` says. Raises ValueError for a number below one.
    """

    ties: frozenset[Tie]
    roles: frozenset[Role]
    signers: int | ByApproval[Any]

    def __post_init__(self) -> None:
        if isinstance(self.signers, int) and self.signers < 1:
            raise ValueError(f"an operation has a signer, not {self.signers}")

    @property
    def is_direct(self) -> bool:
        """Whether a transaction, which has one signer, may do it."""
        return self.signers == 1 if isinstance(self.signers, int) else self.signers.is_direct

    @property
    def is_held(self) -> bool:
        """Whether a proposal may hold it."""
        return self.signers != 1

    @property
    def approving_ties(self) -> frozenset[Tie]:
        """The ties to its subject by which a signer may approve it."""
        return self.ties if isinstance(self.signers, int) else self.signers.ties

    def approvals(self, operation: Any, draft: Draft) -> int:
        """How many different keys must approve it, at least two: the proposer's is one of them."""
        keys = self.signers if isinstance(self.signers, int) else self.signers.keys(operation, draft)
        return max(2, keys)


@dataclass(frozen=True, slots=True)
class Carried:
    """What an operation may set going beside itself: operations that its transaction then applies, the
    further records that are read to judge whether it may, and units for what is judged. All of it is paid for
    whether it comes to it or not.
    """

    operations: tuple[Operation, ...] = ()
    reads: tuple[RecordReference, ...] = ()
    units: int = 0


def holds_nothing(_: Any) -> tuple[Operation, ...]:
    """For operations that put no other operation on the ledger."""
    return ()


def carries_nothing(_: Any, __: Draft) -> Carried:
    """For operations that set no other operation going."""
    return Carried()


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

    The last two are for operations about other operations: `holds` gives those that it puts on the ledger to
    be applied later, whose attachments its transaction lists; `carries` what it may set going now.
    """

    title: str
    wire: Wire[O]
    layout: str
    subject: str
    authority: Authority
    cost: Cost[O]
    reads: Callable[[O], tuple[RecordReference, ...]]
    contents: tuple[NamedContent[O], ...]
    apply: Callable[[O, Setting], None]
    holds: Callable[[O], tuple[Operation, ...]] = holds_nothing
    carries: Callable[[O, Draft], Carried] = carries_nothing

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
