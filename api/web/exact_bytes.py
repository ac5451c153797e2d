"""Answers for clients and caches of other protocols, named by their own bytes.

The entity tag is a hash of the bytes: two nodes that give the same document give the same tag, and it changes
when the document changes, not with each block (as `api.web.kept` does for answers with proofs).
"""

from hashlib import sha256

from aiohttp import hdrs, web

from api.web.request import Request

_TAG_DIGITS = 32


def exact_bytes(
    request: Request, body: bytes, content_type: str, *, max_age_s: int, status: int = 200
) -> web.Response:
    """The response with these bytes, to be kept for `max_age_s` seconds; 304 where the client holds them
    already. Only an answer that went well is compared or kept.
    """
    response = web.Response(status=status, headers={hdrs.CONTENT_TYPE: content_type}, body=body)
    response.headers[hdrs.VARY] = hdrs.ACCEPT
    if status != 200:
        response.headers[hdrs.CACHE_CONTROL] = "no-store"
        return response
    tag = f'"{sha256(body).hexdigest()[:_TAG_DIGITS]}"'
    if _holds(request, tag):
        response = web.Response(status=304, headers={hdrs.VARY: hdrs.ACCEPT})
    response.headers[hdrs.ETAG] = tag
    response.headers[hdrs.CACHE_CONTROL] = f"public, max-age={max_age_s}"
    return response


def _holds(request: Request, tag: str) -> bool:
    """RFC 9110 §13.1.2: tags are compared weakly."""
    asked = request.http.headers.get(hdrs.IF_NONE_MATCH, "")
    tags = [item.strip().removeprefix("W/") for item in asked.split(",")]
    return asked.strip() == "*" or tag in tags
