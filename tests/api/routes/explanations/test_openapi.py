"""The interface description says what is served, all of it and nothing else."""

import re
from typing import Any

import jsonschema_rs
import msgspec
import pytest

from api.interface import types as interface_types
from api.routes.condition import types as condition_types
from api.routes.explanations.openapi import describe, operation_id
from api.routes.v1 import types as v1_types
from api.routes.verification import types as verification_types
from api.server import GROUPS
from api.web.routing import Method, Route, Router
from tests.api.conftest import Served
from tests.api.routes.v1.test_transactions import status_list

ROUTES = [route for group in GROUPS for route in group.routes]
DESCRIBED = [route for group in GROUPS if group.is_described for route in group.routes]
DESCRIPTION: dict[str, Any] = describe(GROUPS, "1")


def test_paths_and_methods_are_those_of_the_table() -> None:
    described = {
        (path, method.upper()) for path, methods in DESCRIPTION["paths"].items() for method in methods
    }
    assert described == {(route.template.replace("*}", "}"), route.method.value) for route in DESCRIBED}


def test_every_route_is_reached_by_its_own_path() -> None:
    router = Router(GROUPS)
    for route in ROUTES:
        path = re.sub(r"\{[a-z]+\*?\}", "5", route.template)
        found, parts = router.find(route.method.value, path)
        assert found is route
        assert set(parts) == {parameter.name for parameter in route.path}


def test_names_of_operations_are_unique() -> None:
    assert len({operation_id(route) for route in ROUTES}) == len(ROUTES)


def test_every_reference_leads_somewhere() -> None:
    schemas = DESCRIPTION["components"]["schemas"]
    names = set(re.findall(r'"#/components/schemas/([^"]+)"', msgspec.json.encode(DESCRIPTION).decode()))
    assert names <= set(schemas)
    structs = {
        name
        for module in (interface_types, v1_types, condition_types, verification_types)
        for name, value in vars(module).items()
        if isinstance(value, type) and not name.startswith("_")
    }
    assert set(schemas) <= structs


def test_every_parameter_of_a_path_is_described() -> None:
    for route in ROUTES:
        assert re.findall(r"\{([a-z]+)\*?\}", route.template) == [parameter.name for parameter in route.path]


def test_every_operation_lists_its_problems() -> None:
    for route in DESCRIBED:
        operation = DESCRIPTION["paths"][route.template.replace("*}", "}")][route.method.lower()]
        for fault in route.faults:
            assert f"/problems/{fault.value}" in operation["responses"][str(fault.status)]["description"]


PLAIN = [route for route in DESCRIBED if route.method is Method.GET and not route.path and route.answers]


@pytest.mark.parametrize("route", PLAIN, ids=[route.template for route in PLAIN])
async def test_answers_have_the_form_that_is_described(served: Served, route: Route) -> None:
    served.ledger.commit(status_list(served.ledger))
    query = "?since=0" if route.template == "/v1/changes" else ""
    reply = await served.get(route.template + query)
    responses = DESCRIPTION["paths"][route.template]["get"]["responses"]
    schema = {
        **responses[str(reply.status)]["content"]["application/json"]["schema"],
        "components": DESCRIPTION["components"],
    }
    jsonschema_rs.validate(schema, reply.json)


async def test_it_is_served(served: Served) -> None:
    described = (await served.get("/v1/openapi.json")).json
    assert described["openapi"] == "3.1.0"
    assert described["paths"] == msgspec.json.decode(msgspec.json.encode(DESCRIPTION["paths"]))
