"""A small network to test with: three members in different roles, and a chain of blocks over a store in
memory."""

import hashlib
from typing import Any

from registry.build import OwnedKey, TransactionBuilder
from registry.draft import BlockDraft, Draft, Position
from registry.execution import BlockContext, Execution, ExecutionResult, MissingContent, Rejected, execute
from registry.genesis import GenesisDocument, GenesisMember, genesis_block_state
from registry.kinds.did.record import Purpose
from registry.kinds.member.record import Name
from registry.kinds.parameters.record import Parameters
from registry.network_kind import NetworkKind
from registry.primitives import ed25519
from registry.primitives.validator_set import Validator, ValidatorSet
from registry.record_type import RecordType
from registry.roles import Role
from registry.ruleset import CURRENT, RULESETS, Ruleset
from registry.state import State
from registry.tables import MemoryStore

START_MS = 1_800_000_000_000
INVOKE = Purpose.CAPABILITY_INVOCATION
ASSERT = Purpose.ASSERTION_METHOD


def seed(name: str) -> bytes:
    """The private key that stands for a name."""
    return hashlib.sha256(name.encode()).digest()


def owned(name: str, purpose: Purpose = INVOKE, fragment: str = "key-1") -> OwnedKey:
    """A key of that name."""
    return OwnedKey(fragment, purpose, seed(name))


def multikey(name: str) -> bytes:
    """The public half of that name's key."""
    return ed25519.to_multikey(ed25519.public_key(seed(name)))


UNIVERSITY = "did:web:university.example"
AGENCY = "did:web:agency.example"
AUDITOR = "did:web:auditor.example"


def founder(did: str, *roles: Role) -> GenesisMember:
    """A founding member whose first key is named after its DID."""
    return GenesisMember(did, (Name("en", did),), "PT", "Norte", (), roles, "key-1", multikey(did), None)


DOCUMENT = GenesisDocument(
    version=1,
    name="test",
    kind=NetworkKind.DEMO,
    time_ms=START_MS,
    ruleset=CURRENT.number,
    parameters=Parameters(),
    members=(
        founder(UNIVERSITY, Role.OPERATOR, Role.ISSUER),
        founder(AGENCY, Role.OPERATOR, Role.ACCREDITOR),
        founder(AUDITOR, Role.AUDITOR),
    ),
    validators=ValidatorSet((Validator(ed25519.public_key(seed("validator")), "peer", (), UNIVERSITY),)),
)


class Signed:
    """A transaction in the making, with the key that will sign it."""

    def __init__(self, network: "Network", did: str, key: str, nonce: bytes) -> None:
        self.build = TransactionBuilder(network.genesis_hash, nonce, network.ruleset)
        self._network = network
        self.did = did.partition("#")[0]
        self._key_id = f"{did}#key-1" if "#" not in did else did
        self._seed = seed(key)

    def bytes(self, valid_for_ms: int = 60_000) -> bytes:
        """The encoded transaction, valid for some time from the next block's."""
        for attachment in self.build.attachments:
            self._network.held[attachment.address] = attachment.encode()
        return self.build.sign(self._key_id, self._seed, self._network.next_time_ms + valid_for_ms)


def rewritten(state: State, kind: RecordType[Any], record_id: str, body: Any) -> State:
    """The state with another body in one record, as a later ruleset might have put it there."""
    block = BlockDraft(state.reader)
    draft = Draft(block)
    draft.put(kind, record_id, body)
    block.accept(draft, Position(0, 0, START_MS))
    return State(block.overlay, state.map.update(block.heads()), state.ledger)


class Network:
    """A chain of blocks over a store in memory, each block one second after the one before. `ruleset` takes
    the place of the one in use that has its number."""

    def __init__(self, document: GenesisDocument = DOCUMENT, ruleset: Ruleset | None = None) -> None:
        self.genesis_hash = document.genesis_hash
        self.ruleset = ruleset or RULESETS[document.ruleset]
        self._rulesets = {**RULESETS, self.ruleset.number: self.ruleset}
        self.store = MemoryStore()
        genesis = genesis_block_state(document)
        self.store.apply(genesis.writes)
        self.state = State(self.store, genesis.map, genesis.ledger)
        self.height = 0
        self.time_ms = document.time_ms
        self.held: dict[bytes, bytes] = {}
        self._nonce = 0

    @property
    def next_time_ms(self) -> int:
        """The time of the next block."""
        return self.time_ms + 1_000

    @property
    def context(self) -> BlockContext:
        """The next block's context; a real chain would have its parent's hash in place of the state's
        root."""
        return BlockContext(
            self.genesis_hash,
            self.state.state_root,
            0,
            self.height + 1,
            self.next_time_ms,
            self.ruleset.number,
        )

    def body(self, kind: RecordType[Any], record_id: str) -> Any:
        """The last body of a record, or None."""
        return BlockDraft(self.store).body((kind, record_id))

    def signed_by(self, did: str, key: str = "") -> Signed:
        """A transaction to be signed by that DID's (or DID URL's) key, which is named after the DID unless
        told."""
        self._nonce += 1
        return Signed(self, did, key or did, self._nonce.to_bytes(16, "big"))

    def execution(self) -> Execution:
        """The next block, under construction."""
        return Execution(self.state, self.context, self.held.get, rulesets=self._rulesets)

    def attempt(self, *transactions: bytes) -> ExecutionResult | Rejected | MissingContent:
        """What the next block with these transactions would be."""
        return execute(self.state, self.context, transactions, self.held.get, rulesets=self._rulesets)

    def commit(self, *transactions: bytes) -> ExecutionResult:
        """Execute the next block, which must be valid, and write it to the store."""
        executed = self.attempt(*transactions)
        assert isinstance(executed, ExecutionResult), executed
        self.time_ms, self.height = self.next_time_ms, self.height + 1
        self.store.apply(executed.writes)
        self.state = State(self.store, executed.map, executed.ledger)
        return executed
