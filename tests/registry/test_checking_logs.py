"""Proofs of indexes and of the ledger: what they show, and every way to lie with them."""

from dataclasses import replace

import pytest

from registry.checking import Committed, Entries, InLedger, ProofFlaw, Unproved, check_index, check_ledger
from registry.primitives.shape import encode_as
from registry.proofs import AbsenceProof, IndexProof, LedgerProof
from registry.proving import prove_ledger
from registry.record_log import LEDGER_LEAF, LedgerLeaf
from tests.registry.proved import COMMITTED, ENTRIES, INDEX, REGISTRY, flaw_of, prove_index, prove_many
from tests.registry.recorded import StoredLog

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
    assert flaw_of(lambda: check_index(proof, INDEX, 0, None, COMMITTED)) is ProofFlaw.IMPOSSIBLE


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


INDEX_LIES: dict[str, tuple[IndexProof, int | None, ProofFlaw]] = {
    "an entry left out": (
        replace(prove_index(), entries=ENTRIES[:2] + ENTRIES[3:]),
        None,
        ProofFlaw.IMPOSSIBLE,
    ),
    "the last entry left out": (
        replace(prove_index(), entries=ENTRIES[:-1], count=5),
        None,
        ProofFlaw.STATE_ROOT,
    ),
    "the first entry left out": (prove_index(first=1), None, ProofFlaw.PAGE),
    "an entry of another id": (
        replace(prove_index(), entries=(replace(ENTRIES[0], id="did:web:x"), *ENTRIES[1:])),
        None,
        ProofFlaw.STATE_ROOT,
    ),
    "entries from later": (prove_index(), ENTRIES[1].time_ms, ProofFlaw.SUPERFLUOUS),
    "another index": (replace(prove_index(), map_path=prove_many().map_path), None, ProofFlaw.STATE_ROOT),
}


@pytest.mark.parametrize(("proof", "known_at_ms", "flaw"), INDEX_LIES.values(), ids=INDEX_LIES)
def test_a_lie_about_an_index_fails(proof: IndexProof, known_at_ms: int | None, flaw: ProofFlaw) -> None:
    assert flaw_of(lambda: check_index(proof, INDEX, 0, known_at_ms, COMMITTED)) is flaw


def test_a_page_does_not_pass_for_the_last() -> None:
    page = check_index(prove_index(limit=5), INDEX, 0, None, COMMITTED)
    assert page == Entries(0, ENTRIES[:5], is_last=False)


# The ledger.


@pytest.mark.parametrize("position", [0, 7, len(REGISTRY.ledger.leaves) - 1])
def test_every_leaf_of_the_ledger_is_proved(position: int) -> None:
    proof = REGISTRY.prove_ledger(position)
    assert check_ledger(proof, COMMITTED) == InLedger(position, REGISTRY.ledger.leaves[position])


LEDGER_LIES: dict[str, tuple[LedgerProof, ProofFlaw]] = {
    "other bytes": (
        replace(REGISTRY.prove_ledger(7), leaf=replace(REGISTRY.ledger.leaves[7], data=b"never ordered")),
        ProofFlaw.LOG_ROOT,
    ),
    "another place": (replace(REGISTRY.prove_ledger(7), position=6), ProofFlaw.LOG_ROOT),
    "a place beyond the log": (
        replace(REGISTRY.prove_ledger(7), position=len(REGISTRY.ledger.leaves)),
        ProofFlaw.IMPOSSIBLE,
    ),
    "a short path": (replace(REGISTRY.prove_ledger(7), path=()), ProofFlaw.IMPOSSIBLE),
}


@pytest.mark.parametrize(("proof", "flaw"), LEDGER_LIES.values(), ids=LEDGER_LIES)
def test_a_lie_about_the_ledger_fails(proof: LedgerProof, flaw: ProofFlaw) -> None:
    assert flaw_of(lambda: check_ledger(proof, COMMITTED)) is flaw


def test_every_flaw_has_a_sentence() -> None:
    assert str(Unproved(ProofFlaw.BODY, "x")) == f"{ProofFlaw.BODY.sentence} (x)"


def test_the_leaf_that_is_returned_is_the_one_that_was_proved() -> None:
    log = REGISTRY.ledger.frontier
    committed = Committed(1, 1, log.size, log.root(), bytes(32))
    leaf = LedgerLeaf(4, 1, 1_004_000, b"schema")
    assert check_ledger(REGISTRY.prove_ledger(3), committed) == InLedger(3, leaf)


@pytest.mark.parametrize("size", range(1, 71))
def test_the_path_of_a_leaf_fits_no_other_position(size: int) -> None:
    log = StoredLog()
    for number in range(size):
        leaf = LedgerLeaf(number, 0, 1_000 + number, bytes(32))
        log.append(leaf, encode_as(LEDGER_LEAF, leaf))
    committed = Committed(size, 1_000 + size, size, log.frontier.root(), bytes(32))
    for position in range(size):
        honest = prove_ledger(log.leaves[position], position, size, log.node)
        fits = [place for place in range(size + 1) if _is_proved(replace(honest, position=place), committed)]
        assert fits == [position]


def _is_proved(proof: LedgerProof, committed: Committed) -> bool:
    try:
        check_ledger(proof, committed)
    except Unproved:
        return False
    return True
