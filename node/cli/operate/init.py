"""`matricula init`: an institution founds its node."""

from pathlib import Path
from typing import Annotated

import typer

from node.cli.arguments.commands import single
from node.cli.arguments.options import JsonOption, address_of, answer_to, of_form, passphrase_from
from node.cli.terminal.console import Output
from node.files.keystore import Passphrase
from node.setup.config import DidText, HostPort, Multiaddr, Text
from node.setup.founding import (
    FOUNDING_FILE,
    GENESIS_FILE,
    LISTEN_API,
    LISTEN_PEERS,
    SETTINGS_FILE,
    Country,
    FoundingMember,
    Language,
    Listen,
    Profile,
    found_node,
    require_new,
)
from node.transport.addresses import host_and_port, host_and_port_to_listen_at, multiaddr
from node.wording.hosts import host_port_to_listen_at

EXAMPLE_DID = "did:web:registrar.example.edu"
ANNOUNCED = "/dns4/node.example.edu/tcp/4001"


def init(
    folder: Annotated[Path, typer.Argument(help="A new folder for the node: keys, settings and ledger.")],
    name: Annotated[
        str | None, typer.Option(help="The institution's official name. Default: the command asks.")
    ] = None,
    did: Annotated[
        str | None,
        typer.Option(help="Its DID, such as did:web:registrar.example.edu. Default: the command asks."),
    ] = None,
    country: Annotated[
        str | None, typer.Option(help="Its country's ISO 3166-1 code, such as PT. Default: the command asks.")
    ] = None,
    announce: Annotated[
        str | None,
        typer.Option(
            help="The address that the other nodes dial, such as /dns4/node.example.edu/tcp/4001. "
            "Default: the command asks."
        ),
    ] = None,
    language: Annotated[str, typer.Option(help="Language of the name (BCP 47).")] = "en",
    listen: Annotated[
        str | None,
        typer.Option(
            help=f"Where this node listens for the others, such as {LISTEN_PEERS}. "
            "Default: every address of this machine, at the port of --announce."
        ),
    ] = None,
    api: Annotated[str, typer.Option(help="Where the HTTP API listens.")] = LISTEN_API,
    passphrase_file: Annotated[
        Path | None,
        typer.Option(
            help="A file whose first line is the passphrase of the keys. Default: the command asks."
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Found a node: make its keys, its empty ledger and its settings.

    Send the founding.json it writes to whoever draws up the genesis document. It holds no secret.
    """
    output = Output(json)
    require_new(folder)
    # Each answer is checked before the next question: nobody answers five to learn that the first was wrong.
    profile = _profile(name, did, country, language)
    announced = answer_to(
        "--announce", announce, f"Address that other nodes dial, such as {ANNOUNCED}", _announced
    )
    listen = _every_address(announced) if listen is None else listen
    listens = Listen(
        address_of("address to listen at", listen, Multiaddr, LISTEN_PEERS, host_and_port_to_listen_at),
        address_of("address of the HTTP API", api, HostPort, LISTEN_API, host_port_to_listen_at),
        (announced,),
    )
    passphrase = passphrase_from(passphrase_file, confirm=True)
    passphrase()
    where = str(passphrase_file.resolve()) if passphrase_file else None
    member = _found_node(output, folder, profile, listens, passphrase, where)
    output.result(
        {
            "folder": str(folder),
            "foundingFile": str(folder / FOUNDING_FILE),
            "peerId": member.peer_id,
            "listen": listens.peers,
            "announced": announced,
        },
        _what_next(folder, listens.peers, announced),
    )


def _profile(name: str | None, did: str | None, country: str | None, language: str) -> Profile:
    """Who founds the node; what is not given is asked for. Raises Explained."""
    return Profile(
        name=answer_to("--name", name, "Institution's name", _name),
        did=answer_to("--did", did, "Institution's DID (did:web:…)", _did),
        country=answer_to("--country", country, "Country (two letters)", _country),
        language=of_form("language", language, Language, "en"),
    )


def _found_node(
    output: Output,
    folder: Path,
    profile: Profile,
    listens: Listen,
    passphrase: Passphrase,
    passphrase_file: str | None,
) -> FoundingMember:
    """Found the node, and show how far it is: each key takes some seconds."""
    output.remark("Making three keys. Each takes some seconds, so that guessing the passphrase takes long.")
    with output.progress() as progress:
        task = progress.add_task("Keys made", total=3)
        return found_node(
            folder,
            profile,
            listens,
            passphrase,
            passphrase_file=passphrase_file,
            made=lambda: progress.advance(task),
        )


def _what_next(folder: Path, listen: str, announced: str) -> list[str]:
    return [
        f"{folder} is ready.",
        f"It listens for the other nodes at {listen}, and they dial {announced}.",
        *_about_ports(listen, announced),
        "Next:",
        f"  1. Back up {folder / 'keys'} offline. Never copy the data folder to another machine.",
        f"  2. Send {folder / FOUNDING_FILE} to whoever draws up the genesis document.",
        f"  3. Put the genesis.cbor you get back into {folder}, and compare its words by telephone:",
        f"       matricula fingerprint {folder / GENESIS_FILE}",
        f"  4. matricula run --config {folder / SETTINGS_FILE}",
        f"  5. matricula doctor --config {folder / SETTINGS_FILE}",
    ]


def _name(written: str) -> str:
    return of_form("name", written, Text, "University of Example")


def _did(written: str) -> str:
    return of_form("DID", written, DidText, EXAMPLE_DID)


def _country(written: str) -> str:
    upper = written.upper()
    return of_form("country", upper if len(upper) == len("PT") else written, Country, "PT")


def _announced(written: str) -> str:
    return address_of("announced address", written, Multiaddr, ANNOUNCED, host_and_port)


def _every_address(announced: str) -> str:
    """Every address of this machine, of the kind and with the port of the one that the others dial."""
    kind = announced.split("/")[1]
    return multiaddr("::" if kind in ("ip6", "dns6") else "0.0.0.0", host_and_port(announced)[1])


def _about_ports(listen: str, announced: str) -> list[str]:
    inside, outside = host_and_port_to_listen_at(listen)[1], host_and_port(announced)[1]
    if inside == outside:
        return []
    return [f"The ports differ: something has to forward port {outside} there to port {inside} here."]


command = single(init)
