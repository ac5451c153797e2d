"""did:web documents as clients of that method read them.

A client takes the document from the DID's own host. So the path below a node's host proves nothing to it; a
member's web server redirects to it, or a node is that host itself (`own_host`). The document says nothing
but what the ledger records, and a name whose domain nobody has attested yet is served as well: that the
domain leads here is its holder's own act.
"""

from typing import Final

from aiohttp import hdrs, web

from api.documents.did_document import did_document_bytes, is_deactivated
from api.documents.did_web import did_at
from api.interface.proof_link import with_proof_link
from api.ports import View
from api.problems import ProblemError, RequestFault
from api.proving.records import newest_body
from api.web.did_in_path import did_in_path
from api.web.exact_bytes import exact_bytes
from api.web.media import preferred
from api.web.request import Request
from api.web.routing import Handler
from api.web.service import ServerContext
from registry.kinds.did.record import DID_RECORD, Did
from registry.names import fault_of_did

DID_JSON: Final = "application/did+json"
JSON: Final = "application/json"
MAX_AGE_S: Final = 60
"""How long a cache may keep a document: so long can a stolen key go on to be believed."""
_RANGES: Final = {
    DID_JSON: DID_JSON,
    "application/did+ld+json": "application/did+ld+json",
    "application/did": "application/did",
    JSON: JSON,
}
"""Types by which a document may be asked for. Everything else gets JSON: clients of did:web send an Accept of
their own liking, read JSON, and one that gets `application/did` unasked calls signatures invalid.
"""


async def document(service: ServerContext, request: Request) -> web.StreamResponse:
    """GET /did/{did}/did.json."""
    request.query()
    did = did_in_path(request.raw_parts[1], request.part("did"))
    fault = fault_of_did(did)
    if fault is not None:
        raise ProblemError(RequestFault.IMPOSSIBLE_ID, f"It is no such id: {fault}.", where="path.did")
    return _served(request, service.dated_view(request), did)


def own_document(host: str) -> Handler:
    """The handler of GET /{path}/did.json for a node that is this host (`api.documents.did_web.WebPlace`)."""

    async def handler(service: ServerContext, request: Request) -> web.StreamResponse:
        """GET /.well-known/did.json and /{path}/did.json."""
        request.query()
        did = did_at(host, request.raw_parts[:-1])
        if did is None:
            raise ProblemError(RequestFault.NO_SUCH_RESOURCE, where="path")
        return _served(request, service.dated_view(request), did)

    return handler


def _served(request: Request, view: View, did: str) -> web.Response:
    body: Did | None = newest_body(view.reader, DID_RECORD, did)
    if body is None:
        raise ProblemError(RequestFault.NOT_RECORDED, where="path.did")
    if is_deactivated(body):
        raise ProblemError(RequestFault.ENDED, where="path.did")
    content_type = preferred(request.http.headers.get(hdrs.ACCEPT, ""), _RANGES) or JSON
    response = exact_bytes(request, did_document_bytes(did, body), content_type, max_age_s=MAX_AGE_S)
    return with_proof_link(response, DID_RECORD.name, did)
