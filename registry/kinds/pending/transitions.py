"""Applying the operations on `pending` records.

1. A key approves a proposal if it may approve at least one of the operations that it holds. Its approval
   counts for those that it may approve; it approves once.
2. A proposal is complete when each of its operations has as many different keys as its descriptor asks for.
   The transaction with the approval that completes it applies them, in their order, all or none.
3. At each approval all earlier ones are judged anew, on the state before the transaction. Those of keys that
   may approve nothing any more are dropped, for good.
4. The proposer, and whoever may approve one of the operations, may withdraw it.
5. Nothing is approved or withdrawn from `expires_ms` on, or after it has ended.
6. A proposal comes into the index of each subject of an operation that the proposer may approve, and into no
   other: nobody fills an index of somebody else's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from registry.draft import Draft, RecordReference
from registry.kind import Carried, OperationKind
from registry.kinds.did.record import DID_RECORD
from registry.kinds.open_proposals.record import OPEN_PROPOSALS_RECORD, OpenProposal, OpenProposals
from registry.kinds.pending.operations import ApproveProposal, ProposeOperations, WithdrawProposal
from registry.kinds.pending.reasons import PendingReason
from registry.kinds.pending.record import (
    MAX_APPROVALS,
    PENDING_BY_SUBJECT,
    Approval,
    Bounds,
    Pending,
    PendingState,
    pending_id,
)
from registry.operation import Operation
from registry.record_type import RecordType
from registry.rejection import Refused
from registry.setting import Setting

HELD_UNITS: Final = 20
"""Decoding an operation of a proposal, and judging whether the signer may approve it."""

ApprovalKeys: TypeAlias = tuple[bytes | None, ...]
"""For each operation of a proposal the public key that approves it, None where it may not."""


@dataclass(frozen=True, slots=True, eq=False)
class Transitions:
    """What the operations do in a ruleset: `record` is its kind of record, `kinds` describes the operations
    that there are beside those on proposals, by class."""

    record: RecordType[Pending]
    kinds: Mapping[type[Operation], OperationKind[Any]]
    bounds: Bounds

    def propose(self, operation: ProposeOperations, setting: Setting) -> None:
        """Create the record, with the proposer's approval, and its entries in indexes."""
        self._check_proposal(operation, setting)
        record_id = pending_id(operation.proposer, operation.name)
        if setting.draft.body(self.record, record_id) is not None:
            raise Refused(PendingReason.PROPOSAL_EXISTS, record_id)
        keys = _own_keys(operation.operations, setting)
        self._open(operation, setting)
        body = Pending(
            operations=operation.operations,
            nonce=setting.nonce,
            expires_ms=operation.expires_ms,
            approvals=(_given(setting),),
            states=((PendingState.OPEN, setting.time_ms),),
            ended_by=None,
        )
        setting.draft.put(self.record, record_id, body)
        approved = (held for held, key in zip(operation.operations, keys, strict=True) if key is not None)
        for subject in self.subjects(approved):
            setting.draft.enter(PENDING_BY_SUBJECT, subject, record_id)

    def approve(self, operation: ApproveProposal, setting: Setting) -> None:
        """Add an approval; apply what is held where it was the last one that was lacking."""
        body = self._body(operation, setting)
        if setting.draft.before(self.record, pending_id(operation.proposer, operation.name)) is None:
            raise Refused(PendingReason.PROPOSAL_UNKNOWN, "it is made by the same transaction")
        body, approving = _with_approval(body, setting)
        if not self._is_complete(body.operations, approving, setting):
            setting.draft.put(self.record, pending_id(operation.proposer, operation.name), body)
            return
        approved = replace(setting, nonce=body.nonce, is_approved=True)
        for held in body.operations:
            self.kinds[type(held)].apply(held, approved)
        self._end(operation, body, PendingState.COMPLETED, setting)

    def withdraw(self, operation: WithdrawProposal, setting: Setting) -> None:
        """End a proposal without applying anything."""
        body = self._body(operation, setting)
        if setting.did != operation.proposer:
            _own_keys(body.operations, setting)
        self._end(operation, body, PendingState.WITHDRAWN, setting)

    def carried(self, operation: ApproveProposal, draft: Draft) -> Carried:
        """What an approval may set going: what is held, judged by the DIDs that it concerns and of those who
        approved before."""
        body = self._open_before(operation, draft)
        if body is None:
            return Carried()
        approvers = tuple((DID_RECORD, approval.did) for approval in body.standing)
        return Carried(body.operations, self.judged_by(body.operations) + approvers)

    def read_to_withdraw(self, operation: WithdrawProposal, draft: Draft) -> Carried:
        """A withdrawal sets nothing going; it is judged by the DIDs that the proposal concerns."""
        body = self._open_before(operation, draft)
        if body is None:
            return Carried()
        return Carried((), self.judged_by(body.operations), HELD_UNITS * len(body.operations))

    def judged_by(self, operations: Iterable[Operation]) -> tuple[RecordReference, ...]:
        """The records that tell who may approve operations: whose controller somebody is, the subject's own
        record says."""
        return tuple((DID_RECORD, subject) for subject in self.subjects(operations))

    def subjects(self, operations: Iterable[Operation]) -> tuple[str, ...]:
        """The DIDs that operations concern, each once."""
        subjects = (getattr(held, self.kinds[type(held)].subject) for held in operations)
        return tuple(dict.fromkeys(subjects))

    def _check_proposal(self, operation: ProposeOperations, setting: Setting) -> None:
        left_ms = operation.expires_ms - setting.time_ms
        if not 0 < left_ms <= self.bounds.period_ms:
            raise Refused(PendingReason.PROPOSAL_PERIOD, f"{left_ms} ms")
        for held in operation.operations:
            kind = self.kinds[type(held)]
            if not kind.authority.is_held:
                raise Refused(PendingReason.NOT_BY_APPROVAL, kind.title)

    def _open_before(self, operation: ApproveProposal | WithdrawProposal, draft: Draft) -> Pending | None:
        """The proposal before the transaction, None where there was none that is open."""
        body = draft.before(self.record, pending_id(operation.proposer, operation.name))
        return body if body is not None and body.state is PendingState.OPEN else None

    def _open(self, operation: ProposeOperations, setting: Setting) -> None:
        """Note that the proposer has one open proposal more. Raises `Refused` where that is one too many."""
        proposals = _open_of(operation.proposer, setting).proposals
        if len(proposals) >= self.bounds.open:
            raise Refused(PendingReason.TOO_MANY_PROPOSALS, operation.proposer)
        opened = OpenProposals((*proposals, OpenProposal(operation.name, operation.expires_ms)))
        setting.draft.put(OPEN_PROPOSALS_RECORD, operation.proposer, opened)

    def _body(self, operation: ApproveProposal | WithdrawProposal, setting: Setting) -> Pending:
        """The proposal, which can still be approved. Raises `Refused`."""
        record_id = pending_id(operation.proposer, operation.name)
        body = setting.draft.body(self.record, record_id)
        if body is None:
            raise Refused(PendingReason.PROPOSAL_UNKNOWN, record_id)
        if body.state is not PendingState.OPEN:
            raise Refused(PendingReason.PROPOSAL_ENDED, body.state.name.lower())
        if not body.can_be_approved_at(setting.time_ms):
            raise Refused(PendingReason.PROPOSAL_EXPIRED, f"at {body.expires_ms}")
        return body

    def _is_complete(
        self, operations: tuple[Operation, ...], approving: list[ApprovalKeys], setting: Setting
    ) -> bool:
        return all(
            len({keys[place] for keys in approving} - {None})
            >= self.kinds[type(held)].authority.approvals(held, setting.draft)
            for place, held in enumerate(operations)
        )

    def _end(
        self,
        operation: ApproveProposal | WithdrawProposal,
        body: Pending,
        state: PendingState,
        setting: Setting,
    ) -> None:
        ended = replace(
            body,
            states=(*body.states, (state, setting.time_ms)),
            ended_by=f"{setting.did}#{setting.fragment}",
        )
        setting.draft.put(self.record, pending_id(operation.proposer, operation.name), ended)
        left = _open_of(operation.proposer, setting).without(operation.name)
        setting.draft.put(OPEN_PROPOSALS_RECORD, operation.proposer, left)


def _open_of(proposer: str, setting: Setting) -> OpenProposals:
    body = setting.draft.body(OPEN_PROPOSALS_RECORD, proposer)
    return OpenProposals(()) if body is None else body.at(setting.time_ms)


def _with_approval(body: Pending, setting: Setting) -> tuple[Pending, list[ApprovalKeys]]:
    """The proposal with the signer's approval, the others judged anew; and the keys that count. Raises
    `Refused`."""
    own = _own_keys(body.operations, setting)
    if len(body.approvals) == MAX_APPROVALS:
        raise Refused(PendingReason.TOO_MANY_APPROVALS)
    judged = [_judged(approval, body.operations, setting) for approval in body.approvals]
    if any(_share_a_key(own, keys) for _, keys in judged):
        raise Refused(PendingReason.APPROVED_ALREADY, f"{setting.did}#{setting.fragment}")
    approvals = (*(approval for approval, _ in judged), _given(setting))
    return replace(body, approvals=approvals), [*(keys for _, keys in judged), own]


def _given(setting: Setting) -> Approval:
    """The signer's approval."""
    return Approval(setting.did, setting.fragment, setting.time_ms, None)


def _own_keys(operations: tuple[Operation, ...], setting: Setting) -> ApprovalKeys:
    """The signer's key for each operation that it may approve. Raises `Refused`, for the first operation's
    reason, where it may approve none."""
    answers = [_key_or_refusal(_given(setting), held, setting) for held in operations]
    refusals = [answer for answer in answers if isinstance(answer, Refused)]
    if len(refusals) == len(answers):
        raise refusals[0]
    return tuple(None if isinstance(answer, Refused) else answer for answer in answers)


def _judged(
    approval: Approval, operations: tuple[Operation, ...], setting: Setting
) -> tuple[Approval, ApprovalKeys]:
    """An earlier approval as it counts now, dropped where its key may approve nothing any more."""
    if approval.dropped_ms is not None:
        return approval, (None,) * len(operations)
    keys = _keys(approval, operations, setting)
    return (approval if any(keys) else replace(approval, dropped_ms=setting.time_ms)), keys


def _keys(approval: Approval, operations: tuple[Operation, ...], setting: Setting) -> ApprovalKeys:
    answers = (_key_or_refusal(approval, held, setting) for held in operations)
    return tuple(None if isinstance(answer, Refused) else answer for answer in answers)


def _key_or_refusal(approval: Approval, operation: Operation, setting: Setting) -> bytes | Refused:
    """The public key, or why it may not approve the operation."""
    try:
        return setting.approver(approval.did, approval.fragment, operation)
    except Refused as refused:
        return refused


def _share_a_key(some: ApprovalKeys, others: ApprovalKeys) -> bool:
    """Two DIDs may have one key; it approves once."""
    return bool(set(some).intersection(others) - {None})
