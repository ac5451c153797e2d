"""`matricula anchor`: proof that credentials existed at a time, whatever dates they carry."""

import json as json_format
import os
from pathlib import Path
from typing import Annotated

import typer

from api.credentials.anchoring import AnchorProof, batch, credential_hash, proves
from api.credentials.document import MAX_BYTES, DocumentError, load
from node.bounded_files import read_at_most
from node.cli.commands import given, single
from node.cli.console import Output
from node.cli.credential_facts import ANCHOR_SUFFIX, MAX_PROOF_BYTES
from node.cli.options import Json
from node.cli.signing import Signing, send, sign_with
from node.durable_files import write_whole
from node.explained import Explained
from registry.names import anchor_id


@given(signing=sign_with)
def anchor(
    files: Annotated[list[Path], typer.Argument(help="Credentials, signed, one JSON file each.")],
    signing: Signing,
    json: Json = False,
) -> None:
    """Put one root over a batch of credentials on the ledger, and a proof beside each: FILE.anchor.json.

    Nothing of a credential can be learnt from the root. Give each proof to the holder with the credential:
    without it nobody can show that the credential is in the batch.
    """
    output = Output(json)
    beside = [file.with_name(file.name + ANCHOR_SUFFIX) for file in files]
    with output.progress() as progress:
        hashes = [_hash(file) for file in progress.track(files, description="Reading credentials")]
    root, size = _kept(signing.did, hashes, beside) or _make(signing.did, hashes, beside)
    sent = send(signing, output, lambda builder: builder.anchor(signing.did, root, size))
    output.result(
        {
            "anchor": anchor_id(signing.did, root),
            "credentials": len(files),
            "proofs": [str(path) for path in beside],
            **sent.document(),
        },
        f"anchored     {len(files)} credentials under {root.hex()}\n"
        f"proofs       beside each, *{ANCHOR_SUFFIX}: give them to the holders\n{sent.text()}",
    )


def _make(issuer: str, hashes: list[bytes], beside: list[Path]) -> tuple[bytes, int]:
    """The root and size of a new batch. Its proofs are on the disk before the ledger hears of the root,
    because a root whose salts are lost proves nothing.
    """
    made = batch(hashes, os.urandom)
    for path, proof in zip(beside, made.proofs, strict=True):
        document = {"issuer": issuer, "root": made.root.hex(), **proof.to_json()}
        write_whole(path, json_format.dumps(document, indent=2).encode() + b"\n", replace=False)
    return made.root, made.size


def _kept(issuer: str, hashes: list[bytes], beside: list[Path]) -> tuple[bytes, int] | None:
    """The batch that an interrupted command left: proofs of one root beside all files. None where there is no
    proof. Raises Explained for anything between.
    """
    there = [path for path in beside if path.exists()]
    if not there:
        return None
    batches: set[tuple[bytes, int]] = set()
    for path, digest in zip(beside, hashes, strict=True):
        try:
            document = json_format.loads(read_at_most(path, MAX_PROOF_BYTES))
            named, root = document.pop("issuer"), bytes.fromhex(document.pop("root"))
            proof = AnchorProof.from_json(document)
        except (FileNotFoundError, ValueError, KeyError, AttributeError):
            batches.clear()
            break
        if named != issuer or not proves(proof, digest, root):
            batches.clear()
            break
        batches.add((root, proof.size))
    if len(batches) != 1:
        do = "anchor the files without proof by themselves; move a proof away only if it never became final"
        raise Explained("some of these files have another batch's proof already", where=there[0], do=do)
    return batches.pop()


def _hash(file: Path) -> bytes:
    data = read_at_most(file, MAX_BYTES)
    try:
        return credential_hash(load(data))
    except DocumentError as error:
        do = "is it a signed credential in JSON?"
        raise Explained(f"not a credential: {error}", where=file, do=do) from error


command = single(anchor)
