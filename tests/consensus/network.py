"""Replicas joined by an in-memory network with a toy ledger: every message arrives after `delay_ms`, in
order, unless a link is cut.

The roots of the toy ledger are hashes of what came before, so two replicas that commit the same header
executed the same chain. Time passes only by `run`; nothing here reads a clock.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from consensus.config import ReplicaConfig, Restored
from consensus.events import (
    Broadcast,
    Build,
    Built,
    Commit,
    DropLink,
    Effect,
    Event,
    Evidence,
    Execute,
    Executed,
    Halt,
    LinkUp,
    Now,
    PoolChanged,
    Received,
    Send,
    StoreBlock,
    StoreCertificate,
    StoreFloor,
    StoreProposal,
    StoreVote,
    Sync,
    Synced,
    Tick,
    Validity,
)
from consensus.guard import Guard, GuardState
from consensus.header import VERSION, Header, block_hash, transactions_root
from consensus.messages import Block, Certificate, FinalBlock, Message, Propose, Vote
from consensus.replica import Replica
from consensus.timing import Timing
from consensus.wire import decode_range, encode_range
from registry.primitives import ed25519
from registry.primitives.digest import sha256
from registry.primitives.validator_set import Validator, ValidatorSet

GENESIS_HASH = sha256(b"a network of tests")
WALL_MS = 1_800_000_000_000
RULESET = 1


def seed(index: int) -> bytes:
    """The private seed of a validator."""
    return sha256(b"seed %d" % index)


def validator_set(n: int) -> ValidatorSet:
    """n validators with real keys."""
    return ValidatorSet(
        tuple(
            Validator(ed25519.public_key(seed(index)), f"peer-{index}", (), f"did:example:{index}")
            for index in range(n)
        )
    )


def signer(index: int) -> Callable[[bytes], bytes]:
    """Signs with a validator's key."""
    return lambda message: ed25519.sign(seed(index), message)


def anchor(validators: ValidatorSet) -> Header:
    """The header of height 0."""
    return Header(
        version=VERSION,
        ruleset=RULESET,
        genesis_hash=bytes(32),
        epoch=0,
        height=0,
        parent_hash=bytes(32),
        time_ms=WALL_MS - 1_000_000,
        transactions_root=transactions_root(()),
        log_size=1,
        log_root=bytes(32),
        state_root=bytes(32),
        validators_hash=validators.digest(),
        next_validators_hash=None,
        proposer=0,
    )


def configuration(n: int, index: int | None, timing: Timing | None = None) -> ReplicaConfig:
    """The configuration of replica `index` among n."""
    validators = validator_set(n)
    return ReplicaConfig(
        genesis_hash=GENESIS_HASH,
        epoch=0,
        validators=validators,
        index=index,
        anchor=anchor(validators),
        ruleset=RULESET,
        verify=ed25519.verify,
        timing=timing or Timing(),
    )


def toy_block(config: ReplicaConfig, build: Build, proposer: int, transactions: tuple[bytes, ...]) -> Block:
    """What the toy ledger builds: both roots are hashes of the parent and the transactions, and
    its log counts blocks."""
    root = transactions_root(transactions)
    state_root = sha256(build.parent_hash + root)
    header = Header(
        version=VERSION,
        ruleset=config.ruleset,
        genesis_hash=config.genesis_hash,
        epoch=build.epoch,
        height=build.height,
        parent_hash=build.parent_hash,
        time_ms=build.time_ms,
        transactions_root=root,
        log_size=1 + build.height,
        log_root=sha256(state_root),
        state_root=state_root,
        validators_hash=config.validators.digest(),
        next_validators_hash=None,
        proposer=proposer,
    )
    return Block(header, transactions)


def is_valid(block: Block) -> bool:
    """Whether the toy ledger gives the roots in the header."""
    header = block.header
    state_root = sha256(header.parent_hash + transactions_root(block.transactions))
    expected = state_root, 1 + header.height, sha256(state_root)
    return (header.state_root, header.log_size, header.log_root) == expected


@dataclass
class Disk:
    """What is durable of a replica."""

    guard: GuardState | None
    votes: list[Vote] = field(default_factory=list)
    floor: tuple[int, int] = (0, 0)
    blocks: dict[bytes, Block] = field(default_factory=dict)
    certificates: list[Certificate] = field(default_factory=list)
    proposal: Propose | None = None
    chain: list[FinalBlock] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)

    def write(self, effect: Effect) -> None:
        """Keep a durable effect."""
        match effect:
            case StoreVote(vote):
                self.votes.append(vote)
            case StoreFloor(epoch, view):
                self.floor = (epoch, view)
            case StoreBlock(named, block):
                self.blocks[named] = block
            case StoreCertificate(certificate):
                self.certificates.append(certificate)
            case StoreProposal(proposal):
                self.proposal = proposal
            case Commit(blocks):
                self.chain.extend(blocks)
            case Evidence():
                self.evidence.append(effect)
            case _:
                pass

    def restored(self) -> Restored:
        """What a replica that starts again is given."""
        tip = self.chain[-1] if self.chain else None
        view = 0 if tip is None else tip.candidate.view
        return Restored(
            tip,
            tuple(certificate for certificate in self.certificates if certificate.view > view),
            tuple(self.blocks.values()),
            self.proposal,
        )


class Ledger(Protocol):
    """What blocks are executed and built by."""

    def execute(self, block: Block) -> Validity:
        """The outcome of a block whose parent was executed or committed."""

    def build(self, config: ReplicaConfig, build: Build, proposer: int, pending: list[bytes]) -> Block:
        """A valid block."""

    def commit(self, blocks: tuple[FinalBlock, ...]) -> None:
        """These blocks are final."""


class ToyLedger:
    """Roots that are hashes of the parent and the transactions."""

    def execute(self, block: Block) -> Validity:
        """Compares the roots."""
        return Validity.VALID if is_valid(block) else Validity.INVALID

    def build(self, config: ReplicaConfig, build: Build, proposer: int, pending: list[bytes]) -> Block:
        """As many transactions as the share says."""
        return toy_block(config, build, proposer, tuple(pending[: build.share]))

    def commit(self, blocks: tuple[FinalBlock, ...]) -> None:
        """Nothing to keep."""


@dataclass(frozen=True)
class World:
    """What the replicas of a network have in common, and what each executes with."""

    configure: Callable[[int, int | None, Timing], ReplicaConfig] = configuration
    ledger: Callable[[], Ledger] = ToyLedger


class Node:
    """One replica and its driver."""

    def __init__(self, network: "Network", index: int, n: int, *, votes: bool = True) -> None:
        self.network = network
        self.index = index
        self.votes = votes
        self.config = network.world.configure(n, index if votes else None, network.timing)
        self.ledger = network.world.ledger()
        self.disk = Disk(GuardState.newborn(sha256(b"%d" % index)[:16]) if votes else None)
        self.pool: list[bytes] = []
        self.is_up = False
        self.halted: Halt | None = None
        self.dropped: list[DropLink] = []
        self.start()

    def start(self) -> None:
        """Begin, or begin again from the disk."""
        guard = None
        if self.disk.guard is not None:
            state = GuardState(self.disk.guard.incarnation, self.disk.floor, tuple(self.disk.votes))
            guard = Guard(signer(self.index), self.config.genesis_hash, self.index, state)
        self.replica = Replica(self.config, guard, self.disk.restored())
        self.is_up = True

    def stop(self) -> None:
        """Lose everything that is not on the disk."""
        self.is_up = False

    def handle(self, event: Event) -> None:
        """One turn of one event: durable effects first, then the rest."""
        if not self.is_up:
            return
        effects = self.replica.handle(self.network.now(), event)
        for effect in effects:
            self.disk.write(effect)
        for effect in effects:
            self._act(effect)

    def _act(self, effect: Effect) -> None:
        match effect:
            case Send(peer, message):
                self.network.send(self.index, peer, message)
            case Broadcast(message):
                for peer in self.network.nodes:
                    self.network.send(self.index, peer, message)
            case Execute(named, block):
                self.network.later(self, Executed(named, self.ledger.execute(block)))
            case Build():
                block = self.ledger.build(self.config, effect, self.index, self.pool)
                self.network.later(self, Built(effect.view, block))
            case Sync(from_height, peers):
                held = self.network.nodes[peers[0]].disk.chain
                served = decode_range(encode_range(held[from_height - 1 : from_height + 7]))
                self.network.later(self, Synced(peers[0], served), self.network.delay_ms)
            case Commit(blocks):
                self.ledger.commit(blocks)
                ordered = {transaction for final in blocks for transaction in final.block.transactions}
                self.pool = [waiting for waiting in self.pool if waiting not in ordered]
                self.network.later(self, PoolChanged(bool(self.pool)))
            case DropLink():
                self.dropped.append(effect)
            case Halt():
                self.halted = effect
            case _:
                pass


class Network:
    """The nodes, the messages under way, and time."""

    def __init__(
        self,
        n: int,
        *,
        delay_ms: int = 20,
        observers: int = 0,
        timing: Timing | None = None,
        world: World | None = None,
    ) -> None:
        self.world = world or World()
        self.delay_ms = delay_ms
        self.timing = timing or Timing()
        self.time_ms = 1_000
        self._queue: list[tuple[int, int, Callable[[], None]]] = []
        self._count = 0
        self.is_cut: Callable[[int, int, Message], bool] = lambda source, target, message: False
        self.nodes = {index: Node(self, index, n, votes=index < n) for index in range(n + observers)}
        for node in self.nodes.values():
            self.link(node)

    def now(self) -> Now:
        """Both clocks; they agree on all nodes."""
        return Now(self.time_ms, WALL_MS + self.time_ms)

    def link(self, node: Node) -> None:
        """Bring up the links of a node that has started, on both sides."""
        for other in self.nodes.values():
            if other is not node and other.is_up:
                node.handle(LinkUp(other.index))
                other.handle(LinkUp(node.index))

    def order(self, transaction: bytes) -> None:
        """Give a transaction to every node."""
        for node in self.nodes.values():
            node.pool.append(transaction)
            node.handle(PoolChanged(True))

    def send(self, source: int, target: int, message: Message) -> None:
        """Deliver after the delay, unless the link is cut now."""
        if source != target and not self.is_cut(source, target, message):
            self.later(self.nodes[target], Received(source, message), self.delay_ms)

    def later(self, node: Node, event: Event, delay_ms: int = 1) -> None:
        """Give an event to a node after a while, if the same replica still runs."""
        replica = node.replica
        self._at(self.time_ms + delay_ms, lambda: node.handle(event) if node.replica is replica else None)

    def run(self, duration_ms: int, until: Callable[[], bool] = lambda: False) -> bool:
        """Let time pass; ends early once `until` holds and says whether it did."""
        end_ms = self.time_ms + duration_ms
        while not until():
            deadlines = [
                (due, node)
                for node in self.nodes.values()
                if node.is_up and (due := node.replica.deadline_ms) is not None
            ]
            tick_ms = min((due for due, _ in deadlines), default=end_ms + 1)
            event_ms = self._queue[0][0] if self._queue else end_ms + 1
            next_ms = min(tick_ms, event_ms)
            if next_ms > end_ms:
                self.time_ms = end_ms
                return until()
            self.time_ms = max(self.time_ms, next_ms)
            if event_ms <= tick_ms:
                heapq.heappop(self._queue)[2]()
            else:
                for due, node in deadlines:
                    if due <= self.time_ms:
                        node.handle(Tick())
        return True

    def heights(self) -> list[int]:
        """How many blocks each node has committed."""
        return [len(node.disk.chain) for node in self.nodes.values()]

    def agrees(self) -> bool:
        """Whether every chain is a prefix of the longest."""
        chains = [
            [block_hash(final.block.header) for final in node.disk.chain] for node in self.nodes.values()
        ]
        longest = max(chains, key=len)
        return all(longest[: len(chain)] == chain for chain in chains)

    def _at(self, at_ms: int, act: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._queue, (at_ms, self._count, act))
