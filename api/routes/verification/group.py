"""Credentials judged by a node: what is served."""

from functools import partial
from typing import Final

from api.interface.media import CBOR, JSON
from api.interface.problem_document import problem_response
from api.lookup.fetching import WebSource
from api.problems import RequestFault
from api.routes.verification import handlers, types
from api.verifier.credential.policy import SHIPPED
from api.web.routing import Method, Parameter, Route, RouteGroup

COST: Final = 64
"""Tokens of one verification: judging takes milliseconds, fetching may take seconds."""


def group_of(fetching: WebSource) -> RouteGroup:
    """The group of a node that looks up in the web by `fetching`."""
    route = Route(
        Method.POST,
        "/v1/verify",
        partial(handlers.verify, fetching),
        "Judge a credential, or those in a presentation, a picture or a document. This node's word.",
        query=(Parameter("policy", {"enum": list(SHIPPED)}, "What it has to count for. Default: employer."),),
        answers=(types.Verification,),
        bodies=handlers.BODIES,
        cost=COST,
        faults=(
            RequestFault.MALFORMED_BODY,
            RequestFault.TOO_LARGE,
            RequestFault.TOO_SLOW,
            RequestFault.UNSUPPORTED_MEDIA_TYPE,
            RequestFault.TOO_MANY_WAITING,
        ),
    )
    return RouteGroup((route,), (JSON, CBOR), problem_response)
