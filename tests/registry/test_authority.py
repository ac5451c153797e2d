"""The table of authority, row by row: each operation, signed by everybody who could think of it."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from registry.build import TransactionBuilder
from registry.execution import ExecutionResult
from registry.operation import Operation
from registry.rejection import RejectionReason, TransactionReason
from registry.ruleset import CURRENT
from tests.registry.kinds import Answers, all_examples, operation_examples
from tests.registry.network import AGENCY, ASSERT, AUDITOR, UNIVERSITY, Network, owned

LIBRARY = "did:web:library.example"

DENIED = TransactionReason.NOT_AUTHORISED


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
            for settle in (examples.settle for examples in all_examples()):
                if settle is not None:
                    settle(signed.build, did)
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
    answers: Answers


TABLE = [
    Row(type(example.operation), subject, example.write, answers)
    for example in operation_examples()
    for subject, answers in example.answers.items()
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
        answers[who] = None if isinstance(outcome, ExecutionResult) else outcome.reason  # type: ignore[union-attr]
    assert answers == dict.fromkeys(SIGNERS, DENIED) | dict(row.answers)


def test_the_table_has_a_rule_and_rows_for_every_operation() -> None:
    assert {row.operation for row in TABLE} == set(CURRENT.operations)
