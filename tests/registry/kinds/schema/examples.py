"""Schemas and operations on them."""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from registry.attachments import Attachment
from registry.build import TransactionBuilder
from registry.kinds.schema import KIND
from registry.kinds.schema.operations import PublishSchema, SetSchemaState
from registry.kinds.schema.record import MAX_RELEASES, Release, ReleaseState, Schema, schema_id
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
    Answers,
    Ends,
    Examples,
    OperationExample,
)

CONTENT = Attachment(bytes(16), b'{"$id":"https://example/s","$schema":"https://example/dialect"}')

# What is published in a name is done by that name, not by its sponsor or controller; an auditor does not.
CHANGING: dict[str, Answers] = {
    "university": {"university": None},
    "by university": {"by university": None},
    "library": {"library": None},
    "auditor": {"auditor": ROLE_MISSING},
}
# An accreditor and what it sponsors publish schemas too.
PUBLISHING: dict[str, Answers] = CHANGING | {"agency": {"agency": None}, "by agency": {"by agency": None}}


def settle(build: TransactionBuilder, did: str) -> None:
    build.publish_schema(did, "there", "1.0.0", CONTENT)


def publish(build: TransactionBuilder, did: str) -> None:
    build.publish_schema(did, "new", "1.0.0", CONTENT)


def deprecate(build: TransactionBuilder, did: str) -> None:
    build.set_schema_state(did, "there", "1.0.0", ReleaseState.DEPRECATED)


def boundaries(ends: Ends) -> list[SearchStrategy[Operation]]:
    versions = st.sampled_from(["0.0.0", "1.0.0", "9.9.9-" + "a" * 42])
    return [
        st.builds(PublishSchema, ends.dids, ends.names, versions, ends.contents),
        st.builds(SetSchemaState, ends.dids, ends.names, versions, st.sampled_from(ReleaseState)),
    ]


EXAMPLES = Examples(
    kind=KIND,
    ids=(f"{DID}/schemas/diploma", f"{OWN_DID}/schemas/a-1"),
    others=(DID, f"{DID}/schemas", f"{DID}/schemas/", f"{DID}/schemas/A", f"{DID}/schema/a"),
    longest_id=schema_id(LONGEST_DID, LONGEST_NAME),
    body=Schema((Release("1.0.0", HASH, ((ReleaseState.ACTIVE, 1), (ReleaseState.WITHDRAWN, 2))),)),
    longest_body=Schema(
        (Release("1" * 48, bytes(32), ((ReleaseState.WITHDRAWN, MAX_INTEGER),) * len(ReleaseState)),)
        * MAX_RELEASES
    ),
    operations=(
        OperationExample(PublishSchema(DID_A, "diploma", "1.0.0", HASH), 50 + 40, publish, PUBLISHING),
        OperationExample(
            SetSchemaState(DID_A, "diploma", "1.0.0", ReleaseState.DEPRECATED), 50, deprecate, CHANGING
        ),
    ),
    boundaries=boundaries,
    settle=settle,
)
