"""Four real nodes with an institution among them, and credentials that it issued, or did not."""

import json
import struct
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from api.client import Client, submit, trust_in_genesis
from api.credentials.document import Document
from api.credentials.formats.data_integrity import eddsa_jcs, eddsa_rdfc
from api.credentials.open_badges import Learner
from api.credentials.w3c.claims import W3cClaims
from api.credentials.wrappers.table import bake
from api.issuer.achievement import OWN, micro_credential_of
from api.issuer.recording import Change
from node.demo.desk import LIST_NAME, Desk
from node.process.clock import now_ms
from node.setup.localnet import Localnet
from registry.kinds.status_list.record import StatusPurpose
from registry.primitives.ed25519 import signing_with
from tests.answers.live import running

LEARNER = "Zoë Zeeberg"
STRANGER = "did:web:nobody.example"
REVOKED = 5
GOOD = 7
CREATED = "2026-01-31T12:00:00Z"


@dataclass(frozen=True)
class Scene:
    """Where the nodes are, and the credentials by what is the matter with them."""

    network: Localnet
    credentials: dict[str, bytes]

    @property
    def urls(self) -> tuple[str, ...]:
        """The nodes' addresses."""
        return self.network.api_urls


@asynccontextmanager
async def scene(folder: Path) -> AsyncIterator[Scene]:
    """The network for as long as it is held."""
    async with running(folder) as network:
        desk = Desk(network.nodes[0], network.genesis.genesis_hash)
        async with Client(network.api_urls, trust_in_genesis(network.genesis), now_ms=now_ms) as client:
            await submit(client, desk.registration().signed(now_ms()))
            for change in _changes(desk):
                await submit(client, change.signed(now_ms()))
        yield Scene(network, _credentials(desk))


def _changes(desk: Desk) -> list[Change]:
    created, revoked = desk.change(), desk.change()
    created.builder.create_status_list(desk.did, LIST_NAME, StatusPurpose.REVOCATION)
    revoked.builder.set_status(desk.did, LIST_NAME, [REVOKED])
    return [created, revoked]


def _credentials(desk: Desk) -> dict[str, bytes]:
    good, revoked = _issued(desk, GOOD), _issued(desk, REVOKED)
    changed = json.loads(json.dumps(good).replace("Zeeberg", "Zeebarg"))
    unsigned: Document = {name: member for name, member in good.items() if name != "proof"}
    key = good["proof"]["verificationMethod"]  # type: ignore[index,call-overload]
    stranger: Document = {**unsigned, "issuer": STRANGER, "credentialStatus": []}
    files = {
        "good": good,
        "revoked": revoked,
        "changed": changed,
        "unknown": eddsa_jcs.sign(
            stranger,
            signing_with(bytes([9]) * 32),
            verification_method=f"{STRANGER}#key",
            created=CREATED,
        ),
        "linked-data": eddsa_rdfc.sign(
            unsigned, desk._credential_key.sign, verification_method=str(key), created=CREATED
        ),
    }
    encoded = {name: json.dumps(document, ensure_ascii=False).encode() for name, document in files.items()}
    return {**encoded, "picture": blank_png(), "baked": bake(blank_png(), encoded["good"])}


def _issued(desk: Desk, index: int) -> Document:
    issued = desk.issue(micro_credential_of(OWN), Learner(None, LEARNER), index, now_ms())
    claims = issued.credential.claims
    assert isinstance(claims, W3cClaims)
    return claims.document


def blank_png() -> bytes:
    """A picture of one white point, and nothing else."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    data = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\x00\xff")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + data
