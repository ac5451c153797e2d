"""did:web documents: what is served."""

from typing import Final

from api.documents.did_web import DOCUMENT_NAME
from api.interface.problem_document import problem_response
from api.problems import RequestFault
from api.routes.did_web import handlers
from api.web.routing import Method, Parameter, Route, RouteGroup

_TEXT: Final = {"type": "string", "minLength": 1, "maxLength": 512}
_MEDIA: Final = (handlers.JSON, handlers.DID_JSON)
_FAULTS: Final = (RequestFault.IMPOSSIBLE_ID, RequestFault.NOT_RECORDED, RequestFault.ENDED)

GROUP = RouteGroup(
    (
        Route(
            Method.GET,
            f"/did/{{did}}/{DOCUMENT_NAME}",
            handlers.document,
            "The DID document of a registered DID, for a member's web server to redirect to.",
            path=(Parameter("did", _TEXT, "The DID, as it is or percent-encoded."),),
            faults=_FAULTS,
        ),
    ),
    _MEDIA,
    problem_response,
)


def own_host(host: str) -> RouteGroup:
    """The documents of a host's did:web names at their own places, for a node that is this host."""
    routes = tuple(
        Route(Method.GET, template, handlers.own_document(host), "The DID document of a name of this host.")
        for template in (f"/.well-known/{DOCUMENT_NAME}", f"/{{path*}}/{DOCUMENT_NAME}")
    )
    return RouteGroup(routes, _MEDIA, problem_response, is_described=False)
