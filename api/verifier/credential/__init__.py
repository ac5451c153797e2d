"""Judging credentials from what the registry proves: `judging` holds the rules, each other module one of its
questions. What a credential is, and in which formats, is told by `api.credentials.secured`.
"""

from api.verifier.credential.check import Aspect, Check, overall
from api.verifier.credential.facts import Facts, Fetched, Identity, LookedUp, Needs
from api.verifier.credential.judging import judge, judge_draft, needs_of, own_lists
from api.verifier.credential.policy import Policy, PolicyError, read_policy, shipped_policy
from api.verifier.credential.report import CredentialReport, report_of, report_of_unreadable
from api.verifier.credential.validity import CLOCK_TOLERANCE_MS

__all__ = [
    "CLOCK_TOLERANCE_MS",
    "Aspect",
    "Check",
    "CredentialReport",
    "Facts",
    "Fetched",
    "Identity",
    "LookedUp",
    "Needs",
    "Policy",
    "PolicyError",
    "judge",
    "judge_draft",
    "needs_of",
    "overall",
    "own_lists",
    "read_policy",
    "report_of",
    "report_of_unreadable",
    "shipped_policy",
]
