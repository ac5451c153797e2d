"""Answers with proofs: records, status lists, anchors, indexes, transactions.

That something is *not* there is an answer like any other: status 200 with a proof of absence, because a
reader who checks proofs need not trust a status line. 404 is kept for paths that lead nowhere. The one
exception: that an issuer's log of anchors lacks a root is proved by all of its pages and by no single answer,
so the question for the root is a problem that says so.

Status lists are served by chunk of 1,024 entries or whole, never by entry: a node must not learn which
credential somebody checks.
"""

from aiohttp import hdrs, web

from api.answer.askable import LAST_CHUNK, fault_of_question
from api.answer.question import (
    AnchorQuestion,
    ChunkQuestion,
    IndexQuestion,
    Question,
    RecordQuestion,
    StatusListQuestion,
    TransactionQuestion,
)
from api.interface.media import OCTETS
from api.interface.response import encoding_of, from_view, made_from_view, not_modified
from api.problems import ProblemError, RequestFault
from api.proving.kept_answers import KeptAnswers
from api.proving.stored import stored_place
from api.routes.v1 import transactions
from api.web.kept import NEVER_CHANGES
from api.web.request import Request
from api.web.service import ServerContext
from registry.ruleset import CURRENT
from registry.tables import Table

KINDS = tuple(CURRENT.records)
RELATIONS = {relation.name: relation for relation in CURRENT.relations}


async def record(service: ServerContext, request: Request) -> web.StreamResponse:
    """GET /v1/records/{kind}/{id}. `at` changes nothing here: it lets one URL hold the whole question."""
    query = request.query("known_at", "at")
    query.number("at")
    kind = request.choice_in_path("kind", KINDS)
    question = RecordQuestion(kind, request.part("id"), query.number("known_at"))
    return _answer(service, request, _possible(question))


async def status_chunk(service: ServerContext, request: Request) -> web.StreamResponse:
    """GET /v1/status-lists/{id}/chunks/{chunk}."""
    known_at_ms = request.query("known_at").number("known_at")
    chunk = request.number_in_path("chunk", LAST_CHUNK)
    question = ChunkQuestion(request.part("id"), chunk, known_at_ms)
    return _answer(service, request, _possible(question))


async def status_list(service: ServerContext, request: Request) -> web.StreamResponse:
    """GET /v1/status-lists/{id}."""
    known_at_ms = request.query("known_at").number("known_at")
    question = StatusListQuestion(request.part("id"), known_at_ms)
    return await _large_answer(service, request, _possible(question))


async def index(service: ServerContext, request: Request) -> web.StreamResponse:
    """GET /v1/indexes/{relation}/{id}, by pages: the next one begins at `first` + the number of entries."""
    query = request.query("known_at", "from")
    relation = request.choice_in_path("relation", tuple(RELATIONS))
    name = RELATIONS[relation].index_id(request.part("id"))
    question = IndexQuestion(name, query.number("from") or 0, query.number("known_at"))
    return await _large_answer(service, request, _possible(question))


async def anchor(service: ServerContext, request: Request) -> web.StreamResponse:
    """GET /v1/anchors/{issuer}/{root}."""
    known_at_ms = request.query("known_at").number("known_at")
    question = AnchorQuestion(request.part("issuer"), request.hash_in_path("root"), known_at_ms)
    return _answer(service, request, _possible(question, "issuer"))


async def transaction(service: ServerContext, request: Request) -> web.StreamResponse:
    """GET /v1/transactions/{id}: the proof once it is final, until then where it stands."""
    request.query()
    transaction_id = request.hash_in_path("id")
    if stored_place(service.dated_view(request).reader, transaction_id) is None:
        return transactions.standing(service, request, transaction_id)
    return _answer(service, request, TransactionQuestion(transaction_id))


async def attachment(service: ServerContext, request: Request) -> web.StreamResponse:
    """GET /v1/attachments/{address}: salt and content, whose hash is the address."""
    request.query()
    address = request.hash_in_path("address")
    content = service.view().reader.get(Table.ATTACHMENT, address)
    if content is None:
        raise ProblemError(RequestFault.NOT_HELD, where="path.address")
    return web.Response(body=content, content_type=OCTETS, headers={hdrs.CACHE_CONTROL: NEVER_CHANGES})


def _possible(question: Question, part: str = "id") -> Question:
    """The question, where one can ask it; `part` of the path has the id. Raises `ProblemError`: of a text
    that is no id there is an honest proof of absence as well, and who asked for a look-alike would take it
    for the name that it looks like.
    """
    fault = fault_of_question(question)
    if fault is not None:
        detail = f"It is no such id: {fault}."
        raise ProblemError(RequestFault.IMPOSSIBLE_ID, detail, where=f"path.{part}")
    return question


def _answer(service: ServerContext, request: Request, question: Question) -> web.Response:
    view = service.dated_view(request)
    answers = service.part(KeptAnswers).under(view)
    return from_view(request, view, lambda encoding: answers.to(question, encoding))


async def _large_answer(service: ServerContext, request: Request, question: Question) -> web.Response:
    """An answer that reads up to thousands of rows, made beside the event loop."""
    view = service.dated_view(request)
    unchanged = not_modified(request, view)
    if unchanged is not None:
        return unchanged
    answers, encoding = service.part(KeptAnswers).under(view), encoding_of(request)
    body = await service.aside(request, lambda: answers.to(question, encoding))
    return made_from_view(request, view, body)
