"""The policy that a command is given: one that is shipped, by its name, or a file."""

from pathlib import Path
from typing import Final

from api.verifier.credential.policy import (
    SHIPPED,
    Policy,
    PolicyError,
    read_policy,
    shipped_policy,
)
from node.files.bounded import read_text
from node.files.expected import POLICY
from node.wording.explained import Explained
from registry.primitives.reason import as_clause

_KNOWN: Final = ", ".join(SHIPPED)


def policy_of(named: str) -> Policy:
    """The policy of a name, or in a file. A name that is shipped is never looked for as a file: `./employer`
    is one. Raises Explained, WrongFile, OSError.
    """
    if named in SHIPPED:
        return shipped_policy(named)
    file = Path(named)
    if not file.exists():
        what = "there is no policy of this name, and no such file"
        raise Explained(what, where=named, do=f"give a file, or one of {_KNOWN}")
    try:
        return read_policy(read_text(file, POLICY))
    except PolicyError as error:
        raise _explained(error, file) from error


def _explained(error: PolicyError, file: Path) -> Explained:
    place = [str(file)]
    if error.line is not None:
        place.append(f"line {error.line}")
    if error.key:
        place.append(f"key {error.key}")
    what = ": ".join(filter(None, (as_clause(error.fault.sentence), error.detail.removesuffix("."))))
    return Explained(what, where=", ".join(place), do=as_clause(error.fault.remedy))
