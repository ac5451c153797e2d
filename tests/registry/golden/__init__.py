"""Golden ledgers: for each ruleset a ledger that must give the same bytes for ever, on every machine.

`ruleset-N.json` holds the genesis document, the attachments, and for each block its context, its
transactions, the size of the ledger log, its roots and the SHA-256 of everything it writes. `python -m
tests.registry.golden` made it from the scenario here, and it is never made again for a ruleset that is in
use: if a replay differs, the code is wrong. Roots commit to no row, so what is written may also differ
because the store has another schema (`node.storage.layout`): then only those hashes are written anew.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from registry.attachments import address_of
from registry.execution import BlockContext, ExecutionResult, Roots, execute
from registry.genesis import GenesisDocument, genesis_block_state
from registry.primitives.codec import encode
from registry.state import State
from registry.tables import MemoryStore, Writes


def file_of(ruleset: int) -> Path:
    """Where the golden ledger of a ruleset stands."""
    return Path(__file__).with_name(f"ruleset-{ruleset}.json")


@dataclass(frozen=True)
class Step:
    """One block: what was executed, and what must come of it."""

    context: BlockContext
    transactions: tuple[bytes, ...]
    roots: Roots
    writes_hash: str


@dataclass(frozen=True)
class Golden:
    """A golden ledger as the file holds it."""

    genesis: bytes
    genesis_writes_hash: str
    attachments: dict[bytes, bytes]
    steps: tuple[Step, ...]


def hash_of(writes: Writes) -> str:
    """The SHA-256, in hexadecimal, of writes in the order of their tables and keys."""
    rows = sorted(writes.items())
    encoded = b"".join(encode([int(table), key, value]) for (table, key), value in rows)
    return hashlib.sha256(encoded).hexdigest()


def load(ruleset: int = 1) -> Golden:
    """The golden ledger of a ruleset."""
    data = json.loads(file_of(ruleset).read_text())
    attachments = [bytes.fromhex(attachment) for attachment in data["attachments"]]
    return Golden(
        genesis=bytes.fromhex(data["genesis"]),
        genesis_writes_hash=data["genesis_writes_hash"],
        attachments={address_of(attachment): attachment for attachment in attachments},
        steps=tuple(map(_read_step, data["blocks"])),
    )


def save(golden: Golden, path: Path) -> None:
    """Write the file."""
    data = {
        "genesis": golden.genesis.hex(),
        "genesis_writes_hash": golden.genesis_writes_hash,
        "attachments": [attachment.hex() for attachment in golden.attachments.values()],
        "blocks": list(map(_write_step, golden.steps)),
    }
    path.write_text(json.dumps(data, indent=1) + "\n")


def replayed(golden: Golden) -> Golden:
    """The same ledger with what executing it gives here."""
    document = GenesisDocument.decode(golden.genesis)
    genesis = genesis_block_state(document)
    store = MemoryStore()
    store.apply(genesis.writes)
    state = State(store, genesis.map, genesis.ledger)
    steps = []
    for step in golden.steps:
        outcome = execute(state, step.context, step.transactions, golden.attachments.get)
        assert isinstance(outcome, ExecutionResult), outcome
        store.apply(outcome.writes)
        state = State(store, outcome.map, outcome.ledger)
        steps.append(Step(step.context, step.transactions, outcome.roots, hash_of(outcome.writes)))
    rebuilt = State.rebuild(store)
    assert (rebuilt.state_root, rebuilt.ledger) == (state.state_root, state.ledger)
    return Golden(golden.genesis, hash_of(genesis.writes), golden.attachments, tuple(steps))


def _read_step(block: dict[str, Any]) -> Step:
    context = BlockContext(
        genesis_hash=bytes.fromhex(block["genesis_hash"]),
        parent_hash=bytes.fromhex(block["parent_hash"]),
        epoch=block["epoch"],
        height=block["height"],
        time_ms=block["time_ms"],
        ruleset=block["ruleset"],
    )
    transactions_root, log_root, state_root = map(bytes.fromhex, block["roots"])
    roots = Roots(transactions_root, block["log_size"], log_root, state_root)
    transactions = tuple(bytes.fromhex(transaction) for transaction in block["transactions"])
    return Step(context, transactions, roots, block["writes_hash"])


def _write_step(step: Step) -> dict[str, Any]:
    context, roots = step.context, step.roots
    return {
        "genesis_hash": context.genesis_hash.hex(),
        "parent_hash": context.parent_hash.hex(),
        "epoch": context.epoch,
        "height": context.height,
        "time_ms": context.time_ms,
        "ruleset": context.ruleset,
        "log_size": roots.log_size,
        "roots": [root.hex() for root in (roots.transactions_root, roots.log_root, roots.state_root)],
        "writes_hash": step.writes_hash,
        "transactions": [transaction.hex() for transaction in step.transactions],
    }
