"""When the ledger was last backed up: a file `last-backup` beside the settings, holding the time.

`matricula backup` writes it; `matricula doctor --backed-up` does for backups made by other means;
`matricula doctor` warns when it grows old.
"""

import re

from node.cli.arguments.times import parse_time
from node.files.bounded import read_text
from node.files.durable import write_whole
from node.files.expected import BACKUP_TIME
from node.process import clock
from node.setup.config import LoadedConfig
from node.wording.explained import Explained
from node.wording.times import format_time

FILE = "last-backup"
_NUMBER = re.compile(r"[0-9]+")


def record_backup(config: LoadedConfig) -> None:
    """Note that a backup was made now."""
    write_whole(config.file.parent / FILE, format_time(clock.now_ms()).encode() + b"\n", replace=True)


def last_backup_ms(config: LoadedConfig) -> int | None:
    """When the last backup was made; None if none is known. Raises Explained where the file is unreadable,
    and for a number alone: it may be a day written without lines as well as milliseconds.
    """
    path = config.file.parent / FILE
    unreadable = Explained("the time of the last backup cannot be read", where=path, do=BACKUP_TIME.get)
    try:
        text = read_text(path, BACKUP_TIME).strip()
        if _NUMBER.fullmatch(text):
            raise unreadable
        return parse_time(text)
    except FileNotFoundError:
        return None
    except (OSError, Explained) as error:
        raise unreadable from (None if error is unreadable else error)
