"""The reference for implementers names everything there is, as it is."""

from dataclasses import fields
from pathlib import Path

import pytest

from registry.kinds.pending.record import MAX_APPROVALS, Pending
from registry.primitives.digest import Domain
from registry.ruleset import CURRENT
from registry.transaction import CONTENT_TYPE
from tests.answers import worked
from tests.registry.tables import written

TEXT = (Path(__file__).parents[2] / "docs" / "records.md").read_text()


def rows_of(name: str) -> list[list[str]]:
    """The rows of a table that is made, without its head."""
    _, _, after = TEXT.partition(f"<!-- {name}: made by tests/registry/tables.py -->\n")
    table, _, _ = after.partition(f"<!-- end of {name} -->")
    return [line.removeprefix("| ").split(" | ") for line in table.splitlines()][2:]


def test_the_tables_are_those_of_the_descriptors() -> None:
    """`python -m tests.registry.tables` writes them."""
    assert written(TEXT) == TEXT


def test_every_operation_has_its_row() -> None:
    codes = [int(row[0]) for row in rows_of("operations")]
    assert codes == [operation.code for operation in CURRENT.operations.values()]


def test_every_kind_has_its_row() -> None:
    kinds = [row[0].strip("`") for row in rows_of("kinds")]
    assert sorted(kinds) == sorted(kind.name for kind in CURRENT.kinds)


def test_what_can_be_proposed_has_its_row() -> None:
    held = [operation.code for operation in CURRENT.operations.values() if operation.authority.is_held]
    assert [int(row[0]) for row in rows_of("proposable")] == held


def test_a_proposal_has_the_bounds_that_are_told() -> None:
    bounds = CURRENT.limits.proposals
    assert f"at most {bounds.period_ms:,} ({bounds.period_ms // 86_400_000} days) later" in TEXT
    assert f"fewer than {bounds.open} open ones" in TEXT
    assert f"`[operation, …]` (1–{bounds.operations})" in TEXT
    assert f"Fewer than {MAX_APPROVALS} approvals" in TEXT


def test_the_fields_of_a_proposal_are_told_in_their_order() -> None:
    _, _, section = TEXT.partition("### The body of a proposal\n")
    told = [row[0] for row in (line[2:].split(" | ") for line in section.splitlines()[3:9])]
    assert told == [field.name for field in fields(Pending)]


@pytest.mark.parametrize(
    ("name", "parts"), [("propose", worked.parts_of_propose()), ("approve", worked.parts_of_approve())]
)
def test_what_is_worked_out_is_what_was_charged(name: str, parts: list[tuple[str, int]]) -> None:
    assert sum(units for _, units in parts) == worked.written(name).cost


def test_every_relation_is_named() -> None:
    assert [relation for relation in CURRENT.relations if f"`{relation.name}/" not in TEXT] == []


def test_the_domains_are_those_of_the_code() -> None:
    domains = [Domain.TRANSACTION, Domain.TRANSACTION_ID, Domain.ATTACHMENT, Domain.POSSESSION, Domain.DID]
    domains += [Domain.MAP_KEY, Domain.RECORD_BODY, Domain.RECORD_HEAD, Domain.GENESIS]
    assert [domain for domain in domains if domain.decode() not in TEXT] == []
    assert CONTENT_TYPE in TEXT
