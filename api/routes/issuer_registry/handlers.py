"""GET /registry.json: who issues, in one document for clients that load a whole registry."""

from typing import Final

from aiohttp import web

from api.documents.issuer_registry import MAX_ISSUERS, issuer_registry
from api.proving.issuers import listed_issuers
from api.web.exact_bytes import exact_bytes
from api.web.request import Request
from api.web.service import ServerContext

JSON: Final = "application/json"
MAX_AGE_S: Final = 300
KEPT_MS: Final = 10_000


class KeptIssuers:
    """The document that was made last. Making it reads every issuer's record, so it is made anew after ten
    seconds at the earliest.
    """

    def __init__(self, service: ServerContext) -> None:
        self._service = service
        self._made_ms, self._document = -KEPT_MS, b""

    def document(self) -> bytes:
        """Called on the thread that works aside."""
        now_ms = self._service.clock_ms()
        if not self._document or not 0 <= now_ms - self._made_ms < KEPT_MS:
            issuers, is_complete = listed_issuers(self._service.view().reader, MAX_ISSUERS)
            self._made_ms, self._document = now_ms, issuer_registry(issuers, is_complete=is_complete)
        return self._document


async def registry(service: ServerContext, request: Request) -> web.StreamResponse:
    """GET /registry.json."""
    request.query()
    kept = service.part(KeptIssuers)
    body = await service.aside(request, kept.document, same=KeptIssuers)
    return exact_bytes(request, body, JSON, max_age_s=MAX_AGE_S)
