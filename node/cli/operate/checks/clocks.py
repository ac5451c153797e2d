"""Clocks: what the running node knows of the others', and this machine's against Date headers.

No clock is blamed: which of two is right only an outside source can say.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from api.client.bounded_http import BoundedHttp, Unreachable
from api.client.foreign_json import decode_json
from api.interface.media import JSON
from api.ports import ClockKind
from api.routes.condition import types as condition
from api.routes.v1 import types
from consensus.timing import PRECISION_MS
from node.cli.operate.checks import OUTSIDE_SOURCE, Diagnosis, ok, problem, warning
from node.process import clock
from node.wording.times import format_duration
from registry.primitives.codec import Malformed

REQUEST_S = 5.0
APART_MS = 2_000
"""How far clocks may differ as far as Date headers tell, which have whole seconds."""
WRONG_MS = 10_000
MAX_FINDINGS = 64
"""Of what a node says, as many are printed."""
_MAX_BYTES = 4 * 1024 * 1024
_DATED_AHEAD = "write with `matricula`, which then dates by the ledger, or see docs/operating.md, The clock"


def check_clocks_of(health: condition.HealthReport, network: types.NetworkSummary | None) -> list[Diagnosis]:
    """What the node at this machine found by comparing clocks with the other validators."""
    clocks = health.clocks
    findings = [_diagnosis(finding) for finding in clocks.findings[:MAX_FINDINGS]]
    if findings:
        return findings
    if clocks.own_offset_ms is not None:
        agree = f"the node's clock agrees with those of {clocks.agreeing} of {len(clocks.others)} others"
        return [ok("clock", agree)]
    return [] if network is None else [_against_block(network)]


async def check_clocks(urls: Sequence[str]) -> list[Diagnosis]:
    """This machine's clock against that of each other node, by its Date header."""
    async with BoundedHttp(timeout_s=REQUEST_S) as http:
        return list(await asyncio.gather(*(_check_clock(http, url) for url in urls)))


def _diagnosis(finding: condition.ClockFindingReport) -> Diagnosis:
    if finding.kind == ClockKind.OWN.value:
        return problem("clock", finding.what, OUTSIDE_SOURCE)
    if finding.kind == ClockKind.OTHER.value:
        return warning("clock", finding.what, f"tell its operator; {OUTSIDE_SOURCE}")
    if finding.kind == ClockKind.LEDGER.value:
        return warning("clock", finding.what, _DATED_AHEAD)
    return problem("clock", finding.what, f"tell the operators; {OUTSIDE_SOURCE}")


def _against_block(network: types.NetworkSummary) -> Diagnosis:
    ahead_ms = network.time_ms - clock.now_ms()
    if ahead_ms > PRECISION_MS:
        what = (
            f"the last block is dated {format_duration(ahead_ms)} ahead of this machine's clock: either the "
            "clock is behind, or the block was dated by clocks that were ahead"
        )
        return problem("clock", what, OUTSIDE_SOURCE)
    return ok("clock", "not behind the newest block; name other nodes with --node to compare more closely")


async def _check_clock(http: BoundedHttp, url: str) -> Diagnosis:
    try:
        response = await http.request("GET", f"{url}/healthz", accept=JSON, limit=_MAX_BYTES)
        came_ms = clock.now_ms() - round(response.body_s * 1000)
        if response.status != HTTPStatus.OK:
            raise Malformed(f"status {response.status}")
        decode_json(response.body, condition.HealthReport)
        theirs_ms = _time_in(response.date)
    except (Unreachable, Malformed) as error:
        return warning("clock", f"{url} does not tell its time ({error})", "name another node with --node")
    apart_ms = abs(came_ms - theirs_ms)
    if apart_ms <= APART_MS:
        return ok("clock", f"within {APART_MS // 1000} seconds of {url}")
    what = f"{format_duration(apart_ms)} apart from {url}"
    severity = problem if apart_ms > WRONG_MS else warning
    return severity("clock", what, OUTSIDE_SOURCE)


def _time_in(date: str) -> int:
    """The time of a Date header, which is in UTC where it names no zone. Raises `Malformed`."""
    try:
        time = parsedate_to_datetime(date)
        return int((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, OverflowError, LookupError):  # OverflowError: years and zones of many digits
        raise Malformed("its Date header is no date") from None
