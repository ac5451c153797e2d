"""Frozen dataclasses as JSON and back, without loss, driven by their type hints.

| Python | JSON |
| --- | --- |
| dataclass | object, members in camel case; where it is one of several, its name in `type` |
| tuple | array |
| bytes | text, base64url without padding (RFC 4648, section 5) |
| int, str, bool, None | number, text, boolean, null |
| enum member | its name in lower case |

Reading refuses unknown and missing members, padding, and base64 with stray bits, so content has one form but
for white space and the order of members. Bounds on sizes are the business of the CBOR shapes.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeAlias, Union, get_args, get_origin, get_type_hints

from api.base64url import from_text, to_text
from registry.primitives.codec import Malformed

AnswerJson: TypeAlias = "int | str | bool | list[AnswerJson] | dict[str, AnswerJson] | None"

TypeNames: TypeAlias = Mapping[type, str]
"""The `type` of each dataclass that appears as one of several."""


def to_json(value: Any, names: TypeNames) -> AnswerJson:
    """The JSON form of a value made of the types above."""
    if is_dataclass(value):
        members = {camel(field.name): to_json(getattr(value, field.name), names) for field in fields(value)}
        name = names.get(type(value))
        return members if name is None else {"type": name, **members}
    if isinstance(value, tuple):
        return [to_json(item, names) for item in value]
    if isinstance(value, bytes):
        return to_text(value)
    if isinstance(value, Enum):
        return value.name.lower()
    if value is None or isinstance(value, int | str):
        return value
    raise TypeError(f"{type(value).__name__} has no JSON form")


def from_json(hint: Any, value: AnswerJson, names: TypeNames) -> Any:
    """The value of type `hint` that has this JSON form. Raises `Malformed`."""
    if is_dataclass(hint):
        return _dataclass_from(hint, value, names)
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return _one_of(get_args(hint), value, names)
    if origin is tuple:
        return _tuple_from(get_args(hint), value, names)
    if hint is bytes:
        return _bytes_from(value)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _member_from(hint, value)
    if hint is NoneType and value is None:
        return None
    if type(value) is not hint:
        raise Malformed(f"not of type {hint.__name__}")
    return value


def _dataclass_from(cls: Any, value: AnswerJson, names: TypeNames) -> Any:
    if type(value) is not dict:
        raise Malformed("not an object")
    hints = _hints(cls)
    expected = {camel(name) for name in hints} | ({"type"} if cls in names else set())
    if value.keys() != expected:
        raise Malformed(f"other members than {', '.join(sorted(expected))}")
    if cls in names and value["type"] != names[cls]:
        raise Malformed(f"not {names[cls]}", "type")
    return cls(
        **{name: _within(camel(name), hint, value[camel(name)], names) for name, hint in hints.items()}
    )


def _one_of(hints: tuple[Any, ...], value: AnswerJson, names: TypeNames) -> Any:
    if value is None and NoneType in hints:
        return None
    choices = [hint for hint in hints if hint is not NoneType]
    if len(choices) > 1:
        name = value.get("type") if isinstance(value, dict) else None
        choices = [hint for hint in choices if names[hint] == name]
    if not choices:
        raise Malformed("not a known type", "type")
    return from_json(choices[0], value, names)


def _tuple_from(hints: tuple[Any, ...], value: AnswerJson, names: TypeNames) -> tuple[Any, ...]:
    if type(value) is not list:
        raise Malformed("not an array")
    each = [hints[0]] * len(value) if hints[-1] is Ellipsis else hints
    if len(each) != len(value):
        raise Malformed(f"{len(value)} items in place of {len(each)}")
    return tuple(
        _within(f"[{place}]", hint, item, names)
        for place, (hint, item) in enumerate(zip(each, value, strict=True))
    )


def _bytes_from(value: AnswerJson) -> bytes:
    if type(value) is not str:
        raise Malformed("not base64url")
    return from_text(value)


def _member_from(members: type[Enum], value: AnswerJson) -> Enum:
    for member in members:
        if member.name.lower() == value:
            return member
    raise Malformed(f"not a known {members.__name__}")


def _within(where: str, hint: Any, value: AnswerJson, names: TypeNames) -> Any:
    try:
        return from_json(hint, value, names)
    except Malformed as error:
        raise error.within(where) from None


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


@cache
def camel(name: str) -> str:
    """A name of Python as JSON writes it."""
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))
