"""Proofs of records, indexes and the ledger: what they show at each K, and every way to lie with them.

The registry of these tests: a DID with five versions, a DID with one, an index with six entries, some other
records.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.primitives.merkle import inclusion_proof, leaf_hash, range_proof, root_of
from registry.primitives.shape import Shape, decode_as, encode_as
from registry.proofs import (
    ABSENCE_PROOF,
    CHUNK_PROOF,
    INDEX_PROOF,
    LEDGER_PROOF,
    RECORD_PROOF,
    STATUS_LIST_PROOF,
    AbsenceProof,
    Absent,
    ChunkProof,
    Committed,
    Entries,
    Flaw,
    Found,
    IndexProof,
    LedgerProof,
    NotYet,
    RecordProof,
    StatusListProof,
    Unproved,
    check_chunk,
    check_index,
    check_ledger,
    check_record,
    check_status_list,
    chunks_of,
)
from registry.record_log import LedgerLeaf, VersionLeaf
from registry.records.status_list import CHUNK_BYTES
from tests.frozen import Freeze
from tests.registry.recorded import Registry, StoredLog

MANY, ONE, NONE, INDEX = "did:web:many.example", "did:web:one.example", "did:web:none.example", "dids/many"


def example(versions: int = 5) -> Registry:
    registry = Registry()
    for number in range(12):
        registry.write("schema", f"schema-{number}", b"schema")
    registry.write("did", ONE, b"only")
    for number in range(versions):
        registry.write("did", MANY, b"version %d" % number)
        registry.enter(INDEX, f"did:web:{number}.example")
    registry.enter(INDEX, "did:web:same-time.example", registry.time_ms)
    return registry


REGISTRY = example()
COMMITTED = REGISTRY.committed()
VERSIONS: list[VersionLeaf] = REGISTRY.logs["did", MANY].leaves
ENTRIES = tuple(REGISTRY.logs["index", INDEX].leaves)
TIMES = [version.time_ms for version in VERSIONS]


def flaw_of(check: Callable[[], object]) -> Flaw | None:
    try:
        check()
    except Unproved as unproved:
        return unproved.flaw
    return None


def check_many(proof: RecordProof | AbsenceProof, known_at_ms: int | None = None) -> Flaw | None:
    return flaw_of(lambda: check_record(proof, "did", MANY, known_at_ms, COMMITTED))


def prove_many(known_at_ms: int | None = None) -> RecordProof:
    proof = REGISTRY.prove_record("did", MANY, known_at_ms)
    assert isinstance(proof, RecordProof)
    return proof


def prove_index(known_at_ms: int | None = None, first: int = 0, limit: int = 1_000) -> IndexProof:
    proof = REGISTRY.prove_index(INDEX, known_at_ms, first, limit)
    assert isinstance(proof, IndexProof)
    return proof


# Records.


@pytest.mark.parametrize("number", range(5))
@pytest.mark.parametrize("later_ms", [0, 1, 999])
def test_the_version_known_at_each_time(number: int, later_ms: int) -> None:
    known_at = TIMES[number] + later_ms
    found = check_record(prove_many(known_at), "did", MANY, known_at, COMMITTED)
    assert found == found_at(number)


def test_without_k_the_last_version_counts() -> None:
    found = check_record(prove_many(), "did", MANY, None, COMMITTED)
    assert found == Found(4, VERSIONS[4], b"version 4", None)


def test_before_its_first_version_a_record_was_not_yet_known() -> None:
    known_at = TIMES[0] - 1
    assert check_record(prove_many(known_at), "did", MANY, known_at, COMMITTED) == NotYet(VERSIONS[0])


def test_a_record_that_never_was_is_absent_at_every_time() -> None:
    proof = REGISTRY.prove_record("did", NONE)
    assert check_record(proof, "did", NONE, None, COMMITTED) == Absent()
    assert check_record(proof, "did", NONE, 0, COMMITTED) == Absent()


def test_two_versions_in_one_block_are_told_apart_by_their_number() -> None:
    registry = Registry()
    for body in (b"first", b"second", b"third"):
        registry.write("did", ONE, body, 5_000_000)
    proof = registry.prove_record("did", ONE, 5_000_000)
    found = check_record(proof, "did", ONE, 5_000_000, registry.committed())
    assert isinstance(found, Found)
    assert (found.number, found.body) == (2, b"third")
    with pytest.raises(Unproved) as caught:
        check_record(shown(registry, 0, 2), "did", ONE, 5_000_000, registry.committed())
    assert caught.value.flaw is Flaw.SUPERFLUOUS


def shown(registry: Registry, first: int, end: int, record_id: str = ONE) -> RecordProof:
    """What a liar can truthfully show: other neighbours of the same log."""
    log = registry.logs["did", record_id]
    proof = registry.prove_record("did", record_id)
    assert isinstance(proof, RecordProof)
    return replace(
        proof,
        body=registry.bodies["did", record_id][first],
        first=first,
        versions=tuple(log.leaves[first:end]),
        path=range_proof(first, end, log.frontier.size, log.node),
    )


OLDER = example(versions=4)

LIES: dict[str, tuple[RecordProof | AbsenceProof, int | None, Flaw]] = {
    "an old version, its successor left out": (shown(REGISTRY, 2, 3, MANY), None, Flaw.SUCCESSOR_LEFT_OUT),
    "an old version, its successor known as well": (shown(REGISTRY, 2, 4, MANY), None, Flaw.SUPERFLUOUS),
    "an old version at a time when another was known": (
        shown(REGISTRY, 1, 2, MANY),
        TIMES[3],
        Flaw.SUCCESSOR_LEFT_OUT,
    ),
    "a version from later": (shown(REGISTRY, 3, 4, MANY), TIMES[2], Flaw.NOT_YET_KNOWN),
    "the first version where it was not known": (
        replace(shown(REGISTRY, 0, 1, MANY)),
        TIMES[0] - 1,
        Flaw.SUPERFLUOUS,
    ),
    "two versions where none was known": (
        replace(shown(REGISTRY, 0, 2, MANY), body=None),
        TIMES[0] - 1,
        Flaw.SUPERFLUOUS,
    ),
    "another body": (replace(prove_many(), body=b"version 3"), None, Flaw.BODY),
    "no body": (replace(prove_many(), body=None), None, Flaw.BODY),
    "a smaller count": (replace(shown(REGISTRY, 2, 3, MANY), count=3), None, Flaw.IMPOSSIBLE),
    "an older head": (shown(OLDER, 3, 4, MANY), None, Flaw.STATE_ROOT),
    "another number": (replace(prove_many(), first=3), None, Flaw.IMPOSSIBLE),
    "another time": (
        replace(prove_many(), versions=(replace(VERSIONS[4], time_ms=1),)),
        TIMES[0],
        Flaw.STATE_ROOT,
    ),
    "another record's proof": (REGISTRY.prove_record("did", ONE), None, Flaw.STATE_ROOT),
    "absence of a record that is there": (AbsenceProof(prove_many().map_path), None, Flaw.STATE_ROOT),
    "absence by an impossible path": (
        AbsenceProof(replace(prove_many().map_path, siblings=())),
        None,
        Flaw.IMPOSSIBLE,
    ),
    "a question about the future": (prove_many(), COMMITTED.time_ms + 1, Flaw.KNOWN_AT_AHEAD),
}


@pytest.mark.parametrize(("proof", "known_at_ms", "flaw"), LIES.values(), ids=LIES)
def test_a_lie_about_a_record_fails(
    proof: RecordProof | AbsenceProof, known_at_ms: int | None, flaw: Flaw
) -> None:
    assert check_many(proof, known_at_ms) is flaw


def test_absence_says_nothing_about_the_time_after_the_header() -> None:
    """What is absent under a header may have been recorded by then."""
    later_ms = COMMITTED.time_ms + 1
    record = REGISTRY.prove_record("did", NONE)
    index = REGISTRY.prove_index("dids/none", None, 0, 1_000)
    assert isinstance(record, AbsenceProof) and isinstance(index, AbsenceProof)
    assert check_record(record, "did", NONE, COMMITTED.time_ms, COMMITTED) == Absent()
    assert flaw_of(lambda: check_record(record, "did", NONE, later_ms, COMMITTED)) is Flaw.KNOWN_AT_AHEAD
    assert flaw_of(lambda: check_index(index, "dids/none", 0, later_ms, COMMITTED)) is Flaw.KNOWN_AT_AHEAD


def test_an_old_proof_fails_once_there_is_a_later_version() -> None:
    """The liar keeps the proof of yesterday and sends it with the header of today."""
    registry = example()
    old = registry.prove_record("did", MANY)
    registry.write("did", MANY, b"revoked")
    assert flaw_of(lambda: check_record(old, "did", MANY, None, registry.committed())) is Flaw.STATE_ROOT


@given(st.integers(TIMES[0] - 2_000, COMMITTED.time_ms), st.integers(0, 4), st.integers(1, 2))
@settings(derandomize=True, max_examples=300)
def test_no_true_neighbours_make_a_wrong_version_pass(known_at: int, first: int, size: int) -> None:
    end = min(first + size, 5)
    right = max((n for n in range(5) if TIMES[n] <= known_at), default=None)
    for body in (REGISTRY.bodies["did", MANY][first], None):
        proof = replace(shown(REGISTRY, first, end, MANY), body=body)
        try:
            finding = check_record(proof, "did", MANY, known_at, COMMITTED)
        except Unproved:
            continue
        assert finding == (NotYet(VERSIONS[0]) if right is None else found_at(right))


def found_at(number: int) -> Found:
    return Found(
        number, VERSIONS[number], b"version %d" % number, VERSIONS[number + 1] if number < 4 else None
    )


# Indexes.


def test_all_entries_of_an_index() -> None:
    assert check_index(prove_index(), INDEX, 0, None, COMMITTED) == Entries(0, ENTRIES, is_last=True)


@pytest.mark.parametrize("number", range(4))
def test_the_entries_known_at_each_time(number: int) -> None:
    known_at = ENTRIES[number].time_ms
    entries = check_index(prove_index(known_at), INDEX, 0, known_at, COMMITTED)
    assert entries == Entries(0, ENTRIES[: number + 1], is_last=True)


def test_entries_of_one_time_are_known_together() -> None:
    known_at = ENTRIES[5].time_ms
    assert check_index(prove_index(known_at), INDEX, 0, known_at, COMMITTED).entries == ENTRIES


def test_before_the_first_entry_there_is_none() -> None:
    entries = check_index(prove_index(1), INDEX, 0, 1, COMMITTED)
    assert entries == Entries(0, (), is_last=True)


def test_an_index_that_nothing_came_under() -> None:
    proof = REGISTRY.prove_index("dids/none")
    assert isinstance(proof, AbsenceProof)
    assert check_index(proof, "dids/none", 0, None, COMMITTED) == Entries(0, (), is_last=True)
    assert flaw_of(lambda: check_index(proof, INDEX, 0, None, COMMITTED)) is Flaw.IMPOSSIBLE


@pytest.mark.parametrize("known_at", [None, ENTRIES[3].time_ms])
@pytest.mark.parametrize("limit", [1, 2, 3, 6, 7])
def test_pages_join_without_a_gap(known_at: int | None, limit: int) -> None:
    joined: tuple[object, ...] = ()
    pages = 0
    is_last = False
    while not is_last:
        proof = prove_index(known_at, len(joined), limit)
        page = check_index(proof, INDEX, len(joined), known_at, COMMITTED)
        assert len(page.entries) <= limit
        joined, pages, is_last = joined + page.entries, pages + 1, page.is_last
    expected = ENTRIES if known_at is None else ENTRIES[:4]
    assert joined == expected
    assert pages == -(-len(expected) // limit)


def test_a_page_beyond_the_end_cannot_be_proved() -> None:
    assert REGISTRY.prove_index(INDEX, first=6) is None


INDEX_LIES: dict[str, tuple[IndexProof, int | None, Flaw]] = {
    "an entry left out": (
        replace(prove_index(), entries=ENTRIES[:2] + ENTRIES[3:]),
        None,
        Flaw.IMPOSSIBLE,
    ),
    "the last entry left out": (replace(prove_index(), entries=ENTRIES[:-1], count=5), None, Flaw.STATE_ROOT),
    "the first entry left out": (prove_index(first=1), None, Flaw.PAGE),
    "an entry of another id": (
        replace(prove_index(), entries=(replace(ENTRIES[0], id="did:web:x"), *ENTRIES[1:])),
        None,
        Flaw.STATE_ROOT,
    ),
    "entries from later": (prove_index(), ENTRIES[1].time_ms, Flaw.SUPERFLUOUS),
    "another index": (replace(prove_index(), map_path=prove_many().map_path), None, Flaw.STATE_ROOT),
}


@pytest.mark.parametrize(("proof", "known_at_ms", "flaw"), INDEX_LIES.values(), ids=INDEX_LIES)
def test_a_lie_about_an_index_fails(proof: IndexProof, known_at_ms: int | None, flaw: Flaw) -> None:
    assert flaw_of(lambda: check_index(proof, INDEX, 0, known_at_ms, COMMITTED)) is flaw


def test_a_page_does_not_pass_for_the_last() -> None:
    page = check_index(prove_index(limit=5), INDEX, 0, None, COMMITTED)
    assert page == Entries(0, ENTRIES[:5], is_last=False)


# The ledger.


@pytest.mark.parametrize("position", [0, 7, len(REGISTRY.ledger.leaves) - 1])
def test_every_leaf_of_the_ledger_is_proved(position: int) -> None:
    proof = REGISTRY.prove_ledger(position)
    assert check_ledger(proof, COMMITTED) == REGISTRY.ledger.leaves[position]


LEDGER_LIES: dict[str, tuple[LedgerProof, Flaw]] = {
    "other bytes": (
        replace(REGISTRY.prove_ledger(7), leaf=replace(REGISTRY.ledger.leaves[7], data=b"never ordered")),
        Flaw.LOG_ROOT,
    ),
    "another place": (replace(REGISTRY.prove_ledger(7), position=6), Flaw.LOG_ROOT),
    "an impossible size": (replace(REGISTRY.prove_ledger(7), size=3), Flaw.IMPOSSIBLE),
    "a short path": (replace(REGISTRY.prove_ledger(7), path=()), Flaw.IMPOSSIBLE),
}


@pytest.mark.parametrize(("proof", "flaw"), LEDGER_LIES.values(), ids=LEDGER_LIES)
def test_a_lie_about_the_ledger_fails(proof: LedgerProof, flaw: Flaw) -> None:
    assert flaw_of(lambda: check_ledger(proof, COMMITTED)) is flaw


# Status lists. The body is another part's: here it is only the record that comes with the bits.

BITS = b"".join(bytes([number]) * CHUNK_BYTES for number in range(131))
BITS_SIZE = 8 * len(BITS)
BITS_TREE = StoredLog()
for chunk in chunks_of(BITS):
    BITS_TREE.append(chunk, chunk)
BITS_ROOT = root_of(map(leaf_hash, chunks_of(BITS)))


def chunk_proof(number: int) -> ChunkProof:
    path = inclusion_proof(number, 131, BITS_TREE.node)
    return ChunkProof(prove_many(), number, chunks_of(BITS)[number], path)


@pytest.mark.parametrize("number", [0, 1, 64, 130])
def test_every_chunk_of_a_list_is_proved(number: int) -> None:
    assert check_chunk(chunk_proof(number), number, BITS_SIZE, BITS_ROOT) == bytes([number]) * CHUNK_BYTES


def test_a_whole_list_is_proved() -> None:
    assert check_status_list(StatusListProof(prove_many(), BITS), BITS_SIZE, BITS_ROOT) == BITS


CHUNK_LIES: dict[str, tuple[ChunkProof, int, int, bytes]] = {
    "another chunk": (chunk_proof(3), 4, BITS_SIZE, BITS_ROOT),
    "another chunk under this number": (replace(chunk_proof(3), number=4), 4, BITS_SIZE, BITS_ROOT),
    "cleared bits": (replace(chunk_proof(3), bits=bytes(CHUNK_BYTES)), 3, BITS_SIZE, BITS_ROOT),
    "a number that the list does not have": (replace(chunk_proof(3), number=131), 131, BITS_SIZE, BITS_ROOT),
    "another root": (chunk_proof(3), 3, BITS_SIZE, bytes(32)),
    "a shorter list": (chunk_proof(3), 3, BITS_SIZE // 2, BITS_ROOT),
}


@pytest.mark.parametrize(("proof", "number", "size", "root"), CHUNK_LIES.values(), ids=CHUNK_LIES)
def test_a_lie_about_a_chunk_fails(proof: ChunkProof, number: int, size: int, root: bytes) -> None:
    assert flaw_of(lambda: check_chunk(proof, number, size, root)) is Flaw.CHUNK


@pytest.mark.parametrize(
    "bits", [BITS[:-CHUNK_BYTES], BITS + bytes(CHUNK_BYTES), bytes(len(BITS)), BITS[:-1], BITS[1:] + BITS[:1]]
)
def test_a_lie_about_a_whole_list_fails(bits: bytes) -> None:
    proof = StatusListProof(prove_many(), bits)
    assert flaw_of(lambda: check_status_list(proof, BITS_SIZE, BITS_ROOT)) is Flaw.CHUNK


# Sizes and encodings.


def test_a_pair_in_a_long_log_is_small() -> None:
    """100,000 versions: the version, its successor and the range proof take less than 1.2 KB."""
    count = 100_000
    for first in (0, 1, 49_999, 65_535, 99_998):
        path = range_proof(first, first + 2, count, lambda level, index: bytes(32))
        pair = replace(prove_many(), count=count, first=first, versions=tuple(VERSIONS[:2]), path=path)
        alone = len(encode_as(RECORD_PROOF, pair)) - len(
            encode_as(ABSENCE_PROOF, AbsenceProof(pair.map_path))
        )
        assert alone <= 1_200


SHAPES: list[tuple[Shape[object], object]] = [
    (RECORD_PROOF, prove_many(TIMES[2])),  # type: ignore[list-item]
    (ABSENCE_PROOF, REGISTRY.prove_record("did", NONE)),  # type: ignore[list-item]
    (INDEX_PROOF, prove_index()),  # type: ignore[list-item]
    (LEDGER_PROOF, REGISTRY.prove_ledger(7)),  # type: ignore[list-item]
    (CHUNK_PROOF, chunk_proof(3)),  # type: ignore[list-item]
    (STATUS_LIST_PROOF, StatusListProof(prove_many(), BITS)),  # type: ignore[list-item]
]


@pytest.mark.parametrize(
    ("shape", "proof"), SHAPES, ids=["record", "absence", "index", "ledger", "chunk", "list"]
)
def test_encodings_round_trip_and_are_frozen(shape: Shape[object], proof: object, frozen: Freeze) -> None:
    data = encode_as(shape, proof)
    assert decode_as(shape, data, limit=len(data)) == proof
    frozen(f"registry/{type(proof).__name__}", data)


def test_every_flaw_has_a_sentence() -> None:
    assert all(flaw.description.endswith(".") for flaw in Flaw)
    assert str(Unproved(Flaw.BODY, "x")) == f"{Flaw.BODY.description} (x)"


def test_the_leaf_that_is_returned_is_the_one_that_was_proved() -> None:
    committed = Committed(1, 1, REGISTRY.ledger.frontier.root(), bytes(32))
    assert check_ledger(REGISTRY.prove_ledger(3), committed) == LedgerLeaf(4, 1, 1_004_000, b"schema")
