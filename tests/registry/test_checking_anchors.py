"""Proofs of anchors: what one entry of an issuer's log shows, and every way to lie with it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.checking import (
    Absent,
    Anchored,
    Entries,
    NotYet,
    ProofFlaw,
    check_anchor,
    check_index,
)
from registry.index import INDEX_RECORD
from registry.kinds.anchor.entry import ANCHORS_BY_ISSUER, Anchor, anchor_in, entry_id
from registry.proofs import AbsenceProof, IndexProof
from registry.proving import prove_entry
from registry.record_log import IndexEntry
from tests.registry.proved import flaw_of
from tests.registry.recorded import Registry

ISSUER, OTHER, NONE = "did:web:university.example", "did:web:library.example", "did:web:none.example"


def root(number: int) -> bytes:
    return bytes([number]) * 32


def log_of(issuer: str) -> str:
    return ANCHORS_BY_ISSUER.index_id(issuer)


def enter(registry: Registry, issuer: str, number: int, time_ms: int | None = None) -> None:
    registry.enter(log_of(issuer), entry_id(Anchor(root(number), number + 1)), time_ms)


def prove(registry: Registry, issuer: str, number: int) -> IndexProof:
    log = registry.logs[INDEX_RECORD.name, log_of(issuer)].log()
    return prove_entry(registry.mapping.prove, log_of(issuer), log, number)


def example() -> Registry:
    """Seven anchors of one issuer, the last two in one block's time, and three of another."""
    registry = Registry()
    for number in range(6):
        enter(registry, ISSUER, number)
        if number % 2:
            enter(registry, OTHER, number)
    enter(registry, ISSUER, 6, registry.time_ms)
    return registry


REGISTRY = example()
COMMITTED = REGISTRY.committed()
ENTRIES: tuple[IndexEntry, ...] = tuple(REGISTRY.logs[INDEX_RECORD.name, log_of(ISSUER)].leaves)


@pytest.mark.parametrize("number", range(7))
def test_one_entry_says_that_a_root_is_anchored_and_since_when(number: int) -> None:
    proof, entry = prove(REGISTRY, ISSUER, number), ENTRIES[number]
    anchored = Anchored(number, entry, number + 1)
    assert check_anchor(proof, ISSUER, root(number), None, COMMITTED) == anchored
    assert check_anchor(proof, ISSUER, root(number), entry.time_ms, COMMITTED) == anchored
    assert check_anchor(proof, ISSUER, root(number), entry.time_ms - 1, COMMITTED) == NotYet(entry)


def test_an_issuer_without_a_log_has_anchored_nothing() -> None:
    proof = REGISTRY.prove_index(log_of(NONE))
    assert isinstance(proof, AbsenceProof)
    assert check_anchor(proof, NONE, root(0), 1, COMMITTED) == Absent()
    assert flaw_of(lambda: check_anchor(proof, ISSUER, root(0), None, COMMITTED)) is ProofFlaw.IMPOSSIBLE


def test_a_time_after_the_header_is_not_answered() -> None:
    proof, later = prove(REGISTRY, ISSUER, 0), COMMITTED.time_ms + 1
    assert flaw_of(lambda: check_anchor(proof, ISSUER, root(0), later, COMMITTED)) is ProofFlaw.KNOWN_AT_AHEAD


TRUE = prove(REGISTRY, ISSUER, 3)


def renamed(text: str) -> IndexProof:
    return replace(TRUE, entries=(replace(TRUE.entries[0], id=text),))


def two() -> IndexProof:
    proof = REGISTRY.prove_index(log_of(ISSUER), None, 3, 2)
    assert isinstance(proof, IndexProof)
    return replace(proof, entries=proof.entries[:2])


LIES: dict[str, tuple[IndexProof, ProofFlaw]] = {
    "another root of the issuer": (prove(REGISTRY, ISSUER, 2), ProofFlaw.ENTRY),
    "the same root of another issuer": (prove(REGISTRY, OTHER, 1), ProofFlaw.STATE_ROOT),
    "another issuer's entry under this one's head": (
        replace(TRUE, entries=prove(REGISTRY, OTHER, 1).entries),
        ProofFlaw.STATE_ROOT,
    ),
    "another count": (renamed(entry_id(Anchor(root(3), 5))), ProofFlaw.STATE_ROOT),
    "another root written in": (renamed(entry_id(Anchor(root(9), 4))), ProofFlaw.STATE_ROOT),
    "an earlier time": (replace(TRUE, entries=(replace(TRUE.entries[0], time_ms=1),)), ProofFlaw.STATE_ROOT),
    "an earlier height": (replace(TRUE, entries=(replace(TRUE.entries[0], height=1),)), ProofFlaw.STATE_ROOT),
    "another number": (replace(TRUE, first=2), ProofFlaw.STATE_ROOT),
    "a number beyond the log": (replace(TRUE, first=7), ProofFlaw.IMPOSSIBLE),
    "a shorter log": (replace(TRUE, count=6), ProofFlaw.STATE_ROOT),
    "no path": (replace(TRUE, path=()), ProofFlaw.IMPOSSIBLE),
    "the path of its neighbour": (replace(TRUE, path=prove(REGISTRY, ISSUER, 2).path), ProofFlaw.STATE_ROOT),
    "the map's path of another issuer": (
        replace(TRUE, map_path=prove(REGISTRY, OTHER, 1).map_path),
        ProofFlaw.STATE_ROOT,
    ),
    "a neighbour besides": (two(), ProofFlaw.SUPERFLUOUS),
}


@pytest.mark.parametrize(("proof", "flaw"), LIES.values(), ids=LIES)
def test_a_lie_about_an_anchor_fails(proof: IndexProof, flaw: ProofFlaw) -> None:
    assert flaw_of(lambda: check_anchor(proof, ISSUER, root(3), None, COMMITTED)) is flaw


@pytest.mark.parametrize("text", ["", "x", "ab" * 32, f"{'ab' * 32}/07", f"{'AB' * 32}/7", f"{'ab' * 32}/0"])
def test_an_entry_that_is_no_anchor_proves_none(text: str) -> None:
    """No ledger holds one; a verifier does not rely on that."""
    registry = Registry()
    registry.enter(log_of(ISSUER), text or "none")
    proof, committed = prove(registry, ISSUER, 0), registry.committed()
    found = flaw_of(lambda: check_anchor(proof, ISSUER, b"\xab" * 32, None, committed))
    assert found is ProofFlaw.ENTRY


def _fields_changed(proof: IndexProof) -> Iterator[Callable[[int], IndexProof]]:
    """The proof with one part of it moved by a number."""
    (entry,) = proof.entries
    yield lambda by: replace(proof, count=proof.count + by)
    yield lambda by: replace(proof, first=proof.first + by)
    for name in ("height", "index", "operation", "time_ms"):
        yield lambda by, name=name: replace(  # type: ignore[misc]
            proof, entries=(replace(entry, **{name: getattr(entry, name) + by}),)
        )
    for place in range(len(proof.path)):
        yield (
            lambda by, place=place: replace(  # type: ignore[misc]
                proof, path=(*proof.path[:place], root(by), *proof.path[place + 1 :])
            )
        )


@given(st.integers(0, 6), st.integers(1, 200), st.data())
@settings(derandomize=True, max_examples=200, deadline=None)
def test_no_part_of_a_proof_can_be_changed(number: int, by: int, data: st.DataObject) -> None:
    change = data.draw(st.sampled_from(list(_fields_changed(prove(REGISTRY, ISSUER, number)))))
    forged = change(by)
    assert flaw_of(lambda: check_anchor(forged, ISSUER, root(number), None, COMMITTED)) in (
        ProofFlaw.STATE_ROOT,
        ProofFlaw.IMPOSSIBLE,
    )


@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 255)), unique=True, min_size=1, max_size=24), st.data()
)
@settings(derandomize=True, max_examples=100, deadline=None)
def test_one_entry_and_the_enumeration_say_the_same(
    made: list[tuple[bool, int]], data: st.DataObject
) -> None:
    """Of every root that an issuer anchored, at every K."""
    registry = Registry()
    for is_other, number in made:
        enter(registry, OTHER if is_other else ISSUER, number)
    committed = registry.committed()
    issuer = OTHER if data.draw(st.sampled_from(made))[0] else ISSUER
    known_at_ms = data.draw(st.none() | st.integers(1_000_000, registry.time_ms))
    own = [number for is_other, number in made if is_other == (issuer == OTHER)]
    page: Any = registry.prove_index(log_of(issuer), known_at_ms)
    entries = check_index(page, log_of(issuer), 0, known_at_ms, committed)
    assert isinstance(entries, Entries)
    assert entries.is_last
    by_one = [
        check_anchor(prove(registry, issuer, place), issuer, root(number), known_at_ms, committed)
        for place, number in enumerate(own)
    ]
    known = tuple(found.entry for found in by_one if isinstance(found, Anchored))
    assert known == entries.entries
    assert all(isinstance(found, NotYet) for found in by_one[len(known) :])


def test_an_entrys_id_has_one_spelling() -> None:
    for anchor in (Anchor(root(1), 1), Anchor(root(255), 2**32)):
        assert anchor_in(entry_id(anchor)) == anchor
