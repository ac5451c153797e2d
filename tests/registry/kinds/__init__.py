"""What every kind of record shows of itself: a folder for each kind, as in `registry/kinds/`.

`examples.py` of each folder gives an `Examples`; `rejections.py`, or `examples.py` where there are few, has a
case for each of the kind's reasons.
The tests beside this folder go through all of them, so a kind that leaves something out is found.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from hypothesis.strategies import SearchStrategy

from registry.build import TransactionBuilder
from registry.kind import Kind
from registry.names import MAX_DID_LENGTH, MAX_NAME_LENGTH, own_did
from registry.operation import Operation
from registry.rejection import RejectionReason, TransactionReason
from registry.ruleset import CURRENT

DID = "did:web:university.example"
OWN_DID = own_did(bytes(32))
DID_A, DID_B = "did:web:a.example", "did:web:b.example"
HASH = bytes(range(32, 64))
MULTIKEY = b"\xed\x01" + bytes(range(32))
TIME_MS = 1_800_000_000_000
LONGEST_DID = "d" * MAX_DID_LENGTH
LONGEST_NAME = "n" * MAX_NAME_LENGTH

ROLE_MISSING = TransactionReason.ROLE_MISSING

Answers = Mapping[str, RejectionReason | None]
"""What each signer is answered; whoever is not named is not authorised."""


@dataclass(frozen=True)
class OperationExample:
    """An operation whose bytes are frozen, and its cost without that of the transaction around it; how one
    about a DID is written; and who may do that, by whom it concerns (`tests.registry.test_authority.Town`).
    """

    operation: Operation
    cost: int
    write: Callable[[TransactionBuilder, str], object]
    answers: Mapping[str, Answers]


@dataclass(frozen=True)
class Ends:
    """Values for fields from the ends of their ranges, and from what is on the ledger."""

    dids: SearchStrategy[str]
    names: SearchStrategy[str]
    contents: SearchStrategy[bytes]


def no_operations(_: Ends) -> list[SearchStrategy[Operation]]:
    """For kinds that nobody can sign for."""
    return []


@dataclass(frozen=True)
class Examples:
    """`ids` are such as the ledger could hold, `others` are not; `body` is one whose bytes are frozen. An
    index has no bodies. `boundaries` gives a strategy for each operation. `settle` adds what operations of
    the kind find there in the test of authority, under the name `there`; `play` adds operations on new
    records to a transaction of the golden ledger. Both get the DID that signs."""

    kind: Kind[Any]
    ids: tuple[str, ...]
    others: tuple[str, ...]
    longest_id: str
    body: Any = None
    longest_body: Any = None
    operations: tuple[OperationExample, ...] = ()
    boundaries: Callable[[Ends], list[SearchStrategy[Operation]]] = field(default=no_operations)
    settle: Callable[[TransactionBuilder, str], object] | None = None
    play: Callable[[TransactionBuilder, str], object] | None = None


@cache
def all_examples() -> tuple[Examples, ...]:
    """Those of every kind of the current ruleset, in its order."""
    return tuple(module_of(kind, "examples").EXAMPLES for kind in CURRENT.kinds)


def module_of(kind: Kind[Any], *names: str) -> Any:
    """The first of these modules that there is in the folder of a kind."""
    folder = f"{__name__}.{kind.name.replace('-', '_')}"
    return import_module(next(f"{folder}.{name}" for name in names if find_spec(f"{folder}.{name}")))


def operation_examples() -> tuple[OperationExample, ...]:
    """Those of every operation."""
    return tuple(operation for examples in all_examples() for operation in examples.operations)
