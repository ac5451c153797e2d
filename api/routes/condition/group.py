"""The node's own condition, for operators and load balancers."""

from api.interface.media import CBOR, JSON
from api.interface.problem_document import problem_response
from api.routes.condition import handlers, types
from api.web.routing import Method, Route, RouteGroup

_ROUTES = (
    Route(Method.GET, "/healthz", handlers.alive, "The node's condition.", answers=(types.HealthReport,)),
    Route(
        Method.GET,
        "/readyz",
        handlers.ready,
        "Whether the node takes transactions and its state is new; reads are answered in any case.",
        answers=(types.HealthReport,),
    ),
    Route(
        Method.GET,
        "/metrics",
        handlers.metrics,
        "Metrics in the Prometheus text format.",
        media=("text/plain",),
    ),
)

GROUP = RouteGroup(_ROUTES, (JSON, CBOR), problem_response)
