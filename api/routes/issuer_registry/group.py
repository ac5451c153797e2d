"""The registry of issuers: what is served."""

from api.interface.problem_document import problem_response
from api.routes.issuer_registry import handlers
from api.web.routing import Method, Route, RouteGroup

GROUP = RouteGroup(
    (
        Route(
            Method.GET,
            "/registry.json",
            handlers.registry,
            "All issuers with the names that the registry has for them, as the clients of the Digital "
            "Credentials Consortium read it.",
            cost=8,
        ),
    ),
    (handlers.JSON,),
    problem_response,
)
