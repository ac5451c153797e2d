"""Each public vector has the verdict that its name implies, or is indeterminate with a reason. Offline none
is valid.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.credentials.contexts.library import CONTEXTS
from api.verifier.verdict import Outcome
from tests.vectors.offline import JudgedVector, judged_vectors
from tests.vectors.table import DOCUMENT, written

OUT_OF_REACH = frozenset(
    {
        "did-unreachable",
        "status-unreachable",
        "schema-unreachable",
        "method-unsupported",
        "suite-unsupported",
        "status-type-unsupported",
        "context-unknown",
        "unregistered",
        "unknown-issuer",
    }
)
"""Why nobody can say, offline."""

DECIDES = {
    r"-expired\.json$|err-expired|complete_v1": "expired",
    r"err-issued": "not-yet-valid",
    r"err-context": "context",
    r"err-issuer\.json": "issuer-unnamed",
    r"err-type": "type",
    r"-type\.json$": "member",
    r"noproof": "no-readable-proof",
    r"err-proof-method-(no-scheme|unknown)": "proof-malformed",
}
"""The reason that is told of names like these. The first that fits counts."""


@pytest.fixture(scope="module")
def judged(vectors: Path) -> Iterator[dict[str, JudgedVector]]:
    """All of them by name, judged with the contexts that are shipped, whatever else this process has read."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CONTEXTS, "_read", {})
        patch.setattr(CONTEXTS, "_find_imported", lambda url: None)
        yield {each.name: each for each in judged_vectors(vectors)}


def test_there_are_as_many_as_the_document_says(judged: dict[str, JudgedVector]) -> None:
    folders = [name.partition("/")[0] for name in judged]
    assert (folders.count("dcc"), folders.count("open-badges")) == (15, 30)


def test_none_is_valid_offline(judged: dict[str, JudgedVector]) -> None:
    assert [name for name, each in judged.items() if each.outcome is Outcome.VALID] == []


def test_each_fault_is_told_that_a_name_names(judged: dict[str, JudgedVector]) -> None:
    told = {name: ("", *each.reasons) for name, each in judged.items()}
    assert {name: implied(name) for name in judged if implied(name) not in told[name]} == {}


def test_nothing_is_held_against_the_others(judged: dict[str, JudgedVector]) -> None:
    others = {name: each for name, each in judged.items() if not implied(name)}
    assert len(others) >= 20
    refused = [name for name, each in others.items() if each.outcome is Outcome.INVALID]
    unexplained = {name: each.reasons for name, each in others.items() if {*each.reasons} - OUT_OF_REACH}
    assert (refused, unexplained) == ([], {})


def test_the_table_is_as_it_is_made_now(judged: dict[str, JudgedVector]) -> None:
    text = DOCUMENT.read_text("utf-8")
    assert text == written(text, judged.values()), "run `python -m tests.vectors`"


def implied(name: str) -> str:
    """The fault that a name names; "" for one that names none that could be seen offline."""
    return next((reason for pattern, reason in DECIDES.items() if re.search(pattern, name)), "")
