"""What proposals and approvals cost, whose quotas they use, and what becomes of attachments (0116)."""

from dataclasses import replace
from typing import Any

import pytest

from registry.carrying import carried_by
from registry.cost import cost_of, cost_of_operations, records_read
from registry.draft import BlockDraft, Draft
from registry.execution import MissingContent, Receipt
from registry.kind import ByApproval
from registry.kinds.did.record import DID_RECORD
from registry.kinds.open_proposals.record import OPEN_PROPOSALS_RECORD
from registry.kinds.parameters.record import Parameters
from registry.kinds.pending.record import PendingState
from registry.kinds.schema.operations import PublishSchema
from registry.kinds.status_list.operations import CreateStatusList, UpdateStatusList
from registry.kinds.status_list.record import STATUS_LIST_RECORD, StatusPurpose, status_list_id
from registry.kinds.usage.record import USAGE_RECORD, Usage
from registry.operation import Operation
from registry.record_type import RecordType, encode_body
from registry.rejection import TransactionReason
from registry.roles import Tie
from registry.ruleset import CURRENT
from registry.state import State
from registry.tables import MemoryStore, Table
from registry.transaction import Transaction
from tests.registry.kinds.pending.proposals import (
    HOUR_MS,
    MANY,
    TWO_ISSUERS,
    Issuing,
    reason_of,
    taking,
)
from tests.registry.kinds.schema.rejections import CONTENT, attachment
from tests.registry.network import AGENCY, UNIVERSITY


def units(issuing: Issuing, data: bytes) -> int:
    """What a transaction costs on the last state, worked out without executing it."""
    ruleset, block = issuing.ruleset, BlockDraft(issuing.store)
    transaction = Transaction.decode(data, ruleset)
    carried = carried_by(transaction, Draft(block), ruleset)
    bodies = (*records_read(transaction, ruleset), *carried.reads)
    return (
        cost_of(transaction, ruleset)
        + cost_of_operations(carried.operations, ruleset)
        + carried.units
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


@pytest.mark.parametrize("do", ["propose", "approve", "withdraw"])
def test_the_bodies_of_those_whom_the_held_operations_concern_are_paid_for(do: str) -> None:
    """Each once, by whoever makes them be read: whose controller somebody is, they tell."""
    issuing = Issuing()
    signed = issuing.by("first")
    for subject in (issuing.issuer, issuing.controller, issuing.controller):
        signed.build.set_status(subject, "diplomas", [1])
    signed.build.propose(issuing.issuer, "recall", issuing.next_time_ms + HOUR_MS)
    proposal = signed.bytes()
    if do == "propose":
        data = proposal
    else:
        issuing.commit(proposal)
        data = issuing.approving() if do == "approve" else issuing.withdrawing("second")
    transaction = Transaction.decode(data)
    carried = carried_by(transaction, Draft(BlockDraft(issuing.store)), CURRENT)
    read = [*records_read(transaction, CURRENT), *carried.reads]
    dids = [record_id for kind, record_id in read if kind is DID_RECORD]
    assert dids == [issuing.issuer, issuing.controller]
    known = units(issuing, data)
    assert issuing.commit(data).cost == known


def test_a_proposal_pays_for_the_body_that_it_writes_and_for_each_operation() -> None:
    issuing = Issuing()
    signed = issuing.by("first")
    for _ in range(16):
        signed.build.set_status(issuing.issuer, "diplomas", [1])
    signed.build.propose(issuing.issuer, "recall", issuing.next_time_ms + HOUR_MS)
    data = signed.bytes()
    did = len(encode_body(DID_RECORD, issuing.body(DID_RECORD, issuing.issuer)))
    expected = 160 + len(data) // 64 + len(data) // 2 + did // 2 + 140 + 16 * 20
    assert issuing.commit(data).cost == expected


def test_a_withdrawal_pays_for_the_body_that_it_writes_and_for_each_operation() -> None:
    issuing = Issuing()
    signed = issuing.by("first")
    for _ in range(16):
        signed.build.set_status(issuing.issuer, "diplomas", [1])
    signed.build.propose(issuing.issuer, "recall", issuing.next_time_ms + HOUR_MS)
    issuing.commit(signed.bytes())
    data = issuing.withdrawing("second")
    did = len(encode_body(DID_RECORD, issuing.body(DID_RECORD, issuing.issuer)))
    body = len(encode_body(issuing.record, issuing.pending()))
    expected = 160 + len(data) // 64 + body // 2 + did // 2 + 200 + 16 * 20
    assert issuing.commit(data).cost == expected


def with_parameters(**changed: int) -> Issuing:
    """The network with other parameters."""
    return Issuing(replace(TWO_ISSUERS, parameters=replace(Parameters(), **changed)))


def test_what_a_block_could_never_complete_is_refused_at_once() -> None:
    """To the unit: the proposal's own units, which are about those of an approval, and those of what it
    holds."""
    issuing = Issuing()
    proposal = issuing.proposing()
    needed = units(issuing, proposal) + 50 + 100 + len(MANY) + 2 * 20
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


def written(issuing: Issuing, name: str = "recall") -> tuple[tuple[RecordType[Any], Any], ...]:
    """The records that a proposal of the issuer's writes, as they are."""
    return (issuing.record, issuing.pending(name)), (OPEN_PROPOSALS_RECORD, issuing.open)


def bodies(issuing: Issuing, name: str = "recall") -> int:
    """Their bytes."""
    return sum(len(encode_body(kind, body)) for kind, body in written(issuing, name))


BY_TWO: ByApproval[CreateStatusList] = ByApproval(
    keys=lambda _, __: 2, ties=frozenset({Tie.ITSELF, Tie.CONTROLLER}), is_direct=True, limit="", words=""
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
    stored = len(proposal) + bodies(issuing)
    university = Usage(university.records + 1, university.stored_bytes + stored)
    assert used() == (university, agency)
    issuing.commit(approval)
    made = encode_body(
        STATUS_LIST_RECORD, issuing.body(STATUS_LIST_RECORD, status_list_id(issuing.issuer, "more"))
    )
    stored = len(approval) + bodies(issuing) + len(made)
    assert used() == (university, Usage(agency.records + 1, agency.stored_bytes + stored))


def test_an_approval_or_withdrawal_uses_the_quota_for_the_body_that_it_writes_again() -> None:
    """However short it is: what is stored for it is as long as what the proposal holds."""
    issuing = Issuing(ruleset=taking({UpdateStatusList: 3}))
    issuing.commit(issuing.proposing())
    for short in (issuing.approving("second"), issuing.withdrawing("first")):
        before: Usage = issuing.body(USAGE_RECORD, UNIVERSITY)
        issuing.commit(short)
        after: Usage = issuing.body(USAGE_RECORD, UNIVERSITY)
        body, opened = (len(encode_body(kind, each)) for kind, each in written(issuing))
        assert len(short) < 400 < body
        # The list of what is open changes by the withdrawal alone.
        closed = opened if issuing.pending().state is PendingState.WITHDRAWN else 0
        assert after.stored_bytes == before.stored_bytes + len(short) + body + closed


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
    stored = before.stored_bytes + len(proposal) + len(attachment().encode()) + bodies(issuing, "schema")
    assert issuing.body(USAGE_RECORD, UNIVERSITY) == Usage(before.records + 1, stored)
    approval = issuing.approving(name="schema")
    known = units(issuing, approval) + len(CONTENT)
    assert issuing.commit(approval).cost == known
    record_id = f"{issuing.issuer}/schemas/diploma"
    assert (
        issuing.body(issuing.ruleset.records["schema"], record_id).releases[0].content == attachment().address
    )
    # The attachment's bytes were counted once, at the proposal.
    published = issuing.body(issuing.ruleset.records["schema"], record_id)
    stored += len(approval) + bodies(issuing, "schema")
    stored += len(encode_body(issuing.ruleset.records["schema"], published))
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
