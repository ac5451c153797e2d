"""The reasons as the page has them: `api/javascript/credential/reasons.js`, written from those in Python."""

import json
from pathlib import Path
from typing import Final

from api.credentials.flaw import INCONCLUSIVE, CredentialFlaw

FILE: Final = Path(__file__).parents[2] / "api" / "javascript" / "credential" / "reasons.js"
_HEAD: Final = """\
// Written by `python -m tests.pages` from api/credentials/flaw.py, where sentences and remedies are changed.

/** By code: the sentence, what to do, and whether the reason leaves the question open. */
export const REASONS = """


def written() -> str:
    """The module's text."""
    reasons = {
        reason.code: {
            "sentence": reason.sentence,
            "remedy": reason.remedy,
            "isOpen": reason in INCONCLUSIVE,
        }
        for reason in CredentialFlaw
    }
    return f"{_HEAD}{json.dumps(reasons, indent=2, ensure_ascii=False)};\n"
