"""Measures, for each kind of operation, the execution of a block filled to its limits with the costliest
of the kind.

    python -m tests.benchmarks.costliest_block [--repeat N] [WORKLOAD …]

Prints one JSON object: for each workload the transactions and operations of the block, its cost in units,
and milliseconds of execution: `cold` with every signature checked in one thread, `warm` with signatures
checked before, as they are for transactions that arrived ahead of their block. Half the leader's time-out
(2Δ = 600 ms) is the bound: no block may take longer than `bound_ms`. The units of `registry.cost` are set
so that this holds.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import chain

from registry.attachments import Attachment
from registry.build import OwnedKey, TransactionBuilder
from registry.execution import BlockContext, Execution, ExecutionResult, Receipt, Rejected
from registry.genesis import GenesisDocument, GenesisMember, genesis_block_state
from registry.kinds.did.record import MAX_PERIODS, Purpose
from registry.kinds.member.record import Name
from registry.kinds.parameters.record import Parameters
from registry.kinds.schema.record import MAX_SCHEMA_BYTES, ReleaseState
from registry.kinds.status_list.record import CHUNK_BITS, MAX_SIZE, StatusPurpose
from registry.network_kind import NetworkKind
from registry.primitives import ed25519
from registry.primitives.digest import sha256
from registry.primitives.validator_set import Validator, ValidatorSet
from registry.record_type import decoded
from registry.roles import Role
from registry.ruleset import CURRENT
from registry.state import State
from registry.tables import MemoryStore

BOUND_MS = 300
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
        self._held: dict[bytes, bytes] = {}

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


def register(bench: Bench) -> Iterator[bytes]:
    """One DID with one key for each transaction."""
    for number in range(1_000):
        build = bench.begin()
        build.register_did(MEMBER, [key(f"{number}")])
        yield bench.sign(build)


def register_with_many_keys(bench: Bench) -> Iterator[bytes]:
    """DIDs with as many keys as a DID may have."""
    for number in range(1_000):
        build = bench.begin()
        build.register_did(MEMBER, [key(f"{number} {place}", INVOKE, f"key-{place}") for place in range(32)])
        yield bench.sign(build)


def long_lived(bench: Bench, count: int) -> list[str]:
    """DIDs whose records are as long as they become: 31 keys, most with as many periods as a key may
    have."""
    dids = [f"did:web:old{number}.example" for number in range(count)]
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


def add_key(bench: Bench) -> Iterator[bytes]:
    """Keys added to DIDs with long records."""
    for did in long_lived(bench, 200):
        build = bench.begin()
        build.add_key(did, key(f"{did} new", ASSERT, "new"))
        yield bench.sign(build, did)


def retire_key(bench: Bench) -> Iterator[bytes]:
    """Keys retired in long records."""
    for did in long_lived(bench, 200):
        build = bench.begin()
        build.retire_key(did, "key-2")
        yield bench.sign(build, did)


def deactivate(bench: Bench) -> Iterator[bytes]:
    """DIDs with long records ended."""
    for did in long_lived(bench, 200):
        build = bench.begin()
        build.deactivate_did(did)
        yield bench.sign(build, did)


def long_lived_signers(bench: Bench) -> Iterator[bytes]:
    """Anchors, each signed by another DID with a long record."""
    for number, did in enumerate(long_lived(bench, 800)):
        build = bench.begin()
        build.anchor(did, number.to_bytes(32, "big"), 1)
        yield bench.sign(build, did)


def publish(bench: Bench, content: Attachment) -> Iterator[bytes]:
    """One schema for each transaction."""
    for number in range(1_000):
        build = bench.begin()
        build.publish_schema(MEMBER, f"s{number}", "1.0.0", content)
        yield bench.sign(build)


SMALL_SCHEMA = Attachment(bytes(16), b'{"$id":"a","$schema":"b"}')


def publish_small(bench: Bench) -> Iterator[bytes]:
    """Schemas of few bytes."""
    return publish(bench, SMALL_SCHEMA)


def publish_large(bench: Bench) -> Iterator[bytes]:
    """Schemas of the greatest length, of what the JSON reader is slowest at: numbers of one digit."""
    head, tail = b'{"$id":"a","$schema":"b","c":[', b"1]}"
    body = b"1," * ((MAX_SCHEMA_BYTES - len(head) - len(tail)) // 2)
    return publish(bench, Attachment(bytes(16), head + body + tail))


def set_schema_state(bench: Bench) -> Iterator[bytes]:
    """Versions deprecated in schemas that have as many as they may have."""
    names = [f"s{number}" for number in range(300)]
    for name in names:
        build = bench.begin()
        for patch in range(64):
            build.publish_schema(MEMBER, name, f"1.0.{patch}", SMALL_SCHEMA)
        bench.prepare(bench.sign(build))
    for name in names:
        build = bench.begin()
        build.set_schema_state(MEMBER, name, "1.0.0", ReleaseState.DEPRECATED)
        yield bench.sign(build)


def create_list(bench: Bench) -> Iterator[bytes]:
    """One status list for each transaction."""
    for number in range(1_000):
        build = bench.begin()
        build.create_status_list(MEMBER, f"l{number}", StatusPurpose.REVOCATION, MAX_SIZE)
        yield bench.sign(build)


def update(bench: Bench, updates: Iterable[Iterable[int]]) -> Iterator[bytes]:
    """Transactions that set these bits of a list of the greatest length, with something in every chunk."""
    build = bench.begin()
    build.create_status_list(MEMBER, "l", StatusPurpose.SUSPENSION, MAX_SIZE)
    build.set_status(MEMBER, "l", range(0, MAX_SIZE, CHUNK_BITS))
    bench.prepare(bench.sign(build))
    for indices in updates:
        build = bench.begin()
        build.set_status(MEMBER, "l", indices)
        yield bench.sign(build)


def update_one(bench: Bench) -> Iterator[bytes]:
    """One bit for each transaction."""
    return update(bench, ([number * 4_099 + 1] for number in range(1_000)))


def update_scattered(bench: Bench) -> Iterator[bytes]:
    """A bit in each chunk."""
    return update(bench, (range(number, MAX_SIZE, CHUNK_BITS) for number in range(1, 1_000)))


def update_dense(bench: Bench) -> Iterator[bytes]:
    """4,096 neighbouring bits for each transaction."""
    return update(bench, (range(start, start + 4_096) for start in range(0, MAX_SIZE, 4_096)))


def anchor(bench: Bench, batch: int) -> Iterator[bytes]:
    """That many anchors for each transaction."""
    for first in range(0, 1_000 * batch, batch):
        build = bench.begin()
        for number in range(first, first + batch):
            build.anchor(MEMBER, number.to_bytes(32, "big"), 1)
        yield bench.sign(build)


def anchor_one(bench: Bench) -> Iterator[bytes]:
    """One anchor for each transaction."""
    return anchor(bench, 1)


def anchor_many(bench: Bench) -> Iterator[bytes]:
    """As many anchors as a transaction may have operations."""
    return anchor(bench, 256)


def approve_much(bench: Bench) -> Iterator[bytes]:
    """Completing approvals, each of a proposal that sets a bit in each chunk."""
    did = "did:web:several.example"
    build = bench.begin()
    build.register_did(MEMBER, [key(did), key("second", fragment="key-2")], did=did)
    bench.prepare(bench.sign(build))
    build = bench.begin()
    build.create_status_list(did, "l", StatusPurpose.SUSPENSION, MAX_SIZE)
    build.set_status(did, "l", range(0, MAX_SIZE, CHUNK_BITS))
    bench.prepare(bench.sign(build, did))
    for number in range(1, 17):
        build = bench.begin()
        build.set_status(did, "l", range(number, MAX_SIZE, CHUNK_BITS))
        build.propose(did, f"p{number}", START_MS + 3_600_000)
        bench.prepare(bench.sign(build, did))
    for number in range(1, 17):
        build = bench.begin()
        build.approve(did, f"p{number}")
        yield build.sign(f"{did}#key-2", seed("second"), START_MS + 3_600_000)


def approve_after_many(bench: Bench) -> Iterator[bytes]:
    """Approvals of proposals that hold as many operations as they may and have 63 approvals; each is the
    last that there is room for, and completes nothing, because an operation on another's list lacks keys."""
    controller, keys = "did:web:controller.example", range(1, 33)
    many = tuple(f"did:web:many{number}.example" for number in (1, 2))
    for did, its_controller in ((controller, None), *((did, controller) for did in many)):
        build = bench.begin()
        owned = [key(f"{did} {place}", fragment=f"key-{place}") for place in keys]
        build.register_did(MEMBER, owned, did=did, controller=its_controller)
        bench.prepare(bench.sign(build))
    last: list[bytes] = []
    for did, number in ((did, number) for did in many for number in range(16)):
        build = bench.begin()
        for _ in range(15):
            build.set_status(did, "l", [1])
        build.set_status(MEMBER, "l", [1])
        build.propose(did, f"p{number}", START_MS + 3_600_000)
        bench.prepare(build.sign(f"{did}#key-1", seed(f"{did} 1"), START_MS + 3_600_000))
        approving = [*((did, place) for place in keys[1:]), *((controller, place) for place in keys)]
        approvals = []
        for signer, place in approving:
            build = bench.begin()
            build.approve(did, f"p{number}")
            signed = build.sign(f"{signer}#key-{place}", seed(f"{signer} {place}"), START_MS + 3_600_000)
            approvals.append(signed)
        bench.prepare(*approvals[:-1])
        last.append(approvals[-1])
    yield from last


WORKLOADS: dict[str, Workload] = {
    "register": register,
    "register-with-many-keys": register_with_many_keys,
    "add-key": add_key,
    "retire-key": retire_key,
    "deactivate": deactivate,
    "long-lived-signers": long_lived_signers,
    "publish-small": publish_small,
    "publish-large": publish_large,
    "set-schema-state": set_schema_state,
    "create-list": create_list,
    "update-one": update_one,
    "update-scattered": update_scattered,
    "update-dense": update_dense,
    "anchor-one": anchor_one,
    "anchor-many": anchor_many,
    "approve-much": approve_much,
    "approve-after-many": approve_after_many,
}


def measure(workload: str, repeat: int = 3) -> dict[str, float | int]:
    """One workload's block and how long it takes."""
    bench = Bench()
    transactions, executed = bench.fill(WORKLOADS[workload](bench))
    return {
        "transactions": len(transactions),
        "bytes": sum(map(len, transactions)),
        "cost": executed.cost,
        "cold_ms": round(bench.time_ms(transactions, signatures=True, repeat=repeat), 1),
        "warm_ms": round(bench.time_ms(transactions, signatures=False, repeat=repeat), 1),
    }


def main() -> int:
    """Measure what the command line names, or everything; 1 if a block takes longer than the bound."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repeat", type=int, default=3, help="executions of which the shortest counts")
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD", help=", ".join(WORKLOADS))
    arguments = parser.parse_args()
    measured = {name: measure(name, arguments.repeat) for name in arguments.workloads or WORKLOADS}
    worst = max(measured, key=lambda name: measured[name]["cold_ms"])
    report = {"bound_ms": BOUND_MS, "worst": worst, "workloads": measured}
    print(json.dumps(report, indent=1))
    return int(measured[worst]["cold_ms"] > BOUND_MS)


if __name__ == "__main__":
    sys.exit(main())
