"""Where status lists are published: one URL for each, in three forms."""

from api.interface.problem_document import problem_response
from api.problems import RequestFault
from api.publications.fault import PublicationFault
from api.routes.publications import handlers
from api.web.routing import Method, Parameter, Route, RouteGroup
from registry.primitives.codec import MAX_INTEGER

_TEXT = {"type": "string", "minLength": 1, "maxLength": 512}
_PATH = (
    Parameter("issuer", _TEXT, "The issuer's DID, percent-encoded."),
    Parameter("list", _TEXT, "The list's name."),
)
_COST_OF_CHECKING = 500
"""Tokens: the longest list takes some tenths of a second."""
_FORMS = (handlers.JSON, handlers.VC, handlers.JWT, handlers.CWT)

_ROUTES = (
    Route(
        Method.GET,
        "/status/{issuer}/{list}",
        handlers.get,
        "A status list as its issuer signs it: a Bitstring Status List credential, or a Status List Token.",
        path=_PATH,
        query=(
            Parameter("timestamp", _TEXT, "The list of this time: an XML Schema dateTimeStamp."),
            Parameter(
                "time",
                {"type": "integer", "minimum": 0, "maximum": MAX_INTEGER},
                "The list of this time: seconds since 1970.",
            ),
        ),
        media=_FORMS,
        faults=(
            RequestFault.IMPOSSIBLE_ID,
            RequestFault.NOT_PUBLISHED,
            RequestFault.PUBLICATION_BEHIND,
            RequestFault.PUBLICATION_EXPIRED,
            RequestFault.PUBLICATION_KEY_LOST,
        ),
    ),
    Route(
        Method.PUT,
        "/status/{issuer}/{list}",
        handlers.put,
        "Publish a status list: the node checks it against its ledger, keeps it, and tells the other nodes.",
        path=_PATH,
        bodies={
            handlers.VC: "A Bitstring Status List credential, secured with eddsa-rdfc-2022.",
            handlers.JSON: "The same.",
            handlers.JWT: "A Status List Token as a JWT.",
            handlers.CWT: "A Status List Token as a CWT.",
        },
        statuses=(204,),
        faults=(
            RequestFault.IMPOSSIBLE_ID,
            RequestFault.MALFORMED_BODY,
            RequestFault.TOO_LARGE,
            RequestFault.TOO_SLOW,
            RequestFault.UNSUPPORTED_MEDIA_TYPE,
            RequestFault.TOO_MANY_WAITING,
        ),
        refusals=tuple(PublicationFault),
        cost=_COST_OF_CHECKING,
    ),
)

GROUP = RouteGroup(_ROUTES, (handlers.JSON,), problem_response)
