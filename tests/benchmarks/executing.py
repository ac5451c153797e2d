"""Measures executing blocks and writing them into a store, by operation, alone in a transaction and in tens.

    python -m tests.benchmarks.executing [--blocks N] [--transactions N] [WORKLOAD …]

Prints one JSON object: for each workload, with one operation in a transaction and with ten, the microseconds
of CPU that an operation takes in `execute` and in `commit`, and how many rows and bytes of rows it writes.
All threads of the process count, those of the database too; of the blocks the fastest quarter. Signatures
count as checked before, as they are for transactions that arrive ahead of their block; `signature_us` is what
checking one takes. Figures from a machine that others use say something only beside others from the same
minutes: run two versions of the code in turn.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from statistics import fmean

from node.storage.store import Store
from node.storage.turns import TurnWrites
from registry.build import TransactionBuilder
from registry.execution import BlockContext, ExecutionResult, execute
from registry.genesis import genesis_block_state
from registry.kinds.parameters.record import Parameters
from registry.kinds.status_list.record import StatusPurpose
from registry.primitives import ed25519
from registry.ruleset import CURRENT
from registry.state import State
from registry.transaction import Transaction
from tests.benchmarks.bench import MEMBER, START_MS, document, key, seed

LIST = "list"
WARM_UP = 2
"""Blocks that are executed and written before the clock runs."""


@dataclass
class Taken:
    """Of the blocks measured so far the seconds of CPU, each, and the rows and bytes, of all."""

    execute_s: list[float] = field(default_factory=list)
    write_s: list[float] = field(default_factory=list)
    rows: int = 0
    bytes: int = 0


class Chain:
    """A ledger in a store on the disk, to which blocks are added."""

    def __init__(self, store: Store) -> None:
        limits = Parameters(record_quota=2**40, block_cost=10_000_000)
        genesis_document = document(limits)
        self.genesis_hash = genesis_document.genesis_hash
        genesis = genesis_block_state(genesis_document)
        self._store = store
        self._height = self._nonce = 0
        self._commit(genesis)

    def signed(self, write: Callable[[TransactionBuilder], None]) -> Transaction:
        """A transaction of the member, decoded."""
        self._nonce += 1
        build = TransactionBuilder(self.genesis_hash, self._nonce.to_bytes(16, "big"))
        write(build)
        return Transaction.decode(build.sign(f"{MEMBER}#key-1", seed(MEMBER), START_MS + 3_600_000))

    def append(self, transactions: list[Transaction], taken: Taken) -> None:
        """Execute and write the next block."""
        self._height += 1
        time_ms = START_MS + self._height
        context = BlockContext(self.genesis_hash, bytes(32), 0, self._height, time_ms, CURRENT.number)
        began = time.process_time()
        executed = execute(self._state, context, transactions, lambda _: None, lambda *_: True)
        taken.execute_s.append(time.process_time() - began)
        if not isinstance(executed, ExecutionResult):
            raise RuntimeError(f"a block is refused: {executed}")
        taken.rows += len(executed.writes)
        taken.bytes += sum(len(row) + len(value) for (_, row), value in executed.writes.items())
        began = time.process_time()
        self._commit(executed)
        taken.write_s.append(time.process_time() - began)

    def _commit(self, executed: ExecutionResult) -> None:
        turn = TurnWrites()
        turn.apply(executed.writes)
        self._store.commit(turn)
        self._state = State(self._store.reader, executed.map, executed.ledger)


Write = Callable[[TransactionBuilder, int], None]


def register(build: TransactionBuilder, number: int) -> None:
    """A DID with one key."""
    build.register_did(MEMBER, [key(f"{number}")], did=f"did:web:{number}.example")


def anchor(build: TransactionBuilder, number: int) -> None:
    """An anchor."""
    build.anchor(MEMBER, number.to_bytes(32, "big"), 1)


def set_bit(build: TransactionBuilder, number: int) -> None:
    """A bit of a list, each in another chunk than the one before."""
    build.set_status(MEMBER, LIST, [number * 4_099 % 131_072])


def create_list(build: TransactionBuilder, number: int) -> None:
    """A status list."""
    build.create_status_list(MEMBER, f"l{number}", StatusPurpose.REFRESH)


WORKLOADS: dict[str, Write] = {
    "register": register,
    "anchor": anchor,
    "set-bit": set_bit,
    "create-list": create_list,
}


def transactions(chain: Chain, write: Write, operations: int) -> Iterator[Transaction]:
    """Transactions with so many operations each, as many as are asked for."""
    number = 0
    while True:
        first, number = number, number + operations

        def fill(build: TransactionBuilder, first: int = first) -> None:
            for place in range(first, first + operations):
                write(build, place)

        yield chain.signed(fill)


def measure(workload: str, operations: int, blocks: int, size: int) -> dict[str, float]:
    """One workload, with so many operations in each transaction."""
    with tempfile.TemporaryDirectory(prefix="matricula-executing-") as folder:
        store = Store.create(Path(folder))
        try:
            chain = Chain(store)
            chain.append([chain.signed(_create_list)], Taken())
            source = transactions(chain, WORKLOADS[workload], operations)
            waiting = [list(islice(source, size)) for _ in range(WARM_UP + blocks)]
            for block in waiting[:WARM_UP]:
                chain.append(block, Taken())
            taken = Taken()
            for block in waiting[WARM_UP:]:
                chain.append(block, taken)
        finally:
            store.close()
    in_block = size * operations
    return {
        "execute_us": round(_fastest(taken.execute_s) / in_block * 1e6, 1),
        "commit_us": round(_fastest(taken.write_s) / in_block * 1e6, 1),
        "rows": round(taken.rows / in_block / blocks, 2),
        "bytes": round(taken.bytes / in_block / blocks),
    }


def _fastest(seconds: list[float]) -> float:
    """The mean of the fastest quarter: what is slower on a busy machine is so because of others."""
    return fmean(sorted(seconds)[: max(1, len(seconds) // 4)])


def signature_us() -> float:
    """What checking a signature takes now, in microseconds of CPU."""
    public, message = ed25519.public_key(seed(MEMBER)), bytes(300)
    signature, taken = ed25519.sign(seed(MEMBER), message), []
    for _ in range(400):
        began = time.process_time()
        ed25519.verify(public, message, signature)
        taken.append(time.process_time() - began)
    return round(_fastest(taken) * 1e6, 1)


def _create_list(build: TransactionBuilder) -> None:
    build.create_status_list(MEMBER, LIST, StatusPurpose.REFRESH)


def main() -> int:
    """Measure what the command line names, or everything."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--blocks", type=int, default=10, help="blocks that are measured (10)")
    parser.add_argument("--transactions", type=int, default=100, help="transactions in a block (100)")
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD", help=", ".join(WORKLOADS))
    arguments = parser.parse_args()
    report: dict[str, object] = {"signature_us": signature_us()}
    report |= {
        name: {
            str(operations): measure(name, operations, arguments.blocks, arguments.transactions)
            for operations in (1, 10)
        }
        for name in arguments.workloads or WORKLOADS
    }
    print(json.dumps(report, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
