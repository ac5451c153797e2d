"""Serving the files of the pages.

- P1 A path is one of the table, letter by letter, as it was sent; all others lead nowhere.
- P2 What a page may do is said by its headers: scripts and styles of this node alone, nothing of anybody
  else, no frames, no forms, and no trace of where a reader came from. It may ask other nodes and lists for
  what they publish, for that is its purpose; nodes of the same machine without TLS as well.
- P3 A file is asked for anew each time, so that a page is never put together from two versions; it is sent
  only if it has changed.
"""

from typing import Final

from aiohttp import hdrs, web

from api.problems import ProblemError, RequestFault
from api.routes.pages.files import FILES
from api.web.exact_bytes import exact_bytes
from api.web.request import Request
from api.web.service import ServerContext

_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self' https: http://127.0.0.1:* http://localhost:*",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
HEADERS: Final = {
    hdrs.CONTENT_SECURITY_POLICY: _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
}
"""P2, on each file: whoever opens a script or a picture alone gets the same."""


async def file(service: ServerContext, request: Request) -> web.StreamResponse:
    """GET /verify and GET /verify/{path}."""
    request.query()
    found = FILES.get("/" + "/".join(request.raw_parts))
    if found is None:
        raise ProblemError(RequestFault.NO_SUCH_RESOURCE, where="path")
    response = exact_bytes(request, found.data, found.media, max_age_s=0)
    response.headers.update(HEADERS)
    return response
