"""A client that trusts no node: it asks one, checks the answer offline, and asks the next where that does
not hold.

Rules:

- C1 Nothing is returned that `api.verifier.answer` does not call valid. Where only freshness is missing, the
  newest such answer is in `NoAnswer.undecided`, for whoever wants to show it as what it is. An answer that is
  invalid is a lie or a fault of the node that gave it: the node is named, and asked last from then on.
- C2 Trust moves over epochs by epoch proofs, wherever they come from; it never moves back.
- C3 Two headers of one height that are both proved final and differ are proof that the network has forked:
  the client stops with `Forked`.
- C4 A transaction's id does not depend on how often it is sent, so it is sent again, to the next node, until
  it is proved to be in the ledger. A node's word that it is final, or never will be, is not taken alone: the
  first needs a proof, the second every node.
- C5 Everything is bounded: nodes, attempts, entries, bytes, seconds, and by no node. Time and pauses are
  passed in.
- C6 Nothing is asked that has no answer: an id that the ledger could never hold is refused first.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, TypeVar

from api.answer.askable import require_possible
from api.answer.encoding import MAX_ANSWER_BYTES, Answer, UnsupportedVersion, decode_answer
from api.answer.epoch_proofs import MAX_EPOCH_PROOFS_BYTES, decode_epoch_proofs
from api.answer.question import (
    IndexQuestion,
    Question,
    RecordQuestion,
    StatusListQuestion,
    TransactionQuestion,
)
from api.base64url import from_text
from api.client.bounded_http import BoundedHttp, Response, Unreachable
from api.client.foreign_json import decode_json
from api.client.outcome import (
    Checked,
    Enumeration,
    Failed,
    Failure,
    FailureKind,
    Forked,
    NoAnswer,
    NodeFault,
    fault_of,
    reason_in,
)
from api.client.paths import at, path_of
from api.interface.media import CBOR, JSON
from api.interface.types import ProblemDocument
from api.routes.v1 import types
from api.verifier.answer import follow, verify_answer
from api.verifier.verdict import INCONCLUSIVE, AnswerFlaw, Outcome, StatusBits, Verdict
from consensus.light_client import MAX_AGE_MS, AnchoredBy, HeaderRefused, Trust, conflict
from registry.checking import Entries
from registry.genesis import MAX_DOCUMENT_BYTES, GenesisDocument
from registry.index import Relation
from registry.primitives.codec import Malformed
from registry.proofs import MAX_PAGE
from registry.record_log import IndexEntry
from registry.record_type import RecordType

_MAX_EPOCHS_BYTES = 2 * MAX_EPOCH_PROOFS_BYTES
_MAX_WORD_BYTES = 2 * MAX_DOCUMENT_BYTES
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Settings:
    """Bounds of a client: the oldest header it takes, the time for one request, the time to wait for
    finality within one, how often all nodes are tried with a transaction, the longest pause between,
    and the most pages of epochs and entries of an index. `page_entries`: how many each page of an index has
    but the last, so that no node chooses how often it is asked. `takes_ahead`: whether a header counts that
    is dated ahead of the reader's clock, for whoever is about to write: execution judges in the end.
    """

    max_age_ms: int = MAX_AGE_MS
    timeout_s: float = 10.0
    final_wait_s: float = 10.0
    rounds: int = 3
    max_pause_s: float = 10.0
    max_epoch_pages: int = 64
    max_index_entries: int = 1_000_000
    page_entries: int = MAX_PAGE
    takes_ahead: bool = False


def trust_in_genesis(document: GenesisDocument) -> Trust:
    """Trust that rests on the genesis document alone; it serves for the trusting period."""
    return Trust(document.genesis_hash, 0, document.validators, document.time_ms, AnchoredBy.GENESIS)


class Client:
    """Asks the nodes at `nodes` (base URLs), starting from `trust`. `now_ms` is the reader's clock,
    `pause` waits some seconds.
    """

    def __init__(
        self,
        nodes: Sequence[str],
        trust: Trust,
        *,
        now_ms: Callable[[], int],
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        settings: Settings | None = None,
    ) -> None:
        if not nodes:
            raise ValueError("a client needs a node to ask")
        self.trust = trust
        """The newest epoch that was proved; keep it to start from there next time."""
        self.settings = settings or Settings()
        self.http = BoundedHttp(timeout_s=self.settings.timeout_s)
        self.pause = pause
        self._nodes = [node.rstrip("/") for node in dict.fromkeys(nodes)]
        self._now_ms = now_ms
        self._highest: Answer | None = None

    async def __aenter__(self) -> "Client":
        await self.http.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.http.__aexit__(kind, error, trace)

    @property
    def nodes(self) -> tuple[str, ...]:
        """The nodes in the order in which they are asked next."""
        return tuple(self._nodes)

    async def record(self, kind: RecordType[Any], record_id: str, known_at_ms: int | None = None) -> Checked:
        """A record as known at K, or the proof that it does not exist. Raises `NoAnswer`, `Forked`."""
        return await self.ask(RecordQuestion(kind.name, record_id, known_at_ms))

    async def status(self, list_id: str, index: int, known_at_ms: int | None = None) -> bool | None:
        """Whether an entry of a status list is set; None where there is, or at K was, no such list.

        Fetches the whole list, so that no node learns which entry is of interest. Raises `NoAnswer`,
        `Forked`, and `IndexError` for an entry that the list does not have.
        """
        finding = (await self.ask(StatusListQuestion(list_id, known_at_ms))).verdict.finding
        return finding.is_set(index) if isinstance(finding, StatusBits) else None

    async def index(self, relation: Relation, subject: str, known_at_ms: int | None = None) -> Enumeration:
        """All entries of an index, proved to be all. Raises `NoAnswer`, `Forked`."""
        entries: list[IndexEntry] = []
        failures: list[Failure] = []
        times_ms: list[int] = []
        async for page, checked in self.pages(relation, subject, known_at_ms):
            entries += page.entries
            failures += checked.failures
            times_ms.append(checked.answer.header.time_ms)
        return Enumeration(tuple(entries), min(times_ms), tuple(failures))

    async def pages(
        self, relation: Relation, subject: str, known_at_ms: int | None = None
    ) -> AsyncGenerator[tuple[Entries, Checked], None]:
        """The pages of an index up to the last, each proved, all of one time. Raises `NoAnswer`, `Forked`."""
        first = 0
        failures: list[Failure] = []
        while True:
            question = IndexQuestion(relation.index_id(subject), first, known_at_ms)
            checked = await self._ask_nodes(question, self._require_whole_page)
            failures += checked.failures
            page = checked.verdict.finding
            if not isinstance(page, Entries):
                raise AssertionError("the verifier calls valid what is no page of an index")
            yield page, checked
            if page.is_last:
                return
            if page.end >= self.settings.max_index_entries:
                too_many = Failure(checked.node, FailureKind.INCONCLUSIVE, NodeFault.TOO_MANY_ENTRIES)
                raise NoAnswer([*failures, too_many])
            first = page.end
            known_at_ms = checked.answer.header.time_ms if known_at_ms is None else known_at_ms

    def _require_whole_page(self, verdict: Verdict) -> None:
        page = verdict.finding
        if isinstance(page, Entries) and not page.is_last and len(page.entries) < self.settings.page_entries:
            told = f"{len(page.entries)} of {self.settings.page_entries}"
            raise Failed(FailureKind.INCONCLUSIVE, NodeFault.SHORT_PAGE, told)

    async def transaction(self, transaction_id: bytes) -> Checked:
        """The proof that a transaction is in the ledger. Raises `NoAnswer`, `Forked`."""
        return await self.ask(TransactionQuestion(transaction_id))

    async def ask(self, question: Question) -> Checked:
        """The first answer that holds. Raises `ImpossibleQuestion` before any node is asked, `NoAnswer`,
        `Forked`.
        """
        return await self._ask_nodes(question, require=lambda verdict: None)

    async def _ask_nodes(self, question: Question, require: Callable[[Verdict], None]) -> Checked:
        """The first answer that holds and that is what is required: else `require` raises `Failed`."""
        require_possible(question)
        failures: list[Failure] = []
        for node in self.nodes:
            try:
                answer, verdict = await self._ask_one(node, question)
                require(verdict)
            except Failed as failed:
                failures.append(self.note(node, failed))
            else:
                self._compare(answer)
                return Checked(verdict, answer, node, tuple(failures))
        raise NoAnswer(failures)

    async def network(self) -> types.NetworkSummary:
        """What the first node that can be reached says of its network: a node's word, without proof.
        Raises `NoAnswer`.
        """
        return await self._told("/v1/network", types.NetworkSummary)

    async def latest_header(self) -> types.HeaderSummary:
        """What the first node that can be reached says is its newest final header, without proof.
        Raises `NoAnswer`.
        """
        return await self._told("/v1/headers/latest", types.HeaderSummary)

    async def changes(self, since: int, *, wait_s: int = 0, limit: int | None = None) -> types.Changes:
        """What the first node that can be reached says came after height `since`, without proof: at most
        `limit` blocks, after waiting up to `wait_s` seconds for the first. Raises `NoAnswer`.
        """
        return await self._told(
            at("/v1/changes", since=since, wait=wait_s, limit=limit), types.Changes, wait_s
        )

    async def _told(self, path: str, kind: type[T], wait_s: float = 0.0) -> T:
        failures: list[Failure] = []
        for node in self.nodes:
            try:
                response = await self.send(
                    "GET", node, path, accept=JSON, limit=_MAX_WORD_BYTES, wait_s=wait_s
                )
                return decode_json(response.body, kind)
            except Malformed as error:
                failures.append(self.note(node, Failed(FailureKind.LIED, AnswerFlaw.MALFORMED, str(error))))
            except Failed as failed:
                failures.append(self.note(node, failed))
        raise NoAnswer(failures)

    def note(self, node: str, failed: Failed) -> Failure:
        """The failure of a node, which is asked last from now on unless it only had nothing to say."""
        if failed.kind is not FailureKind.REFUSED:
            self._nodes.remove(node)
            self._nodes.append(node)
        return Failure(node, failed.kind, failed.reason, failed.detail, failed.answered)

    async def _ask_one(self, node: str, question: Question) -> tuple[Answer, Verdict]:
        response = await self.get(node, path_of(question), accept=CBOR, limit=MAX_ANSWER_BYTES)
        if response.status != 200:  # a transaction that is not final yet
            raise Failed(FailureKind.REFUSED, NodeFault.NOT_YET_FINAL)
        try:
            answer = decode_answer(response.body)
        except UnsupportedVersion as error:
            raise Failed(FailureKind.INCONCLUSIVE, AnswerFlaw.UNSUPPORTED_VERSION, str(error)) from None
        except Malformed as error:
            raise Failed(FailureKind.LIED, AnswerFlaw.MALFORMED, str(error)) from None
        verdict = self._judge(answer, question)
        if verdict.reason is AnswerFlaw.OTHER_EPOCH and answer.header.epoch > self.trust.epoch:
            await self._follow(node)
            verdict = self._judge(answer, question)
        if verdict.reason is None:
            return answer, verdict
        lied = verdict.outcome is Outcome.INVALID
        kind = FailureKind.LIED if lied else FailureKind.INCONCLUSIVE
        failed = Failed(kind, verdict.reason, verdict.detail)
        if verdict.finding is not None:  # only freshness is missing
            self._compare(answer)
            failed.answered = verdict, answer
        raise failed

    def _judge(self, answer: Answer, question: Question) -> Verdict:
        now_ms = self._now_ms()
        if self.settings.takes_ahead:
            now_ms = max(now_ms, answer.header.time_ms)
        return verify_answer(
            answer, self.trust, question=question, now_ms=now_ms, max_age_ms=self.settings.max_age_ms
        )

    async def _follow(self, node: str) -> None:
        """Moves trust on by the epoch proofs that a node gives (C2)."""
        for _ in range(self.settings.max_epoch_pages):
            path = f"/v1/epochs?from={self.trust.epoch}"
            response = await self.get(node, path, accept=JSON, limit=_MAX_EPOCHS_BYTES)
            try:
                page = decode_json(response.body, types.Epochs)
                proofs = decode_epoch_proofs(from_text(page.encoded))
                self.trust = follow(self.trust, proofs)
            except Malformed as error:
                raise Failed(FailureKind.LIED, AnswerFlaw.MALFORMED, str(error)) from None
            except HeaderRefused as refused:
                undecided = refused.reason in INCONCLUSIVE
                kind = FailureKind.INCONCLUSIVE if undecided else FailureKind.LIED
                raise Failed(kind, refused.reason) from None
            if page.next is None or not proofs:
                return

    def _compare(self, answer: Answer) -> None:
        """Keeps the highest header seen, and stops where another is final at its height (C3)."""
        highest = self._highest
        if highest is None or answer.header.height > highest.header.height:
            self._highest = answer
        elif conflict(highest.header, answer.header):
            raise Forked(highest, answer)

    async def get(self, node: str, path: str, *, accept: str, limit: int) -> Response:
        """A GET whose problems and broken connections are `Failed`."""
        return await self.send("GET", node, path, accept=accept, limit=limit)

    async def send(
        self,
        method: str,
        node: str,
        path: str,
        *,
        accept: str,
        limit: int,
        body: bytes | None = None,
        media_type: str = "",
        wait_s: float = 0.0,
    ) -> Response:
        """A request whose problems and broken connections are `Failed`."""
        try:
            response = await self.http.request(
                method,
                node + path,
                accept=accept,
                limit=limit,
                body=body,
                media_type=media_type,
                wait_s=wait_s,
            )
        except Unreachable as error:
            raise Failed(FailureKind.UNREACHABLE, fault_of(error), str(error)) from None
        if response.status >= 300:
            raise refusal_in(response)
        return response


def refusal_in(response: Response) -> Failed:
    """The failure that a response which is no success stands for."""
    try:
        problem = decode_json(response.body, ProblemDocument)
    except Malformed:
        return Failed(FailureKind.REFUSED, f"status-{response.status}", "", response.retry_after_s)
    return Failed(FailureKind.REFUSED, reason_in(problem.type), problem.detail[:256], response.retry_after_s)
