"""What it means for the person at the terminal when no node gives what was asked for.

Of several nodes' failures the one that says most is told: the registry's refusal of a transaction before a
lie, that before an answer which proves too little, that before a node that is not there.
"""

import re
from collections.abc import Sequence

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
from api.problems import REASONS, ProblemReason, RequestFault, title
from api.verifier.verdict import AnswerFlaw
from api.verifier.verdict_form import verdict_to_json
from consensus.light_client import HeaderRefusal
from node.cli.app import UsedWrongly
from node.cli.asking.freshness import CLOCK, age_told, freshness_remedy
from node.process import clock
from node.wording.explained import Explained
from node.wording.fingerprint import fingerprint
from registry.checking import Flaw
from registry.kinds.anchor.reasons import AnchorReason
from registry.kinds.did.reasons import DidReason
from registry.kinds.pending.reasons import PendingReason
from registry.kinds.schema.reasons import SchemaReason
from registry.kinds.status_list.reasons import StatusListReason
from registry.rejection import RejectionReason, TransactionReason

_SHOW_KEYS = (
    "give --as DID without #FRAGMENT: the command then finds the right key; "
    "`matricula did show DID` lists all keys"
)

REMEDIES: dict[RejectionReason, str] = {
    TransactionReason.EXPIRED: CLOCK,
    TransactionReason.VALID_TOO_LONG: CLOCK,
    TransactionReason.WRONG_GENESIS: "use the genesis document of this network: see `matricula fingerprint`",
    TransactionReason.UNKNOWN_SIGNER: "name the DID as it is registered with --as DID#FRAGMENT",
    TransactionReason.UNKNOWN_KEY: _SHOW_KEYS,
    TransactionReason.KEY_PURPOSE: "sign with a capabilityInvocation key; " + _SHOW_KEYS,
    TransactionReason.KEY_INACTIVE: "sign with an active key; " + _SHOW_KEYS,
    TransactionReason.BAD_SIGNATURE: "the ledger has another key under this name; " + _SHOW_KEYS,
    TransactionReason.NOT_AUTHORISED: "sign as the DID that you want to change, or as its controller: "
    "--key and --as",
    TransactionReason.ROLE_MISSING: "the network has to give the institution the role first",
    DidReason.DID_EXISTS: "choose another name, or change what is there with `matricula did add-key`",
    DidReason.KEY_ID_REUSED: "choose a new fragment: the name of a key is never used twice",
    DidReason.KEY_REUSED: "make a new key file: a key never comes back under another name",
    DidReason.KEY_INVALID: "make a new key file: the key in this one was damaged or forged",
    DidReason.KEY_UNKNOWN: "see the names of its keys with `matricula did show DID`",
    DidReason.KEY_NOT_ACTIVE: "nothing to do: `matricula did show DID` shows since when",
    DidReason.NO_INVOCATION_KEY: "add its successor first with `matricula did add-key`",
    DidReason.SINCE_IN_FUTURE: "give the earliest time at which somebody else may have had the key; it is "
    "not in the future",
    SchemaReason.SCHEMA_VERSION_EXISTS: "published versions never change: publish the next version",
    SchemaReason.SCHEMA_VERSION_UNKNOWN: "see the published versions with `matricula schema show ID`",
    StatusListReason.STATUS_LIST_EXISTS: "choose another name, or use the list that is there",
    StatusListReason.STATUS_LIST_UNKNOWN: "see the issuer's lists with `matricula status list DID`",
    StatusListReason.INDEX_OUT_OF_RANGE: "see the list's size with `matricula status show ID`",
    StatusListReason.PERMANENT_BIT: "issue a new credential; only a suspension can be taken back",
    StatusListReason.DAILY_LIMIT: "nothing was set. The limit is for each list and UTC day, and bounds what "
    "a stolen key can do: add --propose NAME and let somebody with a second key approve it, or give fewer "
    "entries today and the rest tomorrow",
    PendingReason.APPROVALS_NEEDED: "propose it, and let the others approve it",
    PendingReason.NOT_BY_APPROVAL: "do it without a proposal: one key is enough",
    PendingReason.PROPOSAL_PERIOD: "give an --until that is to come, at most 30 days from now",
    PendingReason.PROPOSAL_EXISTS: "choose another name: the name of a proposal is never used twice",
    PendingReason.TOO_MANY_PROPOSALS: "withdraw one that is no longer wanted: see them with "
    "`matricula proposal list DID`",
    PendingReason.PROPOSAL_UNKNOWN: "see the open ones with `matricula proposal list DID`",
    PendingReason.PROPOSAL_ENDED: "see what became of it with `matricula proposal show ID`",
    PendingReason.PROPOSAL_EXPIRED: "propose it again under another name",
    PendingReason.APPROVED_ALREADY: "somebody else has to approve it, or you with another key: --key FILE; "
    "`matricula proposal show ID` lists who has",
    PendingReason.TOO_MANY_APPROVALS: "propose it again under another name",
    AnchorReason.ANCHOR_EXISTS: "nothing to do: this batch is anchored already",
}
"""What to do about a refused transaction, where more can be said than that it must be corrected."""

_AGAIN = "run the command again in a moment, or name another node with --node"
_OF_REQUESTS: dict[RequestFault, str] = {
    RequestFault.UNREADY: "ask another node with --node; `matricula doctor` tells the operator of this node "
    "what is wrong",
    RequestFault.RATE_LIMITED: _AGAIN,
    RequestFault.BUSY: _AGAIN,
    RequestFault.TOO_MANY_WAITING: _AGAIN,
    RequestFault.NOT_ANCHORED: "if it was anchored just now, ask again in a moment. What the issuer has "
    "anchored is proved by `matricula get index anchors-by-issuer/DID --verify`",
}
"""What to do about a refused request at a terminal; the node's own words are for those who write HTTP."""

_FLAWS: dict[str, tuple[str, str]] = {
    "STATUS_202": ("the transaction is not final yet", "ask again in a moment"),
    AnswerFlaw.NOT_FINAL.name: (
        "the ledger has no block after the genesis document yet",
        "wait half a minute and ask again",
    ),
    HeaderRefusal.UNKNOWN_RULESET.name: (
        "the network follows a ruleset that this version does not know",
        "install the version of Matricula that the network's nodes run: ask its operators",
    ),
    HeaderRefusal.ANCHOR_TOO_OLD.name: (
        "the trust anchor is older than half a year",
        "a newer version with a recent checkpoint is needed: ask the network's operators",
    ),
}


_NOT_FRESH: dict[str, str] = {
    AnswerFlaw.STALE.name: "the newest proved block is older than --max-age allows",
    AnswerFlaw.FROM_FUTURE.name: "the newest proved block is dated ahead of this machine's clock",
}


class NotFresh(Explained):
    """What is proved is too old, or of the future, for a command that shows no such thing.

    For programs the verdict and its finding are told as well, in the form of `matricula verify`.
    """

    def __init__(self, undecided: Checked, where: str) -> None:
        verdict, now_ms = undecided.verdict, clock.now_ms()
        name = verdict.reason.name if verdict.reason is not None else ""
        what = f"indeterminate: {_NOT_FRESH.get(name, sentence_of(name))}: {age_told(verdict, now_ms)}"
        super().__init__(what, where=where, do=freshness_remedy(verdict, now_ms))
        self.more = {
            "question": question_to_json(undecided.answer.question),
            "outcome": verdict.outcome.value,
            "verdict": {**verdict_to_json(verdict), "detail": verdict.detail},
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
    reason = REASONS.get(worst.reason)
    if worst.kind is FailureKind.REFUSED and reason is not None:
        return _refused(worst, reason, where)
    name = worst.reason.upper().replace("-", "_")
    if name == HeaderRefusal.WRONG_GENESIS.name:
        what = f"the node belongs to another network than the genesis document: {network_told(worst.detail)}"
        do = (
            "name a node of your network with --node, or its genesis document with --genesis: "
            "see its words with `matricula fingerprint FILE`"
        )
        return Explained(what, where=where, do=do)
    if name in _NOT_FRESH and error.undecided is not None:
        return NotFresh(error.undecided, where)
    if name in _FLAWS:
        what, do = _FLAWS[name]
        return Explained(what, where=where, do=do)
    if worst.kind is FailureKind.UNREACHABLE:
        who = "the node does not answer" if len(told) == 1 else "none of the nodes answers"
        return Explained(f"{who}: {worst.detail or worst.reason}", where=where, do=_START_OR_ASK_ANOTHER)
    if worst.kind is FailureKind.LIED:
        what = f"the answer is not proved: {sentence_of(name)}"
        do = "ask another node with --node. This node is broken or lies: tell its operator"
        return Explained(what, where=where, do=do)
    return Explained(
        f"no node gave an answer that proves enough: {sentence_of(name)}", where=where, do=_ASK_LATER
    )


def explain_impossible(error: ImpossibleQuestion) -> Explained:
    """Why nobody was asked: what is wrong with an id, and how it is written."""
    match error.question:
        case RecordQuestion(kind, written, _):
            what = f"no {kind} can have this id"
        case IndexQuestion(written, _, _):
            what = "there can be no such index"
        case ChunkQuestion(written, _, _) | StatusListQuestion(written, _):
            what = "no status list can have this id"
        case AnchorQuestion(written, _, _):
            what = "nobody of this name can anchor anything"
        case TransactionQuestion(transaction_id):
            raise AssertionError(f"every id of a transaction can be asked for, also {transaction_id.hex()}")
    return UsedWrongly(
        f"{what}: {error.fault}", where=repr(written[:_SHOWN]), do="write it as it is recorded"
    )


def explain_fork(error: Forked) -> Explained:
    """What two final headers of one height mean."""
    first, second = error.first.header, error.second.header
    return Explained(
        f"the network has forked: two blocks of height {first.height} are both proved final",
        where=f"state roots {first.state_root.hex()} and {second.state_root.hex()}",
        do="trust neither; tell every operator at once: a third of the validators or more signed both",
    )


def network_told(genesis_hash: str) -> str:
    """The words that people compare, from a genesis hash in hexadecimal; any other text as it is."""
    if _GENESIS_HASH.fullmatch(genesis_hash) is None:
        return genesis_hash
    return fingerprint(bytes.fromhex(genesis_hash))


_GENESIS_HASH = re.compile("[0-9a-f]{64}")
_START_OR_ASK_ANOTHER = (
    "check the address, or ask another node with --node. If it is your node, start it (`matricula run`); if "
    "that fails, run `matricula doctor`"
)
_SHOWN = 100
"""Characters of a wrong id that are repeated."""
_ASK_LATER = "ask again in a minute, or another node with --node"


def _rank(failure: Failure) -> int:
    if isinstance(REASONS.get(failure.reason), RejectionReason):
        return 0
    order = (FailureKind.LIED, FailureKind.INCONCLUSIVE, FailureKind.REFUSED, FailureKind.UNREACHABLE)
    return 1 + order.index(failure.kind)


def _refused(failure: Failure, reason: ProblemReason, where: str) -> Explained:
    what = "refused: " + _clause(title(reason))
    if failure.detail:
        of_network = reason is TransactionReason.WRONG_GENESIS
        what += f" ({network_told(failure.detail) if of_network else failure.detail})"
    if isinstance(reason, RejectionReason):
        do = REMEDIES.get(reason, "correct what is named, and run the command again")
    else:
        do = _OF_REQUESTS.get(reason, reason.remedy)
    return Explained(what, where=where, do=do)


def sentence_of(name: str) -> str:
    """The sentence of a verifier's reason, or the reason itself where it is none."""
    if name in Flaw.__members__:
        return _clause(Flaw[name].description)
    sentences: Sequence[type[AnswerFlaw] | type[HeaderRefusal]] = (AnswerFlaw, HeaderRefusal)
    for kind in sentences:
        if name in kind.__members__:
            return _clause(kind[name].value)
    return name.lower().replace("_", "-")


def _clause(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:].removesuffix(".")
