"""The client: questions to several nodes, of which none is trusted, and transactions sent until they
are proved final.
"""

from api.answer.askable import ImpossibleQuestion
from api.client.asking import Client, Settings, trust_in_genesis
from api.client.outcome import (
    Checked,
    Enumeration,
    Failure,
    FailureKind,
    Forked,
    NoAnswer,
    NodeFault,
    Rejected,
)
from api.client.sending import submit, submit_batch

__all__ = [
    "Checked",
    "Client",
    "Enumeration",
    "Failure",
    "FailureKind",
    "Forked",
    "ImpossibleQuestion",
    "NoAnswer",
    "NodeFault",
    "Rejected",
    "Settings",
    "submit",
    "submit_batch",
    "trust_in_genesis",
]
