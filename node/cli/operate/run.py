"""`matricula run`: run the node until it is told to stop."""

from typing import Annotated

import typer
import uvloop

import node.cli.explanations  # noqa: F401  # what ends a node may be that no file can be opened any more
from node.cli.arguments.commands import single
from node.cli.arguments.options import DEFAULT_CONFIG, ConfigFile, JsonOption, passphrase_for
from node.process.app import run_node
from node.setup.config import load_config


def run(
    config: ConfigFile = DEFAULT_CONFIG,
    no_vote: Annotated[
        bool, typer.Option("--no-vote", help="Follow the other nodes and never sign a vote.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Run the node. It logs to standard output. SIGTERM or Ctrl-C stops it cleanly.

    The settings choose the form of the log. With --json, an error that ends the node is printed as JSON.
    """
    del json  # read from the command line where errors are printed
    loaded = load_config(config)
    uvloop.run(run_node(loaded, passphrase_for(loaded), vote=not no_vote))


command = single(run)
