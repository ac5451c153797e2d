"""When the ledger was last backed up: a file `last-backup` beside the settings, holding the time.

`matricula backup` writes it; `matricula doctor --backed-up` does for backups made by other means;
`matricula doctor` warns when it grows old.
"""

from node import clock
from node.bounded_files import read_text
from node.cli.times import parse_time
from node.config import LoadedConfig
from node.durable_files import write_whole
from node.expected_files import BACKUP_TIME
from node.explained import Explained
from node.times import format_time

FILE = "last-backup"


def record_backup(config: LoadedConfig) -> None:
    """Note that a backup was made now."""
    write_whole(config.file.parent / FILE, format_time(clock.now_ms()).encode() + b"\n", replace=True)


def last_backup_ms(config: LoadedConfig) -> int | None:
    """When the last backup was made; None if none is known. Raises Explained where the file is unreadable."""
    path = config.file.parent / FILE
    try:
        return parse_time(read_text(path, BACKUP_TIME).strip())
    except FileNotFoundError:
        return None
    except (OSError, Explained) as error:
        what = "the time of the last backup cannot be read"
        raise Explained(what, where=path, do=BACKUP_TIME.get) from error
