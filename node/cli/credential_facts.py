"""What the registry proves about a credential: looked up in as many questions as it takes, all checked."""

from pathlib import Path
from typing import NamedTuple

from api.client import Client
from api.credentials.anchoring import AnchorProof, AnchorTextError, credential_hash, proves
from api.credentials.document import Document
from api.verifier.credential import Facts, needs_of
from api.verifier.encoding import StatusListQuestion
from api.verifier.verdict import StatusBits
from node.bounded_files import object_in, read_file, wrong_file, wrong_kind
from node.cli.connection import Connection
from node.expected_files import ANCHOR_PROOF
from node.foreign_files import of_document
from registry.checking import Found
from registry.names import anchor_id
from registry.records.kind import Kind, decode_body

ANCHOR_SUFFIX = ".anchor.json"
"""What the proof beside a credential's file adds to its name."""


class KeptProof(NamedTuple):
    """What `matricula anchor` puts beside a credential: who anchored it, the batch's root, the way to it."""

    issuer: str
    root: bytes
    proof: AnchorProof


def read_anchor(file: Path) -> KeptProof:
    """The content of a file that `matricula anchor` wrote. Raises WrongFile, SilentPipe, OSError."""
    content = read_file(file, ANCHOR_PROOF)
    document = object_in(content, ANCHOR_PROOF, file)
    kind = of_document(document)
    if kind not in ANCHOR_PROOF.kinds:
        raise wrong_kind(kind, ANCHOR_PROOF, file)
    issuer, root = document.pop("issuer", None), document.pop("root")
    try:
        if not isinstance(issuer, str) or not isinstance(root, str):
            raise AnchorTextError("issuer and root must be texts")
        return KeptProof(issuer, bytes.fromhex(root), AnchorProof.from_json(document))
    except ValueError as error:
        raise wrong_file(content, ANCHOR_PROOF, file, str(error)) from error


def gather(connection: Connection, credential: Document, anchor: KeptProof | None) -> Facts:
    """The facts about a credential, as of the oldest answer. Raises NoAnswer, Forked and Malformed."""
    needs = needs_of(credential)

    async def gathering(client: Client) -> Facts:
        if needs is None:
            return Facts(None, {}, 0, anchor is not None)
        found = await client.record(Kind.DID, needs.issuer)
        times_ms = [found.answer.header.time_ms]
        lists: dict[str, StatusBits | None] = {}
        for list_id in needs.list_ids:
            checked = await client.ask(StatusListQuestion(list_id))
            finding = checked.verdict.finding
            lists[list_id] = finding if isinstance(finding, StatusBits) else None
            times_ms.append(checked.answer.header.time_ms)
        anchored_ms = None
        if anchor is not None and proves(anchor.proof, credential_hash(credential), anchor.root):
            recorded = await client.record(Kind.ANCHOR, anchor_id(needs.issuer, anchor.root))
            if isinstance(recorded.verdict.finding, Found):
                anchored_ms = recorded.verdict.finding.version.time_ms
        did = found.verdict.finding
        body = decode_body(Kind.DID, did.body) if isinstance(did, Found) else None
        return Facts(body, lists, min(times_ms), anchor is not None, anchored_ms)

    return connection.run(gathering)
