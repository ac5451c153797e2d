"""A problem as our own interface writes it: RFC 9457 problem details.

Each reason has one `type`, `/problems/<reason>`, which never changes its meaning and can be opened in a
browser. `detail` and `where` may quote what was sent: they are inert (`api.inert`) and bounded.
"""

import orjson
from aiohttp import hdrs, web

from api.inert import inert
from api.interface.types import ProblemDocument
from api.problems import Problem

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "/problems/"
_MAX_DETAIL = 1024
_MAX_WHERE = 128


def to_json(problem: Problem) -> dict[str, str | int]:
    """The members of the problem document."""
    members: dict[str, str | int] = {
        "type": TYPE_PREFIX + problem.reason.code,
        "title": problem.reason.sentence,
        "status": problem.status,
        "remedy": problem.reason.remedy,
    }
    if problem.detail:
        members["detail"] = inert(problem.detail, _MAX_DETAIL)
    if problem.where:
        members["where"] = inert(problem.where, _MAX_WHERE)
    if problem.retry_after_s is not None:
        members["retryAfter"] = problem.retry_after_s
    return members


def document(problem: Problem) -> ProblemDocument:
    """A problem as a member of another document."""
    members = to_json(problem)
    return ProblemDocument(
        type=str(members["type"]),
        title=str(members["title"]),
        status=problem.status,
        remedy=str(members["remedy"]),
        detail=str(members.get("detail", "")),
        where=str(members.get("where", "")),
        retry_after=problem.retry_after_s,
    )


def problem_response(problem: Problem) -> web.Response:
    """The response that carries a problem."""
    body = orjson.dumps(to_json(problem))
    response = web.Response(body=body, status=problem.status, content_type=MEDIA_TYPE)
    response.headers[hdrs.CACHE_CONTROL] = "no-store"
    if problem.retry_after_s is not None:
        response.headers[hdrs.RETRY_AFTER] = str(problem.retry_after_s)
    return response
