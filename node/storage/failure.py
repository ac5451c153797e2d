"""What can go wrong with a store: damage, which stops the node, and a failed write, which ends it."""

from enum import StrEnum
from pathlib import Path

from registry.rows import Damaged

REMEDY = (
    "Move the folder aside for analysis, put the last backup in its place with `matricula restore`, and "
    "start with `matricula run --no-vote`: the vote guard is lost with the store."
)

WHERE_IS_IT = (
    "Is the disk mounted, and `storage.directory` in the settings right? If the ledger is gone for good: "
    "`matricula restore`, then `matricula run --no-vote`."
)


class DamageReason(StrEnum):
    """Why a store is refused. Every member means: something that was acknowledged may be gone."""

    NO_STORE = "There is no store in the data directory."
    UNREADABLE = "The database cannot be read."
    LOG_UNREADABLE = "A write-ahead log holds bytes that are no record."
    LOG_CUT_SHORT = "A write-ahead log ends inside a record, and it is not the last one."
    LOG_NOT_REPLAYED = "The write-ahead log holds a turn that the database left out."
    TURN_GAP = "The chain of turns has a gap."
    TURN_CHANGED = "The chain of turns is broken: a turn does not name the one before."
    SCHEMA = "The store was written in a layout that this version does not know."
    CONTENT = "A stored value is not what its key and table promise."


class Damage(Damaged):
    """The store lost or changed what it had acknowledged. Stop, say so, and never vote on what is left."""

    def __init__(self, reason: DamageReason, path: Path, detail: str, remedy: str = REMEDY) -> None:
        super().__init__(f"{path}: {reason.value} {detail}. {remedy}")
        self.reason = reason
        self.path = path
        self.detail = detail
        self.remedy = remedy


class WriteFailed(Exception):
    """A write or a flush did not succeed. End the process at once, without draining any queue."""


class DirectoryInUse(Exception):
    """Another process, named by its id, holds the data directory."""

    def __init__(self, path: Path, holder: str) -> None:
        super().__init__(
            f"{path} is in use by the process {holder}. One data directory serves one node: stop that "
            "process, or give this one another data directory."
        )
        self.path = path
        self.holder = holder
