"""Judging credentials for whoever sends them.

- V1 What is sent is judged in memory, and neither kept nor logged. No response may be kept on its way.
- V2 The registry is asked for its own state, as of one block. What the web has is fetched only where the
  operator permits it, and a run is bounded in requests, bytes and time.
- V3 Few verifications are made at one time, for each client and in all: judging and fetching cost more than
  any other answer. A client's own count from before its body is read, so that its bodies take bounded memory;
  those of all count from when the body is there, so that nobody keeps others waiting by sending slowly. Who
  comes too many is told to come again.
- V4 A report is this node's word. Whoever needs to know for certain judges the credential themselves.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import msgspec
from aiohttp import hdrs, web

from api.credentials.secured import Secured
from api.interface.response import structured
from api.limits import ServerLimits, client_of
from api.lookup.fetching import WebSource
from api.lookup.gathering import Gathered, gather
from api.lookup.once import OncePerRun
from api.lookup.registry import OnceRegistry
from api.problems import ProblemError, RequestFault
from api.routes.verification import types
from api.routes.verification.own_registry import OwnRegistry
from api.routes.verification.sent import SentCredentials, read_sent
from api.verifier.credential import needs_of
from api.verifier.credential.check import Check
from api.verifier.credential.policy import DEFAULT_POLICY, SHIPPED, Policy, shipped_policy
from api.verifier.credential.report import CredentialReport, report_of, report_of_unreadable
from api.verifier.verdict import Outcome
from api.web.media import content_type
from api.web.request import Request
from api.web.service import ServerContext

BODIES: Final = {
    "application/vc": "A credential in JSON.",
    "application/vp": "A presentation in JSON.",
    "application/json": "A credential or a presentation.",
    "application/ld+json": "The same.",
    "application/vc+jwt": "A credential as a JWT.",
    "application/vp+jwt": "A presentation as a JWT.",
    "application/jwt": "One of the two.",
    "application/dc+sd-jwt": "An SD-JWT VC.",
    "application/vc+sd-jwt": "The same, by its older name.",
    "image/png": "A picture with a credential in it (Open Badges).",
    "image/svg+xml": "The same.",
    "application/pdf": "A document with a credential attached.",
    "application/octet-stream": "Any of these.",
}
_RETRY_S: Final = 2


class Verifying:
    """How many verifications are made now (V3). It belongs to the event loop."""

    def __init__(self, service: ServerContext) -> None:
        self._limits: ServerLimits = service.limits
        self._of_client: Counter[str] = Counter()
        self._judged = 0

    @contextmanager
    def sent_by(self, client: str) -> Iterator[None]:
        """Counts one of a client. Raises `ProblemError` (too-many-waiting)."""
        counts = self._of_client
        if counts[client] >= self._limits.verify_at_once_per_client:
            raise _too_many()
        counts[client] += 1
        try:
            yield
        finally:
            counts[client] -= 1
            if not counts[client]:
                del counts[client]

    @contextmanager
    def judged(self) -> Iterator[None]:
        """Counts one whose body is there. Raises `ProblemError` (too-many-waiting)."""
        if self._judged >= self._limits.verify_at_once:
            raise _too_many()
        self._judged += 1
        try:
            yield
        finally:
            self._judged -= 1


def _too_many() -> ProblemError:
    return ProblemError(RequestFault.TOO_MANY_WAITING, retry_after_s=_RETRY_S)


async def verify(fetching: WebSource, service: ServerContext, request: Request) -> web.StreamResponse:
    """POST /v1/verify. `fetching` is the node's way to the web."""
    policy = shipped_policy(request.query("policy").choice("policy", *SHIPPED) or DEFAULT_POLICY)
    content_type(request.http.headers.get(hdrs.CONTENT_TYPE), tuple(BODIES))
    verifying = service.part(Verifying)
    with verifying.sent_by(client_of(request.http.remote)):
        body = await request.body(service.limits.verify_bytes)
        with verifying.judged():
            verification = await _judged(fetching, service, request, body, policy)
    response = structured(request, verification)
    response.headers[hdrs.CACHE_CONTROL] = "no-store"
    return response


async def _judged(
    fetching: WebSource, service: ServerContext, request: Request, body: bytes, policy: Policy
) -> types.Verification:
    view = service.dated_view(request)
    found = await service.aside(request, lambda: _read(body))
    registry = OnceRegistry(OwnRegistry(service, request, view))
    run = OncePerRun(fetching, seconds=service.limits.verify_fetch_s)
    credentials = [entry for entry in found.entries if not isinstance(entry, Check)]
    gathered = await gather(credentials, registry, run, now_ms=service.clock_ms)
    now_ms = service.clock_ms()
    reports = await service.aside(request, lambda: _reports(found.entries, gathered, policy, now_ms))
    return types.Verification(
        outcome=_worst(reports).value,
        policy=policy.name,
        wrapper=found.wrapper or None,
        remark=found.remark,
        judged_ms=now_ms,
        height=view.header.height,
        credentials=[_typed(report.document()) for report in reports],
    )


def _read(body: bytes) -> SentCredentials:
    """What was sent, with what has to be worked out before anybody knows whom to ask: canonical forms, which
    the credentials keep. So `gather` does not work them out on the event loop.
    """
    found = read_sent(body)
    for entry in found.entries:
        if not isinstance(entry, Check):
            needs_of(entry)
    return found


def _reports(
    entries: Sequence[Secured | Check], gathered: Sequence[Gathered], policy: Policy, now_ms: int
) -> list[CredentialReport]:
    """One for each entry, in order; `gathered` are the facts about those that are credentials."""
    facts = iter(gathered)
    return [
        report_of_unreadable(entry, policy)
        if isinstance(entry, Check)
        else _report(entry, next(facts), policy, now_ms)
        for entry in entries
    ]


def _report(credential: Secured, gathered: Gathered, policy: Policy, now_ms: int) -> CredentialReport:
    return report_of(credential, gathered.facts, policy, now_ms=now_ms, as_of_ms=gathered.as_of_ms)


def _worst(reports: Sequence[CredentialReport]) -> Outcome:
    outcomes = {report.outcome for report in reports}
    if Outcome.INVALID in outcomes:
        return Outcome.INVALID
    return Outcome.INDETERMINATE if Outcome.INDETERMINATE in outcomes or not outcomes else Outcome.VALID


def _typed(document: dict[str, Any]) -> types.CredentialJudged:
    return msgspec.convert(document, types.CredentialJudged)
