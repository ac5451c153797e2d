"""`matricula backup`: the ledger of a stopped node, without its vote guard."""

from pathlib import Path
from typing import Annotated

import typer

from node.cli.arguments.commands import single
from node.cli.arguments.options import DEFAULT_CONFIG, ConfigFile, JsonOption
from node.cli.operate.backup_age import record_backup
from node.cli.terminal.console import Output
from node.setup.config import load_config
from node.storage.backup import back_up
from node.storage.chain_records import ChainRecords
from node.storage.store import Store


def backup(
    folder: Annotated[Path, typer.Argument(help="A new folder for the backup.")],
    config: ConfigFile = DEFAULT_CONFIG,
    json: JsonOption = False,
) -> None:
    """Copy the ledger into a new folder, and check that the copy is whole. Stop the node first.

    The backup holds no keys: keep those offline, apart from backups. It holds no vote guard either, because a
    node that votes from an old guard could contradict itself.
    """
    output = Output(json)
    loaded = load_config(config)
    with output.busy("Copying and reading every row …"):
        store = Store.open(loaded.path(loaded.settings.storage.directory))
        try:
            height = ChainRecords(store.reader, None).height
            back_up(store, folder)
        finally:
            store.close()
    record_backup(loaded)
    output.result(
        {"folder": str(folder), "height": height},
        [
            f"{folder} holds {extent(height)}. Copy it to another machine.",
            "You can start the node again.",
        ],
    )


def extent(height: int) -> str:
    """What a store of this last final height holds; −1: nothing yet."""
    return f"the ledger up to height {height}" if height >= 0 else "an empty ledger"


command = single(backup)
