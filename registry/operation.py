"""Operations as they are written: an integer code, then the fields."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from registry.primitives.shape import Record, Shape, union


class Operation:
    """The base of every operation. An operation is a frozen dataclass of one kind's folder."""

    __slots__ = ()


O = TypeVar("O", bound=Operation)  # noqa: E741  # an operation


@dataclass(frozen=True, slots=True)
class Wire(Generic[O]):
    """How an operation is written: `[code, field, …]`. A code is never given to another operation."""

    code: int
    fields: Record[O]


def one_of(*wires: Wire[Any]) -> Shape[Operation]:
    """The shape of whichever of some operations, told apart by its code."""
    by_code = {wire.code: wire.fields for wire in wires}
    if len(by_code) != len(wires):
        raise TypeError("two operations have one code")
    return union(by_code)
