"""What the interface says about itself: its description, and what each problem's `type` leads to."""

from aiohttp import hdrs, web

from api import types
from api.handlers.transactions import document
from api.inert import inert_html
from api.problems import REASONS, TYPE_PREFIX, Problem, ProblemError, RequestFault
from api.web.media import Encoding
from api.web.request import Request
from api.web.response import encode_struct
from api.web.service import Service

_MAX_REASON = 64
_KEEP = "public, max-age=86400"
_STYLE = "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem}"


async def interface(service: Service, request: Request) -> web.StreamResponse:
    """GET /v1/openapi.json."""
    request.query()
    return web.Response(
        body=service.description,
        content_type=Encoding.JSON.value,
        headers={hdrs.CACHE_CONTROL: "public, max-age=3600"},
    )


async def explain(service: Service, request: Request) -> web.StreamResponse:
    """GET /problems/{reason}."""
    request.query()
    reason = REASONS.get(request.text_in_path("reason", _MAX_REASON))
    if reason is None:
        raise ProblemError(RequestFault.NO_SUCH_RESOURCE, "No problem has this name.", where="path.reason")
    problem = document(Problem(reason))
    accept = request.http.headers.get(hdrs.ACCEPT, "")
    if "application/json" in accept or "application/problem+json" in accept:
        response = web.Response(body=encode_struct(problem, Encoding.JSON), content_type=Encoding.JSON.value)
    else:
        response = web.Response(text=_page(problem), content_type="text/html", charset="utf-8")
        response.headers[hdrs.CONTENT_SECURITY_POLICY] = "default-src 'none'; style-src 'unsafe-inline'"
    response.headers[hdrs.CACHE_CONTROL] = _KEEP
    response.headers[hdrs.VARY] = hdrs.ACCEPT
    return response


def _page(problem: types.ProblemDocument) -> str:
    name = inert_html(problem.type.removeprefix(TYPE_PREFIX))
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{name}</title><style>{_STYLE}</style>"
        f"<h1>{name}</h1><p>{inert_html(problem.title)}</p>"
        f"<h2>What to do</h2><p>{inert_html(problem.remedy)}</p><p>HTTP status {problem.status}</p></html>"
    )
