"""What can go wrong with a store, as three types.

- `Damage`: what was acknowledged is gone or changed, and that is proved. The node stops.
- `StoreUnavailable`: the store cannot be opened or read now, and nothing is known to be wrong with what it
  holds. It is started again once the cause is gone.
- `WriteFailed`: a write did not succeed. The process ends at once and is started again.

Only the first is answered with advice that costs the vote guard.
"""

from enum import StrEnum
from pathlib import Path

from node.storage.obstacle import ADVICE, Obstacle, obstacle_in
from node.wording.explained import Explained
from registry.rows import Damaged, Unreadable

REMEDY = (
    "First check the disk (`dmesg`, SMART): a bad disk causes the same error. When it is healthy, start once "
    "more. If the error comes back: move the folder aside for analysis, put the last backup in its place "
    "with `matricula restore`, and start with `matricula run --no-vote`: the vote guard is lost with the "
    "store."
)

WRITE_FAILED = 74
"""The exit code after a failed write: EX_IOERR of sysexits.h."""
PASSING = 75
"""The exit code where the store cannot be used now and may be later: EX_TEMPFAIL of sysexits.h."""


class DamageReason(StrEnum):
    """Why a store is refused for good. Every member means: something that was acknowledged may be gone."""

    CHANGED = "Files of the database were changed or cut."
    FILE_MISSING = "A file of the database is missing."
    LOG_UNREADABLE = "A write-ahead log holds bytes that are no record."
    LOG_CUT_SHORT = "A write-ahead log ends inside a record, and it is not the last one."
    LOG_NOT_REPLAYED = "The write-ahead log holds a turn that the database left out."
    TURN_GAP = "The chain of turns has a gap."
    TURN_CHANGED = "The chain of turns is broken: a turn does not name the one before."
    SCHEMA = "The store was written in a layout that this version does not know."
    CONTENT = "A stored value does not fit its key and table."


class Damage(Damaged):
    """The store lost or changed what it had acknowledged. Stop, say so, and never vote on what is left."""

    def __init__(self, reason: DamageReason, path: Path, detail: str, remedy: str = REMEDY) -> None:
        super().__init__(f"{path}: {reason.value} {detail}. {remedy}")
        self.reason = reason
        self.path = path
        self.detail = detail
        self.remedy = remedy


class StoreUnavailable(Explained, Unreadable):
    """The store cannot be opened or read now, and no damage was found. `detail` is what the system said."""

    exit_code = PASSING

    def __init__(self, obstacle: Obstacle, path: Path, detail: str) -> None:
        super().__init__(f"{obstacle.value} {detail}", where=path, do=ADVICE[obstacle])
        self.obstacle = obstacle
        self.path = path
        self.detail = detail


class WriteFailed(Exception):
    """A write or a flush did not succeed. End the process at once, without draining any queue."""

    def __init__(self, path: Path, detail: str) -> None:
        super().__init__(f"{path}: {detail}")
        self.obstacle = obstacle_in(detail, path) or Obstacle.UNKNOWN
        self.path = path
        self.detail = detail


class DirectoryInUse(Exception):
    """Another process, named by its id, holds the data directory."""

    def __init__(self, path: Path, holder: str) -> None:
        super().__init__(
            f"{path} is in use by the process {holder}. One data directory serves one node: stop that "
            "process, or give this one another data directory."
        )
        self.path = path
        self.holder = holder
