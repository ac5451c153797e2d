"""Judging credentials from what the registry proves: `judging` holds the rules, each other module one of its
questions.
"""

from api.verifier.credential.check import INCONCLUSIVE, Aspect, Check, CredentialFlaw, overall
from api.verifier.credential.facts import Facts, Needs
from api.verifier.credential.judging import judge, judge_draft, needs_of
from api.verifier.credential.validity import CLOCK_TOLERANCE_MS

__all__ = [
    "CLOCK_TOLERANCE_MS",
    "INCONCLUSIVE",
    "Aspect",
    "Check",
    "CredentialFlaw",
    "Facts",
    "Needs",
    "judge",
    "judge_draft",
    "needs_of",
    "overall",
]
