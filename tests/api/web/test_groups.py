"""Groups of routes: a foreign protocol beside our own, with its own media type and its own form of error."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp import web

from api.limits import ServerLimits
from api.problems import Problem, ProblemError, RequestFault
from api.routes.explanations.openapi import describe
from api.server import GROUPS
from api.web.request import Request
from api.web.routing import Method, Parameter, Route, RouteGroup, Router
from api.web.service import ServerContext
from tests.api.conftest import Served, serve
from tests.api.ledger import Ledger
from tests.api.routes.v1.test_transactions import problem


async def resolve(service: ServerContext, request: Request) -> web.StreamResponse:
    """What the protocol answers."""
    match request.part("id"):
        case "unready":
            raise ProblemError(RequestFault.UNREADY)
        case "mistake":
            raise AssertionError("a mistake of ours")
        case name:
            return web.Response(text=f"{name} at {service.dated_view(request).header.height}")


def refuse(problem: Problem) -> web.Response:
    """How the protocol refuses."""
    return web.Response(text=f"error={problem.reason.value}", status=problem.status)


FOREIGN = RouteGroup(
    routes=(
        Route(
            Method.GET,
            "/2.0/foreign/{id*}",
            resolve,
            "A document.",
            path=(Parameter("id", {"type": "string"}, "A DID."),),
        ),
    ),
    media=("text/plain",),
    refuse=refuse,
    is_described=False,
)


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    """Our own interface, and a foreign one."""
    async for server in serve(Ledger(), groups=(*GROUPS, FOREIGN)):
        yield server


async def test_it_answers_in_its_own_words(served: Served) -> None:
    reply = await served.get("/2.0/foreign/did:web:a.example%3A8443")
    assert (reply.status, reply.body) == (200, b"did:web:a.example:8443 at 0")
    assert reply.header("matricula-age") == "0"
    assert reply.header("access-control-allow-origin") == "*"


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        ("GET", "/2.0/foreign/unready", 503, b"error=unready"),
        ("GET", "/2.0/foreign/mistake", 500, b"error=internal-error"),
        ("GET", "/2.0/foreign", 404, b"error=no-such-resource"),
        ("GET", "/2.0/foreign/%ff", 400, b"error=malformed-path"),
        ("DELETE", "/2.0/foreign/a", 405, b"error=method-not-allowed"),
    ],
)
async def test_it_refuses_in_its_own_words(
    served: Served, method: str, path: str, status: int, body: bytes
) -> None:
    reply = await served.ask(method, path)
    assert (reply.status, reply.body) == (status, body)


async def test_limits_hold_for_it_too() -> None:
    limits = ServerLimits(requests_per_second=1, request_burst=1)
    async for server in serve(Ledger(), limits, groups=(*GROUPS, FOREIGN)):
        await server.get("/2.0/foreign/a")
        reply = await server.get("/2.0/foreign/a")
        assert (reply.status, reply.body) == (429, b"error=rate-limited")


async def test_our_own_interface_is_as_before(served: Served) -> None:
    assert problem(await served.get("/v1/nothing")) == (404, "no-such-resource", "path")
    assert problem(await served.get("/2.0")) == (404, "no-such-resource", "path")
    assert problem(await served.get("/nothing")) == (404, "no-such-resource", "path")
    described = (await served.get("/v1/openapi.json")).json
    assert described == describe(GROUPS, described["info"]["version"])
    assert not [path for path in described["paths"] if path.startswith("/2.0")]


def test_the_description_lists_a_group_that_wants_it() -> None:
    listed = RouteGroup(FOREIGN.routes, FOREIGN.media, FOREIGN.refuse)
    operation = describe((*GROUPS, listed), "1")["paths"]["/2.0/foreign/{id}"]["get"]
    assert list(operation["responses"]["200"]["content"]) == ["text/plain"]


def test_a_status_without_words_of_its_own_is_described_by_its_name() -> None:
    (route,) = FOREIGN.routes
    redirecting = RouteGroup((replace(route, statuses=(200, 303)),), FOREIGN.media, FOREIGN.refuse)
    operation = describe((redirecting,), "1")["paths"]["/2.0/foreign/{id}"]["get"]
    assert operation["responses"]["303"]["description"] == "See Other."


def test_a_template_names_its_parts_in_small_letters_or_is_refused() -> None:
    (route,) = FOREIGN.routes
    wrong = replace(FOREIGN, routes=(replace(route, template="/2.0/foreign/{didUrl}"),))
    with pytest.raises(ValueError, match="didUrl"):
        Router((wrong,))
