"""Which records of names of the web count: the same in JavaScript as in Python."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from registry.kinds.did.record import Did
from tests.answers.javascript import node

JUDGE: Final = Path(__file__).with_name("names.mjs")
OF_UNIVERSITY: Final = Did("did:web:university.example", None, (), (), (), None, ())
CASES: Final[list[tuple[str, Did, bool]]] = [
    ("did:web:university.example", OF_UNIVERSITY, True),
    ("did:web:famous.example", OF_UNIVERSITY, False),
    ("did:web:university.example:law", OF_UNIVERSITY, False),
    ("did:web:famous.example", replace(OF_UNIVERSITY, domain_attested_by="did:web:agency.example"), True),
    ("did:matricula:z6Mk", OF_UNIVERSITY, True),
]


@pytest.fixture(scope="module")
def judged() -> list[bool]:
    tasks = [
        {"did": did, "sponsor": record.sponsor, "attestedBy": record.domain_attested_by}
        for did, record, _ in CASES
    ]
    lines = "".join(f"{json.dumps(task)}\n" for task in tasks)
    run = subprocess.run([node(), str(JUDGE)], input=lines.encode(), capture_output=True, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


@pytest.mark.parametrize("number", range(len(CASES)))
def test_a_name(number: int, judged: list[bool]) -> None:
    did, record, expected = CASES[number]
    assert (judged[number], record.name_counts(did)) == (expected, expected)
