"""The HTTP server: groups of routes over a node."""

from collections.abc import Callable, Sequence
from typing import Final

import orjson
from aiohttp import web

from api.limits import ServerLimits
from api.lookup.fetching import NoWeb, WebSource
from api.ports import NodePort
from api.routes.condition.group import GROUP as CONDITION
from api.routes.did_resolution.group import GROUP as DID_RESOLUTION
from api.routes.did_web.group import GROUP as DID_WEB
from api.routes.explanations.group import GROUP as EXPLANATIONS
from api.routes.explanations.openapi import describe
from api.routes.issuer_registry.group import GROUP as ISSUER_REGISTRY
from api.routes.pages.group import GROUP as PAGES
from api.routes.publications.group import GROUP as PUBLICATIONS
from api.routes.schemas.group import GROUP as SCHEMAS
from api.routes.v1.group import GROUP as V1
from api.routes.verification.group import group_of as verification_by
from api.web.protocol import Server
from api.web.routing import RouteGroup, Router
from api.web.service import ServerContext
from api.web.watching import Unwatched, Watcher

INTERFACE_VERSION = "1.0.0"
VERIFICATION: Final = verification_by(NoWeb())
GROUPS: Final[tuple[RouteGroup, ...]] = (
    V1,
    EXPLANATIONS,
    CONDITION,
    DID_RESOLUTION,
    DID_WEB,
    ISSUER_REGISTRY,
    PAGES,
    PUBLICATIONS,
    SCHEMAS,
    VERIFICATION,
)
"""Everything that a node serves; what is only on the web it does not look up."""
_SHUTDOWN_S = 2.0


def groups_with(web_source: WebSource) -> tuple[RouteGroup, ...]:
    """The same of a node that looks up in the web by `web_source`."""
    verification = verification_by(web_source)
    return tuple(verification if group is VERIFICATION else group for group in GROUPS)


def runner(
    node: NodePort,
    limits: ServerLimits,
    clock_ms: Callable[[], int],
    watcher: Watcher | None = None,
    groups: Sequence[RouteGroup] = GROUPS,
) -> web.ServerRunner:
    """A runner to be set up, given sites, and cleaned up on the node's event loop. `clock_ms` counts since
    1970; `watcher` is told of every answer and refusal. To be called within that loop.
    """
    description = orjson.dumps(describe(groups, INTERFACE_VERSION))
    service = ServerContext(node, limits, clock_ms, description)
    server = Server(service, Router(groups), watcher or Unwatched())
    return web.ServerRunner(server, shutdown_timeout=_SHUTDOWN_S)
