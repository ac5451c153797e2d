"""`matricula init`: an institution founds its node."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from node.cli.commands import single
from node.cli.console import Output
from node.cli.options import Json, passphrase_from
from node.explained import Explained
from node.founding import (
    FOUNDING_FILE,
    GENESIS_FILE,
    LISTEN_API,
    LISTEN_PEERS,
    SETTINGS_FILE,
    Listen,
    Profile,
    found_node,
)


def init(
    folder: Annotated[Path, typer.Argument(help="A new folder for the node: keys, settings and ledger.")],
    name: Annotated[str, typer.Option(help="The institution's official name.", prompt="Institution's name")],
    did: Annotated[
        str, typer.Option(help="Its DID, such as did:web:registrar.example.edu.", prompt="Institution's DID")
    ],
    country: Annotated[
        str, typer.Option(help="ISO 3166-1 code, such as PT.", prompt="Country (two letters)")
    ],
    announce: Annotated[
        str,
        typer.Option(
            help="The address that the other nodes dial, such as /dns4/node.example.edu/tcp/4001.",
            prompt="Address that other nodes dial (multiaddr)",
        ),
    ],
    language: Annotated[str, typer.Option(help="Language of the name (BCP 47).")] = "en",
    listen: Annotated[str, typer.Option(help="Where this node listens for the others.")] = LISTEN_PEERS,
    api: Annotated[str, typer.Option(help="Where the HTTP API listens.")] = LISTEN_API,
    passphrase_file: Annotated[
        Path | None, typer.Option(help="A file whose first line protects the keys; without it you are asked.")
    ] = None,
    json: Json = False,
) -> None:
    """Found a node: make its keys, its empty ledger and its settings.

    Send the founding.json it writes to whoever draws up the genesis document. It holds no secret.
    """
    output = Output(json)
    profile = _checked({"did": did, "name": name, "country": country.upper(), "language": language})
    passphrase = passphrase_from(passphrase_file, confirm=True)
    passphrase()
    with output.busy("Making three keys (their protection takes a moment each) …"):
        where = str(passphrase_file.resolve()) if passphrase_file else None
        member = found_node(
            folder, profile, Listen(listen, api, (announce,)), passphrase, passphrase_file=where
        )
    output.result(
        {"folder": str(folder), "foundingFile": str(folder / FOUNDING_FILE), "peerId": member.peer_id},
        f"{folder} is ready. Next:\n"
        f"  1. Back up {folder / 'keys'} offline. Never copy the data folder to another machine.\n"
        f"  2. Send {folder / FOUNDING_FILE} to whoever draws up the genesis document.\n"
        f"  3. Put the genesis.cbor you get back into {folder}, and compare its words by telephone:\n"
        f"       matricula fingerprint {folder / GENESIS_FILE}\n"
        f"  4. matricula run --config {folder / SETTINGS_FILE}",
    )


def _checked(facts: dict[str, str]) -> Profile:
    try:
        return msgspec.convert(facts, Profile)
    except msgspec.ValidationError as error:
        do = "see `matricula init --help` for the forms"
        raise Explained(f"the institution's facts are not of the right form: {error}", do=do) from error


command = single(init)
