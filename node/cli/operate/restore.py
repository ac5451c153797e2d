"""`matricula restore`: a backup as the ledger of this node."""

from pathlib import Path
from typing import Annotated

import typer

from node.cli.app import UsedWrongly
from node.cli.arguments.commands import single
from node.cli.arguments.options import DEFAULT_CONFIG, ConfigFile, JsonOption
from node.cli.operate.backup import extent
from node.cli.terminal.console import Output
from node.setup.config import load_config
from node.storage.backup import restore as put_back
from node.storage.chain_records import ChainRecords
from node.storage.store import Store, StoreExists
from node.wording.explained import Explained


def restore(
    backup: Annotated[Path | None, typer.Argument(help="A folder that `matricula backup` made.")] = None,
    empty: Annotated[
        bool,
        typer.Option("--empty", help="Without a backup: start empty, and fetch everything from the peers."),
    ] = False,
    config: ConfigFile = DEFAULT_CONFIG,
    json: JsonOption = False,
) -> None:
    """Make a backup the ledger of a node that has none. If there is a damaged ledger, move it away first.

    The node fetches newer blocks from its peers. It does not vote: no backup holds the vote guard, and this
    version cannot make a new one.
    """
    output = Output(json)
    loaded = load_config(config)
    directory = loaded.path(loaded.settings.storage.directory)
    if (backup is None) is not empty:
        raise UsedWrongly(
            "give a backup or --empty, exactly one of them",
            do="name the folder that `matricula backup` made; without a backup, give --empty",
        )
    with output.busy("Copying and reading every row …"):
        if backup is None:
            _begin(directory)
        else:
            put_back(backup, directory)
        store = Store.open(directory)
        try:
            height = ChainRecords(store.reader, None).height
        finally:
            store.close()
    output.result(
        {"folder": str(directory), "height": height},
        [
            f"{directory} holds {extent(height)}; the rest comes from the peers.",
            "The vote guard is lost with the old ledger, so this node must not vote. Start it like this:",
            f"  matricula run --config {config} --no-vote",
            "Do so at every start; a service needs --no-vote in ExecStart (docs/operating.md, Lost guard).",
        ],
    )


def _begin(directory: Path) -> None:
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        Store.create(directory).close()
    except StoreExists as error:
        raise Explained(
            "there is a store already", where=directory, do="move it away; nothing is ever overwritten"
        ) from error


command = single(restore)
