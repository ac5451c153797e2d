"""What it means for the person at the terminal when no node gives what was asked for.

Of several nodes' failures the one that says most is told: the registry's refusal of a transaction before a
lie, that before an answer which proves too little, that before a node that is not there.
"""

import re
from typing import Any

from api.answer.question import (
    AnchorQuestion,
    ChunkQuestion,
    IndexQuestion,
    RecordQuestion,
    StatusListQuestion,
    TransactionQuestion,
    question_to_json,
)
from api.client import Checked, Failure, FailureKind, Forked, ImpossibleQuestion, NoAnswer
from api.problems import RequestFault
from api.verifier.verdict import AnswerFlaw, Verdict
from api.verifier.verdict_form import verdict_to_json
from consensus.light_client import HeaderRefusal
from node.cli.app import UsedWrongly
from node.cli.asking.freshness import age_told, freshness_remedy
from node.process import clock
from node.wording.explained import Explained
from node.wording.fingerprint import fingerprint
from registry.primitives.reason import Reason, as_clause
from registry.rejection import RejectionReason, TransactionReason

_OF_NETWORKS = (HeaderRefusal.WRONG_GENESIS, TransactionReason.WRONG_GENESIS)
"""Reasons whose detail is the hash of a genesis document."""
_OF_TIME = (AnswerFlaw.STALE, AnswerFlaw.FROM_FUTURE)
_UNKNOWN = (
    "Ask again in a minute, or ask another node (--node). A newer version of this software may know what it "
    "means."
)
"""The remedy where the node gave no reason that is known here."""


class NotFresh(Explained):
    """What is proved is too old, or of the future, for a command that shows no such thing.

    For programs the verdict and its finding are told as well, in the form of `matricula verify`.
    """

    def __init__(self, undecided: Checked, where: str) -> None:
        verdict, now_ms = undecided.verdict, clock.now_ms()
        why = sentence_of(verdict.reason) if verdict.reason is not None else ""
        what = f"indeterminate: {why}: {age_told(verdict, now_ms)}"
        super().__init__(what, where=where, do=freshness_remedy(verdict, now_ms))
        self.more = {
            "question": question_to_json(undecided.answer.question),
            "outcome": verdict.outcome.value,
            "verdict": {**verdict_to_json(verdict), **explanation(verdict)},
        }


def explain_asking(error: NoAnswer | ImpossibleQuestion | Forked) -> Explained:
    """Why a question has no answer, and what to do."""
    match error:
        case NoAnswer():
            return explain_no_answer(error)
        case ImpossibleQuestion():
            return explain_impossible(error)
        case Forked():
            return explain_fork(error)


def explain_no_answer(error: NoAnswer) -> Explained:
    """Why no node gave what was asked for, and what to do."""
    failures = error.failures
    worst = min(failures, key=_rank)
    told = dict.fromkeys(f"{failure.node} ({failure.kind})" for failure in failures)
    where = "; ".join(told) if len(told) > 1 else worst.node
    if any(worst.reason is reason for reason in _OF_TIME) and error.undecided is not None:
        return NotFresh(error.undecided, where)
    return Explained(_what(worst, len(told)), where=where, do=as_clause(remedy_of(worst.reason)))


def explain_impossible(error: ImpossibleQuestion) -> Explained:
    """Why nobody was asked: what is wrong with an id, and how it is written."""
    do = "write it as it is recorded"
    match error.question:
        case RecordQuestion(kind, written, _):
            what = f"no {kind} can have this id"
        case IndexQuestion(written, _, _):
            what = "there can be no such index"
        case ChunkQuestion(written, _, _) | StatusListQuestion(written, _):
            what = "no status list can have this id"
            do = "write it as it is recorded: DID/status-lists/NAME"
        case AnchorQuestion(written, _, _):
            what = "nobody of this name can anchor anything"
        case TransactionQuestion(transaction_id):
            raise AssertionError(f"every id of a transaction can be asked for, also {transaction_id.hex()}")
    return UsedWrongly(f"{what}: {error.fault}", where=repr(written[:_SHOWN]), do=do)


def explain_fork(error: Forked) -> Explained:
    """What two final headers of one height mean."""
    first, second = error.first.header, error.second.header
    return Explained(
        f"the network has forked: two blocks of height {first.height} are both proved final",
        where=f"state roots {first.state_root.hex()} and {second.state_root.hex()}",
        do="trust neither; tell every operator at once: a third of the validators or more signed both",
    )


def sentence_of(reason: str) -> str:
    """A reason as a clause; a code that is not known here as it is."""
    return as_clause(reason.sentence) if isinstance(reason, Reason) else reason


def remedy_of(reason: str) -> str:
    """What to do about a reason."""
    return reason.remedy if isinstance(reason, Reason) else _UNKNOWN


def explanation(verdict: Verdict) -> dict[str, Any]:
    """What people are told of a verdict's reason: its sentence, the detail, and what to do; null for a
    valid one.
    """
    reason = verdict.reason
    return {
        "sentence": None if reason is None else reason.sentence,
        "detail": verdict.detail,
        "remedy": None if reason is None else reason.remedy,
    }


def network_told(genesis_hash: str) -> str:
    """The words that people compare, from a genesis hash in hexadecimal; any other text as it is."""
    if _GENESIS_HASH.fullmatch(genesis_hash) is None:
        return genesis_hash
    return fingerprint(bytes.fromhex(genesis_hash))


_GENESIS_HASH = re.compile("[0-9a-f]{64}")
_SHOWN = 100
"""Characters of a wrong id that are repeated."""


def _rank(failure: Failure) -> int:
    if isinstance(failure.reason, RejectionReason):
        return 0
    order = (FailureKind.LIED, FailureKind.INCONCLUSIVE, FailureKind.REFUSED, FailureKind.UNREACHABLE)
    return 1 + order.index(failure.kind)


def _what(failure: Failure, nodes: int) -> str:
    """What happened, with the detail where there is any."""
    if failure.kind is FailureKind.UNREACHABLE:
        who = "the node does not answer" if nodes == 1 else "none of the nodes answers"
        return f"{who}: {failure.detail}"
    return f"{_how(failure)}{sentence_of(failure.reason)}{_detail(failure)}"


def _detail(failure: Failure) -> str:
    """What is known of this occurrence, in brackets; of an answer that is none only programs are told."""
    if any(failure.reason is reason for reason in _OF_NETWORKS):
        return f" ({network_told(failure.detail)})"
    return f" ({failure.detail})" if failure.detail and failure.kind is FailureKind.REFUSED else ""


def _how(failure: Failure) -> str:
    """How the sentence begins that tells the reason of a node that answered."""
    if not isinstance(failure.reason, Reason):
        return "no node gave an answer that proves enough: "
    if failure.kind is FailureKind.LIED:
        return "the answer is not proved: "
    return "refused: " if isinstance(failure.reason, RequestFault | RejectionReason) else ""
