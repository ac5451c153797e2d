"""`matricula genesis`: one document out of everybody's founding files."""

from itertools import combinations
from pathlib import Path
from typing import Annotated

import typer

from node.cli.arguments.commands import single
from node.cli.arguments.options import JsonOption
from node.cli.operate.fingerprint import show_genesis
from node.cli.terminal.console import Output
from node.files.durable import write_whole
from node.process.clock import now_ms
from node.setup.founding import GENESIS_FILE, FoundingMember, draw_up_genesis, read_founding_file
from node.wording.explained import Explained
from registry.genesis import GenesisDocument
from registry.network_kind import NetworkKind
from registry.primitives.codec import Malformed

NETWORK_KINDS = {kind.name.lower(): kind for kind in NetworkKind}


def genesis(
    founding_files: Annotated[
        list[Path], typer.Argument(help="The founding.json of every founding institution.")
    ],
    name: Annotated[str, typer.Option(help="The network's name.")],
    kind: Annotated[
        str, typer.Option(help="What its records are worth: production, sandbox or demo.")
    ] = "sandbox",
    out: Annotated[Path, typer.Option(help="The file to write.")] = Path(GENESIS_FILE),
    json: JsonOption = False,
) -> None:
    """Draw up the genesis document of a new network from the founding files of its institutions."""
    output = Output(json)
    if kind not in NETWORK_KINDS:
        raise Explained(f"{kind!r} is no kind of network", do=f"give one of {', '.join(NETWORK_KINDS)}")
    members = [read_founding_file(path) for path in founding_files]
    _require_different(founding_files, members)
    document = _draw_up(name, NETWORK_KINDS[kind], members)
    try:
        write_whole(out, document.encode(), replace=False)
    except FileExistsError as error:
        raise Explained(
            "the file is there already",
            where=str(out),
            do="a genesis document is never overwritten: name another",
        ) from error
    show_genesis(output, document, out)


def _require_different(files: list[Path], members: list[FoundingMember]) -> None:
    """Raises Explained where an institution, or a key, is named twice: with the files and whose they are."""
    for (file, member), (other_file, other) in combinations(zip(files, members, strict=True), 2):
        who = f"{member.profile.name} ({member.profile.did})"
        if member == other:
            where = file if file == other_file else f"{file} and {other_file}"
            do = "name each institution's file once"
            raise Explained(f"the founding file of {who} is given twice", where=where, do=do)
        where = f"{file} and {other_file}"
        if member.profile.did == other.profile.did:
            do = "ask the institution which one is right, and name only that one"
            raise Explained(f"two founding files are of {who}, and they differ", where=where, do=do)
        for key, key_bytes, of_other in (
            ("consensus key", member.consensus_key, other.consensus_key),
            ("peer id", member.peer_id, other.peer_id),
            ("institution key", member.institution_key, other.institution_key),
        ):
            if key_bytes == of_other:
                what = f"{who} and {other.profile.name} ({other.profile.did}) have the same {key}"
                do = "each founds its own node with `matricula init`: ask both for new files"
                raise Explained(what, where=where, do=do)


def _draw_up(name: str, kind: NetworkKind, members: list[FoundingMember]) -> GenesisDocument:
    try:
        document = draw_up_genesis(name, kind, now_ms(), members)
        document.encode()
    except Malformed as error:
        if error.where == "name":
            do = "give a shorter one with --name: 1 to 64 bytes"
            raise Explained(f"the network's name does not fit: {error.what}", do=do) from error
        do = "name each institution's file once, and ask the institution for a new one if its facts are wrong"
        raise Explained(f"the founding files do not fit together: {error}", do=do) from error
    return document


command = single(genesis)
