"""Judging credentials from what the registry proves: `judging` holds the rules, each other module one of its
questions. What a credential is, and in which formats, is told by `api.credentials.secured`.
"""

from api.verifier.credential.check import Aspect, Check, overall
from api.verifier.credential.facts import Facts, Fetched, Identity, Needs
from api.verifier.credential.judging import judge, judge_draft, needs_of, own_lists
from api.verifier.credential.validity import CLOCK_TOLERANCE_MS

__all__ = [
    "CLOCK_TOLERANCE_MS",
    "Aspect",
    "Check",
    "Facts",
    "Fetched",
    "Identity",
    "Needs",
    "judge",
    "judge_draft",
    "needs_of",
    "overall",
    "own_lists",
]
