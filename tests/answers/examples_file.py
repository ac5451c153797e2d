"""`docs/examples/answers.json`: what it holds, and how it is written and read."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from api.answer.question import Question, question_to_json
from api.base64url import to_text
from api.verifier.verdict_form import verdict_to_json
from node.wording.fingerprint import fingerprint
from tests.answers import (
    accepted,
    border_cases,
    proposals,
    refused_contents,
    refused_forms,
    refused_headers,
    refused_proofs,
    refused_questions,
    undecided,
)
from tests.answers.enumerations import ENUMERATIONS
from tests.answers.example import Example, epochs_text
from tests.answers.hand_overs import HandOver, hand_overs
from tests.api.ledger import GENESIS

_PARTS: Final = (
    accepted,
    border_cases,
    undecided,
    refused_forms,
    refused_questions,
    refused_headers,
    refused_proofs,
    refused_contents,
    proposals,
)
FILE: Final = Path(__file__).parents[2] / "docs" / "examples" / "answers.json"
ABOUT: Final = (
    "Answers as bytes with the verdict of each: see docs/answers.md. `genesis` is the genesis document that "
    "the reader trusts. `answer` is base64url, of CBOR or of JSON. `question` is what the reader asked, null "
    "where the reader was handed a file. `epochs` moves trust on first, where it is not null. `handOvers` "
    "are epoch proofs for that trust, each with the epoch that it leads to, or why it leads nowhere. "
    "`enumerations` name the pages, examples as well, that prove together whether an issuer anchored a root."
)


def examples() -> Iterator[Example]:
    """All examples, in the order of the file."""
    for part in _PARTS:
        yield from part.examples()


def document() -> dict[str, Any]:
    """The whole file."""
    return {
        "about": ABOUT,
        "genesis": to_text(GENESIS.encode()),
        "eightWords": fingerprint(GENESIS.genesis_hash),
        "handOvers": list(map(_steps, hand_overs())),
        "enumerations": [asdict(each) for each in ENUMERATIONS],
        "examples": list(map(_members, examples())),
    }


def encoded() -> str:
    """The file's text: one line an example, so that a change shows which one."""
    whole = document()
    lists = {name: list(map(_line, whole.pop(name))) for name in ("handOvers", "enumerations", "examples")}
    head = json.dumps(whole, indent=1, ensure_ascii=False)[:-2]
    parts = (f' "{name}": [\n{",".join(lines)}]' for name, lines in lists.items())
    return ",\n".join((head, *parts)) + "\n}\n"


def _line(members: dict[str, Any]) -> str:
    return json.dumps(members, separators=(",", ":"), ensure_ascii=True) + "\n"


def _steps(hand_over: HandOver) -> dict[str, Any]:
    return {**asdict(hand_over), "epochs": to_text(hand_over.epochs)}


def _members(example: Example) -> dict[str, Any]:
    return {
        "name": example.name,
        "says": example.says,
        "answer": to_text(example.answer),
        "question": _question(example.question),
        "nowMs": example.now_ms,
        "maxAgeMs": example.max_age_ms,
        "epochs": epochs_text(example.epochs),
        "verdict": verdict_to_json(example.verdict()),
    }


def _question(question: Question | None) -> Any:
    return None if question is None else question_to_json(question)
