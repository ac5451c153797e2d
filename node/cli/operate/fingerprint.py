"""`matricula fingerprint`: what two people read to each other before they trust a genesis document."""

from pathlib import Path
from typing import Annotated

import typer

from node.cli.arguments.commands import single
from node.cli.arguments.options import JsonOption
from node.cli.terminal.console import Output
from node.setup.genesis_file import read_genesis
from node.wording.fingerprint import fingerprint
from node.wording.screen import table
from registry.genesis import GenesisDocument


def show(
    file: Annotated[Path, typer.Argument(help="A genesis document.")] = Path("genesis.cbor"),
    json: JsonOption = False,
) -> None:
    """Show a genesis document's fingerprint as eight words to compare by telephone, and who is in it."""
    show_genesis(Output(json), read_genesis(file), file)


def show_genesis(output: Output, document: GenesisDocument, file: Path) -> None:
    """Print a genesis document's fingerprint and its members."""
    validators = document.validators
    words = fingerprint(document.genesis_hash)
    rows = [(member.names[0].text, member.country, member.did) for member in document.members]
    warning = [] if validators.faults else ["With fewer than four validators no node may fail: f = 0."]
    output.result(
        {
            "file": str(file),
            "name": document.name,
            "kind": document.kind.name.lower(),
            "genesisHash": document.genesis_hash.hex(),
            "fingerprint": words,
            "validators": validators.n,
            "mayFail": validators.faults,
        },
        [
            "",
            f"fingerprint   {words}",
            f"validators    {validators.n}, of which {validators.faults} may fail; "
            f"{validators.quorum} decide",
            *warning,
        ],
        table(f"{document.name} ({document.kind.name.lower()})", ("institution", "country", "DID"), rows),
    )


command = single(show)
