"""The costliest proposals, approvals and withdrawals, for `tests.benchmarks.costliest_block`."""

from collections.abc import Callable, Iterable, Iterator
from itertools import repeat

from registry.build import TransactionBuilder
from registry.kinds.status_list.record import CHUNK_BITS, MAX_SIZE, StatusPurpose
from registry.ruleset import CURRENT
from tests.benchmarks.bench import MEMBER, START_MS, Bench, Workload, key, long_lived, seed

UNTIL_MS = START_MS + 3_600_000
MOST_OPEN = CURRENT.limits.proposals.open
Hold = Callable[[TransactionBuilder, str], None]
"""Puts the operations into a transaction that the DID given proposes."""


def tiny(build: TransactionBuilder, proposer: str) -> None:
    """One operation that is as short as may be."""
    build.set_status(proposer, "l", [1])


def many(build: TransactionBuilder, proposer: str) -> None:
    """As many such operations as a proposal may hold."""
    for _ in range(16):
        tiny(build, proposer)


def long(build: TransactionBuilder, proposer: str) -> None:
    """Operations that make the transaction about as long as one may be."""
    for first in range(1_000, 26_000, 5_000):
        build.set_status(proposer, "l", range(first, first + 3_900))


def for_others(subjects: list[str]) -> Hold:
    """An operation on the proposer's list and one on that of each other subject."""

    def hold(build: TransactionBuilder, proposer: str) -> None:
        for did in (proposer, *subjects):
            tiny(build, did)

    return hold


def on_old_records(bench: Bench) -> Iterator[Hold]:
    """Proposals that concern 15 others each, whose records are as long as they become."""
    for _ in range(12):
        yield for_others(long_lived(bench, 15))


def proposals(bench: Bench, holds: Iterable[Hold]) -> Iterator[tuple[str, str, bytes]]:
    """For each proposer, name and transaction. The member, who controls the proposers, may withdraw them."""
    for number, hold in enumerate(holds):
        proposer, name = f"did:web:proposer{number // MOST_OPEN}.example", f"p{number % MOST_OPEN}"
        if number % MOST_OPEN == 0:
            build = bench.begin()
            build.register_did(MEMBER, [key(proposer)], did=proposer, controller=MEMBER)
            bench.prepare(bench.sign(build))
        build = bench.begin()
        hold(build, proposer)
        build.propose(proposer, name, UNTIL_MS)
        yield proposer, name, bench.sign(build, proposer)


def propose(bench: Bench, holds: Iterable[Hold]) -> Iterator[bytes]:
    """Transactions that propose. All that they need is there before the first."""
    yield from [transaction for _, _, transaction in proposals(bench, holds)]


def proposed(bench: Bench, holds: Iterable[Hold]) -> list[tuple[str, str]]:
    """Proposers and names of proposals that are on the ledger."""
    made = []
    for proposer, name, transaction in proposals(bench, holds):
        bench.prepare(transaction)
        made.append((proposer, name))
    return made


def withdraw(bench: Bench, holds: Iterable[Hold]) -> Iterator[bytes]:
    """Withdrawals by another than the proposer, so that it is judged what it may approve."""
    for proposer, name in proposed(bench, holds):
        build = bench.begin()
        build.withdraw(proposer, name)
        yield bench.sign(build)


def approve(bench: Bench, holds: Iterable[Hold]) -> Iterator[bytes]:
    """Second approvals."""
    for proposer, name in proposed(bench, holds):
        build = bench.begin()
        build.approve(proposer, name)
        yield bench.sign(build)


def propose_tiny(bench: Bench) -> Iterator[bytes]:
    """Proposals of one short operation."""
    return propose(bench, repeat(tiny, 600))


def propose_many(bench: Bench) -> Iterator[bytes]:
    """Proposals of many short operations."""
    return propose(bench, repeat(many, 300))


def propose_long(bench: Bench) -> Iterator[bytes]:
    """Proposals that are as long as they may be."""
    return propose(bench, repeat(long, 10))


def propose_for_others(bench: Bench) -> Iterator[bytes]:
    """Proposals about others with long records."""
    return propose(bench, on_old_records(bench))


def approve_for_others(bench: Bench) -> Iterator[bytes]:
    """Approvals of proposals about others with long records; they complete none."""
    return approve(bench, on_old_records(bench))


def withdraw_tiny(bench: Bench) -> Iterator[bytes]:
    """Withdrawals of proposals of one short operation."""
    return withdraw(bench, repeat(tiny, 600))


def withdraw_many(bench: Bench) -> Iterator[bytes]:
    """Withdrawals of proposals of many short operations."""
    return withdraw(bench, repeat(many, 400))


def withdraw_long(bench: Bench) -> Iterator[bytes]:
    """Withdrawals of proposals that are as long as they may be."""
    return withdraw(bench, repeat(long, 10))


def withdraw_for_others(bench: Bench) -> Iterator[bytes]:
    """Withdrawals of proposals about others with long records."""
    return withdraw(bench, on_old_records(bench))


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


PROPOSALS: dict[str, Workload] = {
    "propose-tiny": propose_tiny,
    "propose-many": propose_many,
    "propose-long": propose_long,
    "propose-for-others": propose_for_others,
    "approve-much": approve_much,
    "approve-after-many": approve_after_many,
    "approve-for-others": approve_for_others,
    "withdraw-tiny": withdraw_tiny,
    "withdraw-many": withdraw_many,
    "withdraw-long": withdraw_long,
    "withdraw-for-others": withdraw_for_others,
}
