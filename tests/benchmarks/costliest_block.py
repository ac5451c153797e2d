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
from collections.abc import Iterable, Iterator

from registry.attachments import Attachment
from registry.kinds.schema.record import MAX_SCHEMA_BYTES, ReleaseState
from registry.kinds.status_list.record import CHUNK_BITS, MAX_SIZE, StatusPurpose
from tests.benchmarks.bench import ASSERT, INVOKE, MEMBER, Bench, Workload, key, long_lived
from tests.benchmarks.costliest_proposals import PROPOSALS

BOUND_MS = 300


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
    **PROPOSALS,
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
