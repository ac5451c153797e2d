"""Pages for people: what is served."""

from api.interface.problem_document import problem_response
from api.routes.pages import handlers
from api.web.routing import Method, Parameter, Route, RouteGroup

_PATH = Parameter("path", {"type": "string", "minLength": 1}, "A file of the page.")

GROUP = RouteGroup(
    (
        Route(Method.GET, "/verify", handlers.file, "A page on which people check credentials."),
        Route(Method.GET, "/verify/{path*}", handlers.file, "A file of that page.", path=(_PATH,)),
    ),
    ("text/html", "text/css", "text/javascript", "image/svg+xml", "application/json"),
    problem_response,
    is_described=False,
)
