"""The registry as a node knows it: answers from its own state, made as they are for others."""

from collections.abc import AsyncIterator
from typing import Final

from api.answer.encoding import VERSION, Answer, encode_answer
from api.answer.question import AnchorQuestion, IndexQuestion, Question, RecordQuestion, StatusListQuestion
from api.lookup.registry import AnchorAnswer, Proved, anchor_answer, search_pages
from api.ports import View
from api.problems import ProblemError, RequestFault
from api.proving.kept_answers import KeptAnswers
from api.verifier.finding import Flawed, finding_of_maker
from api.web.request import Request
from api.web.service import ServerContext
from registry.checking import Entries
from registry.kinds.anchor.entry import ANCHORS_BY_ISSUER
from registry.rows import Damaged
from registry.tables import Table

_OWN: Final = ""


class OwnRegistry:
    """See `RegistrySource`. All answers are of one view, made beside the event loop. Its methods raise
    Damaged, and ProblemError where too much waits to be made.
    """

    def __init__(self, service: ServerContext, request: Request, view: View) -> None:
        self._service = service
        self._request = request
        self._view = view
        self._answers = service.part(KeptAnswers).under(view)

    async def ask(self, question: RecordQuestion | StatusListQuestion) -> Proved:
        """See `RegistrySource`."""
        return await self._proved(question)

    async def anchor(self, issuer: str, root: bytes) -> AnchorAnswer:
        """See `RegistrySource`."""
        try:
            return anchor_answer(await self._proved(AnchorQuestion(issuer, root)))
        except ProblemError as error:
            if error.problem.reason is not RequestFault.NOT_ANCHORED:
                raise
        return await search_pages(self._pages(ANCHORS_BY_ISSUER.index_id(issuer)), root)

    async def _pages(self, index_id: str) -> AsyncIterator[Proved]:
        first = 0
        while True:
            proved = await self._proved(IndexQuestion(index_id, first))
            yield proved
            if not isinstance(proved.finding, Entries) or proved.finding.is_last:
                return
            first = proved.finding.end

    async def attachment(self, address: bytes) -> bytes | None:
        """See `RegistrySource`."""
        return self._view.reader.get(Table.ATTACHMENT, address)

    async def _proved(self, question: Question) -> Proved:
        return await self._service.aside(self._request, lambda: self._made(question))

    def _made(self, question: Question) -> Proved:
        header = self._view.header
        proof = self._answers.prove(question)
        answer = Answer(VERSION, question, proof, header, self._view.certificate)
        try:
            finding = finding_of_maker(answer)
        except Flawed as flawed:
            raise Damaged(f"an answer of height {header.height} shows nothing: {flawed}") from None
        return Proved(finding, header.time_ms, header.height, _OWN, encode_answer(answer))
