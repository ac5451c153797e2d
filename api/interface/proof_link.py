"""The header that leads from somebody else's document to the record with its proof (RFC 8288)."""

from typing import Final
from urllib.parse import quote

from aiohttp import web

_LINK: Final = "Link"
_PROVED: Final = 'rel="alternate"; type="application/cbor"; title="the record, with its proof"'


def with_proof_link(response: web.Response, kind: str, record_id: str) -> web.Response:
    """The response, with a link to the record that it was made from."""
    response.headers[_LINK] = f"</v1/records/{kind}/{quote(record_id, safe=':/')}>; {_PROVED}"
    return response
