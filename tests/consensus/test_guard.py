"""The vote guard alone, with no rule around it that could hide its faults."""

from itertools import product

import pytest

from consensus.guard import Guard, GuardState, VoteRefusal, VoteRefused
from consensus.messages import Candidate, VoteKind
from consensus.signing import status_bytes
from registry.primitives import ed25519
from tests.consensus.network import GENESIS_HASH, seed, signer
from tests.consensus.votes import candidate, finalize, notarize, nullify

A, B = candidate(5, name=1), candidate(5, name=2)
OTHER_PARENT = candidate(5, parent_view=3, name=1)
INCARNATION = b"an incarnation.."
NOTARIZE, NULLIFY, FINALIZE = VoteKind.NOTARIZE, VoteKind.NULLIFY, VoteKind.FINALIZE

Request = tuple[VoteKind, Candidate | None]
REQUESTS: tuple[Request, ...] = ((NOTARIZE, A), (NOTARIZE, B), (NULLIFY, None), (FINALIZE, A), (FINALIZE, B))

PAIRS = tuple(product(REQUESTS, REQUESTS))

REFUSED: dict[tuple[Request, Request], VoteRefusal] = {
    ((NOTARIZE, A), (NOTARIZE, B)): VoteRefusal.NOTARIZED_OTHER,
    ((NOTARIZE, B), (NOTARIZE, A)): VoteRefusal.NOTARIZED_OTHER,
    ((NOTARIZE, A), (FINALIZE, B)): VoteRefusal.NOTARIZED_OTHER,
    ((NOTARIZE, B), (FINALIZE, A)): VoteRefusal.NOTARIZED_OTHER,
    ((NULLIFY, None), (NOTARIZE, A)): VoteRefusal.NULLIFIED,
    ((NULLIFY, None), (NOTARIZE, B)): VoteRefusal.NULLIFIED,
    ((NULLIFY, None), (FINALIZE, A)): VoteRefusal.NULLIFIED,
    ((NULLIFY, None), (FINALIZE, B)): VoteRefusal.NULLIFIED,
    ((FINALIZE, A), (NULLIFY, None)): VoteRefusal.FINALIZED,
    ((FINALIZE, B), (NULLIFY, None)): VoteRefusal.FINALIZED,
    ((FINALIZE, A), (NOTARIZE, B)): VoteRefusal.FINALIZED_OTHER,
    ((FINALIZE, B), (NOTARIZE, A)): VoteRefusal.FINALIZED_OTHER,
    ((FINALIZE, A), (FINALIZE, B)): VoteRefusal.FINALIZED_OTHER,
    ((FINALIZE, B), (FINALIZE, A)): VoteRefusal.FINALIZED_OTHER,
}


def newborn(index: int = 2) -> Guard:
    return Guard(signer(index), GENESIS_HASH, index, GuardState.newborn(INCARNATION))


@pytest.mark.parametrize(("first", "second"), PAIRS, ids=str)
def test_every_pair_of_requests_in_one_view(first: Request, second: Request) -> None:
    guard = newborn()
    given, _ = guard.vote(first[0], 0, 5, first[1])
    refusal = REFUSED.get((first, second))
    if refusal is None:
        vote, is_new = guard.vote(second[0], 0, 5, second[1])
        assert (vote.kind, vote.candidate, is_new) == (*second, first != second)
        assert (vote is given) == (first == second)
    else:
        with pytest.raises(VoteRefused) as refused:
            guard.vote(second[0], 0, 5, second[1])
        assert refused.value.reason is refusal
        assert guard.votes() == (given,)


@pytest.mark.parametrize(("first", "second"), PAIRS, ids=str)
def test_every_pair_after_a_restart_in_between(first: Request, second: Request) -> None:
    before = newborn()
    given, _ = before.vote(first[0], 0, 5, first[1])
    guard = Guard(signer(2), GENESIS_HASH, 2, before.state())
    refusal = REFUSED.get((first, second))
    if refusal is None:
        _, is_new = guard.vote(second[0], 0, 5, second[1])
        assert is_new == (first != second)
    else:
        with pytest.raises(VoteRefused) as refused:
            guard.vote(second[0], 0, 5, second[1])
        assert refused.value.reason is refusal
        assert guard.votes() == (given,)


def test_a_candidate_with_another_parent_view_is_another_candidate() -> None:
    guard = newborn()
    guard.vote(NOTARIZE, 0, 5, A)
    with pytest.raises(VoteRefused) as refused:
        guard.vote(NOTARIZE, 0, 5, OTHER_PARENT)
    assert refused.value.reason is VoteRefusal.NOTARIZED_OTHER


def test_views_and_epochs_do_not_touch_each_other() -> None:
    guard = newborn()
    guard.vote(FINALIZE, 0, 5, A)
    assert guard.vote(NULLIFY, 0, 6, None)[1]
    assert guard.vote(NULLIFY, 1, 5, None)[1]


@pytest.mark.parametrize("request_", REQUESTS, ids=str)
def test_nothing_is_signed_at_or_below_the_floor(request_: Request) -> None:
    guard = newborn()
    assert guard.raise_floor(0, 5)
    with pytest.raises(VoteRefused) as refused:
        guard.vote(request_[0], 0, 5, request_[1])
    assert refused.value.reason is VoteRefusal.BELOW_FLOOR
    guard.raise_floor(1, 0)
    with pytest.raises(VoteRefused) as refused:
        guard.vote(NULLIFY, 0, 6, None)
    assert refused.value.reason is VoteRefusal.BELOW_FLOOR
    assert guard.vote(NULLIFY, 1, 1, None)[1]


def test_a_vote_given_is_not_given_again_below_the_floor() -> None:
    guard = newborn()
    guard.vote(NOTARIZE, 0, 5, A)
    guard.raise_floor(0, 5)
    assert guard.votes() == ()
    with pytest.raises(VoteRefused) as refused:
        guard.vote(NOTARIZE, 0, 5, A)
    assert refused.value.reason is VoteRefusal.BELOW_FLOOR


def test_the_floor_never_sinks() -> None:
    guard = newborn()
    assert guard.raise_floor(1, 3)
    assert not guard.raise_floor(1, 3)
    assert not guard.raise_floor(0, 9)
    assert guard.floor == (1, 3)


def test_votes_are_real_signatures_and_repeat_byte_for_byte() -> None:
    guard = newborn()
    vote, is_new = guard.vote(NOTARIZE, 0, 5, A)
    assert (vote, is_new) == (notarize(2, A), True)
    assert guard.vote(NOTARIZE, 0, 5, A) == (vote, False)
    assert guard.vote(FINALIZE, 0, 5, A)[0] == finalize(2, A)
    assert guard.vote(NULLIFY, 0, 6, None)[0] == nullify(2, 6)


def test_state_restores_votes_above_the_floor_only() -> None:
    state = GuardState(INCARNATION, (0, 5), (notarize(2, A), nullify(2, 6), nullify(2, 7)))
    guard = Guard(signer(2), GENESIS_HASH, 2, state)
    assert guard.votes() == (nullify(2, 6), nullify(2, 7))
    assert guard.state() == GuardState(INCARNATION, (0, 5), (nullify(2, 6), nullify(2, 7)))


def test_an_incarnation_is_born_with_the_guard() -> None:
    assert newborn().incarnation == INCARNATION
    with pytest.raises(ValueError, match="16 bytes"):
        GuardState.newborn(b"short")


def test_a_status_is_signed_over_all_it_says() -> None:
    status = newborn().status(0, 7, 99, notarize(1, A), nonce=b"a nonce of 16 by")
    signed = status_bytes(GENESIS_HASH, 0, 7, INCARNATION, b"a nonce of 16 by", 99, notarize(1, A))
    assert (status.signer, status.view, status.highest) == (2, 7, notarize(1, A))
    assert ed25519.verify(ed25519.public_key(seed(2)), signed, status.signature)
    for other in (
        status_bytes(GENESIS_HASH, 0, 7, INCARNATION, b"a nonce of 16 by", 99, None),
        status_bytes(GENESIS_HASH, 0, 7, INCARNATION, b"a nonce of 16 by", 99, notarize(1, B)),
        status_bytes(GENESIS_HASH, 0, 8, INCARNATION, b"a nonce of 16 by", 99, notarize(1, A)),
        status_bytes(GENESIS_HASH, 1, 7, INCARNATION, b"a nonce of 16 by", 99, notarize(1, A)),
        status_bytes(GENESIS_HASH, 0, 7, bytes(16), b"a nonce of 16 by", 99, notarize(1, A)),
        status_bytes(GENESIS_HASH, 0, 7, INCARNATION, bytes(16), 99, notarize(1, A)),
        status_bytes(GENESIS_HASH, 0, 7, INCARNATION, b"a nonce of 16 by", 98, notarize(1, A)),
        status_bytes(bytes(32), 0, 7, INCARNATION, b"a nonce of 16 by", 99, notarize(1, A)),
    ):
        assert not ed25519.verify(ed25519.public_key(seed(2)), other, status.signature)


def test_r12_a_status_names_the_floor_where_the_view_lies_below_it() -> None:
    guard = newborn()
    guard.raise_floor(0, 9)
    assert [guard.status(0, view, 99, None).view for view in (8, 9, 10)] == [9, 9, 10]
    assert guard.status(1, 1, 99, None).view == 1


def test_r12_a_vote_it_should_hold_and_does_not_is_foreign() -> None:
    guard = newborn()
    guard.vote(NOTARIZE, 0, 5, A)
    guard.raise_floor(0, 4)
    assert not guard.is_foreign(notarize(2, A))
    assert guard.is_foreign(notarize(2, B))
    assert guard.is_foreign(nullify(2, 5))
    assert not guard.is_foreign(nullify(2, 4))
    guard.raise_floor(0, 5)
    assert not guard.is_foreign(notarize(2, B))
