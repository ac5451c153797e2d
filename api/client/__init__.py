"""The client: questions to several nodes, of which none is trusted, and transactions sent until they
are proved final.
"""

from api.answer.askable import ImpossibleQuestion
from api.client.anchors import ask_for_anchor, find_anchor
from api.client.asking import Client, Settings, trust_in_genesis
from api.client.attachments import fetch_attachment
from api.client.outcome import (
    AnchorSearch,
    Checked,
    Enumeration,
    Failure,
    FailureKind,
    Forked,
    NoAnswer,
    NodeFault,
    NotInLedger,
    TransactionRejected,
)
from api.client.sending import submit, submit_batch

__all__ = [
    "AnchorSearch",
    "Checked",
    "Client",
    "Enumeration",
    "Failure",
    "FailureKind",
    "Forked",
    "ImpossibleQuestion",
    "NoAnswer",
    "NodeFault",
    "NotInLedger",
    "Settings",
    "TransactionRejected",
    "ask_for_anchor",
    "fetch_attachment",
    "find_anchor",
    "submit",
    "submit_batch",
    "trust_in_genesis",
]
