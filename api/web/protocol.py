"""What surrounds every handler: client limits, problems in place of errors, and the headers that browsers
need.

No request is logged: a log of reads would tell who looks up whose credential. What is logged is our own
mistakes, without the request.
"""

import asyncio
import logging
from collections import Counter
from http import HTTPStatus
from typing import Any

from aiohttp import hdrs, web

from api.dating import AGE, UNREADY
from api.limits import client_of
from api.problems import Problem, ProblemError, RequestFault
from api.web.request import Request, origin_form
from api.web.routing import MethodNotAllowed, Router
from api.web.service import ServerContext
from api.web.waiting import ClientGoneError
from api.web.watching import Refusal, Watcher, refusal_of
from registry.rows import Damaged, Unreadable

log = logging.getLogger(__name__)

_MAX_LINE = 4096
_MAX_HEADERS = 64
_COMMON = {
    hdrs.ACCESS_CONTROL_ALLOW_ORIGIN: "*",
    hdrs.ACCESS_CONTROL_EXPOSE_HEADERS: f"ETag, Link, Location, Retry-After, {AGE}, {UNREADY}",
    hdrs.X_CONTENT_TYPE_OPTIONS: "nosniff",
    hdrs.SERVER: "matricula",
}
_PREFLIGHT = {
    hdrs.ACCESS_CONTROL_ALLOW_HEADERS: "Accept, Content-Type, If-None-Match",
    hdrs.ACCESS_CONTROL_MAX_AGE: "86400",
}

_CLIENT_GONE = 499
"""What is counted, and sent to nobody, where the client went away: the number that other servers use."""
_CANNOT_READ = "It cannot read its store, so it stops. Ask another node."

NO_ROUTE = "none"
"""Stands for the template where no route answers."""


class Server(web.Server):
    """An HTTP server over groups of routes."""

    def __init__(self, service: ServerContext, router: Router, watcher: Watcher) -> None:
        settings: dict[str, Any] = {
            "access_log": None,
            "keepalive_timeout": service.limits.idle_s,
            "lingering_time": service.limits.linger_s,
            "max_line_size": _MAX_LINE,
            "max_field_size": _MAX_LINE,
            "max_headers": _MAX_HEADERS,
            "auto_decompress": False,  # a small body must not become a large one
        }
        super().__init__(self._answer, **settings)
        self._service = service
        self._router = router
        self._watcher = watcher
        self._settings = settings
        self._clients: dict[web.RequestHandler, str] = {}
        self._connected: Counter[str] = Counter()
        self._silent: set[web.RequestHandler] = set()

    def connection_made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        """A new connection, closed at once where its client, or all of them, have enough already."""
        super().connection_made(handler, transport)
        peer = transport.get_extra_info("peername")
        client = client_of(peer[0] if isinstance(peer, tuple) else None)
        self._clients[handler] = client
        self._connected[client] += 1
        self._silent.add(handler)
        self._watcher.connected(len(self._clients))
        refusal = self._too_many(client)
        if refusal is not None:
            self._watcher.refused(refusal, client)
            # not at once: the handler, which is being made, must find its server first
            self._loop.call_soon(transport.abort)

    def connection_lost(self, handler: web.RequestHandler, exc: BaseException | None = None) -> None:
        """A connection that is gone gives its place back."""
        super().connection_lost(handler, exc)
        self._service.waits.end(handler)
        client = self._clients.pop(handler, None)
        if client is not None:
            self._connected[client] -= 1
            if not self._connected[client]:
                del self._connected[client]
        self._silent.discard(handler)
        self._watcher.connected(len(self._clients))

    def idled(self, handler: web.RequestHandler) -> None:
        """A connection was closed because nothing came on it for long."""
        if handler in self._silent:
            self._watcher.refused(Refusal.NO_REQUEST, self._clients[handler])

    async def shutdown(self, timeout: float | None = None) -> None:  # noqa: ASYNC109  # aiohttp's signature
        """Ends the connections, and the work beside the loop."""
        await super().shutdown(timeout)
        self._service.close()

    def paused(self, handler: web.RequestHandler) -> None:
        """A connection is read no more for now: nobody would notice that its client went away (W3)."""
        self._service.waits.end(handler)

    def __call__(self) -> web.RequestHandler:
        """The protocol of one connection."""
        return _Connection(self, loop=self._loop, **self._settings)

    async def _answer(self, http: web.BaseRequest) -> web.StreamResponse:
        self._watcher.began()
        self._silent.discard(http.protocol)
        begin_s, template, status = self._loop.time(), NO_ROUTE, HTTPStatus.INTERNAL_SERVER_ERROR.value
        request: Request | None = None
        path, _, query = origin_form(http.raw_path).partition("?")
        try:
            client = client_of(http.remote)
            self._service.charge(client, 1)
            route, parts = self._router.find(http.method, path)
            template = route.template
            if route.cost > 1:
                self._service.charge(client, route.cost - 1)
            request = Request(http, parts, query, self._service.limits)
            response = await route.handler(self._service, request)
            status = response.status
        except ProblemError as error:
            response = self.refuse(path, error.problem)
            status = response.status
            refusal = refusal_of(error.problem.reason)
            if refusal is not None:
                self._watcher.refused(refusal, client_of(http.remote))
        except MethodNotAllowed as error:
            response = self._other_method(http.method, path, error)
            status = response.status
        except (Damaged, Unreadable) as failure:
            self._service.node.damaged(failure)
            response = self.refuse(path, Problem(RequestFault.UNREADY, _CANNOT_READ))
            status = response.status
        except ClientGoneError:
            response, status = web.Response(status=_CLIENT_GONE), _CLIENT_GONE
        finally:
            self._watcher.answered(template, status, self._loop.time() - begin_s)
        response.headers.update(_COMMON)
        if request is not None:
            response.headers.update(self._service.dating(request))
        if not http.content.is_eof():
            response.force_close()  # what is left of the body would be taken for the next request
        return response

    def refuse(self, path: str, problem: Problem) -> web.Response:
        """The response to a path that carries a problem, as its group writes it."""
        return self._router.refuse(origin_form(path).partition("?")[0], problem)

    def _other_method(self, method: str, path: str, error: MethodNotAllowed) -> web.Response:
        """What a path says to a method that it does not have; OPTIONS, a browser's preflight too, is answered
        from the table.
        """
        if method == hdrs.METH_OPTIONS:
            headers = {**_PREFLIGHT, hdrs.ACCESS_CONTROL_ALLOW_METHODS: error.allow}
            response = web.Response(status=204, headers=headers)
        else:
            problem = Problem(RequestFault.METHOD_NOT_ALLOWED, f"Permitted: {error.allow}.")
            response = self.refuse(path, problem)
        response.headers[hdrs.ALLOW] = error.allow
        return response

    def _too_many(self, client: str) -> Refusal | None:
        """Which limit the connections exceed, the last one of them included."""
        limits = self._service.limits
        if len(self._clients) > limits.connections:
            return Refusal.CONNECTIONS
        if self._connected[client] > limits.connections_per_client:
            return Refusal.CONNECTIONS_OF_CLIENT
        return None


class _Connection(web.RequestHandler):
    """The protocol of one connection, whose own errors are problems too."""

    def __init__(self, server: Server, **settings: Any) -> None:
        super().__init__(server, **settings)
        self._server = server

    def _pause_transport_reading(self) -> None:
        """Called by the library where the client sends faster than its requests are answered."""
        super()._pause_transport_reading()
        self._server.paused(self)

    def _process_keepalive(self) -> None:
        """Called by the library when nothing may have come for long; it closes the connection if so."""
        super()._process_keepalive()
        if self.transport is None:
            self._server.idled(self)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """A request that is no HTTP (400), or a mistake of ours (500). Closes the connection."""
        if status == HTTPStatus.INTERNAL_SERVER_ERROR:
            log.error("a request handler failed", exc_info=exc)
            problem = Problem(RequestFault.INTERNAL)
        else:
            problem = Problem(RequestFault.MALFORMED_REQUEST, (message or "").split("\n", 1)[0][:128])
        if request.writer.output_size > 0:
            raise ConnectionError("part of an answer has been sent already")
        response = self._server.refuse(request.raw_path, problem)
        response.headers.update(_COMMON)
        response.force_close()
        return response
