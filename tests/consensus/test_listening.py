"""R12: a validator listens before it votes."""

import pytest

from consensus.config import Restored
from consensus.events import Broadcast, Effect, LinkUp, PoolChanged, Send, StoreCertificate, StoreFloor, Tick
from consensus.guard import NO_NONCE, Guard, GuardState
from consensus.listening import LISTEN_TIMES, STALLED_VIEWS
from consensus.messages import GetCertificates, GetStatus, Message, Status, VoteKind
from consensus.remembered import Voting
from tests.consensus.bench import CONFIG, INCARNATION, Bench, chain, leader, others, votes_cast
from tests.consensus.network import GENESIS_HASH, WALL_MS, signer
from tests.consensus.votes import notarize, nullify

NONCE = b"of this start ..."[:16]
OTHER_NONCE = b"of another start"
TIMING = CONFIG.timing
QUESTION = GetStatus(NONCE, listens=True)
(FIRST, BODY), (SECOND, NEXT_BODY) = chain([1, 2])


def started(
    index: int = 0, state: GuardState | None = None, *, validators: int = 4, is_linked: bool = True
) -> Bench:
    """A validator that has just started, and listens."""
    return Bench(index, Restored(nonce=NONCE), state, is_linked=is_linked, validators=validators)


def answer(peer: int, view: int, nonce: bytes = NONCE) -> Status:
    guard = Guard(signer(peer), GENESIS_HASH, peer, GuardState.newborn(INCARNATION))
    return guard.status(0, view, WALL_MS, None, nonce)


def hear_answers(bench: Bench, views: dict[int, int]) -> tuple[Effect, ...]:
    return tuple(effect for peer, view in views.items() for effect in bench.hear(peer, answer(peer, view)))


def sent(effects: tuple[Effect, ...], kind: type[Message]) -> list[tuple[int, Message]]:
    return [
        (effect.peer, effect.message)
        for effect in effects
        if isinstance(effect, Send) and isinstance(effect.message, kind)
    ]


def voting(bench: Bench) -> Voting:
    return bench.replica.progress.voting


def test_r12_a_start_asks_every_other_validator_and_asks_again() -> None:
    bench = started(is_linked=False)
    for peer in (1, 2, 3, 7):
        effects = bench.give(LinkUp(peer))
        assert sent(effects, GetStatus) == ([(peer, QUESTION)] if peer < 4 else [])
    assert sent(bench.give(Tick(), at_ms=TIMING.fetch_ms), GetStatus) == [
        (peer, QUESTION) for peer in (1, 2, 3)
    ]


def test_r12_who_listens_neither_votes_nor_proposes_nor_answers() -> None:
    bench = started(leader(1))
    bench.give(PoolChanged(True))
    effects = bench.give(Tick(), at_ms=TIMING.view_ms(1, 0))
    assert effects == tuple(Send(peer, QUESTION) for peer in others(leader(1)))
    assert bench.hear(2, GetStatus(OTHER_NONCE)) == ()
    assert voting(bench) is Voting.LISTENS


def test_r12_with_q_others_the_floor_is_the_highest_of_them_plus_one() -> None:
    bench = started()
    bench.skip(1)
    assert hear_answers(bench, {1: 1, 2: 2, 3: 2}) == ()
    bench.skip(2)
    assert voting(bench) is Voting.LISTENS  # view 3 is what an earlier life may have voted in
    bench.skip(3)
    assert voting(bench) is Voting.CONFIRMED
    assert votes_cast(bench.hear_votes([nullify(1, 4), nullify(2, 4)])) == [(VoteKind.NULLIFY, 4)]


def test_r12_the_floor_is_stored_before_the_first_vote() -> None:
    bench = started()
    hear_answers(bench, {1: 1, 2: 1, 3: 1})
    bench.skip(1)
    (stored, relayed, floor, *_) = bench.skip(2)
    assert floor == StoreFloor(0, 2)
    assert isinstance(stored, StoreCertificate)
    assert isinstance(relayed, Broadcast)


def test_r12_fewer_than_q_others_confirm_nothing() -> None:
    bench = started()
    hear_answers(bench, {1: 1, 2: 1})
    bench.hear(2, answer(2, 1))
    bench.hear(3, answer(3, 1, NO_NONCE))
    bench.hear(3, answer(3, 1, OTHER_NONCE))
    for view in (1, 2, 3):
        bench.skip(view)
    assert voting(bench) is Voting.LISTENS


def test_r12_an_answer_counts_once_its_view_is_proved_and_the_proof_is_asked_for() -> None:
    """Otherwise one liar that names a view far away would keep every starting validator from voting."""
    bench = started()
    hear_answers(bench, {1: 1, 2: 1, 3: 4})
    wanted = sent(bench.give(Tick(), at_ms=TIMING.delta_ms), GetCertificates)
    assert [message for _, message in wanted] == [GetCertificates(0, 1, 3)]
    for view in (1, 2, 3, 4):
        bench.skip(view)
        assert voting(bench) is Voting.LISTENS
    bench.skip(5)
    assert voting(bench) is Voting.CONFIRMED


def test_r12_who_answers_a_start_helps_it_to_a_higher_view() -> None:
    """Idle, they would stay in their view until the heartbeat, and it could not vote till then (R14)."""
    bench = Bench(0)
    armed: list[bool] = []

    def note(_: object = None) -> None:
        armed.append(bench.replica.progress.is_armed)

    note()
    note(bench.hear(2, GetStatus(OTHER_NONCE)))
    note(bench.hear(2, QUESTION))
    note(bench.skip(1))
    note(bench.skip(2))
    assert armed == [False, False, True, True, False]


def test_r12_a_common_start_does_not_wait() -> None:
    """All listen, so nobody can answer: whose records are as recent as any begins at once, and answers."""
    bench = started()
    for peer in (1, 2):
        assert sent(bench.hear(peer, GetStatus(OTHER_NONCE, listens=True)), Status) == []
    effects = bench.hear(3, GetStatus(OTHER_NONCE, listens=True))
    assert voting(bench) is Voting.RELIES
    assert [peer for peer, _ in sent(effects, Status)] == [1, 2, 3]


def test_r12_a_question_for_the_clock_does_not_take_the_place_of_one_that_is_remembered() -> None:
    bench = started()
    for peer in (1, 2):
        bench.hear(peer, GetStatus(OTHER_NONCE, listens=True))
        bench.hear(peer, GetStatus(b"about the clock "))
    answers = sent(bench.hear(3, GetStatus(OTHER_NONCE, listens=True)), Status)
    assert [status.nonce for _, status in answers if isinstance(status, Status)] == [OTHER_NONCE] * 3


def test_r12_one_of_several_at_once_that_is_behind_waits_for_the_others() -> None:
    bench = started()
    for view in (1, 2):
        bench.skip(view)
    bench.hear(1, GetStatus(OTHER_NONCE, listens=True))
    hear_answers(bench, {2: 3, 3: 3})
    bench.give(Tick(), at_ms=2 * TIMING.listen_ms - 1)
    assert voting(bench) is Voting.LISTENS
    bench.hear(1, answer(1, 3))
    for view in (3, 4):
        bench.skip(view)
    assert voting(bench) is Voting.CONFIRMED


def test_r12_one_of_several_at_once_that_is_not_behind_begins() -> None:
    state = GuardState(INCARNATION, (0, 0), (nullify(0, 1), nullify(0, 2)))
    bench = started(0, state)
    for view in (1, 2):
        bench.skip(view)
    hear_answers(bench, {2: 3, 3: 3})
    assert voting(bench) is Voting.LISTENS
    bench.hear(1, GetStatus(OTHER_NONCE, listens=True))
    assert voting(bench) is Voting.RELIES


def test_r12_links_have_time_to_come_up_where_too_many_listen() -> None:
    bench = started(is_linked=False)
    bench.give(LinkUp(1))
    bench.hear(1, GetStatus(OTHER_NONCE, listens=True))
    bench.give(Tick(), at_ms=TIMING.settle_ms - 1)
    assert voting(bench) is Voting.LISTENS
    assert bench.replica.deadline_ms == TIMING.settle_ms
    bench.give(Tick(), at_ms=TIMING.settle_ms)
    assert voting(bench) is Voting.RELIES


@pytest.mark.parametrize(("linked", "waits"), [((1, 2), 1), ((1, 2, 3), 2)])
def test_r12_where_too_few_answer_in_time_it_relies_on_its_guard(linked: tuple[int, ...], waits: int) -> None:
    bench = started(is_linked=False)
    for peer in linked:
        bench.give(LinkUp(peer))
    hear_answers(bench, {1: 1, 2: 1})
    bench.give(PoolChanged(True))
    bench.give(Tick(), at_ms=waits * TIMING.listen_ms - 1)
    assert voting(bench) is Voting.LISTENS
    effects = bench.give(Tick(), at_ms=waits * TIMING.listen_ms)
    assert voting(bench) is Voting.RELIES
    assert votes_cast(effects) == [(VoteKind.NULLIFY, 1)]


def test_r12_where_the_others_cannot_go_on_without_it_it_relies_on_its_guard() -> None:
    """q answered, and then one of them went: the floor would stop the network for ever."""
    bench = started()
    hear_answers(bench, {1: 1, 2: 1, 3: 1})
    bench.give(Tick(), at_ms=100)
    bench.skip(1)
    stalled_ms = 100 + STALLED_VIEWS * TIMING.view_ms(2, 0)
    bench.give(Tick(), at_ms=stalled_ms - 1)
    assert voting(bench) is Voting.LISTENS
    bench.give(Tick(), at_ms=stalled_ms)
    assert voting(bench) is Voting.RELIES
    assert bench.replica.view == 2


@pytest.mark.parametrize("validators", [1, 2, 3])
def test_r12_where_there_are_no_q_others_nobody_waits_for_them(validators: int) -> None:
    bench = started(validators=validators)
    bench.give(Tick())
    for peer in range(1, validators):
        assert voting(bench) is Voting.LISTENS
        bench.hear(peer, GetStatus(OTHER_NONCE, listens=True))
    assert voting(bench) is Voting.RELIES


def test_r12_steps_that_come_as_late_as_they_can_do_not_stretch_a_start_without_end() -> None:
    """One of the q may be the only one who can clear a view, and wait with it."""
    bench = started()
    hear_answers(bench, {1: 9, 2: 9, 3: 9})
    end_ms = LISTEN_TIMES * TIMING.listen_ms
    view = 1
    while bench.now_ms + 500 < end_ms:
        bench.give(Tick(), at_ms=bench.now_ms + 500)
        assert voting(bench) is Voting.LISTENS
        if view < 9:
            bench.skip(view)
            view += 1
    bench.give(Tick(), at_ms=end_ms)
    assert voting(bench) is Voting.RELIES


def test_r12_an_old_vote_of_its_own_halts_it_while_it_listens() -> None:
    bench = started()
    guard = Guard(signer(2), GENESIS_HASH, 2, GuardState.newborn(INCARNATION))
    bench.hear(2, guard.status(0, 4, WALL_MS, notarize(0, SECOND), NONCE))
    assert bench.replica.is_halted


def test_r12_an_observer_does_not_listen_and_a_new_epoch_begins_at_once() -> None:
    assert voting(Bench(None, Restored(nonce=NONCE))) is Voting.OBSERVES
    assert voting(Bench(0)) is Voting.GOES_ON


@pytest.mark.parametrize("nonce", [NO_NONCE, b"short"])
def test_r12_a_start_without_a_nonce_of_its_own_is_our_bug(nonce: bytes) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        Bench(0, Restored(nonce=nonce))
