"""Four real nodes in one process: real stores, ledgers and replicas, over the transport in memory."""

import asyncio
import hashlib
import sys
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

from consensus.guard import GuardState
from consensus.timing import Timing
from node.observing.logs import open_log
from node.pool.mempool import PoolLimits
from node.process.assembly import Node
from node.process.clock import CLOCK, Clock
from node.process.identity import NodeIdentity
from node.process.shared_parts import NodeDependencies, NodeSettings
from node.storage.failpoints import FailPoints
from node.storage.guard_records import GuardRecords
from node.storage.store import Store
from node.storage.turns import TurnWrites
from node.transport.memory import MemoryNetwork, MemoryTransport
from registry.attachments import Attachment
from registry.build import TransactionBuilder
from registry.genesis import GenesisDocument, GenesisMember
from registry.kinds.member.record import Name
from registry.kinds.parameters.record import Parameters
from registry.network_kind import NetworkKind
from registry.primitives import ed25519
from registry.primitives.validator_set import Validator, ValidatorSet
from registry.roles import Role

VALID_MS = 600_000
LOG = open_log(sys.stderr, level="error", format_="console", institution="test", wall_ms=CLOCK.wall_ms)


def seed(name: str) -> bytes:
    """The private key that stands for a name."""
    return hashlib.sha256(name.encode()).digest()


def member_did(index: int) -> str:
    """The institution that runs validator `index`."""
    return f"did:web:university{index}.example"


def genesis(size: int, name: str = "test") -> GenesisDocument:
    """A network of that many institutions, each with one validator, that begins now."""
    members = tuple(
        GenesisMember(
            member_did(index),
            (Name("en", f"University {index}"),),
            "PT",
            "Norte",
            (),
            (Role.OPERATOR, Role.ISSUER),
            "key-1",
            ed25519.to_multikey(ed25519.public_key(seed(f"institution {index}"))),
            None,
        )
        for index in range(size)
    )
    validators = tuple(
        Validator(ed25519.public_key(seed(f"consensus {index}")), f"peer{index}", (), member_did(index))
        for index in range(size)
    )
    return GenesisDocument(
        version=1,
        name=name,
        kind=NetworkKind.DEMO,
        time_ms=CLOCK.wall_ms(),
        ruleset=1,
        parameters=Parameters(),
        members=members,
        validators=ValidatorSet(validators),
    )


class Cluster:
    """The nodes of a network by index, started and stopped one by one."""

    def __init__(self, folder: Path, document: GenesisDocument, timing: Timing | None = None) -> None:
        self.document = document
        self.links = MemoryNetwork()
        self.nodes: dict[int, Node] = {}
        self.transports: dict[int, MemoryTransport] = {}
        self._folder = folder
        self._timing = timing or Timing()
        self._running: dict[int, asyncio.Task[None]] = {}
        self._made = 0

    def start(
        self,
        index: int,
        *,
        vote: bool = True,
        unused_key: bytes | None = None,
        document: GenesisDocument | None = None,
        consensus_key: str = "",
        clock: Clock = CLOCK,
        failpoints: FailPoints | None = None,
        pool: PoolLimits | None = None,
    ) -> Node:
        """Opens node `index`, making its store and guard the first time, and lets it run."""
        folder = self.folder(index)
        consensus_seed = seed(consensus_key or f"consensus {index}")
        if not folder.exists():
            folder.mkdir()
            store = Store.create(folder)
            turn = TurnWrites()
            public_key = ed25519.public_key(consensus_seed)
            GuardRecords(store.reader, public_key).put_birth(
                turn, GuardState.newborn(seed(f"incarnation {index}")[:16])
            )
            store.commit(turn)
            store.close()
        with ExitStack() as undo:
            store = Store.open(folder, failpoints=failpoints)
            undo.callback(store.close)
            node = Node(
                NodeDependencies(
                    store=store,
                    document=document or self.document,
                    identity=NodeIdentity(
                        f"peer{index}", consensus_seed if vote else None, unused_key=unused_key
                    ),
                    settings=NodeSettings(timing=self._timing, pool=pool or PoolLimits()),
                    clock=clock,
                    failpoints=failpoints or FailPoints(),
                    log=LOG,
                )
            )
            undo.pop_all()
        transport = MemoryTransport(self.links, f"peer{index}", node.links)
        self.nodes[index] = node
        self.transports[index] = transport
        self._running[index] = asyncio.create_task(node.run(transport))
        return node

    def folder(self, index: int) -> Path:
        """The data directory of node `index`."""
        return self._folder / f"node{index}"

    async def stop(self, index: int) -> None:
        """Ends a node; an error that it had ended with is raised here."""
        running = self._running.pop(index)
        running.cancel()
        try:
            await running
        except asyncio.CancelledError:
            pass
        finally:
            self.nodes.pop(index).close()

    async def ended(self, index: int) -> None:
        """Waits until a node ends by itself; raises what ended it."""
        try:
            await self._running.pop(index)
        finally:
            self.nodes.pop(index).close()

    async def stop_all(self) -> None:
        """Ends every node that runs."""
        for index in list(self._running):
            await self.stop(index)

    def builder(self) -> TransactionBuilder:
        """A transaction in the making, different from every other."""
        self._made += 1
        return TransactionBuilder(self.document.genesis_hash, self._made.to_bytes(16, "big"))

    def sign(self, builder: TransactionBuilder, member: int = 0, valid_ms: int = VALID_MS) -> bytes:
        """The transaction signed by an institution."""
        key = seed(f"institution {member}")
        return builder.sign(f"{member_did(member)}#key-1", key, CLOCK.wall_ms() + valid_ms)

    def anchor(self, member: int = 0, *, root: bytes = b"", valid_ms: int = VALID_MS) -> bytes:
        """A transaction that is valid unless its root is anchored already."""
        builder = self.builder()
        fresh = hashlib.sha256(self._made.to_bytes(16, "big")).digest()
        builder.anchor(member_did(member), root or fresh, 1)
        return self.sign(builder, member, valid_ms)

    def anchors(self, member: int, count: int) -> bytes:
        """A transaction of so many operations."""
        builder = self.builder()
        for number in range(count):
            root = hashlib.sha256(self._made.to_bytes(16, "big") + number.to_bytes(2, "big")).digest()
            builder.anchor(member_did(member), root, 1)
        return self.sign(builder, member)

    def schema(self, content: Attachment, member: int = 0) -> bytes:
        """A transaction that publishes a schema whose content is an attachment."""
        builder = self.builder()
        builder.publish_schema(member_did(member), "degree", "1.0.0", content)
        return self.sign(builder, member)


@asynccontextmanager
async def cluster(folder: Path, size: int = 4, timing: Timing | None = None) -> AsyncIterator[Cluster]:
    """A running network; every node is ended when the block is left."""
    made = Cluster(folder, genesis(size), timing)
    try:
        for index in range(size):
            made.start(index)
        yield made
    finally:
        await made.stop_all()
