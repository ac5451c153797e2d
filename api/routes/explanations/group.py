"""What the interface says about itself."""

from api.interface.media import CBOR, JSON
from api.interface.problem_document import problem_response
from api.interface.types import ProblemDocument
from api.routes.explanations import handlers
from api.web.routing import Method, Parameter, Route, RouteGroup

_TEXT = {"type": "string", "minLength": 1, "maxLength": 512}
_ROUTES = (
    Route(
        Method.GET,
        "/v1/openapi.json",
        handlers.interface,
        "This description.",
        media=(JSON,),
    ),
    Route(
        Method.GET,
        "/problems/{reason}",
        handlers.explain,
        "What a problem means and what to do about it.",
        path=(Parameter("reason", _TEXT, "The problem's name."),),
        answers=(ProblemDocument,),
        media=("text/html", JSON),
    ),
)

GROUP = RouteGroup(_ROUTES, (JSON, CBOR), problem_response)
