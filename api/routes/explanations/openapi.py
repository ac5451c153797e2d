"""The interface description, OpenAPI 3.1, made from the groups of routes and their types: it cannot say what
is not served. A group of a foreign protocol, which its own documents describe, may be left out.

Problems are described once: every operation refers to them by status, with the reasons listed.
"""

from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any

import msgspec

from api.interface.problem_document import MEDIA_TYPE, TYPE_PREFIX
from api.interface.types import ProblemDocument
from api.problems import RequestFault
from api.web.routing import Parameter, Route, RouteGroup
from registry.ruleset import CURRENT

_EVERYWHERE = (
    RequestFault.MALFORMED_REQUEST,
    RequestFault.MALFORMED_PATH,
    RequestFault.MALFORMED_QUERY,
    RequestFault.NOT_ACCEPTABLE,
    RequestFault.RATE_LIMITED,
    RequestFault.INTERNAL,
    RequestFault.UNREADY,
)
_PROOF = {
    "type": "object",
    "description": (
        "An answer with its proof, header and certificate; see the guide for verifiers. As CBOR it is the "
        "exact bytes that the answer verifier takes."
    ),
}
_MEANINGS = {200: "Done.", 202: "Taken; not final yet."}
"""Said of a status in place of its name in HTTP."""

JsonObject = dict[str, Any]


def describe(groups: Sequence[RouteGroup], version: str) -> JsonObject:
    """The description of the groups that have one."""
    described = [(route, group.media) for group in groups if group.is_described for route in group.routes]
    answers = [answer for route, _ in described for answer in route.answers]
    schemas, components = msgspec.json.schema_components(
        [*answers, ProblemDocument], ref_template="#/components/schemas/{name}"
    )
    by_type = dict(zip(answers, schemas, strict=False))
    paths: JsonObject = {}
    for route, media in described:
        template = route.template.replace("*}", "}")
        paths.setdefault(template, {})[route.method.lower()] = _operation(route, by_type, media)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Matricula",
            "version": version,
            "description": "A cross-institution credential registry whose answers carry proofs.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {"schemas": components},
    }


def _operation(route: Route, by_type: dict[Any, JsonObject], media: tuple[str, ...]) -> JsonObject:
    operation: JsonObject = {
        "summary": route.summary,
        "operationId": operation_id(route),
        "responses": {**_answers(route, by_type, route.media or media), **_problems(route)},
    }
    parameters = [*_parameters(route.path, "path"), *_parameters(route.query, "query")]
    if parameters:
        operation["parameters"] = parameters
    if route.bodies is not None:
        content = {media: {"schema": {"description": text}} for media, text in route.bodies.items()}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def operation_id(route: Route) -> str:
    """A name made of method and path, unique as they are."""
    parts = [part.strip("{}*").replace(".", "-") for part in route.template.split("/") if part]
    return "-".join([route.method.lower(), *parts])


def _parameters(parameters: Iterable[Parameter], where: str) -> list[JsonObject]:
    return [
        {
            "name": parameter.name,
            "in": where,
            "required": where == "path",
            "description": parameter.description,
            "schema": dict(parameter.schema),
        }
        for parameter in parameters
    ]


def _answers(route: Route, by_type: dict[Any, JsonObject], media: tuple[str, ...]) -> JsonObject:
    schemas = [by_type[answer] for answer in route.answers]
    if route.proves:
        schemas.insert(0, _PROOF)
    schema: JsonObject = {"anyOf": schemas} if len(schemas) > 1 else (schemas[0] if schemas else {})
    content = {name: {"schema": schema} for name in media}
    return {str(status): {"description": _meaning(status), "content": content} for status in route.statuses}


def _meaning(status: int) -> str:
    return _MEANINGS.get(status) or f"{HTTPStatus(status).phrase}."


def _problems(route: Route) -> JsonObject:
    """The problems of an operation by status, each with the types it may have."""
    by_status: dict[int, list[str]] = {}
    for fault in (*_EVERYWHERE, *route.faults):
        by_status.setdefault(fault.status, []).append(TYPE_PREFIX + fault.code)
    refusals = (*(CURRENT.reasons if route.rejects else ()), *route.refusals)
    if refusals:
        by_status[422] = [TYPE_PREFIX + reason.code for reason in refusals]
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}
    return {
        str(status): {"description": "One of: " + ", ".join(names), "content": content}
        for status, names in sorted(by_status.items())
    }
