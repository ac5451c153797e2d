"""`matricula anchor`: proof that credentials existed at a time, whatever dates they carry."""

import os
from pathlib import Path
from typing import Annotated

import typer

from api.client import TransactionRejected
from api.issuer.anchoring import Anchoring, digest_of, prepare, without_recorded
from node.cli.arguments.commands import given, single
from node.cli.arguments.options import JsonOption
from node.cli.issue.credential.files import ANCHOR_SUFFIX
from node.cli.issue.keeping import Files
from node.cli.issue.signing import Sent, Signing, send, sign_with
from node.cli.terminal.console import Output
from node.wording.counted import counted


@given(signing=sign_with)
def anchor(
    files: Annotated[list[Path], typer.Argument(help="Credentials, signed, one JSON file each.")],
    signing: Signing,
    json: JsonOption = False,
) -> None:
    """Put one root over a batch of credentials on the ledger, and a proof beside each: FILE.anchor.json.

    Nothing of a credential can be learnt from the root. Give each proof to the holder with the credential:
    without it nobody can show that the credential is in the batch. What is anchored already is left out, so
    the same command serves every day, and after an interruption.
    """
    output, keeping, issuer = Output(json), Files(), signing.did
    names = [str(file) for file in files]
    with output.progress() as progress:
        reading = progress.track(names, description="Reading credentials")
        digests = {name: digest_of(keeping, name) for name in reading}
    anchoring = signing.writing.run(
        lambda client: prepare(client, keeping, issuer, digests, random_bytes=os.urandom)
    )
    _tell(output, keeping, *_record(signing, output, anchoring))


def _record(signing: Signing, output: Output, anchoring: Anchoring) -> tuple[Anchoring, Sent | None]:
    """What was recorded in the end, if anything: a root may become final while it is sent once more."""
    if not anchoring.to_record:
        return anchoring, None
    try:
        return anchoring, send(signing, output, anchoring.add_to)
    except TransactionRejected as rejected:
        refused = rejected
    rest = signing.writing.run(lambda client: without_recorded(client, anchoring, refused))
    return _record(signing, output, rest)


def _tell(output: Output, keeping: Files, anchoring: Anchoring, sent: Sent | None) -> None:
    document = {
        "anchors": anchoring.on_ledger,
        "credentials": len(anchoring.names),
        "proofs": [keeping.proof_name(name) for name in anchoring.names],
        "leftOut": list(anchoring.left_out),
    }
    left_out = f"left out     {counted(len(anchoring.left_out), 'credential')} anchored before"
    if sent is None:
        output.result(document, [left_out])
        return
    roots = ", ".join(root.root.hex() for root in anchoring.to_record)
    output.result(
        {**document, **sent.document()},
        [
            f"anchored     {counted(len(anchoring.names), 'credential')} under {roots}",
            *([left_out] if anchoring.left_out else []),
            f"proofs       beside each, *{ANCHOR_SUFFIX}: give them to the holders",
            *sent.lines(),
        ],
    )


command = single(anchor)
