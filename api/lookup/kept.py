"""A registry and a web that are an evidence bundle: what was kept answers, and nothing else does."""

from collections.abc import AsyncIterator, Iterable

from api.answer.encoding import Answer, UnsupportedVersion, decode_answer
from api.answer.question import AnchorQuestion, IndexQuestion, Question, RecordQuestion, StatusListQuestion
from api.lookup.bundle import BundleError, BundleFault
from api.lookup.evidence import EvidenceKind, Exhibit
from api.lookup.fault import FetchError, FetchFault
from api.lookup.fetching import Download
from api.lookup.registry import AnchorAnswer, Proved, anchor_answer, search_pages
from api.lookup.wanted import Wanted
from api.verifier.answer import verify_answer
from api.verifier.verdict import Finding
from consensus.light_client import Trust
from registry.attachments import address_of
from registry.checking import Entries
from registry.kinds.anchor.entry import ANCHORS_BY_ISSUER
from registry.primitives.codec import Malformed


class KeptRegistry:
    """See `RegistrySource`. Each answer is verified from `trust`, as of its own time (B3); its methods raise
    BundleError.
    """

    def __init__(self, evidence: Iterable[Exhibit], trust: Trust) -> None:
        kept = tuple(evidence)
        self._trust = trust
        self._answers: dict[Question, tuple[Answer, Exhibit]] = {}
        self._attachments = _attachments(kept)
        for each in kept:
            if each.kind is EvidenceKind.ANSWER and each.data is not None:
                answer = _decoded(each.data)
                self._answers.setdefault(answer.question, (answer, each))

    async def ask(self, question: RecordQuestion | StatusListQuestion) -> Proved:
        """See `RegistrySource`."""
        return self._proved(question)

    async def anchor(self, issuer: str, root: bytes) -> AnchorAnswer:
        """See `RegistrySource`."""
        question = AnchorQuestion(issuer, root)
        if question in self._answers:
            return anchor_answer(self._proved(question))
        return await search_pages(self._pages(ANCHORS_BY_ISSUER.index_id(issuer)), root)

    async def _pages(self, index_id: str) -> AsyncIterator[Proved]:
        """The pages as they were asked for: the first one as of its header, the others as of that."""
        question = IndexQuestion(index_id)
        while True:
            proved = self._proved(question)
            yield proved
            if not isinstance(proved.finding, Entries) or proved.finding.is_last:
                return
            known_at_ms = question.known_at_ms or proved.as_of_ms
            question = IndexQuestion(index_id, proved.finding.end, known_at_ms)

    async def attachment(self, address: bytes) -> bytes | None:
        """See `RegistrySource`."""
        return self._attachments.get(address)

    def _proved(self, question: Question) -> Proved:
        if question not in self._answers:
            raise BundleError(BundleFault.NOT_IN_IT)
        answer, kept = self._answers[question]
        header = answer.header
        finding = self._finding(answer, question)
        return Proved(finding, header.time_ms, header.height, kept.source, kept.data or b"")

    def _finding(self, answer: Answer, question: Question) -> Finding:
        verdict = verify_answer(
            answer, self._trust, question=question, now_ms=answer.header.time_ms, max_age_ms=0
        )
        if verdict.reason is not None or verdict.finding is None:
            raise BundleError(BundleFault.UNPROVED, verdict.code or "")
        return verdict.finding


class KeptWeb:
    """See `WebSource`."""

    def __init__(self, evidence: Iterable[Exhibit]) -> None:
        self._kept = {each.name: each for each in evidence if each.kind is EvidenceKind.WEB}

    async def fetch(self, url: str, wanted: Wanted) -> Download:
        """See `WebSource`. What could not be had then is refused as it was."""
        kept = self._kept.get(url.partition("#")[0])
        if kept is None:
            raise FetchError(FetchFault.NOT_FETCHED, "it is not in the bundle")
        if kept.data is None:
            raise FetchError(kept.fault or FetchFault.NOT_FETCHED, kept.detail)
        return Download(url, kept.source, kept.data, kept.media_type, kept.at_ms)


def _attachments(evidence: Iterable[Exhibit]) -> dict[bytes, bytes]:
    """By the address that their bytes have."""
    kept = (each.data for each in evidence if each.kind is EvidenceKind.ATTACHMENT)
    return {address_of(data): data for data in kept if data is not None}


def _decoded(data: bytes) -> Answer:
    try:
        return decode_answer(data)
    except (Malformed, UnsupportedVersion) as error:
        raise BundleError(BundleFault.UNPROVED, str(error)[:100]) from None
