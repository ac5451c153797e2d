"""The node's own condition, for operators and load balancers. Answered while the node is not ready, too."""

from aiohttp import hdrs, web

from api.interface.problem_document import problem_response
from api.interface.response import structured
from api.ports import ClockComparison
from api.problems import Problem, RequestFault
from api.routes.condition import types
from api.web.request import Request
from api.web.service import ServerContext

_RETRY_S = 5


async def alive(service: ServerContext, request: Request) -> web.StreamResponse:
    """GET /healthz: the process answers, reads too."""
    request.query()
    health = service.node.health()
    response = structured(
        request,
        types.HealthReport(
            ready=health.ready,
            reason=health.reason,
            height=service.node.view().header.height,
            target_height=health.target_height,
            lag_ms=health.lag_ms,
            peers_connected=health.peers_connected,
            pool_transactions=health.pool_transactions,
            pool_bytes=health.pool_bytes,
            voting=health.voting,
            concerns=[
                types.ConcernReport(one.member, one.kind, one.what, one.count, one.last_ms)
                for one in health.concerns
            ],
            clocks=_clocks(health.clocks),
            linked=list(health.linked),
            not_voting=list(health.not_voting),
            follows=None if health.follows is None else health.follows.value,
            publications=[
                types.PublicationReport(due.list_id, due.form, due.kind, due.what)
                for due in health.publications
            ],
        ),
    )
    response.headers[hdrs.CACHE_CONTROL] = "no-store"
    return response


def _clocks(clocks: ClockComparison) -> types.ClocksReport:
    return types.ClocksReport(
        clocks.own_offset_ms,
        clocks.agreeing,
        clocks.ledger_ahead_ms,
        [
            types.ClockOffsetReport(one.member, one.offset_ms, one.error_ms, one.is_apart)
            for one in clocks.others
        ],
        [types.ClockFindingReport(one.kind.value, one.member, one.what) for one in clocks.findings],
    )


async def ready(service: ServerContext, request: Request) -> web.StreamResponse:
    """GET /readyz: 200 while the node takes transactions and its state is new, else 503. Reads are answered
    in any case, and dated.
    """
    health = service.node.health()
    if not health.ready:
        return problem_response(Problem(RequestFault.UNREADY, health.reason, retry_after_s=_RETRY_S))
    return await alive(service, request)


async def metrics(service: ServerContext, request: Request) -> web.StreamResponse:
    """GET /metrics: the Prometheus text format."""
    request.query()
    return web.Response(
        body=service.node.metrics(),
        headers={
            hdrs.CONTENT_TYPE: "text/plain; version=0.0.4; charset=utf-8",
            hdrs.CACHE_CONTROL: "no-store",
        },
    )
