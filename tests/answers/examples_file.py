"""`docs/examples/answers.json`: what it holds, and how it is written and read."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from api.base64url import to_text
from api.verifier.encoding import Question, question_to_json
from api.verifier.verdict_form import verdict_to_json
from tests.answers import (
    accepted,
    refused_contents,
    refused_forms,
    refused_headers,
    refused_proofs,
    refused_questions,
    undecided,
)
from tests.answers.example import Example, epochs_text
from tests.api.ledger import GENESIS

_PARTS: Final = (
    accepted,
    undecided,
    refused_forms,
    refused_questions,
    refused_headers,
    refused_proofs,
    refused_contents,
)
FILE: Final = Path(__file__).parents[2] / "docs" / "examples" / "answers.json"
ABOUT: Final = (
    "Answers as bytes with the verdict of each: see docs/answers.md. `genesis` is the genesis document that "
    "the reader trusts. `answer` is base64url, of CBOR or of JSON. `question` is what the reader asked, null "
    "where the reader was handed a file. `epochs` moves trust on first, where it is not null."
)


def examples() -> Iterator[Example]:
    """All examples, in the order of the file."""
    for part in _PARTS:
        yield from part.examples()


def document() -> dict[str, Any]:
    """The whole file."""
    return {"about": ABOUT, "genesis": to_text(GENESIS.encode()), "examples": list(map(_members, examples()))}


def encoded() -> str:
    """The file's text: one line an example, so that a change shows which one."""
    whole = document()
    lines = [json.dumps(each, separators=(",", ":"), ensure_ascii=True) for each in whole.pop("examples")]
    head = json.dumps(whole, indent=1)[:-2]
    return head + ',\n "examples": [\n' + ",\n".join(lines) + "\n]}\n"


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
