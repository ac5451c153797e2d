"""The words of the libraries that read settings, as those libraries say them here.

Written for the sentences of tomllib in Python 3.11 to 3.13 and of msgspec 0.22. Where a newer one words a
fault otherwise, the case fails here, and `node.setup.settings_faults` has to learn its words.
"""

import tomllib
from datetime import datetime
from typing import Annotated, Any

import msgspec
import pytest
from msgspec import Meta

from node.setup.settings_faults import how_to_mend, what_is_wrong

ONE_OF_TWO = "delete one of the two"
UNKNOWN = "correct that line; docs/configuration.md shows a whole file"


class Table(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A setting of each form."""

    name: str = ""
    count: Annotated[int, Meta(ge=1, le=9)] = 1
    share: float = 1.0
    is_on: bool = False
    listed: list[str] = []
    shaped: Annotated[str, Meta(pattern="^a+$")] = "a"
    either: str | None = None
    since: datetime | None = None


class Needed(msgspec.Struct):
    """A table with a setting that has to be there."""

    name: str


@pytest.mark.parametrize(
    ("form", "table", "told"),
    [
        (Needed, {}, "'name' is missing"),
        (Table, {"shaped": "b"}, "the text does not have the form of this setting"),
        (Table, {"name": 7}, "a whole number in place of a text"),
        (Table, {"count": "7"}, "a text in place of a whole number"),
        (Table, {"count": 1.5}, "a number with a point in place of a whole number"),
        (Table, {"share": True}, "true or false in place of a number with a point"),
        (Table, {"is_on": 1}, "a whole number in place of true or false"),
        (Table, {"listed": {}}, "a table in place of a list"),
        (Table, {"either": []}, "a list in place of a text or nothing"),
        (Table, {"since": 7}, "a whole number in place of a date or nothing"),
        (Table, [], "a list in place of a table"),
        (Table, {"count": 0}, "the number is below 1"),
        (Table, {"count": 10}, "the number is above 9"),
        (Table, {"other": 1}, "object contains unknown field `other`"),
    ],
)
def test_what_is_wrong_with_a_value(form: Any, table: object, told: str) -> None:
    with pytest.raises(msgspec.ValidationError) as refused:
        msgspec.convert(table, form)
    assert what_is_wrong(str(refused.value).partition(" - at `$")[0]) == told


@pytest.mark.parametrize(
    ("text", "line", "do"),
    [
        ("a = 1\na = 2", 2, ONE_OF_TWO),
        ("[a]\nb = 1\n[a]", 3, ONE_OF_TWO),
        ("a = {b = 1}\na.c = 2", 2, ONE_OF_TWO),
        ('a = "C:\\data"', 1, "write a backslash twice (\\\\), or the text in single quotes"),
        ("a", 1, 'write it as: name = "text"'),
        ("a 1", 1, 'write it as: name = "text"'),
        ("a = A", 1, 'write a text in quotes: name = "text"'),
        ('a = "x', 1, "a quotation mark is missing, or a line break stands inside a text"),
        ('a = """x', 1, "a quotation mark is missing at the end"),
        ('a = "x\ny"', 1, "a quotation mark is missing, or a line break stands inside a text"),
        ("a = [1", 1, "close the list with ]"),
        ("a = 1 b = 2", 1, "write one setting a line"),
        ("a = “x”", 1, 'replace the curly quotes by straight ones ("), in a plain text editor'),
        ("[a", 1, UNKNOWN),
    ],
)
def test_how_a_line_is_mended(text: str, line: int, do: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as refused:
        tomllib.loads(f"{text}\n")
    assert how_to_mend(str(refused.value), text, line) == do


@pytest.mark.parametrize("line", [0, -1, 2, 10**9])
def test_where_no_line_is_known_the_words_alone_count(line: int) -> None:
    assert how_to_mend("Invalid value (at line 1, column 5)", "a = “x”", line) == (
        'write a text in quotes: name = "text"'
    )
