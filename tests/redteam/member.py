"""The hostile member: a listed member's keys, its real node, and a transport that an attacker bends.

It runs in a process of its own (`tests.redteam.member_process`), beside three honest ones.
"""

import asyncio
import os
import sys
from collections import Counter, deque
from collections.abc import Callable, Mapping
from contextlib import suppress

import structlog

from consensus.guard import Guard, GuardState
from consensus.messages import Candidate, CertificateMessage, Message, Propose, Status, Vote, VoteKind
from consensus.signing import vote_bytes
from consensus.timing import Timing
from consensus.wire import decode_message
from node.files.keystore import MINIMAL, KeyPurpose, open_key
from node.links.frames import FrameKind, split
from node.process.assembly import Node
from node.process.clock import CLOCK, Clock, now_ms
from node.process.identity import NodeIdentity
from node.process.shared_parts import NodeDependencies, NodeSettings
from node.setup.config import load_config
from node.setup.founding import SETTINGS_FILE
from node.setup.localnet import PASSPHRASE, Localnet
from node.storage.failpoints import FailPoints
from node.storage.store import Store
from node.transport.identity import PeerIdentity
from registry.build import TransactionBuilder
from registry.primitives import ed25519
from tests.redteam.attacker import Attacker
from tests.redteam.bent import BentSink, BentTransport
from tests.redteam.floods import Flood, message_frame
from tests.redteam.seats import SEAT, victims_of

HEARD = 512
"""Proposals and certificates that the member remembers."""
VALID_FOR_MS = 55 * 60 * 1000


class Member:
    """What attackers act with. `tally` counts what they did and what became of it; `clock_offset_ms` is added
    to the member's wall clock; `view` is the highest view that it knows to have begun; `linked` is set
    once all honest members are."""

    def __init__(self, localnet: Localnet, attacker: Callable[["Member"], Attacker]) -> None:
        self.localnet = localnet
        self.tally: Counter[str] = Counter()
        self.clock_offset_ms = 0
        self.view = 1
        self.linked = asyncio.Event()
        self._moved = asyncio.Event()
        self.certificates: deque[CertificateMessage] = deque(maxlen=HEARD)
        self.proposals: deque[Propose] = deque(maxlen=HEARD)
        self.genesis_hash = localnet.genesis.genesis_hash
        self.institution = localnet.nodes[SEAT].profile.did
        self._keys = localnet.nodes[SEAT].keys
        self.institution_seed = self._key("institution", KeyPurpose.INSTITUTION)
        self.consensus_seed = self._key("consensus", KeyPurpose.CONSENSUS)
        validators = localnet.genesis.validators
        index = validators.index_of(ed25519.public_key(self.consensus_seed))
        if index is None:
            raise ValueError("the hostile member's key is not in the genesis document")
        self.index = index
        self.victims = victims_of(localnet)
        self._node, self._sink, self.transport = self._open()
        self.attacker = attacker(self)

    # What attackers do

    def pass_on(self, peer: str, frame: bytes) -> bool:
        """Send a frame as the node underneath would."""
        return self.transport.pass_on(peer, frame)

    def say(self, peer: str, message: Message, count: str) -> None:
        """Send a message of the attacker's own; counted if the link takes it."""
        if self.transport.pass_on(peer, message_frame(message)):
            self.tally[count] += 1

    def flood(self, flood: Flood) -> None:
        """Write this flood from now on."""
        self.transport.floods.append(flood)

    async def honest_answer(self, peer: str, body: bytes) -> bytes:
        """What the node underneath answers a bulk request."""
        return await self._sink.links.on_request(peer, body)

    async def view_after(self, view: int) -> int:
        """Waits until a higher view has begun; that view."""
        while self.view <= view:
            await self._moved.wait()
        return self.view

    def vote(self, kind: VoteKind, view: int, candidate: Candidate | None) -> Vote:
        """A vote with the member's key, whatever it signed before."""
        signature = self.sign(vote_bytes(self.genesis_hash, kind, 0, view, candidate))
        return Vote(kind, 0, view, candidate, self.index, signature)

    def status(self, nonce: bytes) -> Status:
        """A valid status."""
        guard = Guard(self.sign, self.genesis_hash, self.index, GuardState.newborn(bytes(16)))
        return guard.status(0, self.view, now_ms(), None, nonce)

    def sign(self, message: bytes) -> bytes:
        """Sign with the consensus key."""
        return ed25519.sign(self.consensus_seed, message)

    def transaction(self) -> TransactionBuilder:
        """A transaction of the member's institution, to be filled and signed by `signed`."""
        return TransactionBuilder(self.genesis_hash, os.urandom(16))

    def signed(self, builder: TransactionBuilder, valid_for_ms: int = VALID_FOR_MS) -> bytes:
        """The transaction, signed by the institution."""
        key_id = f"{self.institution}#institution"
        return builder.sign(key_id, self.institution_seed, now_ms() + valid_for_ms)

    def decoded(self, frame: bytes) -> Message | None:
        """The consensus message in a frame; None for a frame of another kind."""
        kind, body = split(frame)
        return decode_message(body) if kind is FrameKind.CONSENSUS else None

    # The process around it

    async def run(self) -> None:
        """Run the node underneath until cancelled; raises what ended it."""
        sys.setswitchinterval(0.001)
        try:
            await self._node.run(self.transport)
        finally:
            self._node.close()

    async def attack(self, seconds: float) -> Mapping[str, int]:
        """Attack for so long; then be honest again. The tally of what was done."""
        before = Counter(self.tally)
        self.transport.post, self._sink.answer = self._post, self.attacker.answer
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.attacker.attack()
                await asyncio.Event().wait()
        self.transport.floods.clear()
        self.transport.post = self._sink.answer = None
        self.clock_offset_ms = 0
        return self.tally - before

    def _link_changed(self, linked: int) -> None:
        if linked == len(self.victims):
            self.linked.set()

    def _post(self, peer: str, frame: bytes) -> None:
        self._hear(frame)
        self.attacker.post(peer, frame)

    def _hear(self, frame: bytes) -> None:
        if not frame or frame[0] != FrameKind.CONSENSUS:
            return
        match self.decoded(frame):
            case CertificateMessage(certificate) as message:
                self._enter(certificate.view + 1)
                self.certificates.append(message)
            case Propose() as proposal:
                self._enter(proposal.candidate.view)
                self.proposals.append(proposal)
            case _:
                return

    def _enter(self, view: int) -> None:
        if view > self.view:
            self.view = view
            self._moved.set()
            self._moved = asyncio.Event()

    def _key(self, name: str, purpose: KeyPurpose) -> bytes:
        return open_key(self._keys / f"{name}.key", purpose, lambda: PASSPHRASE, least=MINIMAL)

    def _open(self) -> tuple[Node, BentSink, BentTransport]:
        # It knows that it lies: being shown a vote that its guard does not hold must not end it (R12).
        setattr(Guard, "is_foreign", lambda _guard, _vote: False)  # noqa: B010
        config = load_config(self.localnet.nodes[SEAT].folder / SETTINGS_FILE)
        peer_seed = self._key("peer", KeyPurpose.PEER)
        document = self.localnet.genesis
        failpoints = FailPoints.from_environment({})
        store = Store.open(
            config.path(config.settings.storage.directory), failpoints=failpoints, on_failure=_raise
        )
        node = Node(
            NodeDependencies(
                store=store,
                document=document,
                identity=NodeIdentity(PeerIdentity.from_seed(peer_seed).peer_id, self.consensus_seed),
                settings=NodeSettings(timing=Timing(heartbeat_ms=document.parameters.heartbeat_ms)),
                clock=Clock(CLOCK.monotonic_ms, lambda: now_ms() + self.clock_offset_ms),
                failpoints=failpoints,
                log=structlog.get_logger(),
            )
        )
        sink = BentSink(node.links, self._hear, self._link_changed)
        return node, sink, BentTransport(peer_seed, (config.settings.network.listen,), sink, self.tally)


def _raise(failure: Exception) -> None:
    raise failure
