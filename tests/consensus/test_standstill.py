"""R8 and R12: what is said again, when, to whom; and what a status tells."""

from dataclasses import replace

import pytest

from consensus.config import Restored
from consensus.events import Broadcast, DropLink, Halt, HaltReason, LinkUp, PeerFault, Send, Tick
from consensus.guard import NO_NONCE, Guard, GuardState
from consensus.messages import CertificateMessage, GetStatus, Message, Status, Vote, VoteMessage
from tests.consensus.bench import INCARNATION, Bench, chain, leader, others, proposal
from tests.consensus.network import GENESIS_HASH, WALL_MS, signer
from tests.consensus.votes import finalization, finalize, notarization, notarize, nullification, nullify

(FIRST, BODY), (SECOND, NEXT_BODY) = chain([1, 2])


NONCE = b"what nobody knew"


def status_of(
    peer: int, view: int, highest: Vote | None, time_ms: int = WALL_MS, nonce: bytes = NO_NONCE
) -> Status:
    guard = Guard(signer(peer), GENESIS_HASH, peer, GuardState.newborn(INCARNATION))
    return guard.status(0, view, time_ms, highest, nonce)


def standing() -> tuple[Bench, list[Message]]:
    """A replica with a final block, more above it, and votes of its own; and what it should say again."""
    bench = Bench(0)
    bench.learn_final(FIRST, BODY)
    bench.propose(SECOND, NEXT_BODY)
    bench.executed(SECOND)
    bench.hear_certificate(notarization(others(0), SECOND))
    bench.skip(3)
    said: list[Message] = [
        CertificateMessage(finalization(others(0), FIRST)),
        CertificateMessage(notarization(others(0), SECOND)),
        CertificateMessage(nullification(others(0), 3)),
        VoteMessage(notarize(0, SECOND)),
        VoteMessage(finalize(0, SECOND)),
    ]
    return bench, said


def test_r8_without_a_new_final_block_for_two_view_time_outs_all_is_said_again() -> None:
    bench, said = standing()
    early = bench.give(Tick(), at_ms=1_799)
    assert Broadcast(said[0]) not in early
    assert bench.give(Tick(), at_ms=1_800) == tuple(map(Broadcast, [*said, VoteMessage(nullify(0, 4))]))


def test_r8_an_idle_replica_says_it_too() -> None:
    bench = Bench(0)
    bench.learn_final(FIRST, BODY)
    said = (Broadcast(CertificateMessage(finalization(others(0), FIRST))),)
    for at_ms in (1_800, 3_600, 5_400):
        assert bench.give(Tick(), at_ms=at_ms - 1) == ()
        assert bench.give(Tick(), at_ms=at_ms) == said


def test_r8_a_new_link_is_told_all_of_it() -> None:
    bench, said = standing()
    effects = bench.give(LinkUp(3))
    greeting, *rest = [effect.message for effect in effects if isinstance(effect, Send) and effect.peer == 3]
    assert isinstance(greeting, Status)
    assert rest[: len(said)] == said


def test_r8_a_leader_sends_its_stored_proposal_of_the_current_view_again() -> None:
    index = leader(1)
    state = GuardState(INCARNATION, (0, 0), (notarize(index, FIRST),))
    stored = proposal(FIRST, BODY)
    bench = Bench(index, Restored(blocks=(BODY,), proposal=stored), state)
    assert Broadcast(stored) in bench.give(Tick(), at_ms=1_800)
    bench.skip(1)
    assert Broadcast(stored) not in bench.give(Tick(), at_ms=3_600)


def test_r12_both_sides_of_a_link_greet_with_the_other_s_highest_vote() -> None:
    bench = Bench(0, is_linked=False)
    assert bench.give(LinkUp(2)) == (Send(2, status_of(0, 1, None)),)
    bench.hear_votes([nullify(2, 1), notarize(2, SECOND)])
    (effect, *_) = bench.give(LinkUp(2))
    assert effect == Send(2, status_of(0, 1, notarize(2, SECOND)))


def test_r12_the_highest_vote_outlives_the_finality_of_its_view() -> None:
    bench = Bench(0)
    bench.learn_final(FIRST, BODY)
    (effect, *_) = bench.give(LinkUp(2))
    assert effect == Send(2, status_of(0, 2, finalize(2, FIRST)))


def test_r12_who_asks_is_answered_under_its_nonce() -> None:
    bench = Bench(0)
    bench.learn_final(FIRST, BODY)
    bench.give(Tick(), at_ms=5)
    answer = status_of(0, 2, finalize(2, FIRST), WALL_MS + 5, NONCE)
    assert bench.hear(2, GetStatus(NONCE)) == (Send(2, answer),)
    assert bench.hear(7, GetStatus(NONCE)) == (Send(7, status_of(0, 2, None, WALL_MS + 5, NONCE)),)
    assert bench.hear(2, GetStatus(NO_NONCE)) == ()
    assert Bench(None).hear(2, GetStatus(NONCE)) == ()


def test_r12_a_status_never_names_a_view_below_the_floor() -> None:
    bench = Bench(0, state=GuardState(INCARNATION, (0, 9), ()))
    assert bench.hear(2, GetStatus(NONCE)) == (Send(2, status_of(0, 9, None, WALL_MS, NONCE)),)


def test_r12_observers_are_greeted_and_greet_with_nothing_signed() -> None:
    assert Bench(0, is_linked=False).give(LinkUp(7)) == ()
    assert Bench(None, is_linked=False).give(LinkUp(2)) == ()


def test_r12_a_follower_that_lost_its_guard_is_greeted_with_its_old_votes() -> None:
    bench = Bench(None)
    assert bench.hear(2, status_of(2, 4, nullify(0, 3))) == ()
    forged = status_of(2, 4, replace(nullify(0, 3), signature=bytes(64)))
    assert bench.hear(2, forged) == (DropLink(2, PeerFault.INVALID_STATUS),)


def test_r12_a_status_with_a_vote_the_guard_lost_halts() -> None:
    bench = Bench(0)
    (effect,) = bench.hear(2, status_of(2, 4, notarize(0, SECOND)))
    assert isinstance(effect, Halt)
    assert effect.reason is HaltReason.FOREIGN_VOTE
    assert "NOTARIZE of view 2" in effect.detail


def test_r12_a_status_with_votes_held_or_below_the_floor_does_not() -> None:
    state = GuardState(INCARNATION, (0, 1), (notarize(0, SECOND),))
    bench = Bench(0, Restored(), state)
    assert bench.hear(2, status_of(2, 4, notarize(0, SECOND))) == ()
    assert bench.hear(2, status_of(2, 4, nullify(0, 1))) == ()
    assert bench.hear(2, status_of(2, 4, None)) == ()
    assert not bench.replica.progress.is_halted


GENUINE = status_of(2, 4, nullify(0, 3))
FALSE: dict[str, Status] = {
    "another's signature": replace(GENUINE, signature=status_of(1, 4, None).signature),
    "another view": replace(GENUINE, view=5),
    "another incarnation": replace(GENUINE, incarnation=bytes(16)),
    "another nonce": replace(GENUINE, nonce=NONCE),
    "another time": replace(GENUINE, time_ms=WALL_MS + 1),
    "no vote": replace(GENUINE, highest=None),
    "a forged vote of the receiver": status_of(2, 4, replace(nullify(0, 3), signature=bytes(64))),
    "a vote of a third": status_of(2, 4, nullify(1, 3)),
    "a vote of another epoch": status_of(2, 4, nullify(0, 3, epoch=1)),
    "another signer": status_of(1, 4, None),
}


@pytest.mark.parametrize("fault", FALSE)
def test_r12_a_false_status_drops_the_link(fault: str) -> None:
    assert Bench(0).hear(2, FALSE[fault]) == (DropLink(2, PeerFault.INVALID_STATUS),)


def test_r12_a_follower_does_not_speak_for_the_guard_it_lost() -> None:
    bench = Bench(None, Restored(blocks=(BODY,), proposal=proposal(FIRST, BODY)))
    assert bench.give(Tick(), at_ms=1_800) == ()
