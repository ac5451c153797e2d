"""The HTTP server: the table of routes over a node."""

from collections.abc import Callable

import orjson
from aiohttp import web

from api.limits import Limits
from api.openapi import describe
from api.ports import Node
from api.routes import ROUTES
from api.web.protocol import Server
from api.web.routing import Router
from api.web.service import Service
from api.web.watching import Unwatched, Watcher

INTERFACE_VERSION = "1.0.0"
_SHUTDOWN_S = 2.0


def runner(
    node: Node, limits: Limits, clock_ms: Callable[[], int], watcher: Watcher | None = None
) -> web.ServerRunner:
    """A runner to be set up, given sites, and cleaned up on the node's event loop. `clock_ms` counts since
    1970; `watcher` is told of every answer and refusal. To be called within that loop.
    """
    description = orjson.dumps(describe(ROUTES, INTERFACE_VERSION))
    service = Service(node, limits, clock_ms, description)
    server = Server(service, Router(ROUTES), watcher or Unwatched())
    return web.ServerRunner(server, shutdown_timeout=_SHUTDOWN_S)
