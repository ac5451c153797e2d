"""Proposals and operations on them."""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from registry.build import TransactionBuilder
from registry.kinds.pending.operations import ApproveProposal, ProposeOperations, WithdrawProposal
from registry.kinds.pending.reasons import PendingReason
from registry.kinds.pending.record import (
    MAX_APPROVALS,
    Approval,
    Pending,
    PendingState,
    pending_id,
)
from registry.kinds.schema.operations import PublishSchema
from registry.kinds.status_list.operations import MAX_INDICES, UpdateStatusList
from registry.kinds.status_list.record import MAX_SIZE
from registry.operation import Operation
from registry.primitives.codec import MAX_INTEGER
from registry.ruleset import CURRENT
from tests.registry.kinds import (
    DID,
    DID_A,
    DID_B,
    LONGEST_DID,
    LONGEST_NAME,
    OWN_DID,
    TIME_MS,
    Answers,
    Ends,
    Examples,
    OperationExample,
)
from tests.registry.kinds.status_list.examples import ISSUING
from tests.registry.network import START_MS

DAY_MS = 86_400_000
UPDATE = UpdateStatusList(DID_A, "diplomas", (1, 2, 300), ())
LONG_DID = "did:web:" + ".".join(["h" * 63, "h" * 63, "h" * 44])
HALF_OF_A_TRANSACTION = UpdateStatusList(
    LONG_DID, LONGEST_NAME, tuple(range(MAX_SIZE - MAX_INDICES, MAX_SIZE)), tuple(range(10**6, 10**6 + 2_000))
)
"""Two of these are as long as a transaction may be."""

# Who may approve an update is its issuer, or the issuer's controller. The proposer has approved.
APPROVING: dict[str, Answers] = {
    "university": {"university": PendingReason.APPROVED_ALREADY},
    "by university": {"by university": PendingReason.APPROVED_ALREADY},
    "library": {"library": PendingReason.APPROVED_ALREADY, "by university": None},
}
WITHDRAWING: dict[str, Answers] = {
    "university": {"university": None},
    "by university": {"by university": None},
    "library": {"library": None, "by university": None},
}


def proposing(build: TransactionBuilder, did: str, name: str) -> None:
    """Propose an update of the list that is there."""
    update = UpdateStatusList(did, "there", (1,), ())
    build.add(ProposeOperations(did, name, START_MS + DAY_MS, (update,)))


def settle(build: TransactionBuilder, did: str) -> None:
    proposing(build, did, "there")


def propose(build: TransactionBuilder, did: str) -> None:
    proposing(build, did, "new")


def approve(build: TransactionBuilder, did: str) -> None:
    build.approve(did, "there")


def withdraw(build: TransactionBuilder, did: str) -> None:
    build.withdraw(did, "there")


def boundaries(ends: Ends) -> list[SearchStrategy[Operation]]:
    times = st.sampled_from([0, START_MS + DAY_MS, MAX_INTEGER])
    indices = st.sampled_from([(), (0,), (MAX_SIZE - 1,)])
    held = st.one_of(
        st.builds(UpdateStatusList, ends.dids, ends.names, indices, indices),
        st.builds(PublishSchema, ends.dids, ends.names, st.just("1.0.0"), ends.contents),
    )
    most = CURRENT.limits.proposals.operations
    operations = st.builds(lambda each, count: (each,) * count, held, st.sampled_from([1, most, most + 1]))
    return [
        st.builds(ProposeOperations, ends.dids, ends.names, times, operations),
        st.builds(ApproveProposal, ends.dids, ends.names),
        st.builds(WithdrawProposal, ends.dids, ends.names),
    ]


EXAMPLES = Examples(
    kind=next(kind for kind in CURRENT.kinds if kind.name == "pending"),
    ids=(f"{DID}/pending/recall", f"{OWN_DID}/pending/{'a' * 64}"),
    others=(f"{DID}/schemas/a", f"{DID}//pending/a", f"{DID}/pending/A", "x/pending/a"),
    longest_id=pending_id(LONGEST_DID, LONGEST_NAME),
    body=Pending(
        operations=(UPDATE,),
        nonce=bytes(16),
        expires_ms=TIME_MS + DAY_MS,
        approvals=(
            Approval(DID_A, "key-1", TIME_MS, TIME_MS + 2),
            Approval(DID_A, "key-2", TIME_MS + 1, None),
            Approval(DID_B, "key-1", TIME_MS + 2, None),
        ),
        states=((PendingState.OPEN, TIME_MS), (PendingState.COMPLETED, TIME_MS + 2)),
        ended_by=f"{DID_B}#key-1",
    ),
    longest_body=Pending(
        operations=(HALF_OF_A_TRANSACTION, HALF_OF_A_TRANSACTION),
        nonce=bytes(16),
        expires_ms=MAX_INTEGER,
        approvals=(Approval(LONGEST_DID, "f" * 64, MAX_INTEGER, MAX_INTEGER),) * MAX_APPROVALS,
        states=((PendingState.OPEN, MAX_INTEGER), (PendingState.WITHDRAWN, MAX_INTEGER)),
        ended_by=f"{LONGEST_DID}#{'f' * 64}",
    ),
    operations=(
        OperationExample(
            ProposeOperations(
                DID_A, "recall", TIME_MS + DAY_MS, (UPDATE, UpdateStatusList(DID_B, "diplomas", (1,), ()))
            ),
            2 * 50 + 40 + 40 + 2 * 20,
            propose,
            ISSUING,
        ),
        OperationExample(ApproveProposal(DID_A, "recall"), 2 * 50, approve, APPROVING),
        OperationExample(WithdrawProposal(DID_A, "recall"), 2 * 50 + 100, withdraw, WITHDRAWING),
    ),
    boundaries=boundaries,
    settle=settle,
)
