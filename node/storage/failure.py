"""What can go wrong with a store, as three types.

- `Damage`: what was acknowledged is gone or changed, and that is proved. The node stops.
- `StoreUnavailable`: the store cannot be opened or read now, and nothing is known to be wrong with what it
  holds. It is started again once the cause is gone.
- `WriteFailed`: a write did not succeed. The process ends at once and is started again.

Only the first is answered with advice that costs the vote guard.
"""

from pathlib import Path

from node.storage.obstacle import Obstacle, obstacle_in
from node.wording.explained import Explained
from registry.primitives.reason import Reason, as_clause
from registry.rows import Damaged, Unreadable

_RESTORE = (
    "First check the disk (`dmesg`, SMART): a bad disk causes the same error. When it is healthy, start once "
    "more. If the error comes back: move the folder aside for analysis, put the last backup in its place "
    "with `matricula restore`, and start with `matricula run --no-vote`: the vote guard is lost with the "
    "store."
)

WRITE_FAILED = 74
"""The exit code after a failed write: EX_IOERR of sysexits.h."""
PASSING = 75
"""The exit code where the store cannot be used now and may be later: EX_TEMPFAIL of sysexits.h."""


class DamageReason(Reason):
    """Why a store is refused for good. Every member means: something that was acknowledged may be gone. The
    node's operator meets it.
    """

    CHANGED = "changed", "Files of the database were changed or cut.", _RESTORE
    FILE_MISSING = (
        "file-missing",
        "A file of the database is missing.",
        "If the file was moved, put it back. " + _RESTORE,
    )
    LOG_UNREADABLE = "log-unreadable", "A write-ahead log holds bytes that are no record.", _RESTORE
    LOG_CUT_SHORT = (
        "log-cut-short",
        "A write-ahead log ends inside a record, and it is not the last one.",
        _RESTORE,
    )
    LOG_NOT_REPLAYED = (
        "log-not-replayed",
        "The write-ahead log holds a turn that the database left out.",
        _RESTORE,
    )
    TURN_GAP = "turn-gap", "The chain of turns has a gap.", _RESTORE
    TURN_CHANGED = (
        "turn-changed",
        "The chain of turns is broken: a turn does not name the one before.",
        _RESTORE,
    )
    SCHEMA = (
        "schema",
        "The store was written in a layout that this version does not know.",
        "Start the node with the version of Matricula that wrote the store. Do not move or change the data "
        "directory: it holds the vote guard.",
    )
    CONTENT = "content", "A stored value does not fit its key and table.", _RESTORE


class Damage(Damaged):
    """The store lost or changed what it had acknowledged. Stop, say so, and never vote on what is left.

    `remedy` is the reason's, unless it is given: of a damaged backup, the ledger itself may be good.
    """

    def __init__(self, reason: DamageReason, path: Path, detail: str, remedy: str = "") -> None:
        self.remedy = remedy or reason.remedy
        super().__init__(f"{path}: {reason.sentence} {detail}. {self.remedy}")
        self.reason = reason
        self.path = path
        self.detail = detail


class StoreUnavailable(Explained, Unreadable):
    """The store cannot be opened or read now, and no damage was found. `detail` is what the system said."""

    exit_code = PASSING

    def __init__(self, obstacle: Obstacle, path: Path, detail: str) -> None:
        super().__init__(f"{obstacle.sentence} {detail}", where=path, do=as_clause(obstacle.remedy))
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
