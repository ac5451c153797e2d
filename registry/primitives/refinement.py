"""Refinements: a shape with a further rule on what it reads and writes, or seen as another type."""

from collections.abc import Callable
from operator import lt
from typing import Any, TypeVar

from registry.primitives.codec import Malformed, Value
from registry.primitives.shape import Shape

T = TypeVar("T")
U = TypeVar("U")
Items = TypeVar("Items", bound=tuple[Any, ...])


def checked(shape: Shape[T], holds: Callable[[T], bool], what: str) -> Shape[T]:
    """The shape, where `holds` is true as well; `what` says what is wrong where it is not."""

    def read(value: Value) -> T:
        result = shape.read(value)
        if not holds(result):
            raise Malformed(what)
        return result

    def write(value: T) -> Value:
        written = shape.write(value)
        if not holds(value):
            raise Malformed(what)
        return written

    return Shape(read, write)


def strictly_ascending(shape: Shape[Items], what: str) -> Shape[Items]:
    """A list whose every item is less than the next, so that none stands in it twice: a set with one
    encoding. `what` says what is wrong where it is not.
    """
    return checked(shape, lambda items: all(map(lt, items, items[1:])), what)


def converted(shape: Shape[T], parse: Callable[[T], U], render: Callable[[U], T]) -> Shape[U]:
    """The shape seen as another type; `parse` raises `Malformed` for what has no counterpart."""
    return Shape(lambda value: parse(shape.read(value)), lambda value: shape.write(render(value)))
