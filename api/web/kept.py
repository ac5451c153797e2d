"""Answers that clients may keep (decision 0072).

The entity tag of an answer that follows the ledger names the view that it was made from and its form, nothing
else: such an answer is a function of its URL, the view and the form. So a client that asks again before the
ledger has grown gets 304 before anything is read.
"""

from functools import lru_cache

from aiohttp import hdrs, web

from api.ports import View
from api.web.request import Request

MAY_BE_KEPT = "no-cache"
"""Cache-Control of an answer that follows the ledger: keep it, and ask each time whether it still holds."""
NEVER_CHANGES = "public, max-age=31536000, immutable"


def not_modified(request: Request, view: View, form: str) -> web.Response | None:
    """304 where the client holds what would be made of this view in this form (of those that Accept chooses
    from), else None.
    """
    tag = _tag(view, form)
    asked = request.http.headers.get(hdrs.IF_NONE_MATCH)
    if asked is None:
        return None
    if asked not in (tag, "*") and tag not in [item.strip() for item in asked.split(",")]:
        return None
    return _with_tag(web.Response(status=304), tag)


def tagged(response: web.Response, view: View, form: str) -> web.Response:
    """The response, to be kept until the ledger grows."""
    return _with_tag(response, _tag(view, form))


def _tag(view: View, form: str) -> str:
    return _tag_of(view.header.height, view.header.log_root, form)


@lru_cache(maxsize=64)
def _tag_of(height: int, log_root: bytes, form: str) -> str:
    return f'W/"{height}-{log_root[:8].hex()}-{form}"'


def _with_tag(response: web.Response, tag: str) -> web.Response:
    headers = response.headers
    headers[hdrs.ETAG] = tag
    headers[hdrs.CACHE_CONTROL] = MAY_BE_KEPT
    headers[hdrs.VARY] = hdrs.ACCEPT
    return response
