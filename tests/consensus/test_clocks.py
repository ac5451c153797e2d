"""R15: what a replica knows of the other validators' clocks, and when it does not propose because of them."""

from collections.abc import Callable, Mapping

import pytest

from consensus.clocks import MAX_ROUND_TRIP_MS, SILENT_QUESTIONS, Comparison, Offset
from consensus.events import Build, Effect, LinkDown, LinkUp, Now, PoolChanged, Received, Send, Tick
from consensus.guard import Guard, GuardState
from consensus.header import block_hash
from consensus.listening import LISTEN_TIMES
from consensus.messages import Candidate, GetStatus, VoteKind
from consensus.timing import Timing
from tests.consensus.bench import INCARNATION, Bench, block, kinds, leader, votes_cast
from tests.consensus.network import GENESIS_HASH, WALL_MS, signer
from tests.consensus.votes import nullification, nullify

TIMING = Timing(clocks_ms=5_000)
NULLIFY = VoteKind.NULLIFY


def asked(effects: tuple[Effect, ...]) -> dict[int, bytes]:
    """Who is asked for its status, under which nonce."""
    return {
        effect.peer: effect.message.nonce
        for effect in effects
        if isinstance(effect, Send) and isinstance(effect.message, GetStatus)
    }


def answer(bench: Bench, peer: int, nonce: bytes, time_ms: int) -> tuple[Effect, ...]:
    guard = Guard(signer(peer), GENESIS_HASH, peer, GuardState.newborn(INCARNATION))
    return bench.give(Received(peer, guard.status(0, 1, time_ms, None, nonce)))


def compared(index: int | None, offsets: Mapping[int, int], round_trip_ms: int = 40) -> Bench:
    """A replica that has just read the others' clocks, each off by so much against its own."""
    bench = Bench(index, timing=TIMING)
    nonces = asked(bench.give(Tick(), at_ms=1_000))
    bench.now_ms += round_trip_ms
    for peer, offset_ms in offsets.items():
        answer(bench, peer, nonces[peer], WALL_MS + bench.now_ms - round_trip_ms // 2 + offset_ms)
    return bench


def comparison(bench: Bench, step_ms: int = 0) -> Comparison:
    """What it knows now, after its own wall clock was set by so much."""
    return bench.replica.clocks(Now(bench.now_ms, WALL_MS + bench.now_ms + step_ms))


def test_r15_clocks_are_asked_for_soon_after_a_link_and_then_now_and_then() -> None:
    bench = Bench(0, timing=TIMING)
    assert asked(bench.give(Tick(), at_ms=999)) == {}
    first = asked(bench.give(Tick(), at_ms=1_000))
    assert first.keys() == {1, 2, 3}
    assert asked(bench.give(Tick(), at_ms=5_999)) == {}
    second = asked(bench.give(Tick(), at_ms=6_000))
    assert second.keys() == {1, 2, 3}
    assert len({*first.values(), *second.values()}) == 6
    assert bench.replica.deadline_ms is not None
    bench.give(LinkDown(2))
    bench.give(LinkUp(7))
    assert asked(bench.give(Tick(), at_ms=11_000)).keys() == {1, 3}


def test_r15_half_of_the_round_trip_is_what_an_answer_leaves_open() -> None:
    bench = compared(0, {1: 0, 2: 7_000, 3: -20}, round_trip_ms=40)
    assert comparison(bench).others == {1: Offset(0, 20), 2: Offset(7_000, 20), 3: Offset(-20, 20)}


def test_r15_an_answer_that_took_too_long_or_that_nobody_waits_for_says_nothing() -> None:
    assert compared(0, {1: 0}, round_trip_ms=MAX_ROUND_TRIP_MS + 1).replica.clocks(Now(0, 0)).others == {}
    bench = compared(0, {1: 0, 2: 0})
    for nonce in (bytes(16), b"\1" * 16):
        answer(bench, 1, nonce, 0)
        answer(bench, 3, nonce, 0)
    assert comparison(bench).others == {1: Offset(0, 20), 2: Offset(0, 20)}


def test_r15_a_reading_does_not_count_for_ever() -> None:
    bench = compared(0, {1: 0, 2: 0, 3: 0})
    bench.now_ms += 20_000
    assert comparison(bench).others.keys() == {1, 2, 3}
    bench.now_ms += 1
    assert comparison(bench) == Comparison({}, None)


@pytest.mark.parametrize(
    ("offsets", "median_ms", "own_is_apart", "apart", "agreeing"),
    [
        ({1: 20, 2: -30, 3: 10}, 0, False, set(), 3),
        ({1: 5_000, 2: 0, 3: 10}, 0, False, {1}, 2),
        ({1: -600_000, 2: 30, 3: 10}, 0, False, {1}, 2),
        ({1: 600_000, 2: 600_020, 3: 600_010}, 600_000, True, set(), 3),
        ({1: -600_000, 2: -600_020, 3: -600_010}, -600_010, True, set(), 3),
        ({1: 1_800_000, 2: 1_800_000, 3: 0}, None, False, set(), 0),
        ({1: 1_000_000, 2: 2_000_000, 3: 3_000_000}, None, False, set(), 0),
        ({1: 5_000, 2: 5_000}, 5_000, True, set(), 2),
        ({1: 5_000}, None, False, set(), 0),
        ({1: 520, 2: 520, 3: 520}, 520, False, set(), 3),
        ({1: 521, 2: 521, 3: 521}, 521, True, set(), 3),
    ],
)
def test_r15_the_median_says_which_clock_stands_apart(
    offsets: dict[int, int], median_ms: int | None, own_is_apart: bool, apart: set[int], agreeing: int
) -> None:
    found = comparison(compared(0, offsets))
    assert (found.median_ms, found.own_is_apart) == (median_ms, own_is_apart)
    assert {index for index in range(4) if found.is_apart(index)} == apart
    assert found.agreeing() == agreeing
    assert found.correction_ms == (median_ms if own_is_apart else 0)


def test_r15_one_clock_that_lies_does_not_pull_the_upper_median_below_honest_ones() -> None:
    told = comparison(compared(0, {1: 0, 2: 400, 3: -10_000}))
    assert (told.median_ms, told.latest_ms) == (0, 20), "half of the round trip is left open"
    assert comparison(compared(0, {1: 400, 2: 400, 3: -10_000})).latest_ms == 420


def test_r15_a_step_of_the_own_clock_shows_at_once() -> None:
    found = comparison(compared(0, {1: 0, 2: 0, 3: 0}), step_ms=30_000)
    assert (found.median_ms, found.own_is_apart, found.agreeing()) == (-30_000, True, 3)


def proposing(offsets: Mapping[int, int], step_ms: int = 0) -> tuple[Effect, ...]:
    """What the leader of view 1, which has compared clocks, does when a transaction comes."""
    bench = compared(leader(1), offsets)
    return bench.replica.handle(Now(bench.now_ms, WALL_MS + bench.now_ms + step_ms), PoolChanged(True))


OTHERS = [index for index in range(4) if index != leader(1)]


@pytest.mark.parametrize(
    ("offsets_ms", "gives_up"),
    [
        ((0, 0, 0), False),
        ((-900, -900, -900), False),
        ((-5_000, -5_000, -5_000), True),
        ((-5_000, -5_000, 0), False),
        ((2_400, 2_400, 2_400), False),
        ((600_000, 600_000, 600_000), True),
        ((600_000, -600_000, 600_000), True),
    ],
)
def test_r15_r4_a_leader_whose_proposal_a_quorum_would_find_untimely_gives_its_view_up(
    offsets_ms: tuple[int, ...], gives_up: bool
) -> None:
    effects = proposing(dict(zip(OTHERS, offsets_ms, strict=True)))
    assert votes_cast(effects) == ([(NULLIFY, 1)] if gives_up else [])
    assert ("Build" in kinds(effects)) is not gives_up


def test_r15_r4_without_a_quorum_of_readings_a_leader_proposes() -> None:
    assert kinds(proposing({OTHERS[0]: -5_000, OTHERS[1]: -5_000})) == ["Build"]


def test_r15_r4_above_a_round_of_failed_views_a_leader_proposes_whatever_its_clock() -> None:
    for round_number, gives_up in ((0, True), (1, False)):
        view = 1 + 4 * round_number
        bench = compared(leader(view), dict.fromkeys(OTHERS, -5_000))
        for failed in range(1, view):
            bench.skip(failed)
        effects = bench.give(PoolChanged(True))
        assert votes_cast(effects) == ([(NULLIFY, 1)] if gives_up else [])
        assert any(isinstance(effect, Build) for effect in effects) is not gives_up


def test_r15_r4_on_a_parent_dated_ahead_a_leader_proposes_whatever_its_clock() -> None:
    """The block is dated by its parent, not by a clock."""
    index = leader(2)
    bench = compared(index, {peer: -5_000 for peer in range(4) if peer != index})
    parent = block(1, time_ms=WALL_MS + 1_800_000)
    final = Candidate(0, 1, 0, block_hash(parent.header))
    bench.learn_final(final, parent)
    bench.executed(final)
    (build,) = (effect for effect in bench.give(PoolChanged(True)) if isinstance(effect, Build))
    assert build.time_ms == parent.header.time_ms + 1


def silent(bench: Bench) -> tuple[int, ...]:
    """Who does not vote, as far as the replica can tell."""
    return bench.replica.silent


def questions(bench: Bench, count: int, *answering: int) -> None:
    """So many more rounds of questions, which these validators answer."""
    for _ in range(count):
        nonces = asked(bench.give(Tick(), at_ms=bench.now_ms + TIMING.clocks_ms))
        for peer in answering:
            answer(bench, peer, nonces[peer], WALL_MS + bench.now_ms)


@pytest.mark.parametrize("index", [0, None], ids=["a validator", "an observer"])
def test_a_linked_validator_that_never_answers_is_silent_after_so_many_questions(index: int | None) -> None:
    bench = Bench(index, timing=TIMING)
    others = [peer for peer in range(4) if peer not in (index, 3)]
    questions(bench, SILENT_QUESTIONS, *others)
    assert silent(bench) == ()
    questions(bench, 1, *others)
    assert silent(bench) == (3,)
    questions(bench, 5, *others)
    assert silent(bench) == (3,)


def test_whatever_a_silent_validator_signs_clears_it() -> None:
    bench = Bench(0, timing=TIMING)
    signs: list[Callable[[], object]] = [
        lambda: answer(bench, 3, bytes(16), WALL_MS),  # the greeting of a new link
        lambda: bench.hear_votes([nullify(3, 1)]),
        lambda: bench.hear_certificate(nullification((1, 2, 3), 2)),
    ]
    for speak in signs:
        questions(bench, SILENT_QUESTIONS + 1, 1, 2)
        assert silent(bench) == (3,)
        speak()
        assert silent(bench) == ()


def test_an_answer_that_says_nothing_of_a_clock_still_shows_that_one_is_not_silent() -> None:
    bench = Bench(0, timing=TIMING)
    questions(bench, SILENT_QUESTIONS, 1, 2)
    nonces = asked(bench.give(Tick(), at_ms=bench.now_ms + TIMING.clocks_ms))
    bench.now_ms += MAX_ROUND_TRIP_MS + 1
    answer(bench, 3, nonces[3], WALL_MS + bench.now_ms)
    assert silent(bench) == ()
    assert 3 not in comparison(bench).others


def test_a_replica_that_stood_still_calls_nobody_silent() -> None:
    bench = Bench(0, timing=TIMING)
    questions(bench, 1, 1, 2, 3)
    bench.give(Tick(), at_ms=bench.now_ms + 3_600_000)
    assert silent(bench) == ()


def test_a_silent_validator_whose_link_goes_begins_anew() -> None:
    bench = Bench(0, timing=TIMING)
    questions(bench, SILENT_QUESTIONS + 1, 1, 2)
    bench.give(LinkDown(3))
    assert silent(bench) == ()
    bench.give(LinkUp(3))
    questions(bench, SILENT_QUESTIONS, 1, 2)
    assert silent(bench) == ()
    questions(bench, 1, 1, 2)
    assert silent(bench) == (3,)


def test_where_a_start_may_listen_for_longer_it_takes_longer_to_be_called_silent() -> None:
    slow = Timing(delta_ms=3_000, clocks_ms=5_000)
    bench = Bench(0, timing=slow)
    while bench.now_ms < LISTEN_TIMES * slow.listen_ms:
        questions(bench, 1, 1, 2)
    assert silent(bench) == ()
    questions(bench, 2, 1, 2)
    assert silent(bench) == (3,)
