"""What is wrong with a part of a transaction that cannot be made, and how that part is written."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from node.cli.app import UsedWrongly
from node.wording.explained import Explained
from registry.kinds.status_list.record import CHUNK_BITS, MAX_SIZE, MIN_SIZE
from registry.names import fault_of_did, is_name
from registry.primitives.codec import Malformed
from registry.semantic_version import is_version

_SHOWN = 80
_AS_REGISTERED = "write it as it is registered: see `matricula did show DID`"

_PARTS: dict[str, tuple[str, str]] = {
    "name": ("name", "write 1 to 64 lower-case letters, digits and hyphens, such as degrees-2026"),
    "version": ("version", "write it as major.minor.patch, such as 1.0.0"),
    "fragment": ("key's name", "after the # write 1 to 64 letters, digits, dots, hyphens or underscores"),
    "retired": ("key's name", "see the names of its keys with `matricula did show DID`"),
    "size": (
        "size of a list",
        f"give a multiple of {CHUNK_BITS:,} from {MIN_SIZE:,} to {MAX_SIZE:,}",
    ),
    "expires_ms": ("time", "write it as 2026-05-31T12:00:00Z"),
    "since_ms": ("time", "write it as 2026-05-31T12:00:00Z"),
    "set_indices": ("entry of a list", f"entries are 0 to {MAX_SIZE - 1:,}, 4,096 at most in one command"),
    "clear_indices": ("entry of a list", f"entries are 0 to {MAX_SIZE - 1:,}, 4,096 at most in one command"),
}
_DIDS = frozenset({"did", "owner", "issuer", "sponsor", "controller", "member", "proposer"})
_STEP = re.compile(r"(\w+)|\[(\d+)\]")


def require_did(text: str, option: str) -> str:
    """The DID that was written after an option. Raises UsedWrongly with what is wrong with it."""
    fault = fault_of_did(text)
    if fault is not None:
        raise _no_did(text, fault, option)
    return text


def require_name(text: str, of: str, option: str) -> None:
    """That a text can name what stands after `of`, such as `a status list`. Raises UsedWrongly."""
    if not is_name(text):
        what, do = _PARTS["name"]
        raise UsedWrongly(f"{_short(text)} is no {what} of {of}", where=option, do=do)


def require_version(text: str) -> None:
    """That a text is the version of a schema. Raises UsedWrongly."""
    if not is_version(text):
        what, do = _PARTS["version"]
        raise UsedWrongly(f"{_short(text)} is no {what}", do=do)


def explain_malformed(error: Malformed, operations: Sequence[object] = ()) -> Explained:
    """What is wrong, with the text that was given where it can be found in `operations`."""
    steps = _steps(error.where)
    names = [step for step in steps if isinstance(step, str)]
    if names and operations:
        given = _follow(operations, steps)
        if names[-1] in _DIDS and isinstance(given, str) and (fault := fault_of_did(given)):
            return _no_did(given, fault, "")
        if names[-1] in _PARTS and given is not None:
            what, do = _PARTS[names[-1]]
            return UsedWrongly(f"{_short(given)} is no {what}: {error.what}", do=do)
    do = "if a node gave it, ask another node with --node; if it is in a file, get the file again"
    return Explained(
        f"what was read does not have the form that it must have: {error.what}", where=error.where, do=do
    )


def _no_did(text: str, fault: str, option: str) -> UsedWrongly:
    do = f"{_AS_REGISTERED}, or as did:web:registrar.example.edu"
    return UsedWrongly(f"{_short(text)} is no DID: {fault}", where=option, do=do)


def _steps(where: str) -> list[str | int]:
    return [name or int(number) for name, number in _STEP.findall(where)]


def _follow(operations: Sequence[object], steps: list[str | int]) -> Any:
    """The part at `operations[0].name` and the like; None where the path leads nowhere."""
    found: Any = {"operations": operations}
    for step in steps:
        take: Callable[[Any, Any], Any] = _member if isinstance(step, str) else _place
        found = take(found, step)
    return found


def _member(holder: Any, name: str) -> Any:
    return holder.get(name) if isinstance(holder, dict) else getattr(holder, name, None)


def _place(holder: Any, number: int) -> Any:
    return holder[number] if isinstance(holder, Sequence) and number < len(holder) else None


def _short(given: object) -> str:
    text = repr(given)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
