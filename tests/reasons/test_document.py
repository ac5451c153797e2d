"""The document that lists the reasons shows all of them, as they are."""

from tests.reasons.families import families
from tests.reasons.tables import DOCUMENT, TABLES, written


def test_the_tables_are_those_of_the_families() -> None:
    text = DOCUMENT.read_text("utf-8")
    assert text == written(text), "run `python -m tests.reasons`"


def test_every_family_is_shown() -> None:
    shown = {family for table in TABLES.values() for family in table}
    assert shown == set(families())
