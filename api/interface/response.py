"""Responses of our own interface: one value in the encoding that the client asked for, with an entity tag
where it may be kept (`api.web.kept`).
"""

from collections.abc import Callable
from typing import Any

import msgspec
from aiohttp import hdrs, web

from api.inert import escape_json_bytes
from api.interface.media import Encoding, wanted
from api.ports import View
from api.web import kept
from api.web.request import Request
from registry.primitives import codec


def encoding_of(request: Request) -> Encoding:
    """The encoding that Accept asks for; raises `ProblemError` (not-acceptable)."""
    return wanted(request.http.headers.get(hdrs.ACCEPT))


def structured(request: Request, value: msgspec.Struct, *, status: int = 200) -> web.Response:
    """A value of the interface's own types."""
    encoding = encoding_of(request)
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
    return unchanged or made_from_view(request, view, make(encoding_of(request)))


def not_modified(request: Request, view: View) -> web.Response | None:
    """304 where the client holds what would be made of this view, else None."""
    return kept.not_modified(request, view, _form(encoding_of(request)))


def made_from_view(request: Request, view: View, body: bytes) -> web.Response:
    """What was made of a view, in the request's encoding."""
    encoding = encoding_of(request)
    return kept.tagged(web.Response(body=body, content_type=encoding.value), view, _form(encoding))


def _form(encoding: Encoding) -> str:
    return encoding.name.lower()
