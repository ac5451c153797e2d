"""`matricula anchor`: proof that credentials existed at a time, whatever dates they carry."""

import json as json_format
import os
from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from api.client import Client, ask_for_anchor
from api.credentials.anchoring import batch as batch_of
from api.credentials.anchoring import credential_hash, proves
from node.cli.arguments.commands import given, single
from node.cli.arguments.options import Json
from node.cli.issue.credential.facts import ANCHOR_SUFFIX, read_anchor
from node.cli.issue.credential.files import read_one_credential
from node.cli.issue.signing import Signing, send, sign_with
from node.cli.terminal.console import Output
from node.files.durable import write_whole
from node.wording.counted import counted
from node.wording.explained import Explained
from registry.build import TransactionBuilder
from registry.checking import Anchored
from registry.kinds.anchor.entry import anchor_name


@dataclass(frozen=True, slots=True)
class AnchorRoot:
    """A root that stands, or is to stand, on the ledger, and how many leaves it has."""

    root: bytes
    size: int


@given(signing=sign_with)
def anchor(
    files: Annotated[list[Path], typer.Argument(help="Credentials, signed, one JSON file each.")],
    signing: Signing,
    json: Json = False,
) -> None:
    """Put one root over a batch of credentials on the ledger, and a proof beside each: FILE.anchor.json.

    Nothing of a credential can be learnt from the root. Give each proof to the holder with the credential:
    without it nobody can show that the credential is in the batch. What is anchored already is left out, so
    the same command serves every day, and after an interruption.
    """
    output = Output(json)
    with output.progress() as progress:
        hashes = {file: _hash(file) for file in progress.track(files, description="Reading credentials")}
    kept = {
        file: _kept(signing.did, file, digest) for file, digest in hashes.items() if _proof(file).exists()
    }
    recorded = _recorded(signing, set(kept.values()))
    pending = list(dict.fromkeys(batch for batch in kept.values() if batch not in recorded))
    if new := {file: digest for file, digest in hashes.items() if file not in kept}:
        pending.append(_make(signing.did, new))
    left_out = [file for file, batch in kept.items() if batch in recorded]
    anchored = [file for file in hashes if file not in left_out]
    document = {
        "anchors": [anchor_name(signing.did, batch.root) for batch in pending],
        "credentials": len(anchored),
        "proofs": [str(_proof(file)) for file in anchored],
        "leftOut": [str(file) for file in left_out],
    }
    if not pending:
        output.result(document, [f"left out     {counted(len(left_out), 'credential')} anchored before"])
        return

    def collect(builder: TransactionBuilder) -> None:
        for batch in pending:
            builder.anchor(signing.did, batch.root, batch.size)

    sent = send(signing, output, collect)
    roots = ", ".join(batch.root.hex() for batch in pending)
    output.result(
        {**document, **sent.document()},
        [
            f"anchored     {counted(len(anchored), 'credential')} under {roots}",
            *([f"left out     {counted(len(left_out), 'credential')} anchored before"] if left_out else []),
            f"proofs       beside each, *{ANCHOR_SUFFIX}: give them to the holders",
            *sent.lines(),
        ],
    )


def _proof(file: Path) -> Path:
    return file.with_name(file.name + ANCHOR_SUFFIX)


def _make(issuer: str, hashes: Mapping[Path, bytes]) -> AnchorRoot:
    """A new batch. Its proofs are on the disk before the ledger hears of the root, because a root whose salts
    are lost proves nothing.
    """
    made = batch_of(list(hashes.values()), os.urandom)
    for file, proof in zip(hashes, made.proofs, strict=True):
        document = {"issuer": issuer, "root": made.root.hex(), **proof.to_json()}
        write_whole(_proof(file), json_format.dumps(document, indent=2).encode() + b"\n", replace=False)
    return AnchorRoot(made.root, made.size)


def _kept(issuer: str, file: Path, digest: bytes) -> AnchorRoot:
    """The batch that the proof beside a credential leads to. Raises Explained where it is not one of this
    credential and issuer.
    """
    path = _proof(file)
    kept = read_anchor(path)
    if kept.issuer != issuer or not proves(kept.proof, digest, kept.root):
        raise _other_proof(path)
    return AnchorRoot(kept.root, kept.proof.size)


def _other_proof(path: Path) -> Explained:
    do = (
        "the credential was probably changed or signed again: move the old credential and this proof "
        "together to another folder, and keep both"
    )
    return Explained("this is no proof of the credential beside it by this issuer", where=path, do=do)


def _recorded(signing: Signing, batches: Set[AnchorRoot]) -> set[AnchorRoot]:
    """Those batches whose root is proved to be on the ledger; of the others a command was interrupted.

    That a root is not there needs no proof here: it is sent, and the ledger refuses what it has.
    """

    async def asking(client: Client) -> set[AnchorRoot]:
        found = set()
        for batch in batches:
            checked = await ask_for_anchor(client, signing.did, batch.root)
            if checked is not None and isinstance(checked.verdict.finding, Anchored):
                found.add(batch)
        return found

    return signing.writing.run(asking) if batches else set()


def _hash(file: Path) -> bytes:
    document = read_one_credential(file)
    if "proof" not in document:  # the hash covers the proof: this one's would lead to nothing
        raise Explained("it is not signed", where=file, do="sign it first, and anchor FILE.signed.json")
    return credential_hash(document)


command = single(anchor)
