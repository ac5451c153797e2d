"""The table of authority, row by row: each operation, signed by everybody who could think of it."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from registry.attachments import Attachment
from registry.build import TransactionBuilder
from registry.execution import Executed
from registry.kinds.anchor.operations import AnchorBatch
from registry.kinds.did.operations import (
    AddKey,
    DeactivateDid,
    RegisterDid,
    ReportCompromised,
    RetireKey,
    RotateKey,
    UpdateDid,
)
from registry.kinds.schema.operations import PublishSchema, SetSchemaState
from registry.kinds.schema.record import ReleaseState
from registry.kinds.status_list.operations import CreateStatusList, UpdateStatusList
from registry.kinds.status_list.record import StatusPurpose
from registry.operation import Operation
from registry.rejection import RejectionReason, TransactionReason
from registry.ruleset import CURRENT
from tests.registry.network import AGENCY, ASSERT, AUDITOR, UNIVERSITY, Network, owned

SCHEMA = Attachment(bytes(16), b'{"$id":"https://example/s","$schema":"https://example/dialect"}')
LIBRARY = "did:web:library.example"

DENIED = TransactionReason.NOT_AUTHORISED
ROLE = TransactionReason.ROLE_MISSING


class Town(Network):
    """The founders, and three DIDs that they sponsor: `by_university`, `by_agency`, and the library, whose
    sponsor is the university and whose controller is `by_university`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.by_university = self.registered(UNIVERSITY, "by university")
        self.registered(UNIVERSITY, LIBRARY, did=LIBRARY, controller=self.by_university)
        self.by_agency = self.registered(AGENCY, "by agency")
        signed = self.signed_by(UNIVERSITY)
        signed.build.add_key(UNIVERSITY, owned("credentials of the university", ASSERT, "key-2"))
        self.commit(signed.bytes())
        for who in ("university", "by university", "library"):
            did, key = self.signer(who)
            signed = self.signed_by(did, key)
            signed.build.publish_schema(did, "there", "1.0.0", SCHEMA)
            signed.build.create_status_list(did, "there", StatusPurpose.REVOCATION)
            self.commit(signed.bytes())

    def registered(self, sponsor: str, key: str, did: str = "", controller: str | None = None) -> str:
        """The DID of a new registration, with a key of each purpose."""
        signed = self.signed_by(sponsor)
        keys = [owned(key), owned(f"credentials of {key}", ASSERT, "key-2")]
        did = signed.build.register_did(sponsor, keys, did=did, controller=controller)
        self.commit(signed.bytes())
        return did

    def signer(self, who: str) -> tuple[str, str]:
        """DID and key name of somebody."""
        return {
            "university": (UNIVERSITY, UNIVERSITY),
            "agency": (AGENCY, AGENCY),
            "auditor": (AUDITOR, AUDITOR),
            "by university": (self.by_university, "by university"),
            "by agency": (self.by_agency, "by agency"),
            "library": (LIBRARY, LIBRARY),
        }[who]


@dataclass(frozen=True)
class Row:
    """An operation about somebody, and what each signer is answered; whoever is not named is denied."""

    operation: type[Operation]
    subject: str
    write: Callable[[TransactionBuilder, str], object]
    answers: dict[str, RejectionReason | None]


def register(build: TransactionBuilder, did: str) -> None:
    build.register_did(did, [owned("new")])


def add(build: TransactionBuilder, did: str) -> None:
    build.add_key(did, owned("new", fragment="new"))


def rotate(build: TransactionBuilder, did: str) -> None:
    build.rotate_key(did, "key-2", owned("new", ASSERT, "new"))


def retire(build: TransactionBuilder, did: str) -> None:
    build.retire_key(did, "key-2")


def report(build: TransactionBuilder, did: str) -> None:
    build.report_compromised(did, "key-2", 0)


def deactivate(build: TransactionBuilder, did: str) -> None:
    build.deactivate_did(did)


def change(build: TransactionBuilder, did: str) -> None:
    build.update_did(did)


def publish(build: TransactionBuilder, did: str) -> None:
    build.publish_schema(did, "new", "1.0.0", SCHEMA)


def deprecate(build: TransactionBuilder, did: str) -> None:
    build.set_schema_state(did, "there", "1.0.0", ReleaseState.DEPRECATED)


def create_list(build: TransactionBuilder, did: str) -> None:
    build.create_status_list(did, "new", StatusPurpose.REVOCATION)


def revoke(build: TransactionBuilder, did: str) -> None:
    build.set_status(did, "there", [1])


def anchor(build: TransactionBuilder, did: str) -> None:
    build.anchor(did, bytes(32), 1)


KEYS = (
    (AddKey, add),
    (RotateKey, rotate),
    (RetireKey, retire),
    (ReportCompromised, report),
    (DeactivateDid, deactivate),
    (UpdateDid, change),
)
PUBLICATIONS = ((PublishSchema, publish), (SetSchemaState, deprecate))
ISSUING = ((CreateStatusList, create_list), (UpdateStatusList, revoke), (AnchorBatch, anchor))

TABLE: list[Row] = [
    # Only a member sponsors, only in its own name, and not in the role of an auditor.
    Row(RegisterDid, "university", register, {"university": None}),
    Row(RegisterDid, "agency", register, {"agency": None}),
    Row(RegisterDid, "auditor", register, {"auditor": ROLE}),
    Row(RegisterDid, "by university", register, {}),
    # Keys are the holder's and its controller's, whatever the member's role; sponsoring gives no power
    # over them.
    *(Row(kind, "university", write, {"university": None}) for kind, write in KEYS),
    *(Row(kind, "by university", write, {"by university": None}) for kind, write in KEYS),
    *(Row(kind, "library", write, {"library": None, "by university": None}) for kind, write in KEYS),
    # What is published or issued in a name is done by that name, not by its sponsor or controller.
    *(
        Row(kind, who, write, {who: None})
        for kind, write in (*PUBLICATIONS, *ISSUING)
        for who in ("university", "by university", "library")
    ),
    # An accreditor and what it sponsors publish schemas, and issue nothing. An auditor does neither.
    Row(PublishSchema, "agency", publish, {"agency": None}),
    Row(PublishSchema, "by agency", publish, {"by agency": None}),
    *(
        Row(kind, who, write, {who: ROLE})
        for kind, write in ISSUING
        for who in ("agency", "by agency", "auditor")
    ),
    *(Row(kind, "auditor", write, {"auditor": ROLE}) for kind, write in PUBLICATIONS),
]
SIGNERS = ("university", "agency", "auditor", "by university", "by agency", "library")


@pytest.fixture(scope="module")
def town() -> Town:
    return Town()


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.operation.__name__} for {row.subject}")
def test_each_signer_is_answered_as_the_table_says(row: Row, town: Town) -> None:
    subject, _ = town.signer(row.subject)
    answers: dict[str, RejectionReason | None] = {}
    for who in SIGNERS:
        signed = town.signed_by(*town.signer(who))
        row.write(signed.build, subject)
        assert [type(operation) for operation in signed.build.operations] == [row.operation]
        outcome = town.attempt(signed.bytes())
        answers[who] = None if isinstance(outcome, Executed) else outcome.reason  # type: ignore[union-attr]
    assert answers == dict.fromkeys(SIGNERS, DENIED) | row.answers


def test_the_table_has_a_rule_and_rows_for_every_operation() -> None:
    operations = set(CURRENT.operations)
    assert {row.operation for row in TABLE} == operations
