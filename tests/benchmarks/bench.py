"""A ledger in memory to which blocks are added, and the names and keys that the measured transactions use."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain

from registry.build import OwnedKey, TransactionBuilder
from registry.execution import BlockContext, Execution, ExecutionResult, Receipt, Rejected
from registry.genesis import GenesisDocument, GenesisMember, genesis_block_state
from registry.kinds.did.record import MAX_PERIODS, Purpose
from registry.kinds.member.record import Name
from registry.kinds.parameters.record import Parameters
from registry.network_kind import NetworkKind
from registry.primitives import ed25519
from registry.primitives.digest import sha256
from registry.primitives.validator_set import Validator, ValidatorSet
from registry.record_type import decoded
from registry.roles import Role
from registry.ruleset import CURRENT
from registry.state import State
from registry.tables import MemoryStore

START_MS = 1_800_000_000_000
MEMBER = "did:web:member.example"
INVOKE, ASSERT = Purpose.CAPABILITY_INVOCATION, Purpose.ASSERTION_METHOD


def seed(name: str) -> bytes:
    """The private key that stands for a name."""
    return sha256(name.encode())


def document(parameters: Parameters) -> GenesisDocument:
    """A network of one member."""
    key = ed25519.public_key(seed(MEMBER))
    multikey = ed25519.to_multikey(key)
    names, roles = (Name("en", "Member"),), (Role.OPERATOR, Role.ISSUER)
    member = GenesisMember(MEMBER, names, "PT", "", (), roles, "key-1", multikey, None)
    validators = ValidatorSet((Validator(key, "peer", (), MEMBER),))
    return GenesisDocument(
        1, "costs", NetworkKind.DEMO, START_MS, CURRENT.number, parameters, (member,), validators
    )


class Bench:
    """A ledger in memory to which blocks are added, first those that prepare, then the one that is
    measured."""

    def __init__(self) -> None:
        self._limits = Parameters()
        # What prepares a workload may be as long as it takes; the measured block has the default's limits.
        wide = replace(self._limits, block_cost=10_000_000, status_daily_permille=1_000)
        genesis_document = document(wide)
        self.genesis_hash = genesis_document.genesis_hash
        genesis = genesis_block_state(genesis_document)
        self._store = MemoryStore()
        self._store.apply(genesis.writes)
        self._state = State(self._store, genesis.map, genesis.ledger)
        self._height = 0
        self._nonce = 0
        self._dids = 0
        self._held: dict[bytes, bytes] = {}

    def new_did(self) -> str:
        """A DID that no transaction has named."""
        self._dids += 1
        return f"did:web:old{self._dids}.example"

    def begin(self) -> TransactionBuilder:
        """A transaction to be filled with operations."""
        self._nonce += 1
        return TransactionBuilder(self.genesis_hash, self._nonce.to_bytes(16, "big"))

    def sign(self, builder: TransactionBuilder, did: str = MEMBER) -> bytes:
        """The transaction, signed by a DID's first key, which is named after the DID."""
        self._held |= {held.address: held.encode() for held in builder.attachments}
        return builder.sign(f"{did}#key-1", seed(did), START_MS + 3_600_000)

    def prepare(self, *transactions: bytes) -> None:
        """Put transactions into a block of their own."""
        execution = self._execution(ed25519.verify)
        for transaction in transactions:
            answer = execution.add(transaction)
            if not isinstance(answer, Receipt):
                raise ValueError(f"a workload's preparation is refused: {answer}")
        executed = execution.finish()
        self._store.apply(executed.writes)
        self._state = State(self._store, executed.map, executed.ledger)
        self._height += 1

    def fill(self, transactions: Iterator[bytes]) -> tuple[list[bytes], ExecutionResult]:
        """As many of the transactions as the block's limits allow."""
        limits = self._limits
        first = next(transactions)  # a workload prepares its ledger before its first transaction
        execution = self._execution(ed25519.verify)
        taken: list[bytes] = []
        size = 0
        for transaction in chain((first,), transactions):
            size += len(transaction)
            if len(taken) == limits.block_transactions or size > limits.block_bytes:
                break
            trial = execution.add(transaction)
            if isinstance(trial, Rejected):
                raise ValueError(f"a workload's transaction is refused: {trial}")
            if execution.cost > limits.block_cost:
                break
            taken.append(transaction)
        return taken, self._execute(taken, ed25519.verify)[0]

    def time_ms(self, transactions: list[bytes], *, signatures: bool, repeat: int) -> float:
        """The shortest of some executions, in milliseconds of this process's time."""
        verify = ed25519.verify if signatures else _checked_before
        return min(self._execute(transactions, verify)[1] for _ in range(repeat))

    def _execute(self, transactions: list[bytes], verify: ed25519.Verify) -> tuple[ExecutionResult, float]:
        decoded.cache_clear()  # as after a start
        started = time.process_time()
        execution = self._execution(verify)
        for transaction in transactions:
            execution.add(transaction)
        executed = execution.finish()
        return executed, (time.process_time() - started) * 1_000

    def _execution(self, verify: ed25519.Verify) -> Execution:
        height = self._height + 1
        context = BlockContext(self.genesis_hash, bytes(32), 0, height, START_MS + height, CURRENT.number)
        return Execution(self._state, context, self._held.get, verify)


def _checked_before(_key: bytes, _message: bytes, _signature: bytes) -> bool:
    """Stands for a node's memory of signatures that it checked when the transactions arrived."""
    return True


Workload = Callable[[Bench], Iterator[bytes]]


def key(name: str, purpose: Purpose = INVOKE, fragment: str = "key-1") -> OwnedKey:
    """A key of that name."""
    return OwnedKey(fragment, purpose, seed(name))


def long_lived(bench: Bench, count: int) -> list[str]:
    """Further DIDs whose records are as long as they become: 31 keys, most with as many periods as a key may
    have."""
    dids = [bench.new_did() for _ in range(count)]
    for did in dids:
        build = bench.begin()
        credentials = [key(f"{did} {place}", ASSERT, f"key-{place}") for place in range(2, 32)]
        build.register_did(MEMBER, [key(did), *credentials], did=did)
        bench.prepare(bench.sign(build))
        build = bench.begin()
        for place in range(4, 32):
            for earlier in range(MAX_PERIODS - 1):
                build.report_compromised(did, f"key-{place}", START_MS - earlier)
        bench.prepare(bench.sign(build, did))
    return dids
