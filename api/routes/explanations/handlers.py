"""What the interface says about itself: its description, and what each problem's `type` leads to."""

from importlib.resources import files
from string import Template

from aiohttp import hdrs, web

from api.inert import inert_html
from api.interface.media import Encoding
from api.interface.problem_document import TYPE_PREFIX, document
from api.interface.response import encode_struct
from api.interface.types import ProblemDocument
from api.problems import REASONS, Problem, ProblemError, RequestFault
from api.web.media import preferred
from api.web.request import Request
from api.web.service import ServerContext

_MAX_REASON = 64
_KEEP = "public, max-age=86400"
_IS_JSON = {
    "text/html": False,
    "application/json": True,
    "application/problem+json": True,
    "text/*": False,
    "application/*": True,
    "*/*": False,
}
"""Whether a media range asks for the document rather than for the page."""
_PAGE = Template(files(__package__).joinpath("problem.html").read_text("utf-8"))


async def interface(service: ServerContext, request: Request) -> web.StreamResponse:
    """GET /v1/openapi.json."""
    request.query()
    return web.Response(
        body=service.description,
        content_type=Encoding.JSON.value,
        headers={hdrs.CACHE_CONTROL: "public, max-age=3600"},
    )


async def explain(service: ServerContext, request: Request) -> web.StreamResponse:
    """GET /problems/{reason}."""
    request.query()
    reason = REASONS.get(request.text_in_path("reason", _MAX_REASON))
    if reason is None:
        raise ProblemError(RequestFault.NO_SUCH_RESOURCE, "No problem has this name.", where="path.reason")
    problem = document(Problem(reason))
    if preferred(request.http.headers.get(hdrs.ACCEPT, ""), _IS_JSON):
        response = web.Response(body=encode_struct(problem, Encoding.JSON), content_type=Encoding.JSON.value)
    else:
        response = web.Response(text=_page(problem), content_type="text/html", charset="utf-8")
        response.headers[hdrs.CONTENT_SECURITY_POLICY] = "default-src 'none'; style-src 'unsafe-inline'"
    response.headers[hdrs.CACHE_CONTROL] = _KEEP
    response.headers[hdrs.VARY] = hdrs.ACCEPT
    return response


def _page(problem: ProblemDocument) -> str:
    return _PAGE.substitute(
        name=inert_html(problem.type.removeprefix(TYPE_PREFIX)),
        title=inert_html(problem.title),
        remedy=inert_html(problem.remedy),
        status=problem.status,
    )
