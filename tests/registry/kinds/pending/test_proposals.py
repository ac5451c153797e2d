"""What becomes of a proposal: completed, expired, withdrawn; whole or not at all; at a cost known before."""

from dataclasses import replace

import pytest

from registry.carrying import carried_by
from registry.checking import Found, Unproved, check_record
from registry.cost import cost_of, cost_of_operations, records_read
from registry.draft import BlockDraft, Draft
from registry.execution import Executed, MissingContent, Receipt, Rejected
from registry.index import INDEX_RECORD
from registry.kind import ByApproval
from registry.kinds.did.operations import AddKey
from registry.kinds.open_proposals.record import OpenProposal
from registry.kinds.parameters.record import Parameters
from registry.kinds.pending.reasons import PendingReason
from registry.kinds.pending.record import PENDING_BY_SUBJECT, Approval, PendingState, pending_id
from registry.kinds.schema.operations import PublishSchema
from registry.kinds.status_list.operations import CreateStatusList, UpdateStatusList
from registry.kinds.status_list.reasons import StatusListReason
from registry.kinds.status_list.record import MIN_SIZE, StatusPurpose
from registry.kinds.status_list.transitions import DAY_MS
from registry.kinds.usage.record import USAGE_RECORD, Usage
from registry.operation import Operation
from registry.primitives.shape import decode_as
from registry.proofs import RecordProof
from registry.record_log import INDEX_ENTRY, map_key
from registry.record_type import decode_body, encode_body
from registry.rejection import TransactionReason
from registry.roles import Tie
from registry.ruleset import CURRENT
from registry.state import State
from registry.tables import MemoryStore, Table
from registry.transaction import Transaction
from tests.registry.kinds.pending.proposals import (
    HOUR_MS,
    LIMIT,
    MANY,
    TWO_ISSUERS,
    Issuing,
    reason_of,
    taking,
)
from tests.registry.kinds.schema.rejections import CONTENT, attachment
from tests.registry.network import AGENCY, INVOKE, UNIVERSITY, owned
from tests.registry.recorded import Registry

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


def test_a_proposal_comes_into_the_index_of_each_subject() -> None:
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


# Rule 2: all or none.


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
    assert isinstance(empty, Executed)
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
    assert isinstance(made, Executed)
    assert isinstance(again, Executed)
    assert made.roots.state_root == again.roots.state_root


# Cost, room and quotas.


def units(issuing: Issuing, data: bytes) -> int:
    """What a transaction costs on the last state, worked out without executing it."""
    ruleset, block = issuing.ruleset, BlockDraft(issuing.store)
    transaction = Transaction.decode(data, ruleset)
    carried = carried_by(transaction, Draft(block), ruleset)
    bodies = (*records_read(transaction, ruleset), *carried.reads)
    return (
        cost_of(transaction, ruleset)
        + cost_of_operations(carried.operations, ruleset)
        + sum(ruleset.costs.of_body(block.body_length(place)) for place in bodies)
    )


def test_each_approval_costs_what_the_held_operations_do_whether_it_completes_or_not() -> None:
    issuing = Issuing(ruleset=taking({UpdateStatusList: 3}))
    issuing.add_third_key()
    issuing.commit(issuing.proposing())
    held = 50 + 100 + len(MANY) + 2 * 20
    for who, state in (("second", PendingState.OPEN), ("third", PendingState.COMPLETED)):
        data = issuing.approving(who)
        known = units(issuing, data)
        assert known > 160 + 100 + held
        assert issuing.commit(data).cost == known
        assert issuing.pending().state is state


def test_the_bodies_of_those_who_approved_before_are_paid_for() -> None:
    issuing = Issuing()
    issuing.commit(issuing.proposing("controller"))
    transaction = Transaction.decode(issuing.approving("first", proposer=issuing.controller))
    carried = carried_by(transaction, Draft(BlockDraft(issuing.store)), CURRENT)
    assert [(str(kind), record_id) for kind, record_id in carried.reads] == [("did", issuing.controller)]


def with_parameters(**changed: int) -> Issuing:
    """The network with other parameters."""
    return Issuing(replace(TWO_ISSUERS, parameters=replace(Parameters(), **changed)))


def test_what_a_block_could_never_complete_is_refused_at_once() -> None:
    """To the unit: the proposal's own units, those of what it holds, and of the body that is read for it."""
    issuing = Issuing()
    proposal = issuing.proposing()
    needed = units(issuing, proposal) + len(proposal) // 2 + 50 + 100 + len(MANY) + 2 * 20
    for cap, expected in ((needed, None), (needed - 1, TransactionReason.TOO_COSTLY)):
        network = with_parameters(block_cost=cap)
        assert reason_of(network.attempt(network.proposing())) is expected


def test_a_block_has_room_for_all_that_a_completing_transaction_does() -> None:
    issuing = Issuing()
    issuing.commit(issuing.proposing(), issuing.proposing(name="second"))
    first, second = issuing.approving(), issuing.approving(name="second")
    costs = units(issuing, first) + units(issuing, second)
    for cap, expected in ((costs, None), (costs - 1, TransactionReason.BLOCK_FULL)):
        network = with_parameters(block_cost=cap)
        network.commit(network.proposing())
        network.commit(network.proposing(name="second"))
        outcome = network.attempt(network.approving(), network.approving(name="second"))
        assert reason_of(outcome) is expected


BY_TWO: ByApproval[CreateStatusList] = ByApproval(
    keys=lambda _, __: 2, ties=frozenset({Tie.ITSELF, Tie.CONTROLLER}), is_direct=True, words=""
)


def test_each_transactions_member_pays_for_what_it_does() -> None:
    """The proposer's for the proposal, the completing signer's for the records that come of it."""
    issuing = Issuing(ruleset=taking({CreateStatusList: BY_TWO}))

    def used() -> tuple[Usage, Usage]:
        return issuing.body(USAGE_RECORD, UNIVERSITY), issuing.body(USAGE_RECORD, AGENCY)

    (university, agency), signed = used(), issuing.by("first")
    signed.build.create_status_list(issuing.issuer, "more", StatusPurpose.REVOCATION)
    signed.build.propose(issuing.issuer, "recall", issuing.next_time_ms + HOUR_MS)
    proposal, approval = signed.bytes(), issuing.approving("controller")
    issuing.commit(proposal)
    university = Usage(university.records + 1, university.stored_bytes + len(proposal))
    assert used() == (university, agency)
    issuing.commit(approval)
    assert used() == (university, Usage(agency.records + 1, agency.stored_bytes + len(approval)))


def test_no_record_is_made_beyond_the_completing_members_quota() -> None:
    document = replace(TWO_ISSUERS, parameters=replace(Parameters(), record_quota=3))
    issuing = Issuing(document, taking({CreateStatusList: BY_TWO}))
    signed = issuing.by("controller")
    signed.build.create_status_list(issuing.issuer, "more", StatusPurpose.REVOCATION)
    signed.build.propose(issuing.controller, "recall", issuing.next_time_ms + HOUR_MS)
    issuing.commit(signed.bytes())
    approval = issuing.approving("first", proposer=issuing.controller)
    issuing.commit(issuing.proposing("first", name="used-up"))
    assert reason_of(issuing.attempt(approval)) is TransactionReason.RECORD_QUOTA


# Attachments: a ruleset in which the publication of a schema takes two keys.

PUBLISHING_TAKES_TWO: dict[type[Operation], int] = {PublishSchema: 2}


def proposing_a_schema(issuing: Issuing, content: bytes = CONTENT) -> bytes:
    """A proposal to publish."""
    signed = issuing.by("first")
    signed.build.publish_schema(issuing.issuer, "diploma", "1.0.0", attachment(content))
    signed.build.propose(issuing.issuer, "schema", issuing.next_time_ms + HOUR_MS)
    return signed.bytes()


def test_an_attachment_comes_with_the_proposal_and_is_there_when_it_is_completed() -> None:
    issuing = Issuing(ruleset=taking(PUBLISHING_TAKES_TWO))
    before: Usage = issuing.body(USAGE_RECORD, UNIVERSITY)
    proposal = proposing_a_schema(issuing)
    room = dict(issuing.held)
    issuing.held.clear()
    assert issuing.attempt(proposal) == MissingContent((attachment().address,))
    issuing.held.update(room)
    issuing.commit(proposal)
    issuing.held.clear()  # what a node keeps of attachments that nothing on the ledger names
    stored = before.stored_bytes + len(proposal) + len(attachment().encode())
    assert issuing.body(USAGE_RECORD, UNIVERSITY) == Usage(before.records + 1, stored)
    approval = issuing.approving(name="schema")
    known = units(issuing, approval) + len(CONTENT)
    assert issuing.commit(approval).cost == known
    record_id = f"{issuing.issuer}/schemas/diploma"
    assert (
        issuing.body(issuing.ruleset.records["schema"], record_id).releases[0].content == attachment().address
    )
    # The attachment's bytes were counted once, at the proposal.
    stored += len(approval)
    assert issuing.body(USAGE_RECORD, UNIVERSITY) == Usage(before.records + 2, stored)


def test_content_that_is_too_long_is_not_proposed() -> None:
    issuing = Issuing(ruleset=taking(PUBLISHING_TAKES_TWO))
    proposal = proposing_a_schema(issuing, CONTENT + b" " * (128 * 1024))
    assert str(reason_of(issuing.attempt(proposal))) == "schema-too-long"


def test_a_node_that_lost_an_attachment_asks_for_it_before_it_judges_the_approval() -> None:
    issuing = Issuing(ruleset=taking(PUBLISHING_TAKES_TWO))
    issuing.commit(proposing_a_schema(issuing))
    held = dict(issuing.held)
    issuing.held.clear()
    lost = (Table.ATTACHMENT, attachment().address)
    rows = {(table, key): row for table in Table for key, row in issuing.store.scan(table, b"")}
    store = MemoryStore()
    store.apply({place: row for place, row in rows.items() if place != lost})
    issuing.state = State.rebuild(store)
    approval = issuing.approving(name="schema")
    assert issuing.attempt(approval) == MissingContent((attachment().address,))
    issuing.held.update(held)
    assert isinstance(issuing.execution().add(approval), Receipt)


# What is proved.


def test_an_approval_that_nobody_gave_is_not_proved() -> None:
    issuing = Issuing()
    issuing.commit(issuing.proposing())
    body, record_id = issuing.pending(), pending_id(issuing.issuer, "recall")
    registry = Registry()
    registry.write("pending", record_id, encode_body(issuing.record, body))
    proof = registry.prove_record("pending", record_id)
    assert isinstance(proof, RecordProof)
    found = check_record(proof, "pending", record_id, None, registry.committed())
    assert isinstance(found, Found)
    assert decode_body(issuing.record, found.body) == body
    invented = Approval(issuing.issuer, "key-2", issuing.time_ms, None)
    forged = replace(body, approvals=(*body.approvals, invented))
    with pytest.raises(Unproved):
        check_record(
            replace(proof, body=encode_body(issuing.record, forged)),
            "pending",
            record_id,
            None,
            registry.committed(),
        )
