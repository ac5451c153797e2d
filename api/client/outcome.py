"""What asking a node comes to: an answer that holds, or what each node did instead."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from api.answer.encoding import Answer, encode_answer
from api.client.bounded_http import Unreachable
from api.interface.problem_document import TYPE_PREFIX
from api.problems import REASONS
from api.verifier.verdict import Verdict
from registry.checking import AnchorFinding
from registry.primitives.reason import Reason
from registry.record_log import IndexEntry

_MAX_CODE = 64


class NodeFault(Reason):
    """Why a node gave no answer to look at. Whoever asks meets it."""

    UNREACHABLE = (
        "unreachable",
        "The node does not answer.",
        "Check the address, or ask another node (--node). If it is your node, start it (`matricula run`). If "
        "that fails, run `matricula doctor`.",
    )
    NO_WHOLE_ANSWER = (
        "no-whole-answer",
        "The node gave no whole answer.",
        "Ask again in a moment, or ask another node (--node). What was sent to it may count.",
    )
    NOT_YET_FINAL = "status-202", "The transaction is not final yet.", "Ask again in a moment."
    SHORT_PAGE = (
        "short-page",
        "The node gives fewer entries than belong to a page.",
        "Ask another node (--node), and tell the operator of this one.",
    )
    TOO_MANY_ENTRIES = (
        "too-many-entries",
        "The index has more entries than are read at once.",
        "Read it page by page (`matricula get index`, --from), or as of an earlier time (--known-at).",
    )


def fault_of(error: Unreachable) -> NodeFault:
    """Why a request had no response."""
    return NodeFault.NO_WHOLE_ANSWER if error.may_have_come else NodeFault.UNREACHABLE


def reason_in(problem_type: str) -> str:
    """The reason that a problem's type stands for: a `RequestFault` or a `RejectionReason`, or the code as
    text where a newer node gives one that is not known here.
    """
    code = problem_type.removeprefix(TYPE_PREFIX)[:_MAX_CODE]
    return REASONS.get(code, code)


class FailureKind(StrEnum):
    """What a node did instead of answering."""

    LIED = "lied"
    """It gave an answer that is proved to be false, or to be none."""
    INCONCLUSIVE = "inconclusive"
    """Its answer may be true, but is too old, too short, or of an unknown epoch or version."""
    REFUSED = "refused"
    """It answered with a problem."""
    UNREACHABLE = "unreachable"
    """It gave no response within the bounds."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What one node did. `reason` is a `Reason`: of a verdict, of a problem, or a `NodeFault`. It is mere
    text where the node gave a code that is not known here, or no problem document.
    """

    node: str
    kind: FailureKind
    reason: str
    detail: str = ""
    answered: "tuple[Verdict, Answer] | None" = field(default=None, compare=False, repr=False)
    """Its answer, where only freshness is missing: what is proved in it is so as of its time."""


@dataclass(frozen=True, slots=True)
class Checked:
    """An answer that was checked: its verdict, the node that gave it, and what other nodes did before.

    The verdict is valid, except in `NoAnswer.undecided`.
    """

    verdict: Verdict
    answer: Answer
    node: str
    failures: tuple[Failure, ...]

    @property
    def encoded(self) -> bytes:
        """The answer's bytes, to be kept and verified again by whoever wants to."""
        return encode_answer(self.answer)


@dataclass(frozen=True, slots=True)
class Enumeration:
    """All entries of an index, from answers that hold; as of the oldest of their headers."""

    entries: tuple[IndexEntry, ...]
    as_of_ms: int
    failures: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class AnchorSearch:
    """What is proved about a root of an issuer, as of `as_of_ms`. Where the issuer has anchored others, its
    absence rests on all `searched` anchors that were known; else `searched` is None.
    """

    finding: AnchorFinding
    as_of_ms: int
    searched: int | None
    failures: tuple[Failure, ...]


class NoAnswer(Exception):
    """No node gave an answer that holds; `failures` says what each did instead.

    `undecided` is the newest answer in which only freshness is missing, None where there is none. Its verdict
    is *indeterminate*, with what was proved and as of when.
    """

    def __init__(self, failures: Sequence[Failure]) -> None:
        if not failures:
            raise AssertionError("whoever has no answer says what each node did instead")
        self.failures = tuple(failures)
        told = (f"{failure.node}: {failure.kind}, {failure.reason}" for failure in self.failures)
        super().__init__("; ".join(told))

    @property
    def undecided(self) -> Checked | None:
        """See the class."""
        newest: Checked | None = None
        for failure in self.failures:
            if failure.answered is None:
                continue
            verdict, answer = failure.answered
            if newest is None or answer.header.time_ms > newest.answer.header.time_ms:
                others = tuple(each for each in self.failures if each is not failure)
                newest = Checked(verdict, answer, failure.node, others)
        return newest


class NotInLedger(NoAnswer):
    """A transaction is not proved to be in the ledger after all rounds. `may_count`: some node answered when
    it was sent, or broke off when it may have had it. What the nodes did when they were asked for it
    afterwards says nothing about that.
    """

    def __init__(self, failures: Sequence[Failure], *, may_count: bool) -> None:
        super().__init__(failures)
        self.may_count = may_count


class TransactionRejected(NoAnswer):
    """Every node that could be reached refuses the transaction for a reason of the registry."""


class Forked(Exception):
    """Two different headers of one height are both final. `first` and `second` are the proof."""

    def __init__(self, first: Answer, second: Answer) -> None:
        self.first = first
        self.second = second
        super().__init__(f"two final headers at height {first.header.height}")


class Failed(Exception):
    """One node's failure, on its way to the next node."""

    def __init__(self, kind: FailureKind, reason: str, detail: str = "", retry_after_s: int = 0) -> None:
        super().__init__(kind, reason)
        self.kind = kind
        self.reason = reason
        self.detail = detail
        self.retry_after_s = retry_after_s
        self.answered: tuple[Verdict, Answer] | None = None
