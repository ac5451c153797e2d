"""JSON that somebody else wrote, such as a node's answer: whatever the bytes, a value or one known error."""

from typing import TypeVar

import msgspec

from registry.primitives.codec import Malformed

_MAX_TOLD = 256
T = TypeVar("T")


def decode_json(body: bytes, kind: type[T]) -> T:
    """The value of type `kind` that a JSON text holds. Raises `Malformed`."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, ValueError, OverflowError) as error:  # ValueError: a text that is no UTF-8
        raise Malformed(str(error)[:_MAX_TOLD]) from None
    except RecursionError:  # of members that no type has, too
        raise Malformed("JSON is nested too deeply") from None
