"""What becomes of a proposal: completed, expired, withdrawn; whole or not at all; at a cost known before."""

from dataclasses import replace

import pytest

from api.proving.stored import stored_record
from registry.checking import Committed, ProofFlaw, check_record
from registry.execution import ExecutionResult, Rejected
from registry.index import INDEX_RECORD
from registry.kinds.did.operations import AddKey
from registry.kinds.open_proposals.record import OpenProposal
from registry.kinds.pending.reasons import PendingReason
from registry.kinds.pending.record import PENDING_BY_SUBJECT, Approval, PendingState, pending_id
from registry.kinds.status_list.reasons import StatusListReason
from registry.kinds.status_list.record import MIN_SIZE, StatusPurpose
from registry.kinds.status_list.transitions import DAY_MS
from registry.primitives.shape import decode_as
from registry.proofs import RecordProof
from registry.proving import prove_record
from registry.record_log import INDEX_ENTRY, body_hash, map_key
from registry.record_type import encode_body
from registry.rejection import TransactionReason
from registry.ruleset import CURRENT
from registry.state import State
from registry.tables import Table
from tests.registry.kinds.pending.proposals import (
    HOUR_MS,
    LIMIT,
    MANY,
    Issuing,
    reason_of,
    taking,
)
from tests.registry.network import AGENCY, INVOKE, owned
from tests.registry.proved import flaw_of

PERIOD_MS = CURRENT.limits.proposals.period_ms


# Status lists: above the daily limit.


def test_the_limit_binds_one_key_and_not_two_and_the_count_is_told() -> None:
    issuing = Issuing()
    issuing.commit(issuing.setting("first", range(LIMIT)))
    above = issuing.attempt(issuing.setting("first", [LIMIT]))
    assert reason_of(above) is StatusListReason.DAILY_LIMIT
    issuing.commit(issuing.proposing(), issuing.approving())
    assert (issuing.status_list.set_today, issuing.status_list.ones) == (len(MANY), len(MANY))
    # The day's count is used up for one key, until the day is over.
    next_one = issuing.setting("first", [len(MANY)])
    assert reason_of(issuing.attempt(next_one)) is StatusListReason.DAILY_LIMIT
    issuing.time_ms += DAY_MS
    issuing.commit(issuing.setting("first", [len(MANY)]))
    assert issuing.status_list.set_today == 1


# Rule 5: time.


def test_a_proposal_is_approved_until_a_millisecond_before_it_expires() -> None:
    for late_ms, expected in ((1, None), (0, PendingReason.PROPOSAL_EXPIRED)):
        issuing = Issuing()
        issuing.commit(issuing.proposing(for_ms=PERIOD_MS))
        issuing.time_ms = issuing.pending().expires_ms - 1_000 - late_ms
        assert issuing.next_time_ms == issuing.pending().expires_ms - late_ms
        assert reason_of(issuing.attempt(issuing.approving())) is expected
        assert reason_of(issuing.attempt(issuing.withdrawing("first"))) is expected


def test_the_room_of_expired_and_ended_proposals_is_free_again() -> None:
    issuing = Issuing()
    most = CURRENT.limits.proposals.open
    for number in range(most):
        issuing.commit(issuing.proposing(name=f"p{number}", indices=[number], for_ms=HOUR_MS + number))
    full = issuing.attempt(issuing.proposing(name="one-more"))
    assert reason_of(full) is PendingReason.TOO_MANY_PROPOSALS
    issuing.commit(issuing.withdrawing("second", "p0"), issuing.proposing(name="one-more"))
    assert len(issuing.open.proposals) == most
    issuing.time_ms += PERIOD_MS
    issuing.commit(issuing.proposing(name="later", for_ms=5_000))
    assert issuing.open.proposals == (OpenProposal("later", issuing.time_ms + 5_000),)


# Rule 4: withdrawal.


@pytest.mark.parametrize(
    ("who", "refused"),
    [("first", None), ("second", None), ("controller", None), ("agency", TransactionReason.NOT_AUTHORISED)],
)
def test_the_proposer_and_who_may_approve_withdraw(who: str, refused: TransactionReason | None) -> None:
    issuing = Issuing()
    issuing.commit(issuing.proposing())
    withdrawal = issuing.withdrawing(who)
    assert reason_of(issuing.attempt(withdrawal)) is refused
    if refused is None:
        issuing.commit(withdrawal)
        body = issuing.pending()
        assert (body.state, len(body.approvals)) == (PendingState.WITHDRAWN, 1)
        assert (issuing.status_list.ones, issuing.open.proposals) == (0, ())


def test_a_proposal_comes_into_the_index_of_each_subject_that_the_proposer_may_decide_for() -> None:
    issuing = Issuing()
    issuing.commit(issuing.proposing("controller"), issuing.proposing("first"))
    index = map_key(INDEX_RECORD.name, PENDING_BY_SUBJECT.index_id(issuing.issuer))
    entries = [
        decode_as(INDEX_ENTRY, row, limit=1_024) for _, row in issuing.store.scan(Table.VERSION, index)
    ]
    assert [entry.id for entry in entries] == [
        pending_id(issuing.controller, "recall"),
        pending_id(issuing.issuer, "recall"),
    ]


# Rule 6: indexes.


def test_a_proposal_comes_into_no_index_of_somebody_elses() -> None:
    """Not even of a DID that there is, or of one whose operation it holds beside the proposer's own."""
    issuing = Issuing()
    signed = issuing.by("first")
    for subject in (issuing.issuer, issuing.controller, AGENCY, "did:web:nobody.example"):
        signed.build.set_status(subject, "diplomas", [1])
    signed.build.propose(issuing.issuer, "recall", issuing.next_time_ms + HOUR_MS)
    issuing.commit(signed.bytes())
    entries = {
        subject: list(issuing.store.scan(Table.VERSION, map_key(INDEX_RECORD.name, index_id)))
        for subject in (issuing.issuer, issuing.controller, AGENCY, "did:web:nobody.example")
        for index_id in [PENDING_BY_SUBJECT.index_id(subject)]
    }
    assert {subject: len(rows) for subject, rows in entries.items()} == {
        issuing.issuer: 1,
        issuing.controller: 0,
        AGENCY: 0,
        "did:web:nobody.example": 0,
    }


# Rule 2: all or none.


@pytest.mark.parametrize("purpose", StatusPurpose)
def test_an_update_of_any_list_is_proposed_however_little_it_changes(purpose: StatusPurpose) -> None:
    """Also one that only clears, where clearing is allowed."""
    issuing = Issuing()
    signed = issuing.by("first")
    signed.build.create_status_list(issuing.issuer, "other", purpose)
    issuing.commit(signed.bytes())
    updates: list[tuple[list[int], list[int]]] = [([1], [])]
    if purpose is StatusPurpose.SUSPENSION:
        updates.append(([], [1]))
    for number, (to_set, to_clear) in enumerate(updates):
        signed = issuing.by("first")
        signed.build.set_status(issuing.issuer, "other", to_set, to_clear)
        signed.build.propose(issuing.issuer, f"update-{number}", issuing.next_time_ms + HOUR_MS)
        issuing.commit(signed.bytes())
        issuing.commit(issuing.approving(name=f"update-{number}"))
        assert issuing.pending(f"update-{number}").state is PendingState.COMPLETED


def test_what_is_held_is_tried_when_it_is_completed_and_not_when_it_is_proposed() -> None:
    issuing = Issuing()
    signed = issuing.by("first")
    signed.build.set_status(issuing.issuer, "none-such", [1])
    signed.build.propose(issuing.issuer, "recall", issuing.next_time_ms + HOUR_MS)
    issuing.commit(signed.bytes())
    assert reason_of(issuing.attempt(issuing.approving())) is StatusListReason.STATUS_LIST_UNKNOWN


def test_what_cannot_be_applied_leaves_the_proposal_as_it_was() -> None:
    issuing = Issuing()
    signed = issuing.by("first")
    signed.build.set_status(issuing.issuer, "diplomas", [1])
    signed.build.set_status(issuing.issuer, "diplomas", [MIN_SIZE])
    signed.build.propose(issuing.issuer, "recall", issuing.next_time_ms + HOUR_MS)
    issuing.commit(signed.bytes())
    before = issuing.pending()
    execution = issuing.execution()
    answer = execution.add(issuing.approving())
    assert isinstance(answer, Rejected)
    assert answer.reason is StatusListReason.INDEX_OUT_OF_RANGE
    empty = issuing.attempt()
    assert isinstance(empty, ExecutionResult)
    finished = execution.finish()
    assert (finished.roots, finished.writes) == (empty.roots, empty.writes)
    issuing.commit()
    assert (issuing.pending(), issuing.status_list.ones) == (before, 0)
    issuing.commit(issuing.withdrawing("second"))
    assert issuing.pending().state is PendingState.WITHDRAWN


def test_a_proof_of_possession_is_over_the_nonce_of_the_proposal() -> None:
    """Whoever approves signs another transaction, with another nonce."""
    issuing = Issuing(ruleset=taking({AddKey: 2}))
    signed = issuing.by("first")
    signed.build.add_key(issuing.issuer, owned("third", INVOKE, "key-4"))
    signed.build.propose(issuing.issuer, "key", issuing.next_time_ms + HOUR_MS)
    issuing.commit(signed.bytes())
    issuing.commit(issuing.approving(name="key"))
    assert issuing.pending("key").state is PendingState.COMPLETED
    issuing.commit(issuing.setting("third", [1]))


def test_an_approval_is_one_transaction_once() -> None:
    issuing = Issuing()
    approval = issuing.approving(name="recall")
    issuing.commit(issuing.proposing(), approval)
    assert reason_of(issuing.attempt(approval)) is TransactionReason.REPLAYED
    assert issuing.status_list.set_today == len(MANY)


def test_blocks_with_proposals_replay_from_the_store() -> None:
    issuing = Issuing()
    issuing.commit(issuing.proposing())
    other = State.rebuild(issuing.store)
    made = issuing.attempt(issuing.approving())
    issuing.state = other
    again = issuing.attempt(issuing.approving())
    assert isinstance(made, ExecutionResult)
    assert isinstance(again, ExecutionResult)
    assert made.roots.state_root == again.roots.state_root


# What is proved.


def test_an_approval_that_nobody_gave_is_not_proved() -> None:
    """The answer of a node that invents one, alone or with the hash of what it invented."""
    issuing = Issuing()
    executed = issuing.commit(issuing.proposing())
    record_id = pending_id(issuing.issuer, "recall")
    stored = stored_record(issuing.state.reader, issuing.record, record_id)
    assert stored is not None
    prove, roots = issuing.state.map.prove, executed.roots
    proof = prove_record(prove, "pending", record_id, stored.log, stored.body, issuing.time_ms)
    assert isinstance(proof, RecordProof)
    committed = Committed(issuing.height, issuing.time_ms, roots.log_size, roots.log_root, roots.state_root)

    def flaw(answer: RecordProof) -> ProofFlaw | None:
        return flaw_of(lambda: check_record(answer, "pending", record_id, None, committed))

    assert (flaw(proof), proof.body) == (None, encode_body(issuing.record, issuing.pending()))
    invented = Approval(issuing.issuer, "key-2", issuing.time_ms, None)
    approvals = (*issuing.pending().approvals, invented)
    body = encode_body(issuing.record, replace(issuing.pending(), approvals=approvals))
    (version,) = proof.versions
    consistent = replace(proof, body=body, versions=(replace(version, body_hash=body_hash(body)),))
    assert flaw(replace(proof, body=body)) is ProofFlaw.BODY
    assert flaw(consistent) is ProofFlaw.STATE_ROOT
