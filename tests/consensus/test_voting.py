"""R3, R4, R6 and R15: when a replica signs, step by step; whole effects compared."""

from dataclasses import replace

import pytest

from consensus.events import (
    Broadcast,
    Commit,
    ContentArrived,
    Execute,
    Executed,
    Send,
    StoreBlock,
    StoreCertificate,
    StoreVote,
    Tick,
    Validity,
)
from consensus.header import Header, block_hash
from consensus.messages import (
    Block,
    BlockMessage,
    Candidate,
    CertificateMessage,
    GetBlock,
    VoteKind,
    VoteMessage,
)
from consensus.state import VIEW_WINDOW
from tests.consensus.bench import Bench, block, chain, leader, others, votes_cast
from tests.consensus.network import WALL_MS
from tests.consensus.votes import finalize, notarize, nullification, nullify

NOTARIZE, NULLIFY, FINALIZE = VoteKind.NOTARIZE, VoteKind.NULLIFY, VoteKind.FINALIZE
((FIRST, BODY),) = chain([1])
NOW_NULLIFIED = (StoreVote(nullify(0, 1)), Broadcast(VoteMessage(nullify(0, 1))))


def test_r3_a_valid_proposal_is_executed_stored_and_voted_for() -> None:
    bench = Bench(0)
    assert bench.propose(FIRST, BODY) == (Execute(FIRST.block_hash, BODY),)
    assert bench.executed(FIRST) == (
        StoreBlock(FIRST.block_hash, BODY),
        StoreVote(notarize(0, FIRST)),
        Broadcast(VoteMessage(notarize(0, FIRST))),
    )
    assert bench.propose(FIRST, BODY) == ()


def test_r3_only_the_first_proposal_of_a_view_is_voted_for() -> None:
    bench = Bench(0)
    other = block(1, transactions=(b"another",))
    bench.propose(FIRST, BODY)
    assert "Execute" not in str(bench.propose(Candidate(0, 1, 0, block_hash(other.header)), other))
    assert bench.replica.buffers()["blocks"][0] == 1
    assert votes_cast(bench.executed(FIRST)) == [(NOTARIZE, 1)]


def test_r6_a_second_proposal_is_taken_once_it_is_the_certified_one() -> None:
    bench = Bench(0)
    other = block(1, transactions=(b"another",))
    of = Candidate(0, 1, 0, block_hash(other.header))
    bench.propose(FIRST, BODY)
    bench.executed(FIRST)
    bench.propose(of, other)
    assert votes_cast(bench.hear_certificate(bench.notarized(of))) == []
    assert votes_cast(bench.hear_votes([notarize(2, of)])) == []
    assert votes_cast(bench.give(Tick(), at_ms=100)) == []
    asked = next(peer for peer in (1, 2, 3) if bench.replica.awaits_block(peer))
    assert votes_cast(bench.hear(asked, BlockMessage(other))) == []
    assert bench.replica.view == 2
    assert bench.hear(2, GetBlock(of.block_hash)) == (Send(2, BlockMessage(other)),)


def test_r10_a_proposal_of_a_view_left_behind_is_not_kept_unless_certified() -> None:
    bench = Bench(0)
    bench.skip(1)
    assert bench.propose(FIRST, BODY) == ()
    assert [bench.replica.buffers()[name][0] for name in ("proposals", "blocks")] == [0, 0]


def test_r10_a_proposal_too_far_ahead_or_of_another_epoch_is_not_kept() -> None:
    bench = Bench(0)
    for of in (replace(FIRST, view=1 + VIEW_WINDOW + 1, parent_view=0), replace(FIRST, epoch=1)):
        assert bench.propose(of, BODY) == ()
    assert [bench.replica.buffers()[name][0] for name in ("votes", "proposals", "blocks")] == [0, 0, 0]


def test_r3_a_proposal_for_a_later_view_waits_until_that_is_current() -> None:
    bench = Bench(0)
    of = Candidate(0, 2, 0, block_hash(block(2).header))
    assert bench.propose(of, block(2)) == ()
    assert Execute(of.block_hash, block(2)) in bench.hear_certificate(nullification(others(0), 1))
    assert votes_cast(bench.executed(of)) == [(NOTARIZE, 2)]


DEFECTS: dict[str, tuple[dict[str, object], dict[str, int]]] = {
    "another version": ({"version": 2}, {}),
    "another ruleset": ({"ruleset": 2}, {}),
    "another network": ({"genesis_hash": bytes(32)}, {}),
    "another epoch": ({"epoch": 1}, {}),
    "another validator set": ({"validators_hash": bytes(32)}, {}),
    "a boundary where none is due": ({"next_validators_hash": bytes(32)}, {}),
    "another proposer": ({"proposer": 3}, {}),
    "a parent that is not the final block": ({"parent_hash": b"\1" * 32}, {}),
    "a height too high": ({"height": 2}, {}),
    "a height too low": ({"height": 0}, {}),
    "a time not after the parent's": ({"time_ms": WALL_MS - 1_000_000}, {}),
    "a parent in the view itself": ({}, {"parent_view": 1}),
    "a parent above the view": ({}, {"parent_view": 3}),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_r3_r4_a_proposal_that_can_never_be_valid_is_nullified_at_once(defect: str) -> None:
    header_changes, candidate_changes = DEFECTS[defect]
    header: Header = replace(BODY.header, **header_changes)  # type: ignore[arg-type]
    body = Block(header, BODY.transactions)
    of = replace(FIRST, block_hash=block_hash(header), **candidate_changes)
    assert Bench(0).propose(of, body) == NOW_NULLIFIED


def test_r3_r4_a_block_over_its_limits_is_nullified_without_executing_it() -> None:
    many = block(1, transactions=tuple(b"%d" % number for number in range(1_001)))
    large = block(1, transactions=(b"\0" * 60_000,) * 9)
    for body in (many, large):
        assert Bench(0).propose(Candidate(0, 1, 0, block_hash(body.header)), body) == NOW_NULLIFIED


def test_r3_r4_a_block_that_executes_to_other_roots_is_nullified() -> None:
    bench = Bench(0)
    bench.propose(FIRST, BODY)
    assert bench.give(Executed(FIRST.block_hash, Validity.INVALID, "roots")) == NOW_NULLIFIED


def test_r3_unknown_is_neither_vote_nor_nullification_and_is_tried_again() -> None:
    bench = Bench(0)
    bench.propose(FIRST, BODY)
    assert bench.executed(FIRST, Validity.UNKNOWN) == ()
    assert bench.give(ContentArrived()) == (Execute(FIRST.block_hash, BODY),)
    assert votes_cast(bench.executed(FIRST)) == [(NOTARIZE, 1)]


def test_r3_the_parent_must_be_certified_in_the_view_named() -> None:
    (one, first), (two, second) = chain([1, 2])
    bench = Bench(0)
    bench.propose(one, first)
    bench.executed(one)
    bench.skip(1)
    assert bench.propose(two, second) == ()
    assert Execute(two.block_hash, second) in bench.hear_certificate(bench.notarized(one))
    assert votes_cast(bench.executed(two)) == [(NOTARIZE, 2)]


def test_r3_a_certificate_at_parent_view_that_names_another_block_makes_it_invalid() -> None:
    bench = Bench(0)
    bench.hear_certificate(bench.notarized(FIRST))
    body = block(2, parent=b"\1" * 32, height=2)
    of = Candidate(0, 2, 1, block_hash(body.header))
    assert votes_cast(bench.propose(of, body)) == [(NULLIFY, 2)]


def test_r3_every_view_between_needs_its_nullification() -> None:
    bench = Bench(0)
    bench.hear_certificate(bench.notarized(FIRST))
    body = block(2)
    of = Candidate(0, 2, 0, block_hash(body.header))
    assert bench.propose(of, body) == ()
    assert Execute(of.block_hash, body) in bench.hear_certificate(nullification(others(0), 1))


def test_r3_a_justification_brings_what_is_missing() -> None:
    bench = Bench(0)
    body = block(2)
    of = Candidate(0, 2, 0, block_hash(body.header))
    effects = bench.propose(of, body, nullification(others(0), 1))
    assert Execute(of.block_hash, body) in effects
    assert StoreCertificate(nullification(others(0), 1)) in effects


def test_r3_a_parent_below_or_beside_the_final_block_is_nullified() -> None:
    bench = Bench(0)
    bench.learn_final(FIRST, BODY)
    stale = block(2)
    assert votes_cast(bench.propose(Candidate(0, 2, 0, block_hash(stale.header)), stale)) == [(NULLIFY, 2)]
    bench = Bench(0)
    bench.learn_final(FIRST, BODY)
    beside = block(2, parent=b"\1" * 32, height=2)
    assert votes_cast(bench.propose(Candidate(0, 2, 1, block_hash(beside.header)), beside)) == [(NULLIFY, 2)]


@pytest.mark.parametrize(
    ("offset_ms", "expected"),
    [(-2_501, []), (-2_500, [(NOTARIZE, 1)]), (500, [(NOTARIZE, 1)]), (501, [])],
)
def test_r15_an_untimely_block_gets_no_vote_and_no_nullification(
    offset_ms: int, expected: list[tuple[VoteKind, int]]
) -> None:
    bench = Bench(0)
    body = block(1, time_ms=WALL_MS + offset_ms)
    of = Candidate(0, 1, 0, block_hash(body.header))
    assert votes_cast(bench.propose(of, body) + bench.executed(of)) == expected


@pytest.mark.parametrize(("after_ms", "expected"), [(1, [(NOTARIZE, 2)]), (2, [])])
def test_r15_on_a_parent_dated_ahead_a_block_is_voted_for_at_the_earliest_time_it_can_have(
    after_ms: int, expected: list[tuple[VoteKind, int]]
) -> None:
    bench = Bench(0)
    ahead_ms = WALL_MS + 1_800_000
    parent = block(1, time_ms=ahead_ms)
    final = Candidate(0, 1, 0, block_hash(parent.header))
    bench.learn_final(final, parent)
    bench.executed(final)
    body = block(2, final.block_hash, 2, time_ms=ahead_ms + after_ms)
    of = Candidate(0, 2, 1, block_hash(body.header))
    assert votes_cast(bench.propose(of, body) + bench.executed(of)) == expected


def test_r15_time_is_judged_at_first_reception_only() -> None:
    bench = Bench(0)
    body = block(2, time_ms=WALL_MS)
    of = Candidate(0, 2, 0, block_hash(body.header))
    bench.propose(of, body)
    bench.give(Tick(), at_ms=60_000)
    bench.skip(1)
    assert votes_cast(bench.executed(of)) == [(NOTARIZE, 2)]


def test_r4_the_leader_timer_ends_an_armed_view_without_a_proposal() -> None:
    bench = Bench(0)
    bench.hear_votes([nullify(3, 1)])
    assert bench.give(Tick(), at_ms=599) == ()
    assert bench.give(Tick(), at_ms=600) == NOW_NULLIFIED
    assert votes_cast(bench.give(Tick(), at_ms=900)) == []


def test_r4_the_view_timer_ends_a_view_whose_proposal_is_not_notarized() -> None:
    bench = Bench(0)
    bench.propose(FIRST, BODY)
    assert bench.give(Tick(), at_ms=899) == ()
    assert bench.give(Tick(), at_ms=900) == NOW_NULLIFIED
    assert bench.executed(FIRST) == ()


def test_r4_an_idle_view_is_never_given_up() -> None:
    bench = Bench(0)
    for at_ms in range(0, 29_000, 100):
        assert votes_cast(bench.give(Tick(), at_ms=at_ms)) == []


def test_r4_the_leader_s_own_nullification_is_followed() -> None:
    assert Bench(0).hear_votes([nullify(leader(1), 1)]) == NOW_NULLIFIED


def test_r4_f_plus_one_nullifications_are_followed_and_f_are_not() -> None:
    bench = Bench(0)
    assert bench.hear_votes([nullify(2, 1)]) == ()
    assert votes_cast(bench.hear_votes([nullify(3, 1)])) == [(NULLIFY, 1)]


def test_r4_only_the_current_view_is_nullified() -> None:
    bench = Bench(0)
    assert bench.hear_votes([nullify(2, 2), nullify(3, 2)]) == ()
    assert votes_cast(bench.hear_certificate(nullification(others(0), 1))) == [(NULLIFY, 2)]


def test_r6_a_notarization_is_answered_with_a_finalize_vote() -> None:
    bench = Bench(0)
    bench.propose(FIRST, BODY)
    bench.executed(FIRST)
    notarization = bench.notarized(FIRST)
    assert bench.hear_certificate(notarization) == (
        StoreCertificate(notarization),
        Broadcast(CertificateMessage(notarization)),
        StoreVote(finalize(0, FIRST)),
        Broadcast(VoteMessage(finalize(0, FIRST))),
    )


def test_r6_it_needs_no_execution_but_the_block_in_the_same_write() -> None:
    bench = Bench(0)
    bench.propose(FIRST, BODY)
    effects = bench.hear_certificate(bench.notarized(FIRST))
    assert StoreBlock(FIRST.block_hash, BODY) in effects
    assert votes_cast(effects) == [(FINALIZE, 1)]


def test_r6_it_needs_the_ancestry_and_stores_it() -> None:
    (one, first), (two, second) = chain([1, 2])
    bench = Bench(0)
    bench.propose(two, second)
    bench.hear_certificate(bench.notarized(one))
    assert votes_cast(bench.hear_certificate(bench.notarized(two))) == []
    effects = bench.propose(one, first)
    assert StoreBlock(one.block_hash, first) in effects
    assert StoreBlock(two.block_hash, second) in effects
    assert votes_cast(effects) == [(FINALIZE, 1), (FINALIZE, 2)]


def test_r6_it_may_come_after_the_view() -> None:
    bench = Bench(0)
    bench.hear_certificate(bench.notarized(FIRST))
    bench.skip(2)
    assert bench.replica.view == 3
    assert votes_cast(bench.propose(FIRST, BODY)) == [(FINALIZE, 1)]


def test_r6_never_after_a_nullification_of_one_s_own() -> None:
    bench = Bench(0)
    bench.propose(FIRST, BODY)
    bench.executed(FIRST)
    bench.hear_votes([nullify(leader(1), 1)])
    assert votes_cast(bench.hear_certificate(bench.notarized(FIRST))) == []


def test_own_votes_count_towards_a_quorum() -> None:
    bench = Bench(0)
    bench.propose(FIRST, BODY)
    bench.hear_votes([notarize(2, FIRST)])
    effects = bench.executed(FIRST)
    assert votes_cast(effects) == [(NOTARIZE, 1), (FINALIZE, 1)]
    bench.hear_votes([finalize(2, FIRST)])
    assert Commit in map(type, bench.hear_votes([finalize(3, FIRST)]))


def test_an_observer_never_votes() -> None:
    bench = Bench(None)
    assert votes_cast(bench.propose(FIRST, BODY)) == []
    assert votes_cast(bench.hear_certificate(bench.notarized(FIRST))) == []
    assert votes_cast(bench.hear_votes([nullify(1, 2), nullify(2, 2)])) == []
    bench.hear_certificate(bench.finalized(FIRST))
    assert votes_cast(bench.executed(FIRST)) == []
    assert bench.replica.progress.committed_height == 1
