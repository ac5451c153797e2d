"""Who approves, who does not count, and when a proposal is complete (rules 1 to 3 of the transitions)."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from registry.kinds.did.record import DID_RECORD
from registry.kinds.member.record import MEMBER_RECORD, MemberState
from registry.kinds.pending.reasons import PendingReason
from registry.kinds.pending.record import Approval, PendingState
from registry.kinds.status_list.operations import UpdateStatusList
from registry.kinds.status_list.record import StatusPurpose
from registry.rejection import RejectionReason, TransactionReason
from registry.roles import Role
from tests.registry.kinds.pending.proposals import MANY, Issuing, reason_of, taking
from tests.registry.network import AGENCY, INVOKE, owned


def test_a_proposal_changes_nothing_until_a_second_key_approves_it() -> None:
    issuing = Issuing()
    issuing.commit(issuing.proposing())
    proposed_ms = issuing.time_ms
    assert (issuing.status_list.ones, issuing.pending().state) == (0, PendingState.OPEN)
    issuing.time_ms += 5 * 60_000
    issuing.commit(issuing.approving())
    assert issuing.status_list.ones == len(MANY)
    body = issuing.pending()
    assert body.approvals == (
        Approval(issuing.issuer, "key-1", proposed_ms, None),
        Approval(issuing.issuer, "key-2", issuing.time_ms, None),
    )
    assert body.states == ((PendingState.OPEN, proposed_ms), (PendingState.COMPLETED, issuing.time_ms))
    assert body.ended_by == f"{issuing.issuer}#key-2"
    assert issuing.open.proposals == ()


@pytest.mark.parametrize(
    ("proposer", "approver", "refused"),
    [
        ("first", "second", None),
        ("second", "first", None),
        ("first", "controller", None),
        ("controller", "first", None),
        ("first", "first", PendingReason.APPROVED_ALREADY),
        ("controller", "controller", PendingReason.APPROVED_ALREADY),
        ("first", "university", TransactionReason.NOT_AUTHORISED),
        ("first", "agency", TransactionReason.NOT_AUTHORISED),
        ("first", "credentials", TransactionReason.KEY_PURPOSE),
    ],
)
def test_two_keys_of_the_issuer_or_its_controller_complete_it(
    proposer: str, approver: str, refused: RejectionReason | None
) -> None:
    issuing = Issuing()
    of = issuing.controller if proposer == "controller" else issuing.issuer
    issuing.commit(issuing.proposing(proposer))
    assert reason_of(issuing.attempt(issuing.approving(approver, proposer=of))) is refused


@pytest.mark.parametrize("who", ["university", "agency"])
def test_nobody_else_proposes(who: str) -> None:
    issuing = Issuing()
    assert reason_of(issuing.attempt(issuing.proposing(who))) is TransactionReason.NOT_AUTHORISED


def test_a_member_without_the_role_neither_proposes_nor_approves() -> None:
    issuing = Issuing()
    issuing.commit(issuing.proposing())
    _change_roles(issuing, Role.ACCREDITOR)
    assert reason_of(issuing.attempt(issuing.approving("controller"))) is TransactionReason.ROLE_MISSING
    proposal = issuing.proposing("controller")
    assert reason_of(issuing.attempt(proposal)) is TransactionReason.ROLE_MISSING


def test_the_controller_alone_still_updates_nothing() -> None:
    issuing = Issuing()
    update = issuing.setting("controller", [1])
    assert reason_of(issuing.attempt(update)) is TransactionReason.NOT_AUTHORISED


def test_three_keys_where_it_takes_three() -> None:
    issuing = Issuing(ruleset=taking({UpdateStatusList: 3}))
    issuing.add_third_key()
    assert reason_of(issuing.attempt(issuing.setting("first", [1]))) is PendingReason.APPROVALS_NEEDED
    issuing.commit(issuing.proposing())
    issuing.commit(issuing.approving("second"))
    assert (issuing.status_list.ones, issuing.pending().state) == (0, PendingState.OPEN)
    again = issuing.attempt(issuing.approving("second"))
    assert reason_of(again) is PendingReason.APPROVED_ALREADY
    # By a plain number only the ties of the operation itself approve.
    assert reason_of(issuing.attempt(issuing.approving("controller"))) is TransactionReason.NOT_AUTHORISED
    issuing.commit(issuing.approving("third"))
    assert (issuing.status_list.ones, issuing.pending().state) == (len(MANY), PendingState.COMPLETED)


def _retire(issuing: Issuing) -> None:
    signed = issuing.by("controller")
    signed.build.add_key(issuing.controller, owned("controller's next", INVOKE, "key-2"))
    signed.build.retire_key(issuing.controller, "key-1")
    issuing.commit(signed.bytes())


def _compromise(issuing: Issuing) -> None:
    signed = issuing.by("controller")
    signed.build.report_compromised(issuing.controller, "key-1", issuing.time_ms)
    issuing.commit(signed.bytes())


def _deactivate(issuing: Issuing) -> None:
    signed = issuing.by("controller")
    signed.build.deactivate_did(issuing.controller)
    issuing.commit(signed.bytes())


def _close_sponsor(issuing: Issuing) -> None:
    member = issuing.body(MEMBER_RECORD, AGENCY)
    states = (*member.states, (MemberState.CLOSED, issuing.time_ms))
    issuing.rewrite(MEMBER_RECORD, AGENCY, replace(member, states=states))


def _change_roles(issuing: Issuing, *roles: Role) -> None:
    member = issuing.body(MEMBER_RECORD, AGENCY)
    issuing.rewrite(MEMBER_RECORD, AGENCY, replace(member, roles=roles))


def _take_role(issuing: Issuing) -> None:
    _change_roles(issuing, Role.ACCREDITOR)


def _change_controller(issuing: Issuing) -> None:
    signed = issuing.by("second")
    signed.build.update_did(issuing.issuer)
    issuing.commit(signed.bytes())


WAYS = (_retire, _compromise, _deactivate, _close_sponsor, _take_role, _change_controller)


@pytest.mark.parametrize("lose", WAYS, ids=lambda way: way.__name__)
def test_an_approval_that_no_longer_counts_is_dropped_and_completes_nothing(
    lose: Callable[[Issuing], None],
) -> None:
    issuing = Issuing()
    issuing.commit(issuing.proposing("controller"))
    lose(issuing)
    issuing.commit(issuing.approving("first", proposer=issuing.controller))
    body = issuing.pending(proposer=issuing.controller)
    assert (issuing.status_list.ones, body.state) == (0, PendingState.OPEN)
    assert [approval.dropped_ms for approval in body.approvals] == [issuing.time_ms, None]
    issuing.commit(issuing.approving("second", proposer=issuing.controller))
    body = issuing.pending(proposer=issuing.controller)
    assert (issuing.status_list.ones, body.state) == (len(MANY), PendingState.COMPLETED)
    assert [approval.did for approval in body.standing] == [issuing.issuer] * 2


def test_what_was_dropped_stays_so_and_its_key_may_approve_again() -> None:
    issuing = Issuing()
    issuing.commit(issuing.proposing("controller"))
    _take_role(issuing)
    issuing.commit(issuing.approving("first", proposer=issuing.controller))
    _change_roles(issuing, Role.ACCREDITOR, Role.ISSUER)
    issuing.commit(issuing.approving("controller", proposer=issuing.controller))
    body = issuing.pending(proposer=issuing.controller)
    assert body.state is PendingState.COMPLETED
    assert [approval.dropped_ms is None for approval in body.approvals] == [False, True, True]


def test_both_keys_may_be_the_controllers() -> None:
    issuing = Issuing()
    signed = issuing.by("controller")
    signed.build.add_key(issuing.controller, owned("another", INVOKE, "key-2"))
    issuing.commit(signed.bytes())
    issuing.commit(issuing.proposing("controller"))
    signed = issuing.signed_by(f"{issuing.controller}#key-2", "another")
    signed.build.approve(issuing.controller, "recall")
    issuing.commit(signed.bytes())
    assert issuing.pending(proposer=issuing.controller).state is PendingState.COMPLETED


def test_one_key_under_two_names_approves_once() -> None:
    issuing = Issuing()
    signed = issuing.by("controller")
    signed.build.add_key(issuing.controller, owned("first", INVOKE, "borrowed"))
    issuing.commit(signed.bytes())
    issuing.commit(issuing.proposing("first"))
    signed = issuing.signed_by(f"{issuing.controller}#borrowed", "first")
    signed.build.approve(issuing.issuer, "recall")
    assert reason_of(issuing.attempt(signed.bytes())) is PendingReason.APPROVED_ALREADY


def test_approvals_are_judged_on_the_state_before_the_transaction_that_completes_it() -> None:
    """Retiring the proposer's key beside the approval comes too late to drop the proposer's approval."""
    issuing = Issuing()
    issuing.commit(issuing.proposing("first"))
    signed = issuing.by("second")
    signed.build.retire_key(issuing.issuer, "key-1")
    signed.build.approve(issuing.issuer, "recall")
    issuing.commit(signed.bytes())
    assert issuing.pending().state is PendingState.COMPLETED
    assert issuing.body(DID_RECORD, issuing.issuer).key("key-1").periods[-1].since_ms == issuing.time_ms


def test_each_operation_needs_its_own_two_keys() -> None:
    """A proposal on lists of two issuers is approved by keys of both: neither decides for the other."""
    issuing = Issuing()
    other = issuing.registered(AGENCY, [owned("a"), owned("b", INVOKE, "key-2")])
    signed = issuing.signed_by(other, "a")
    signed.build.create_status_list(other, "diplomas", StatusPurpose.REVOCATION)
    issuing.commit(signed.bytes())
    signed = issuing.by("first")
    for issuer in (issuing.issuer, other):
        signed.build.set_status(issuer, "diplomas", [7])
    signed.build.propose(issuing.issuer, "both", issuing.next_time_ms + 60_000)
    issuing.commit(signed.bytes())
    for key in ("second", "controller"):
        issuing.commit(issuing.approving(key, "both"))
        assert issuing.pending("both").state is PendingState.OPEN
    for fragment, key in (("key-1", "a"), ("key-2", "b")):
        signed = issuing.signed_by(f"{other}#{fragment}", key)
        signed.build.approve(issuing.issuer, "both")
        issuing.commit(signed.bytes())
    assert issuing.pending("both").state is PendingState.COMPLETED
    assert issuing.status_list.ones == 1
