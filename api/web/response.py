"""Writing responses: one value in the encoding that the client asked for, with an entity tag where it may be
kept.

The entity tag of an answer names the view that it was made from and the encoding, nothing else: an answer is
a function of its URL and the view. So a client that asks again before the ledger has grown gets 304 before
anything is read.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import msgspec
from aiohttp import hdrs, web

from api.inert import escape_json_bytes
from api.ports import View
from api.web.media import Encoding
from api.web.request import Request
from registry.primitives import codec

MAY_BE_KEPT = "no-cache"
"""Cache-Control of an answer that follows the ledger: keep it, and ask each time whether it still holds."""
NEVER_CHANGES = "public, max-age=31536000, immutable"


def structured(request: Request, value: msgspec.Struct, *, status: int = 200) -> web.Response:
    """A value of the interface's own types."""
    encoding = request.encoding
    return web.Response(body=encode_struct(value, encoding), status=status, content_type=encoding.value)


def encode_struct(value: msgspec.Struct, encoding: Encoding) -> bytes:
    """The value's bytes. CBOR has the same members as JSON."""
    if encoding is Encoding.JSON:
        return escape_json_bytes(msgspec.json.encode(value))
    plain: Any = msgspec.to_builtins(value)
    return codec.encode(plain)


def from_view(request: Request, view: View, make: Callable[[Encoding], bytes]) -> web.Response:
    """What `make` makes of the view; 304 without making it where the client holds it already."""
    unchanged = not_modified(request, view)
    return unchanged or made_from_view(request, view, make(request.encoding))


def not_modified(request: Request, view: View) -> web.Response | None:
    """304 where the client holds what would be made of this view, else None."""
    tag = _tag(request, view)
    held = request.http.headers.get(hdrs.IF_NONE_MATCH)
    if held is None:
        return None
    if held not in (tag, "*") and tag not in [item.strip() for item in held.split(",")]:
        return None
    return _tagged(web.Response(status=304), tag)


def made_from_view(request: Request, view: View, body: bytes) -> web.Response:
    """What was made of a view, in the request's encoding."""
    return _tagged(web.Response(body=body, content_type=request.encoding.value), _tag(request, view))


def _tag(request: Request, view: View) -> str:
    return _tag_of(view.header.height, view.header.log_root, request.encoding)


@lru_cache(maxsize=64)
def _tag_of(height: int, log_root: bytes, encoding: Encoding) -> str:
    return f'W/"{height}-{log_root[:8].hex()}-{encoding.name.lower()}"'


def _tagged(response: web.Response, tag: str) -> web.Response:
    headers = response.headers
    headers[hdrs.ETAG] = tag
    headers[hdrs.CACHE_CONTROL] = MAY_BE_KEPT
    headers[hdrs.VARY] = hdrs.ACCEPT
    return response
