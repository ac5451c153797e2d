"""What surrounds every handler: methods, browsers' headers, limits, and errors that no handler sees."""

import asyncio

import pytest

from api.limits import ServerLimits
from api.problems import REASONS, RequestFault
from tests.api.conftest import Served, serve
from tests.api.ledger import Ledger
from tests.api.routes.v1.test_transactions import problem


async def raw(served: Served, request: bytes) -> tuple[bytes, bytes]:
    """Head and body of what the server says to some bytes; it must close the connection then."""
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(request)
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    return head, body


async def test_head_is_get_without_body(served: Served) -> None:
    head = await served.ask("HEAD", "/v1/network")
    get = await served.get("/v1/network")
    assert (head.status, head.body) == (200, b"")
    assert head.header("content-length") == get.header("content-length")
    assert head.header("etag") == get.header("etag")


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        ("/v1/network", "GET, HEAD, OPTIONS"),
        ("/v1/transactions", "OPTIONS, POST"),
        (f"/v1/attachments/{'00' * 32}", "GET, HEAD, OPTIONS, PUT"),
    ],
)
async def test_methods(served: Served, path: str, allow: str) -> None:
    reply = await served.ask(
        "OPTIONS", path, origin="https://a.example", access_control_request_method="POST"
    )
    assert (reply.status, reply.body) == (204, b"")
    for name in ("allow", "access-control-allow-methods"):
        assert reply.header(name) == allow
    assert reply.header("access-control-allow-headers") == "Accept, Content-Type, If-None-Match"
    reply = await served.ask("DELETE", path)
    assert problem(reply) == (405, "method-not-allowed", "")
    assert reply.header("allow") == allow


async def test_headers_for_browsers(served: Served) -> None:
    for reply in (await served.get("/v1/network"), await served.get("/nothing")):
        assert reply.header("access-control-allow-origin") == "*"
        exposed = "ETag, Link, Location, Retry-After, Matricula-Age, Matricula-Unready"
        assert reply.header("access-control-expose-headers") == exposed
        assert reply.header("x-content-type-options") == "nosniff"
        assert reply.header("server") == "matricula"


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/", "/v1/nothing", "/v1/network/x", "/V1/network", "/v1//network"]
)
async def test_paths_that_lead_nowhere(served: Served, path: str) -> None:
    assert problem(await served.get(path)) == (404, "no-such-resource", "path")


async def test_a_client_has_its_limit() -> None:
    async for served in serve(Ledger(), ServerLimits(requests_per_second=1, request_burst=2)):
        assert [(await served.get("/healthz")).status for _ in range(2)] == [200, 200]
        reply = await served.get("/healthz")
        assert problem(reply) == (429, "rate-limited", "")
        assert reply.header("retry-after") == "1"
        assert reply.json["retryAfter"] == 1


async def test_a_body_has_its_time() -> None:
    async for served in serve(Ledger(), ServerLimits(body_timeout_s=0.0, linger_s=0.0)):
        head, body = await raw(
            served,
            b"POST /v1/transactions HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
            b"Content-Type: application/cose\r\nContent-Length: 9\r\n\r\nhalf",
        )
        assert head.startswith(b"HTTP/1.1 408 ")
        assert b'"type":"/problems/too-slow"' in body


NO_HTTP = {
    "not HTTP at all": b"\x16\x03\x01\x02\x00\r\n\r\n",
    "a path with a space": b"GET /v1/net work HTTP/1.1\r\nHost: a\r\n\r\n",
    "a long line": b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    "a long header": b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 9000 + b"\r\n\r\n",
    "two lengths": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
}


@pytest.mark.parametrize("request_bytes", NO_HTTP.values(), ids=NO_HTTP.keys())
async def test_what_is_no_http_is_a_problem_too(served: Served, request_bytes: bytes) -> None:
    head, body = await raw(served, request_bytes)
    assert head.startswith((b"HTTP/1.1 400 ", b"HTTP/1.0 400 "))
    assert b"application/problem+json" in head
    assert b'"type":"/problems/malformed-request"' in body


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("http://registry.example/v1/network?x=1", b"400"),
        ("HTTP://registry.example:8080/v1/network", b"200"),
        ("https://registry.example/v1/nothing", b"404"),
        ("http://registry.example", b"404"),
        ("http://registry.example?x=/v1/network", b"404"),
        ("ftp://registry.example/v1/network", b"404"),
    ],
)
async def test_a_target_in_absolute_form_is_its_path(served: Served, target: str, status: bytes) -> None:
    request = f"GET {target} HTTP/1.1\r\nHost: registry.example\r\nConnection: close\r\n\r\n"
    head, _ = await raw(served, request.encode())
    assert head.split(b" ", 2)[1] == status


async def test_an_explanation_is_what_accept_prefers(served: Served) -> None:
    path = "/problems/unready"
    for accept, media_type in {
        "text/html, application/json;q=0.5": "text/html; charset=utf-8",
        "application/json, text/html;q=0.5": "application/json",
        "application/problem+json": "application/json",
        "application/json;q=0, */*": "text/html; charset=utf-8",
        "application/*": "application/json",
        "image/png": "text/html; charset=utf-8",
    }.items():
        reply = await served.get(path, accept=accept)
        assert (reply.status, reply.header("content-type")) == (200, media_type), accept


async def test_a_mistake_of_ours_is_a_problem_and_says_nothing_of_itself(served: Served) -> None:
    served.ledger.break_reads()
    reply = await served.get("/v1/network")
    assert problem(reply) == (500, "internal-error", "")
    assert set(reply.json) == {"type", "title", "status", "remedy"}


async def test_every_problem_is_explained(served: Served) -> None:
    for name, reason in REASONS.items():
        page = await served.get(f"/problems/{name}", accept="text/html")
        assert (page.status, page.header("content-type")) == (200, "text/html; charset=utf-8")
        assert name.encode() in page.body
        document = (await served.get(f"/problems/{name}", accept="application/json")).json
        assert document["type"] == f"/problems/{name}"
        if isinstance(reason, RequestFault):
            assert (document["title"], document["remedy"]) == (reason.sentence, reason.remedy)
    assert problem(await served.get("/problems/none")) == (404, "no-such-resource", "path.reason")


async def test_answers_are_observed_by_route_and_never_by_path(served: Served) -> None:
    await served.get("/v1/network?x=1")
    await served.get("/v1/status-lists/did%3Aweb%3Asecret%2Fstatus-lists%2Fx/chunks/7")
    await served.get("/nowhere")
    await served.ask("DELETE", "/v1/network")
    served.ledger.break_reads()
    await served.get("/v1/network")
    assert [(route, status) for route, status, _ in served.observed] == [
        ("/v1/network", 400),
        ("/v1/status-lists/{id*}/chunks/{chunk}", 200),
        ("none", 404),
        ("none", 405),
        ("none", 500),
    ]
    assert all(seconds >= 0 for _, _, seconds in served.observed)
