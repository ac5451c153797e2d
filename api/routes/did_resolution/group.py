"""DID Resolution: what is served, and how it is refused."""

from typing import Final

import orjson
from aiohttp import web

from api.documents.did_resolution import ResolutionFault
from api.interface.problem_document import problem_response, to_json
from api.problems import Problem, ProblemReason, RequestFault
from api.routes.did_resolution import handlers
from api.routes.did_resolution.media import Representation
from api.web.routing import Method, Parameter, Route, RouteGroup

_TEXT: Final = {"type": "string", "minLength": 1, "maxLength": 512}
_TYPES: Final[dict[ProblemReason, ResolutionFault]] = {
    RequestFault.MALFORMED_PATH: ResolutionFault.INVALID_DID,
    RequestFault.NO_SUCH_RESOURCE: ResolutionFault.INVALID_DID,
}
"""Faults of a request that the specification has a type for."""
_INTERNAL: Final = "https://www.w3.org/ns/did#INTERNAL_ERROR"


def refuse(problem: Problem) -> web.Response:
    """The problem as clients of resolvers know it; what the specification has no type for keeps ours."""
    fault, response = _TYPES.get(problem.reason), problem_response(problem)
    if fault is not None:
        response.body = orjson.dumps({**to_json(problem), "type": fault.type, "status": fault.status})
        response.set_status(fault.status)
    elif problem.reason is RequestFault.INTERNAL:
        response.body = orjson.dumps({**to_json(problem), "type": _INTERNAL})
    return response


_ROUTES: Final = (
    Route(
        Method.GET,
        "/1.0/identifiers/{did*}",
        handlers.identifier,
        "A DID, resolved.",
        path=(Parameter("did", _TEXT, "The DID, as it is or percent-encoded."),),
        query=(
            Parameter("versionId", _TEXT, "The number of a version."),
            Parameter("versionTime", _TEXT, "The version that was known at this time."),
            Parameter("expandRelativeUrls", {"enum": ["true", "false"]}, "All URLs are absolute anyway."),
        ),
        statuses=(200, 410),
    ),
)

GROUP = RouteGroup(_ROUTES, tuple(form.value for form in Representation), refuse, is_described=False)
