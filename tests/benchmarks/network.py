"""Four institutions on this machine as the benchmarks use them: running, with registered issuers."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from node.files.keystore import MINIMAL, KeyPurpose, open_key
from node.process.clock import now_ms
from node.setup.config import INSTITUTION_FRAGMENT
from node.setup.localnet import PASSPHRASE, PROFILES, Localnet
from registry.build import OwnedKey, TransactionBuilder
from registry.kinds.did.record import Purpose
from registry.kinds.parameters.record import Parameters
from registry.kinds.status_list.record import StatusPurpose
from registry.primitives import codec

NODES = 4
VALID_FOR_MS = 55 * 60 * 1000
FRAGMENT = "k"
FINAL_TRANSACTIONS = b"matricula_final_transactions_total "
SETTINGS = "requests_per_s = 1000000\n"


@dataclass(frozen=True, slots=True)
class Issuer:
    """A registered DID, the key that signs its transactions, and who sponsors it."""

    did: str
    seed: bytes
    sponsor: str

    @property
    def key_id(self) -> str:
        """The DID URL of its key."""
        return f"{self.did}#{FRAGMENT}"


@dataclass(frozen=True, slots=True)
class Network:
    """A running local network, its issuers, and a session to talk to its nodes."""

    local: Localnet
    issuers: tuple[Issuer, ...]
    session: aiohttp.ClientSession

    @property
    def genesis_hash(self) -> bytes:
        """What transactions are bound to."""
        return self.local.genesis.genesis_hash

    def pid(self, number: int) -> int:
        """The process of a node."""
        process = self.local.nodes[number].process
        assert process is not None
        return process.pid

    async def final_transactions(self, number: int) -> int:
        """How many transactions have become final at a node since its start."""
        async with self.session.get(f"{self.local.api_urls[number]}/metrics") as response:
            text = await response.read()
        line = next(line for line in text.splitlines() if line.startswith(FINAL_TRANSACTIONS))
        return int(float(line.removeprefix(FINAL_TRANSACTIONS)))

    async def height(self, number: int) -> int:
        """The last final height of a node, which it states also before it answers questions."""
        async with self.session.get(f"{self.local.api_urls[number]}/healthz") as response:
            return int((await response.json())["height"])

    async def news(self, number: int, height: int) -> None:
        """Waits until a node has a block above the height, some seconds at most."""
        url = f"{self.local.api_urls[number]}/v1/changes?since={height}&wait=5&limit=1"
        async with self.session.get(url) as response:
            await response.read()

    async def post_final(self, number: int, transaction: bytes) -> None:
        """Posts a transaction and waits until it is final."""
        url = f"{self.local.api_urls[number]}/v1/transactions?wait=final"
        headers = {"content-type": "application/cose"}
        async with self.session.post(url, data=transaction, headers=headers) as response:
            answer = await response.json(content_type=None)
        if response.status != 200:
            raise RuntimeError(f"a transaction is not final: {response.status} {answer}")


def prepare(folder: Path) -> Localnet:
    """Found the four, with quotas and limits that no benchmark reaches."""
    parameters = Parameters(record_quota=2**40, status_daily_permille=1_000)
    return Localnet.prepare(
        folder, PROFILES[:NODES], time_ms=now_ms(), parameters=parameters, settings=SETTINGS
    )


@asynccontextmanager
async def running(folder: Path, issuers: int = 8) -> AsyncIterator[Network]:
    """Four nodes that are ready, with so many issuers registered; stopped at the end."""
    local = prepare(folder)
    timeout = aiohttp.ClientTimeout(total=60)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        try:
            await local.start_all()
            registered = registrations(local, issuers)
            network = Network(local, tuple(issuer for issuer, _ in registered), session)
            await asyncio.gather(*(network.post_final(0, transaction) for _, transaction in registered))
            yield network
        finally:
            await local.stop_all()


def registrations(local: Localnet, issuers: int, until_ms: int | None = None) -> list[tuple[Issuer, bytes]]:
    """New issuers, sponsored by the institutions in turn, each with the transaction that registers it."""
    made = []
    for number in range(issuers):
        node = local.nodes[number % NODES]
        sponsor, seed = node.profile.did, os.urandom(32)
        institution = open_key(
            node.keys / "institution.key", KeyPurpose.INSTITUTION, lambda: PASSPHRASE, least=MINIMAL
        )
        builder = TransactionBuilder(local.genesis.genesis_hash, os.urandom(16))
        did = f"{sponsor}:{number}"
        builder.register_did(sponsor, [OwnedKey(FRAGMENT, Purpose.CAPABILITY_INVOCATION, seed)], did=did)
        key_id = f"{sponsor}#{INSTITUTION_FRAGMENT}"
        transaction = builder.sign(key_id, institution, until_ms or now_ms() + VALID_FOR_MS)
        made.append((Issuer(did, seed, sponsor), transaction))
    return made


def anchor(genesis_hash: bytes, issuer: Issuer, operations: int = 1, until_ms: int | None = None) -> bytes:
    """A transaction with so many anchors."""
    builder = TransactionBuilder(genesis_hash, os.urandom(16))
    for _ in range(operations):
        builder.anchor(issuer.did, os.urandom(32), 64)
    return builder.sign(issuer.key_id, issuer.seed, until_ms or now_ms() + VALID_FOR_MS)


def records(genesis_hash: bytes, issuer: Issuer, operations: int, until_ms: int) -> bytes:
    """A transaction that makes so many records: status lists, each with a place in the map of its own."""
    builder = TransactionBuilder(genesis_hash, os.urandom(16))
    for _ in range(operations):
        builder.create_status_list(issuer.did, os.urandom(16).hex(), StatusPurpose.REVOCATION)
    return builder.sign(issuer.key_id, issuer.seed, until_ms)


def batches(
    genesis_hash: bytes, issuers: Sequence[Issuer], transactions: int, size: int, operations: int = 1
) -> list[bytes]:
    """Request bodies, each a CBOR array of `size` transactions of one issuer, the issuers in turn."""
    return [
        codec.encode([anchor(genesis_hash, issuers[number % len(issuers)], operations) for _ in range(size)])
        for number in range(-(-transactions // size))
    ]
