"""Status lists and operations on them."""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from registry.build import TransactionBuilder
from registry.kinds.status_list import KIND
from registry.kinds.status_list.operations import MAX_INDICES, CreateStatusList, UpdateStatusList
from registry.kinds.status_list.record import (
    MAX_SIZE,
    MIN_SIZE,
    StatusList,
    StatusPurpose,
    status_list_id,
)
from registry.operation import Operation
from registry.primitives.codec import MAX_INTEGER
from tests.registry.kinds import (
    DID,
    DID_A,
    HASH,
    LONGEST_DID,
    LONGEST_NAME,
    OWN_DID,
    ROLE_MISSING,
    TIME_MS,
    Answers,
    Ends,
    Examples,
    OperationExample,
)

# What is issued in a name is done by that name, not by its sponsor or controller; accreditors and auditors
# issue nothing.
ISSUING: dict[str, Answers] = {
    "university": {"university": None},
    "by university": {"by university": None},
    "library": {"library": None},
    "agency": {"agency": ROLE_MISSING},
    "by agency": {"by agency": ROLE_MISSING},
    "auditor": {"auditor": ROLE_MISSING},
}


def settle(build: TransactionBuilder, did: str) -> None:
    build.create_status_list(did, "there", StatusPurpose.REVOCATION)


def create(build: TransactionBuilder, did: str) -> None:
    build.create_status_list(did, "new", StatusPurpose.REVOCATION)


def revoke(build: TransactionBuilder, did: str) -> None:
    build.set_status(did, "there", [1])


def boundaries(ends: Ends) -> list[SearchStrategy[Operation]]:
    sizes = st.sampled_from([0, 1, MIN_SIZE, MAX_SIZE, 2**32])
    indices = st.sampled_from([(), (0,), (MAX_SIZE - 1,), tuple(range(MAX_INDICES))])
    return [
        st.builds(CreateStatusList, ends.dids, ends.names, st.sampled_from(StatusPurpose), sizes),
        st.builds(UpdateStatusList, ends.dids, ends.names, indices, indices),
    ]


EXAMPLES = Examples(
    kind=KIND,
    ids=(f"{DID}/status-lists/degrees", f"{OWN_DID}/status-lists/{'a' * 64}"),
    others=(
        f"{DID}/schemas/a",
        f"{DID}//status-lists/a",
        f"{DID}/status-lists/a/b",
        "x/status-lists/a",
    ),
    longest_id=status_list_id(LONGEST_DID, LONGEST_NAME),
    body=StatusList(StatusPurpose.SUSPENSION, MIN_SIZE, HASH, 5, 20_000, 2, TIME_MS),
    longest_body=StatusList(StatusPurpose.REFRESH, MAX_SIZE, bytes(32), MAX_SIZE, 2**32, 2**32, MAX_INTEGER),
    operations=(
        OperationExample(
            CreateStatusList(DID_A, "diplomas", StatusPurpose.REVOCATION, MIN_SIZE), 50 + 40, create, ISSUING
        ),
        OperationExample(
            UpdateStatusList(DID_A, "diplomas", (1, 2, 300), (70_000,)),
            50 + 100 + 4 + 2 * 20,
            revoke,
            ISSUING,
        ),
    ),
    boundaries=boundaries,
    settle=settle,
)
