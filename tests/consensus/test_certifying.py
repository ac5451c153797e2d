"""R1, R5, R10, R12, R14 and R18: votes and certificates as they arrive."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from consensus.certificates import verify_certificate
from consensus.config import Restored
from consensus.events import (
    Broadcast,
    DropLink,
    Effect,
    Evidence,
    Halt,
    HaltReason,
    Now,
    PeerFault,
    PoolChanged,
    Received,
    Send,
    StoreCertificate,
    Tick,
)
from consensus.guard import GuardState
from consensus.header import block_hash
from consensus.messages import Candidate, Certificate, CertificateMessage, Vote, VoteKind, VoteMessage
from consensus.replica import Replica
from consensus.state import PAST_VIEWS, VIEW_WINDOW
from consensus.vote_pool import contradicts
from registry.primitives import ed25519
from tests.consensus.bench import INCARNATION, Bench, block, chain, leader, others, proposal
from tests.consensus.network import GENESIS_HASH, WALL_MS, configuration, validator_set
from tests.consensus.votes import (
    candidate,
    finalization,
    finalize,
    notarization,
    notarize,
    nullification,
    nullify,
)

A, B = candidate(1, name=1), candidate(1, name=2)
((FIRST, BODY),) = chain([1])


def test_r5_a_quorum_of_votes_becomes_a_certificate_stored_and_relayed_once() -> None:
    bench = Bench(0)
    assert bench.hear_votes([notarize(1, A), notarize(2, A)]) == ()
    certificate = notarization((1, 2, 3), A)
    assert bench.hear_votes([notarize(3, A)])[:2] == (
        StoreCertificate(certificate),
        Broadcast(CertificateMessage(certificate)),
    )
    assert bench.hear_certificate(certificate) == ()
    assert bench.hear_certificate(notarization((0, 1, 2), A)) == ()


def test_r5_a_certificate_received_is_stored_and_relayed_once() -> None:
    bench = Bench(0)
    certificate = nullification(others(0), 1)
    assert bench.hear_certificate(certificate)[:2] == (
        StoreCertificate(certificate),
        Broadcast(CertificateMessage(certificate)),
    )
    assert bench.hear_certificate(certificate, sender=3) == ()


def test_r5_votes_for_different_candidates_do_not_add_up() -> None:
    bench = Bench(0)
    other_parent = replace(candidate(3, 1, name=1), parent_view=2)
    votes = [
        notarize(1, candidate(3, 1, name=1)),
        notarize(2, candidate(3, 1, name=1)),
        notarize(3, other_parent),
    ]
    assert bench.hear_votes(votes) == ()


GOOD = notarization((1, 2, 3), A)
FORGED: dict[str, Certificate] = {
    "a forged signature": replace(GOOD, signatures=(*GOOD.signatures[:2], bytes(64))),
    "too few signers": notarization((1, 2), A),
    "a signer twice": replace(GOOD, signers=(1, 2, 2), signatures=(*GOOD.signatures[:2], GOOD.signatures[1])),
    "signers out of order": replace(GOOD, signers=(2, 1, 3)),
    "a signer outside the set": replace(GOOD, signers=(1, 2, 4)),
    "a negative signer": replace(GOOD, signers=(-1, 2, 3)),
    "a signature too few": replace(GOOD, signatures=GOOD.signatures[:2]),
    "signatures of another kind": replace(finalization((1, 2, 3), A), kind=VoteKind.NOTARIZE),
    "signatures of another candidate": replace(GOOD, candidate=B),
}


@pytest.mark.parametrize("fault", FORGED)
def test_r5_the_first_invalid_certificate_drops_the_link(fault: str) -> None:
    assert Bench(0).hear_certificate(FORGED[fault], sender=2) == (DropLink(2, PeerFault.INVALID_CERTIFICATE),)


def test_r5_a_certificate_of_another_network_is_invalid() -> None:
    assert verify_certificate(GOOD, GENESIS_HASH, validator_set(4), ed25519.verify)
    assert not verify_certificate(GOOD, bytes(32), validator_set(4), ed25519.verify)


def test_r5_a_vote_verified_before_is_not_verified_again() -> None:
    known = {notarize(1, A), notarize(2, A)}
    verified: list[bytes] = []

    def verify(key: bytes, message: bytes, signature: bytes) -> bool:
        verified.append(key)
        return ed25519.verify(key, message, signature)

    assert verify_certificate(GOOD, GENESIS_HASH, validator_set(4), verify, known.__contains__)
    assert verified == [validator_set(4).validators[3].public_key]


def test_r10_a_content_that_its_signer_has_signed_is_not_verified_under_other_signatures() -> None:
    """Ed25519 lets a signer make any number of valid ones: a flood of them must cost next to nothing."""
    checked: list[bytes] = []

    def verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
        checked.append(signature)
        return ed25519.verify(public_key, message, signature)

    replica = Replica(replace(configuration(4, None), verify=verify), None, Restored())
    vote = notarize(1, A)
    for number in range(9):
        other = replace(vote, signature=bytes([number]) * 64)
        for said in (vote, other):
            assert replica.handle(Now(0, WALL_MS), Received(1, VoteMessage(said))) == ()
    assert checked == [vote.signature]


def test_r5_an_invalid_vote_drops_the_link_and_takes_nobody_s_place() -> None:
    bench = Bench(0)
    forged = replace(notarize(1, A), candidate=B)
    assert bench.hear(2, VoteMessage(forged)) == (DropLink(2, PeerFault.INVALID_VOTE),)
    bench.hear_votes([notarize(1, A), notarize(2, A)])
    assert StoreCertificate(notarization((1, 2, 3), A)) in bench.hear_votes([notarize(3, A)])


def test_r5_a_proposal_with_another_body_drops_the_link() -> None:
    message = proposal(FIRST, BODY)
    swapped = replace(message, block=replace(BODY, transactions=(b"swapped",)))
    assert DropLink(2, PeerFault.INVALID_PROPOSAL) in Bench(0).hear(2, swapped)
    another = replace(message, block=block(1, transactions=(b"another",)))
    assert DropLink(2, PeerFault.INVALID_PROPOSAL) in Bench(0).hear(2, another)
    unsigned = replace(message, signature=bytes(64))
    assert Bench(0).hear(leader(1), unsigned) == (DropLink(leader(1), PeerFault.INVALID_VOTE),)


def test_r1_the_current_view_is_the_lowest_that_nothing_has_cleared() -> None:
    bench = Bench(0)
    assert bench.replica.view == 1
    bench.hear_certificate(nullification(others(0), 2))
    assert bench.replica.view == 1
    bench.hear_certificate(notarization(others(0), A))
    assert bench.replica.view == 3
    bench.hear_certificate(finalization(others(0), candidate(7, 6)))
    assert bench.replica.view == 8


def test_r10_votes_count_only_a_window_ahead() -> None:
    bench = Bench(0)
    far = 1 + VIEW_WINDOW
    bench.hear_votes([nullify(index, far) for index in (1, 2)])
    assert StoreCertificate(nullification((1, 2, 3), far)) in bench.hear_votes([nullify(3, far)])
    assert bench.hear_votes([nullify(index, far + 1) for index in (1, 2, 3)]) == ()


def test_r10_r18_a_second_vote_is_evidence_and_replaces_nothing() -> None:
    bench = Bench(0)
    bench.hear_votes([notarize(1, A), notarize(2, A)])
    assert bench.hear_votes([notarize(1, B)]) == (Evidence(notarize(1, A), notarize(1, B)),)
    assert bench.hear_votes([notarize(1, B), notarize(1, candidate(1, name=3))]) == ()
    assert StoreCertificate(notarization((1, 2, 3), A)) in bench.hear_votes([notarize(3, A)])


def test_r18_a_certificate_may_convict() -> None:
    bench = Bench(0)
    bench.hear_votes([finalize(2, A)])
    effects = bench.hear_certificate(nullification((1, 2, 3), 1))
    assert Evidence(finalize(2, A), nullify(2, 1)) in effects


def evidence(effects: Iterable[Effect]) -> list[Evidence]:
    return [effect for effect in effects if isinstance(effect, Evidence)]


def over(view: int) -> Bench:
    """A replica that knows a NULLIFY of validator 2 in view 1, and of a final block in this view."""
    bench = Bench(0)
    bench.hear_votes([nullify(2, 1)])
    bench.hear_certificate(finalization(others(0), candidate(view, view - 1)))
    return bench


CONTRADICTION = Evidence(nullify(2, 1), finalize(2, A))


def test_r18_a_vote_that_comes_when_its_view_is_over_may_convict() -> None:
    bench = over(PAST_VIEWS)
    assert evidence(bench.hear(3, VoteMessage(finalize(2, A)))) == [CONTRADICTION]
    late = bench.hear_votes([finalize(2, A), finalize(2, B), finalize(1, A), notarize(1, A), nullify(1, 1)])
    assert evidence(late) == [Evidence(finalize(1, A), nullify(1, 1))]


def test_r18_a_certificate_of_a_view_that_is_over_may_convict() -> None:
    assert CONTRADICTION in over(PAST_VIEWS).hear_certificate(finalization((1, 2, 3), A))


def test_r18_a_certificate_of_a_committed_view_may_convict() -> None:
    bench = Bench(None)
    bench.learn_final(FIRST, BODY)
    convicting = nullification((1, 2, 3), 1)
    assert evidence(bench.hear_certificate(convicting)) == [
        Evidence(finalize(index, FIRST), nullify(index, 1)) for index in (1, 2, 3)
    ]


def test_r18_a_certificate_that_is_held_with_other_signers_may_convict() -> None:
    bench = Bench(None)
    bench.hear_votes([finalize(2, A)])
    bench.hear_certificate(nullification((0, 1, 3), 1))
    forged = replace(nullification((1, 2, 3), 1), signatures=(bytes(64),) * 3)
    assert bench.hear_certificate(forged) == ()
    assert bench.hear_certificate(nullification((1, 2, 3), 1)) == (Evidence(finalize(2, A), nullify(2, 1)),)
    assert bench.hear_certificate(nullification((1, 2, 3), 1)) == ()


def test_r18_what_is_long_over_is_not_compared() -> None:
    assert CONTRADICTION not in over(1 + PAST_VIEWS).hear(3, VoteMessage(finalize(2, A)))
    assert CONTRADICTION not in over(1 + PAST_VIEWS).hear_certificate(finalization((1, 2, 3), A))


def test_r18_a_late_vote_that_is_forged_drops_the_link_and_one_that_is_known_is_not_verified() -> None:
    bench = over(PAST_VIEWS)
    forged = VoteMessage(replace(finalize(2, A), signature=bytes(64)))
    assert DropLink(3, PeerFault.INVALID_VOTE) in bench.hear(3, forged)
    assert bench.hear(3, VoteMessage(replace(nullify(2, 1), signature=bytes(64)))) == ()


def test_r18_a_replica_that_starts_again_knows_the_votes_of_its_certificates() -> None:
    bench = Bench(None, Restored(certificates=(nullification((1, 2, 3), 1),)))
    assert bench.hear_votes([finalize(2, A)]) == (Evidence(nullify(2, 1), finalize(2, A)),)


def test_r18_two_finalizations_of_one_view_are_a_fork() -> None:
    bench = Bench(0)
    bench.hear_certificate(finalization((1, 2, 3), A))
    effects = bench.hear_certificate(finalization((1, 2, 3), B))
    assert [type(effect) for effect in effects][-1] is Halt
    assert effects[-1] == Halt(HaltReason.FORK, "two finalizations in view 1")
    assert bench.give(PoolChanged(True)) == ()
    assert bench.replica.deadline_ms is None


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (notarize(1, A), notarize(1, B), True),
        (finalize(1, A), finalize(1, B), True),
        (nullify(1, 1), finalize(1, A), True),
        (finalize(1, A), nullify(1, 1), True),
        (notarize(1, A), finalize(1, B), True),
        (finalize(1, B), notarize(1, A), True),
        (notarize(1, A), nullify(1, 1), False),
        (notarize(1, A), finalize(1, A), False),
        (nullify(1, 1), nullify(1, 1), False),
        (notarize(1, A), notarize(2, B), False),
        (notarize(1, A), notarize(1, candidate(2)), False),
        (notarize(1, A), notarize(1, candidate(1, name=2, epoch=1)), False),
    ],
)
def test_r18_what_contradicts_what(first: Vote, second: Vote, expected: bool) -> None:
    assert contradicts(first, second) is expected


def test_r12_an_own_vote_the_guard_does_not_hold_halts() -> None:
    for said in (
        VoteMessage(notarize(0, A)),
        CertificateMessage(notarization((0, 1, 2), A)),
        CertificateMessage(nullification((0, 1, 2), 1)),
    ):
        bench = Bench(0)
        (effect,) = bench.hear(2, said)
        assert isinstance(effect, Halt)
        assert effect.reason is HaltReason.FOREIGN_VOTE
        assert bench.give(Tick(), at_ms=60_000) == ()


def test_r12_an_own_vote_the_guard_holds_is_counted_again_after_a_restart() -> None:
    bench = Bench(0, state=GuardState(INCARNATION, (0, 0), (notarize(0, A),)))
    assert bench.hear(2, VoteMessage(notarize(0, A))) == ()
    bench.hear_votes([notarize(1, A)])
    assert StoreCertificate(notarization((0, 1, 2), A)) in bench.hear_votes([notarize(2, A)])


def test_r14_talk_of_a_view_that_is_over_is_answered_with_the_finalization_now_and_then() -> None:
    bench = Bench(0)
    bench.learn_final(FIRST, BODY)
    answer = (Send(3, CertificateMessage(bench.finalized(FIRST))),)
    assert bench.hear_votes([notarize(3, FIRST)]) == answer
    assert bench.hear_votes([notarize(3, FIRST)]) == ()
    bench.give(Tick(), at_ms=300)
    assert bench.hear_votes([notarize(3, FIRST)]) == answer


def test_r14_a_certificate_below_the_final_view_is_answered_and_one_of_it_is_not() -> None:
    bench = Bench(0)
    final = finalization(others(0), candidate(2, 1))
    bench.hear_certificate(final)
    assert bench.hear_certificate(final, sender=3) == ()
    stale = nullification(others(0), 1)
    assert Send(3, CertificateMessage(final)) in bench.hear_certificate(stale, sender=3)


def test_r10_an_accused_validator_s_other_votes_still_count() -> None:
    bench = Bench(0)
    effects = bench.hear_votes([notarize(1, A), notarize(1, B), nullify(1, 1), nullify(2, 1)])
    assert StoreCertificate(nullification((0, 1, 2), 1)) in effects


def test_other_epochs_and_unknown_signers_are_ignored() -> None:
    bench = Bench(0)
    assert bench.hear_votes([nullify(1, 1, epoch=1)]) == ()
    assert bench.hear(1, VoteMessage(replace(nullify(1, 1), signer=4))) == ()
    assert bench.hear_certificate(nullification((1, 2, 3), 1, epoch=1)) == ()
    assert bench.replica.view == 1


def test_r10_what_lies_below_a_final_view_is_forgotten() -> None:
    bench = Bench(0)
    ahead = block(3)
    bench.propose(Candidate(0, 3, 0, block_hash(ahead.header)), ahead)
    bench.hear_votes([notarize(1, A), nullify(2, 2)])
    filled = [bench.replica.buffers()[name][0] for name in ("votes", "proposals", "blocks")]
    bench.hear_certificate(finalization(others(0), candidate(5, 4)))
    assert bench.replica.buffers()["votes"][0] == 3 + 3
    bench.hear_certificate(finalization(others(0), candidate(5 + PAST_VIEWS, 4 + PAST_VIEWS)))
    emptied = [bench.replica.buffers()[name][0] for name in ("votes", "proposals", "blocks")]
    assert (filled, emptied) == ([3, 1, 1], [3, 0, 0])


def test_r10_the_block_of_a_view_given_up_is_forgotten_unless_voted_for() -> None:
    for is_voted_for in (False, True):
        bench = Bench(0)
        bench.propose(FIRST, BODY)
        if is_voted_for:
            bench.executed(FIRST)
        bench.skip(1)
        kept = [bench.replica.buffers()[name][0] for name in ("proposals", "blocks")]
        assert kept == [0, int(is_voted_for)]


def test_r10_certificates_far_above_stay_within_the_stated_caps() -> None:
    bench = Bench(0)
    for view in range(2, 60):
        bench.skip(view)
    assert bench.replica.view == 1
    buffers = bench.replica.buffers()
    assert all(size <= cap for size, cap in buffers.values())
    assert buffers["votes"][0] == 3 * 58
