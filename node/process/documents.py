"""What a process does about the did:web documents of its institution: serving them where the node is their
host, and comparing them with the ledger.
"""

import asyncio

from structlog.typing import FilteringBoundLogger

from api.lookup.fetching import Fetcher
from api.routes.did_web.group import own_host
from api.server import groups_with
from api.web.routing import RouteGroup
from node.observing.did_watch import DidWatch
from node.process.assembly import Node
from node.process.clock import CLOCK
from node.serving.web_source import web_source
from node.setup.config import Config
from registry.network_kind import NetworkKind


def groups_for(settings: Config) -> tuple[RouteGroup, ...]:
    """What is served, with the web as the settings let it be looked up; at a node that is a web host of its
    institution, its did:web documents too.
    """
    groups = groups_with(web_source(settings.verification, CLOCK.wall_ms))
    host = settings.did_web.host
    return groups if host is None else (*groups, own_host(host))


def compares_documents(settings: Config, kind: NetworkKind) -> bool:
    """Whether the node asks the web for its institution's documents: unless told otherwise in a production
    network alone. Elsewhere names are made up, and their hosts are strangers'.
    """
    told = settings.did_web.compare
    return kind is NetworkKind.PRODUCTION if told is None else told


def make_did_watch(node: Node, settings: Config, log: FilteringBoundLogger) -> DidWatch:
    """The daily comparison of a node that runs."""
    return DidWatch(
        settings.institution.did,
        node.service.view,
        Fetcher(now_ms=CLOCK.wall_ms, permitted=settings.verification.origins),
        asyncio.sleep,
        node.telemetry.metrics.documents,
        log,
    )
