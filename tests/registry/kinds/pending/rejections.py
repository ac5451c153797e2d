"""Refused for what a proposal is, or for what was done to it."""

from dataclasses import replace

from registry.kinds.anchor.operations import AnchorBatch
from registry.kinds.pending.reasons import PendingReason
from registry.kinds.pending.record import MAX_APPROVALS, Approval, pending_id
from registry.ruleset import CURRENT
from tests.registry.kinds.pending.proposals import Issuing, taking
from tests.registry.network import UNIVERSITY, Network
from tests.registry.rejections import Outcome, Scene, refused

PERIOD_MS = CURRENT.limits.proposals.period_ms


@refused(PendingReason.APPROVALS_NEEDED)
def one_key_for_what_always_takes_two(_: Scene) -> Outcome:
    """Under a ruleset in which an anchor takes two."""
    network = Network(ruleset=taking({AnchorBatch: 2}))
    signed = network.signed_by(UNIVERSITY)
    signed.build.anchor(UNIVERSITY, bytes(32), 1)
    return network.attempt(signed.bytes())


@refused(PendingReason.NOT_BY_APPROVAL)
def proposal_of_what_one_key_does(scene: Scene) -> Outcome:
    signed = scene.by_issuer()
    signed.build.anchor(scene.issuer, bytes(32), 1)
    signed.build.propose(scene.issuer, "recall", scene.next_time_ms + 1)
    return scene.attempt(signed.bytes())


@refused(PendingReason.PROPOSAL_PERIOD)
def proposal_that_expires_at_once(_: Scene) -> Outcome:
    issuing = Issuing()
    return issuing.attempt(issuing.proposing(for_ms=0))


@refused(PendingReason.PROPOSAL_PERIOD)
def proposal_for_longer_than_allowed(_: Scene) -> Outcome:
    issuing = Issuing()
    return issuing.attempt(issuing.proposing(for_ms=PERIOD_MS + 1))


@refused(PendingReason.PROPOSAL_EXISTS)
def proposed_twice(_: Scene) -> Outcome:
    issuing = Issuing()
    return issuing.attempt(issuing.proposing(), issuing.proposing())


@refused(PendingReason.PROPOSAL_EXISTS)
def name_of_a_proposal_that_was_withdrawn(_: Scene) -> Outcome:
    issuing = Issuing()
    return issuing.attempt(issuing.proposing(), issuing.withdrawing("first"), issuing.proposing())


@refused(PendingReason.TOO_MANY_PROPOSALS)
def a_17th_open_proposal(_: Scene) -> Outcome:
    issuing = Issuing()
    return issuing.attempt(*(issuing.proposing(name=f"p{number}", indices=[1]) for number in range(17)))


@refused(PendingReason.PROPOSAL_UNKNOWN)
def approval_of_nothing(_: Scene) -> Outcome:
    issuing = Issuing()
    return issuing.attempt(issuing.approving())


@refused(PendingReason.PROPOSAL_UNKNOWN)
def approved_by_the_transaction_that_proposes(_: Scene) -> Outcome:
    issuing = Issuing()
    signed = issuing.by("controller")
    signed.build.set_status(issuing.issuer, "diplomas", [1])
    signed.build.propose(issuing.controller, "recall", issuing.next_time_ms + 1)
    signed.build.approve(issuing.controller, "recall")
    return issuing.attempt(signed.bytes())


@refused(PendingReason.PROPOSAL_UNKNOWN)
def withdrawal_of_nothing(_: Scene) -> Outcome:
    issuing = Issuing()
    return issuing.attempt(issuing.withdrawing("first"))


@refused(PendingReason.PROPOSAL_ENDED)
def approval_after_completion(_: Scene) -> Outcome:
    issuing = Issuing()
    return issuing.attempt(issuing.proposing(), issuing.approving(), issuing.approving("controller"))


@refused(PendingReason.PROPOSAL_ENDED)
def withdrawal_after_completion(_: Scene) -> Outcome:
    issuing = Issuing()
    return issuing.attempt(issuing.proposing(), issuing.approving(), issuing.withdrawing("first"))


@refused(PendingReason.PROPOSAL_ENDED)
def approval_after_withdrawal(_: Scene) -> Outcome:
    issuing = Issuing()
    return issuing.attempt(issuing.proposing(), issuing.withdrawing("first"), issuing.approving())


@refused(PendingReason.PROPOSAL_EXPIRED)
def approval_of_what_has_expired(_: Scene) -> Outcome:
    issuing = Issuing()
    issuing.commit(issuing.proposing(for_ms=1_000))
    return issuing.attempt(issuing.approving())


@refused(PendingReason.APPROVED_ALREADY)
def approved_by_its_proposer(_: Scene) -> Outcome:
    issuing = Issuing()
    return issuing.attempt(issuing.proposing(), issuing.approving("first"))


@refused(PendingReason.TOO_MANY_APPROVALS)
def a_65th_approval(_: Scene) -> Outcome:
    issuing = Issuing()
    issuing.commit(issuing.proposing())
    dropped = (Approval(issuing.issuer, f"old-{number}", 1, 2) for number in range(MAX_APPROVALS - 1))
    body = issuing.pending()
    many = replace(body, approvals=(*body.approvals, *dropped))
    issuing.rewrite(issuing.record, pending_id(issuing.issuer, "recall"), many)
    return issuing.attempt(issuing.approving())
