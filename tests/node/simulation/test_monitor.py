"""The monitor: each invariant is seen to fail on the smallest history that breaks it, and holds on an honest
one."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace

import pytest

from consensus.events import (
    Commit,
    Evidence,
    Executed,
    PeerFault,
    StoreBlock,
    StoreCertificate,
    StoreVote,
    Validity,
)
from consensus.header import Header, block_hash
from consensus.messages import (
    Block,
    Candidate,
    Certificate,
    CertificateMessage,
    FinalBlock,
    Propose,
    Vote,
    VoteKind,
    VoteMessage,
)
from node.observing.misconduct import Misconduct
from node.simulation.invariants import Invariant, Violated
from node.simulation.ledger import ToyApplication
from node.simulation.monitor import Monitor
from node.simulation.seat import make_validators
from node.simulation.signing import KeyedHashRing

NOTARIZE, NULLIFY, FINALIZE = VoteKind.NOTARIZE, VoteKind.NULLIFY, VoteKind.FINALIZE
GENESIS = ToyApplication(0, make_validators(4, KeyedHashRing(0, 4))).header


def child(parent: Header, salt: int = 0) -> Block:
    header = replace(parent, height=parent.height + 1, parent_hash=block_hash(parent), time_ms=1 + salt)
    return Block(header, ())


def candidate(view: int, parent_view: int, block: Block) -> Candidate:
    return Candidate(0, view, parent_view, block_hash(block.header))


def vote(kind: VoteKind, view: int, named: Candidate | None, signer: int) -> Vote:
    return Vote(kind, 0, view, named, signer, b"")


class Honest:
    """A validator of which the monitor is told; durable is whatever the test says."""

    def __init__(self, monitor: Monitor, validator: int) -> None:
        self.name = f"v{validator}"
        self.validator = validator
        self.durable = True
        self.relies_on_a_copy = False
        self._monitor = monitor

    def has_durable_vote(self, vote: Vote) -> bool:
        return self.durable

    def votes(self, kind: VoteKind, view: int, named: Candidate | None = None) -> None:
        self._monitor.sent(self, VoteMessage(vote(kind, view, named, self.validator)))


def network(byzantine: frozenset[int] = frozenset()) -> tuple[Monitor, list[Honest]]:
    monitor = Monitor(4, byzantine)
    return monitor, [Honest(monitor, index) for index in range(4) if index not in byzantine]


def certificate(kind: VoteKind, view: int, named: Candidate | None) -> Certificate:
    return Certificate(kind, 0, view, named, (0, 1, 2), (b"",) * 3)


def broken(invariant: Invariant) -> AbstractContextManager[object]:
    return pytest.raises(Violated, match=f"^{invariant.name}:")


FIRST = child(GENESIS)
SECOND = child(FIRST.header)
ONE = candidate(1, 0, FIRST)
OTHER = candidate(1, 0, child(GENESIS, salt=7))


def test_an_honest_history_breaks_nothing() -> None:
    monitor, validators = network()
    for validator in validators:
        monitor.written(validator, StoreBlock(ONE.block_hash, FIRST))
        validator.votes(NOTARIZE, 1, ONE)
    for validator in validators:
        monitor.written(validator, StoreCertificate(certificate(NOTARIZE, 1, ONE)))
        validator.votes(FINALIZE, 1, ONE)
    for validator in validators:
        monitor.written(validator, StoreCertificate(certificate(FINALIZE, 1, ONE)))
        final = FinalBlock(FIRST, ONE, certificate(FINALIZE, 1, ONE), ())
        monitor.written(validator, Commit((final,)))
    assert monitor.chain == [ONE.block_hash]


@pytest.mark.parametrize("is_early", [True, False])
def test_what_was_refused_for_good_stays_out(is_early: bool) -> None:
    monitor, validators = network()
    voter, other, *_ = validators
    block = Block(FIRST.header, (b"a",))
    for kind in (NOTARIZE, FINALIZE):
        for validator in validators:
            monitor.judged(validator, Executed(ONE.block_hash, Validity.VALID))
            validator.votes(kind, 1, ONE)
    commit = Commit((FinalBlock(block, ONE, certificate(FINALIZE, 1, ONE), ()),))
    monitor.refused(other, b"b")
    if is_early:
        monitor.refused(other, b"a")
    else:
        monitor.written(voter, commit)
    with broken(Invariant.REFUSED_FOR_GOOD):
        if is_early:
            monitor.written(voter, commit)
        else:
            monitor.refused(other, b"a")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((NOTARIZE, ONE), (NOTARIZE, OTHER)),
        ((NOTARIZE, ONE), (FINALIZE, OTHER)),
        ((FINALIZE, ONE), (NOTARIZE, OTHER)),
        ((NULLIFY, None), (NOTARIZE, ONE)),
        ((NULLIFY, None), (FINALIZE, ONE)),
        ((FINALIZE, ONE), (NULLIFY, None)),
        ((FINALIZE, ONE), (FINALIZE, OTHER)),
    ],
)
def test_contradictory_signatures(
    first: tuple[VoteKind, Candidate | None], second: tuple[VoteKind, Candidate | None]
) -> None:
    monitor, (voter, *_) = network()
    for named in (ONE, OTHER):
        monitor.judged(voter, Executed(named.block_hash, Validity.VALID))
    monitor.written(voter, StoreVote(vote(first[0], 1, first[1], 0)))
    with broken(Invariant.NO_CONTRADICTION):
        monitor.written(voter, StoreVote(vote(second[0], 1, second[1], 0)))


def test_a_contradiction_by_a_copy_that_nobody_could_warn_is_that_of_an_attacker() -> None:
    monitor, (voter, other, *_) = network()
    monitor.written(voter, StoreVote(vote(NULLIFY, 1, None, 0)))
    voter.relies_on_a_copy = True
    monitor.written(voter, StoreVote(vote(FINALIZE, 1, ONE, 0)))
    monitor.written(other, Evidence(vote(NULLIFY, 1, None, 0), vote(FINALIZE, 1, ONE, 0)))


def test_after_a_copy_is_put_back_the_process_is_where_it_was_then_but_has_signed_what_it_signed() -> None:
    monitor, (voter, *_) = network()
    monitor.copied(voter)
    monitor.written(voter, StoreVote(vote(NULLIFY, 1, None, 0)))
    monitor.put_back(voter)
    with broken(Invariant.NO_CONTRADICTION):
        monitor.written(voter, StoreVote(vote(FINALIZE, 1, ONE, 0)))


def test_giving_up_a_view_after_notarizing_is_no_contradiction() -> None:
    monitor, (voter, *_) = network()
    monitor.judged(voter, Executed(ONE.block_hash, Validity.VALID))
    monitor.written(voter, StoreVote(vote(NOTARIZE, 1, ONE, 0)))
    monitor.written(voter, StoreVote(vote(NULLIFY, 1, None, 0)))


def test_a_vote_for_a_block_that_was_not_executed() -> None:
    monitor, (voter, other, *_) = network()
    monitor.judged(other, Executed(ONE.block_hash, Validity.VALID))
    with broken(Invariant.VALID_BEFORE_VOTED):
        monitor.written(voter, StoreVote(vote(NOTARIZE, 1, ONE, 0)))


def test_a_vote_that_is_not_durable() -> None:
    _, (voter, *_) = network()
    voter.durable = False
    with broken(Invariant.SYNCED_BEFORE_SENT):
        voter.votes(NULLIFY, 1)


def test_a_proposal_is_a_vote_of_its_sender() -> None:
    monitor, (leader, *_) = network()
    leader.durable = False
    with broken(Invariant.SYNCED_BEFORE_SENT):
        monitor.sent(leader, Propose(ONE, b"", FIRST, ()))


def test_a_certificate_counts_as_its_senders_vote() -> None:
    monitor, validators = network()
    for validator in validators[1:]:
        validator.votes(NULLIFY, 1)
    validators[0].durable = False
    with broken(Invariant.SYNCED_BEFORE_SENT):
        monitor.sent(validators[0], CertificateMessage(certificate(NULLIFY, 1, None)))


def test_finalizing_what_no_quorum_notarized() -> None:
    _, validators = network(byzantine=frozenset({3}))
    validators[0].votes(NOTARIZE, 1, ONE)
    with broken(Invariant.FINAL_IS_NOTARIZED):
        validators[0].votes(FINALIZE, 1, ONE)


def test_an_attackers_signature_completes_a_notarization() -> None:
    _, validators = network(byzantine=frozenset({3}))
    validators[0].votes(NOTARIZE, 1, ONE)
    validators[1].votes(NOTARIZE, 1, ONE)
    validators[0].votes(FINALIZE, 1, ONE)


def test_notarizing_over_a_view_that_nobody_nullified() -> None:
    _, validators = network()
    with broken(Invariant.SKIPPED_IS_NULLIFIED):
        validators[0].votes(NOTARIZE, 2, candidate(2, 0, FIRST))


def test_notarizing_on_a_parent_that_was_not_notarized() -> None:
    monitor, validators = network()
    for validator in validators[:3]:
        validator.votes(NOTARIZE, 1, ONE)
    wrong = child(child(GENESIS, salt=7).header)
    monitor.written(validators[0], StoreBlock(block_hash(wrong.header), wrong))
    with broken(Invariant.PARENT_IS_CERTIFIED):
        validators[0].votes(NOTARIZE, 2, candidate(2, 1, wrong))


def test_a_certificate_without_a_quorum_of_votes() -> None:
    monitor, validators = network()
    validators[1].votes(NULLIFY, 1)
    with broken(Invariant.CERTIFICATE_IS_BACKED):
        monitor.written(validators[0], StoreCertificate(certificate(NULLIFY, 1, None)))


def test_a_view_both_final_and_null() -> None:
    monitor, validators = network(byzantine=frozenset({0, 1, 2}))
    monitor.written(validators[0], StoreCertificate(certificate(NULLIFY, 1, None)))
    with broken(Invariant.FINAL_OR_NULL):
        monitor.written(validators[0], StoreCertificate(certificate(FINALIZE, 1, ONE)))


def test_two_notarizations_of_a_view() -> None:
    monitor, validators = network(byzantine=frozenset({0, 1, 2}))
    monitor.written(validators[0], StoreCertificate(certificate(NOTARIZE, 1, ONE)))
    with broken(Invariant.ONE_NOTARIZATION):
        monitor.written(validators[0], StoreCertificate(certificate(NOTARIZE, 1, OTHER)))


def test_a_vote_outside_the_current_view() -> None:
    monitor, validators = network()
    monitor.written(validators[0], StoreVote(vote(NULLIFY, 1, None, 0)))
    with broken(Invariant.VOTES_IN_CURRENT_VIEW):
        monitor.written(validators[0], StoreVote(vote(NULLIFY, 2, None, 0)))


def commit(block: Block, view: int) -> Commit:
    named = candidate(view, view - 1, block)
    return Commit((FinalBlock(block, named, certificate(FINALIZE, view, named), ()),))


def test_two_processes_that_commit_different_blocks() -> None:
    monitor, validators = network()
    monitor.written(validators[0], commit(FIRST, 1))
    with broken(Invariant.PREFIX_AGREEMENT):
        monitor.written(validators[1], commit(child(GENESIS, salt=7), 1))


def test_a_process_that_commits_a_height_twice_or_leaves_one_out() -> None:
    for block in (FIRST, child(SECOND.header)):
        monitor, validators = network()
        monitor.written(validators[0], commit(FIRST, 1))
        with broken(Invariant.PREFIX_AGREEMENT):
            monitor.written(validators[0], commit(block, 2))


def test_a_commit_beside_the_chain() -> None:
    monitor, validators = network()
    monitor.written(validators[0], commit(FIRST, 1))
    with broken(Invariant.PREFIX_AGREEMENT):
        monitor.written(validators[0], commit(child(replace(FIRST.header, time_ms=9)), 2))


def test_a_commit_without_all_that_proves_it() -> None:
    skipping = candidate(3, 0, FIRST)
    null = certificate(NULLIFY, 1, None)
    for proof, nullifications in (
        (certificate(FINALIZE, 3, skipping), ()),
        (certificate(FINALIZE, 3, skipping), (null, null)),
        (certificate(FINALIZE, 3, ONE), (null, certificate(NULLIFY, 2, None))),
        (certificate(NULLIFY, 3, None), (null, certificate(NULLIFY, 2, None))),
    ):
        monitor, validators = network()
        with broken(Invariant.FINAL_BLOCKS_ARE_PROVED):
            monitor.written(validators[0], Commit((FinalBlock(FIRST, skipping, proof, nullifications),)))


def test_evidence_against_an_honest_validator() -> None:
    monitor, validators = network(byzantine=frozenset({3}))
    monitor.written(validators[0], Evidence(vote(NOTARIZE, 1, ONE, 3), vote(NOTARIZE, 1, OTHER, 3)))
    with broken(Invariant.EVIDENCE_IS_TRUE):
        monitor.written(validators[0], Evidence(vote(NOTARIZE, 1, ONE, 1), vote(NOTARIZE, 1, OTHER, 1)))


def test_a_link_dropped_and_a_stop() -> None:
    monitor, validators = network(byzantine=frozenset({3}))
    monitor.dropped(validators[0], 3, PeerFault.INVALID_VOTE)
    with broken(Invariant.HONEST_LINK_KEPT):
        monitor.dropped(validators[0], 1, PeerFault.INVALID_VOTE)
    with broken(Invariant.NO_FALSE_STOP):
        monitor.stopped(validators[0], "a fork")


def test_an_honest_validator_charged_for_what_was_in_vain() -> None:
    monitor, validators = network(byzantine=frozenset({3}))
    monitor.charged(validators[0], 3, Misconduct.TOO_MANY_VOTES)
    with broken(Invariant.HONEST_NOT_CHARGED):
        monitor.charged(validators[0], 1, Misconduct.TOO_MANY_VOTES)


def test_an_honest_validator_accused_over_calm_links() -> None:
    monitor, validators = network(byzantine=frozenset({3}))
    monitor.accused(validators[0], 1)
    monitor.calms([0, 1, 3])
    monitor.accused(validators[0], 3)
    monitor.accused(validators[2], 1)
    with broken(Invariant.HONEST_NOT_ACCUSED):
        monitor.accused(validators[0], 1)


def test_a_buffer_over_its_cap() -> None:
    monitor, (holder, *_) = network()
    monitor.measured(holder, {"votes": (7, 7)})
    with broken(Invariant.BUFFERS_BOUNDED):
        monitor.measured(holder, {"votes": (8, 7)})


def test_two_verdicts_on_one_block() -> None:
    monitor, validators = network()
    monitor.judged(validators[0], Executed(ONE.block_hash, Validity.UNKNOWN))
    monitor.judged(validators[1], Executed(ONE.block_hash, Validity.VALID))
    with broken(Invariant.EQUAL_VERDICTS):
        monitor.judged(validators[2], Executed(ONE.block_hash, Validity.INVALID))
