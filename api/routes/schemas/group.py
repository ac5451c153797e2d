"""Schemas at addresses of their own: what is served."""

from typing import Final

from api.documents.schema_rendition import SchemaDraft
from api.interface.problem_document import problem_response
from api.problems import RequestFault
from api.routes.schemas import handlers
from api.web.routing import Method, Parameter, Route, RouteGroup

_TEXT: Final = {"type": "string", "minLength": 1, "maxLength": 512}

GROUP = RouteGroup(
    (
        Route(
            Method.GET,
            "/schemas/{did}/{name}/{version}",
            handlers.schema,
            "A version of a credential schema: its exact bytes, or its rendition in the other draft.",
            path=(
                Parameter("did", _TEXT, "The owner's DID, as it is or percent-encoded."),
                Parameter("name", _TEXT, "The schema's name."),
                Parameter("version", _TEXT, "The version."),
            ),
            query=(
                Parameter(
                    "draft",
                    {"enum": [draft.short_name for draft in SchemaDraft]},
                    "The draft of JSON Schema to have it in. Default: the one that it was recorded in.",
                ),
            ),
            faults=(
                RequestFault.IMPOSSIBLE_ID,
                RequestFault.NOT_RECORDED,
                RequestFault.ENDED,
                RequestFault.NO_RENDITION,
            ),
            cost=2,
        ),
    ),
    (handlers.JSON, handlers.SCHEMA_JSON),
    problem_response,
)
