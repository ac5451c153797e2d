"""The reference for implementers names everything there is, as it is."""

from pathlib import Path

from registry.primitives.digest import Domain
from registry.ruleset import CURRENT
from registry.transaction import CONTENT_TYPE
from tests.registry.tables import written

TEXT = (Path(__file__).parents[2] / "docs" / "records.md").read_text()
ROWS = [line.split(" | ") for line in TEXT.splitlines() if line.startswith("| ")]


def test_the_tables_are_those_of_the_descriptors() -> None:
    """`python -m tests.registry.tables` writes them."""
    assert written(TEXT) == TEXT


def test_every_operation_has_its_row() -> None:
    codes = [int(row[0].removeprefix("| ")) for row in ROWS if row[0].removeprefix("| ").isdigit()]
    assert codes == [operation.code for operation in CURRENT.operations.values()]


def test_every_kind_has_its_row() -> None:
    kinds = [row[0].removeprefix("| ").strip("`") for row in ROWS if row[0].startswith("| `")]
    assert sorted(kinds) == sorted(kind.name for kind in CURRENT.kinds)


def test_every_relation_is_named() -> None:
    assert [relation for relation in CURRENT.relations if f"`{relation.name}/" not in TEXT] == []


def test_the_domains_are_those_of_the_code() -> None:
    domains = [Domain.TRANSACTION, Domain.TRANSACTION_ID, Domain.ATTACHMENT, Domain.POSSESSION, Domain.DID]
    domains += [Domain.MAP_KEY, Domain.RECORD_BODY, Domain.RECORD_HEAD, Domain.GENESIS]
    assert [domain for domain in domains if domain.decode() not in TEXT] == []
    assert CONTENT_TYPE in TEXT
