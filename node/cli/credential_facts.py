"""What the registry proves about a credential: looked up in as many questions as it takes, all checked."""

import json
from pathlib import Path

from api.client import Client
from api.credentials.anchoring import AnchorProof, AnchorTextError, credential_hash, proves
from api.credentials.document import Document
from api.verifier.credential import Facts, needs_of
from api.verifier.encoding import StatusListQuestion
from api.verifier.verdict import StatusBits
from node.bounded_files import read_at_most
from node.cli.connection import Connection
from node.explained import Explained
from registry.checking import Found
from registry.names import anchor_id
from registry.records.kind import Kind, decode_body

MAX_PROOF_BYTES = 64 * 1024
ANCHOR_SUFFIX = ".anchor.json"
"""What the proof beside a credential's file adds to its name."""


def read_anchor(file: Path) -> tuple[bytes, AnchorProof]:
    """Root and proof from a file that `matricula anchor` wrote. Raises Explained."""
    data = read_at_most(file, MAX_PROOF_BYTES)
    try:
        document = json.loads(data)
        root = bytes.fromhex(document.pop("root"))
        del document["issuer"]  # that of the credential counts
        return root, AnchorProof.from_json(document)
    except (ValueError, KeyError, TypeError, AttributeError, AnchorTextError) as error:
        do = "give the file that `matricula anchor` put beside the credential"
        raise Explained(f"not an anchor proof: {error}", where=file, do=do) from error


def gather(connection: Connection, credential: Document, anchor: tuple[bytes, AnchorProof] | None) -> Facts:
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
        if anchor is not None and proves(anchor[1], credential_hash(credential), anchor[0]):
            recorded = await client.record(Kind.ANCHOR, anchor_id(needs.issuer, anchor[0]))
            if isinstance(recorded.verdict.finding, Found):
                anchored_ms = recorded.verdict.finding.version.time_ms
        did = found.verdict.finding
        body = decode_body(Kind.DID, did.body) if isinstance(did, Found) else None
        return Facts(body, lists, min(times_ms), anchor is not None, anchored_ms)

    return connection.run(gathering)
