"""An issuer beside a network of nodes: its list, its keys, and publications of what the ledger holds."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from aiohttp import web

from api.credentials.list_url import published_url
from api.limits import ServerLimits
from api.ports import Accepted, Final
from api.proving.stored import stored_record
from api.publications.form import PublicationForm
from api.publications.forms import publish
from api.publications.statement import StatusStatement
from api.server import runner
from node.process.assembly import Node
from node.process.clock import CLOCK, Clock
from registry.build import OwnedKey, TransactionBuilder
from registry.kinds.did.record import Purpose
from registry.kinds.status_list.bitmap import read_chunk
from registry.kinds.status_list.record import (
    CHUNK_BITS,
    MIN_SIZE,
    STATUS_LIST_RECORD,
    StatusPurpose,
    status_list_id,
)
from registry.primitives import ed25519
from registry.record_type import record_key
from tests.node.process.cluster import Cluster, genesis, member_did, seed

WAIT_S = 20.0
DAY_MS = 86_400_000
MINUTE_MS = 60_000
LONG_MS = 10 * MINUTE_MS
ISSUER = member_did(0)
LIST_ID = status_list_id(ISSUER, "degrees")
URL = published_url("https://lists.example", LIST_ID)
PATH = f"/status/{ISSUER}/degrees"


@dataclass
class Time:
    """The wall clock of all nodes, which a test moves."""

    shift_ms: int = 0
    clock: Clock = field(init=False)

    def __post_init__(self) -> None:
        self.clock = Clock(CLOCK.monotonic_ms, lambda: CLOCK.wall_ms() + self.shift_ms)


@dataclass
class Issuer:
    """Member 0, which issues; its credentials keys are called by numbers."""

    network: Cluster
    time: Time
    purpose: StatusPurpose = StatusPurpose.REVOCATION
    anchored: int = 0

    async def settle(self) -> None:
        """Its first credentials key, and an empty list."""
        builder = self.network.builder()
        builder.add_key(ISSUER, _owned(1))
        builder.create_status_list(ISSUER, "degrees", self.purpose)
        await self.order(builder)

    async def order(self, builder: TransactionBuilder, at: int = 0) -> Final:
        """Signs, gives it to a node, and waits until all nodes have it."""
        until_ms = self.time.clock.wall_ms() + 10 * MINUTE_MS
        data = builder.sign(f"{ISSUER}#key-1", seed("institution 0"), until_ms)
        (outcome,) = await self.network.nodes[at].service.submit([data])
        assert isinstance(outcome, Accepted), outcome
        final = await self.network.nodes[at].service.wait_final(outcome.transaction_id, WAIT_S)
        assert isinstance(final, Final), final
        for node in self.network.nodes.values():
            assert await node.service.wait_above(final.height - 1, WAIT_S)
        return final

    async def revoke(self, *indices: int, at: int = 0) -> None:
        """Sets entries."""
        builder = self.network.builder()
        builder.set_status(ISSUER, "degrees", indices)
        await self.order(builder, at)

    async def pass_time(self, ms: int, at: int = 0) -> None:
        """Moves all clocks, and makes a block that says so. A longer time passes while all machines are off:
        running ones would not believe each other's clocks at once.
        """
        running = list(self.network.nodes) if ms > LONG_MS else []
        for index in running:
            await self.network.stop(index)
        self.time.shift_ms += ms
        for index in running:
            self.network.start(index, clock=self.time.clock)
        self.anchored += 1
        builder = self.network.builder()
        builder.anchor(ISSUER, self.anchored.to_bytes(32, "big"), 1)
        await self.order(builder, at)

    async def add_key(self, number: int) -> None:
        """One more credentials key."""
        builder = self.network.builder()
        builder.add_key(ISSUER, _owned(number))
        await self.order(builder)

    async def report_compromised(self, number: int, since_ms: int) -> None:
        """Its credentials key is in other hands."""
        builder = self.network.builder()
        builder.report_compromised(ISSUER, f"credentials-{number}", since_ms)
        await self.order(builder)

    def bits(self, at: int = 0) -> bytes:
        """What the ledger of a node holds."""
        reader = self.network.nodes[at].service.view().reader
        stored = stored_record(reader, STATUS_LIST_RECORD, LIST_ID)
        assert stored is not None
        key, version = record_key(STATUS_LIST_RECORD, LIST_ID), stored.log.count - 1
        chunks = range(MIN_SIZE // CHUNK_BITS)
        return b"".join(read_chunk(reader, key, chunk, version) for chunk in chunks)

    def publication(
        self,
        form: PublicationForm = PublicationForm.BITSTRING,
        *,
        bits: bytes | None = None,
        life_ms: int = DAY_MS,
        from_ms: int | None = None,
        key: int = 1,
        url: str = URL,
    ) -> bytes:
        """The list, signed now or as of then."""
        begin_ms = (self.time.clock.wall_ms() if from_ms is None else from_ms) // 1_000 * 1_000
        life_ms = life_ms // 1_000 * 1_000
        name = f"{ISSUER}#credentials-{key}"
        statement = StatusStatement(url, ISSUER, name, self.purpose, begin_ms, begin_ms + life_ms)
        sign = ed25519.signing_with(seed(f"credentials {key}"))
        return publish(form, statement, self.bits() if bits is None else bits, sign)


def _owned(number: int) -> OwnedKey:
    return OwnedKey(f"credentials-{number}", Purpose.ASSERTION_METHOD, seed(f"credentials {number}"))


@asynccontextmanager
async def issuing(folder: Path, size: int = 4) -> AsyncIterator[Issuer]:
    """A network whose clocks the test moves, and its issuer, settled."""
    hands = Time()
    network = Cluster(folder, genesis(size))
    try:
        for index in range(size):
            network.start(index, clock=hands.clock)
        issuer = Issuer(network, hands)
        await issuer.settle()
        yield issuer
    finally:
        await network.stop_all()


@asynccontextmanager
async def served(node: Node, clock: Clock = CLOCK) -> AsyncIterator[aiohttp.ClientSession]:
    """A node's HTTP side."""
    serving = runner(node.service, ServerLimits(), clock.wall_ms)
    await serving.setup()
    await web.TCPSite(serving, "127.0.0.1", 0).start()
    host, port = serving.addresses[0][:2]
    async with aiohttp.ClientSession(f"http://{host}:{port}") as session:
        yield session
    await serving.cleanup()


def since(begun_s: float) -> float:
    """Milliseconds since a monotonic time."""
    return (time.monotonic() - begun_s) * 1_000
