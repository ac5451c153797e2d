"""The node as it runs, and the others: health, vote, clocks, and whether each validator can be reached."""

import asyncio
import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from http import HTTPStatus

from api.client.bounded_http import BoundedHttp, Response, Unreachable
from api.client.foreign_json import decode_json
from api.interface.media import JSON
from api.ports import Follows
from api.routes.condition import types as condition
from api.routes.v1 import types
from consensus.events import LeaderFailing
from consensus.remembered import Voting
from consensus.timing import PRECISION_MS
from node.cli.asking.connection import own_url
from node.cli.asking.refusals import network_told
from node.cli.operate.checks import Diagnosis, ok, problem, warning
from node.cli.operate.checks.clocks import check_clocks_of
from node.cli.operate.checks.documents import check_documents
from node.cli.operate.checks.ledger import Start, start_voting
from node.cli.operate.checks.process import check_process, number_in
from node.files.os_errors import explain_os_error
from node.links.whereabouts import ADDRESS_FILE, FalseAnnouncement, Whereabouts, read_announcements
from node.observing.conduct import MAX_CONCERNS
from node.process import clock
from node.setup.config import LoadedConfig
from node.transport.addresses import host_and_port
from node.transport.listening import UnknownHost
from node.wording.counted import counted
from node.wording.hosts import WrongAddress
from node.wording.times import format_duration
from registry.genesis import GenesisDocument
from registry.primitives.codec import Malformed
from registry.primitives.validator_set import Validator

DIAL_S = 3.0
LOOKUPS_OF_MEMBER = 2
"""How many names of one member are looked up at a time."""
MEMBER_S = 9.0
"""How long after the begin a lookup of a member's name may still begin."""
REQUEST_S = 5.0
_MAX_BYTES = 4 * 1024 * 1024
MAX_LISTS = 16
"""Published lists that are told."""
_NO_FAULT = (
    "This is normal when several nodes start together. Do nothing, unless the data folder was put back from "
    "a copy (docs/operating.md, Lost guard)"
)

_FAILING = frozenset(failing.name.lower() for failing in LeaderFailing)
_ASK = "ask that institution's operator to check the node, its clock and its network connection"
_TELL = "tell that institution's operator: its node runs other software, or somebody else uses its keys"


_VOTES_NOT = (
    "ask its operator whether this is intended: it runs with --no-vote, its vote guard is lost, or it is "
    "stuck. Until it votes, it counts as a validator that is down"
)
_FOLLOWS = {
    Follows.BY_CHOICE.value: (
        "it was started with --no-vote, and its vote guard is whole",
        "if it should vote: stop it, make sure that no other node uses its keys, start it without --no-vote",
    ),
    Follows.LOST_GUARD.value: (
        "its vote guard is lost, and it was started with --no-vote, as it must be",
        "tell the other operators; never copy a guard back (docs/operating.md, Lost guard)",
    ),
    Follows.NO_KEY.value: (
        "it was started with --no-vote, and its consensus key cannot be read",
        "put consensus.key back from the backup of keys; if the key is lost, tell the other operators",
    ),
    Follows.NOT_LISTED.value: (
        "the network lists no validator with its consensus key",
        "correct for an observer; a validator needs the key that the network lists for it",
    ),
}


async def check_node(
    config: LoadedConfig,
    document: GenesisDocument | None,
    *,
    running: bool | None,
    start: Start | None = None,
) -> tuple[list[Diagnosis], condition.HealthReport | None]:
    """This node through its own API, and what it says of itself, None where it does not answer; without a
    genesis document, whatever its network. `running`: a process holds its data directory; None where nobody
    can tell. `start` is the advice where none does.
    """
    url = own_url(config)
    async with BoundedHttp(timeout_s=REQUEST_S) as http:
        try:
            health = decode_json((await _get(http, url, "/healthz")).body, condition.HealthReport)
            answer = await _get(http, url, "/v1/network")  # a problem where the node has halted
            network = (
                decode_json(answer.body, types.NetworkSummary) if answer.status == HTTPStatus.OK else None
            )
            metrics = (await _get(http, url, "/metrics", "text/plain")).body
            told_in_metrics = [*_vote(health, metrics), *check_process(metrics), *check_documents(metrics)]
        except Unreachable as error:
            if not running:
                return [warning("node", "not running", (start or start_voting(config)).do)], None
            do = "it may still be starting: read its log, and check api.listen in the settings"
            return [
                problem(
                    "node",
                    f"a process holds its data directory, but its API at {url} does not answer ({error})",
                    do,
                )
            ], None
        except Malformed as error:
            if running is False:
                return [_address_in_use(url, f"something that is no node ({error})")], None
            what = f"its API at {url} does not answer as a node does ({error})"
            do = "check api.listen in the settings, and see what listens at that address (`ss -ltnp`)"
            return [problem("node", what, do)], None
    if running is False:
        return [_address_in_use(url, "another node")], None
    expected = None if document is None else document.genesis_hash.hex()
    if network is not None and expected not in (None, network.genesis_hash):
        do = "check api.listen, and that this genesis document is the one that the node runs with"
        words = network_told(network.genesis_hash)
        return [problem("node", f"a node of another network answers at {url}: {words}", do)], None
    findings = [
        *_health(health, document),
        *_conduct(health),
        *_publications(health),
        *told_in_metrics,
        *check_clocks_of(health, network),
    ]
    return findings, health


def _publications(health: condition.HealthReport) -> list[Diagnosis]:
    """Published status lists that somebody has to publish again."""
    do = "tell its issuer to publish it again: matricula status publish NAME"
    return [
        warning("lists", f"{due.list_id} ({due.form}): {due.what}", do)
        for due in health.publications[:MAX_LISTS]
    ]


def _address_in_use(url: str, by: str) -> Diagnosis:
    """This node does not run, and something else answers in its place."""
    what = f"not running: no process holds its data directory, and {by} answers at {url}"
    do = "set api.listen of this node to an address of its own, or end what listens there (see `ss -ltnp`)"
    return problem("node", what, do)


def read_addresses(config: LoadedConfig, whereabouts: Whereabouts) -> Iterator[Diagnosis]:
    """Add what the node has heard of the others' addresses, as far as that can be read."""
    path = config.path(config.settings.storage.directory) / ADDRESS_FILE
    try:
        whereabouts.take(read_announcements(path))
    except FileNotFoundError:
        return
    except (OSError, Malformed, FalseAnnouncement) as error:
        explanation = explain_os_error(error).what if isinstance(error, OSError) else str(error)
        what = f"the announced addresses cannot be read: {explanation} ({path})"
        yield warning("peer", what, "check the disk; a running node asks the others for the addresses again")


async def check_peers(
    validators: Sequence[Validator],
    quorum: int,
    where: Callable[[Validator], Sequence[str]],
    health: condition.HealthReport | None = None,
    *,
    votes: bool = True,
) -> list[Diagnosis]:
    """The other validators: the links that the node says it has, in `health`, and what a connection to one of
    the addresses `where` each is dialled says. Where the node does not run, dialling is all there is, and
    `votes` says whether it may vote once it does.
    """
    dialled = [(validator, where(validator)) for validator in validators]
    attempts = await asyncio.gather(*(_dial_all(written) for _, written in dialled))
    if health is None:
        findings = [
            _dialled(validator, faults) for (validator, _), faults in zip(dialled, attempts, strict=True)
        ]
        return [*findings, *_lacking(quorum, votes + sum(bool(_reached_in(faults)) for faults in attempts))]
    findings = [
        _linked(validator, faults, health)
        if validator.member in health.linked
        else _without_link(validator, faults)
        for (validator, _), faults in zip(dialled, attempts, strict=True)
    ]
    members = {validator.member for validator in validators}
    voting = (members & set(health.linked)) - set(health.not_voting)
    count = (health.follows is None) + len(voting)
    return [*findings, *_lacking(quorum, count, some_are_silent=bool(health.not_voting))]


def _linked(validator: Validator, faults: Mapping[str, str], health: condition.HealthReport) -> Diagnosis:
    """Of a validator that the node has a link to, whoever of the two dialled."""
    if validator.member in health.not_voting:
        return warning("peer", f"{validator.member} is linked and does not vote", _VOTES_NOT)
    if reached := _reached_in(faults):
        return ok("peer", f"{validator.member} at {reached}")
    what = f"{validator.member} is linked, but not reached at {_tried(faults)}"
    do = "nothing to do now: the link is up. If it breaks, only that node can make it again"
    return warning("peer", what, do)


def _without_link(validator: Validator, faults: Mapping[str, str]) -> Diagnosis:
    if reached := _reached_in(faults):
        what = f"{validator.member} is not linked, but takes connections at {reached}"
        do = "wait some seconds. If there is still no link, ask its operator what the log of that node says"
        return warning("peer", what, do)
    return _dialled(validator, faults)


def _dialled(validator: Validator, faults: Mapping[str, str]) -> Diagnosis:
    """Of a validator without a link, or of which nothing is known but this."""
    if reached := _reached_in(faults):
        return ok("peer", f"{validator.member} at {reached}")
    what = f"{validator.member} is not reached at {_tried(faults)}"
    do = "if only this one is not reached, ask its operator; if none is, check this machine's network"
    return warning("peer", what, do)


def _tried(faults: Mapping[str, str]) -> str:
    tried = ", ".join(f"{address} ({fault})" for address, fault in faults.items())
    return tried or "any address: none is known"


def _lacking(quorum: int, voting: int, *, some_are_silent: bool = False) -> list[Diagnosis]:
    """What is to be said where `voting` validators are fewer than a quorum."""
    missing = quorum - voting
    if missing <= 0:
        return []
    vote, are, they_are = ("votes", "is", "it is") if missing == 1 else ("vote", "are", "they are")
    that_vote = f" that {vote}" if some_are_silent else ""
    what = f"{counted(missing, 'more validator')}{that_vote} {are} needed for a quorum of {quorum}"
    do = f"nothing becomes final until {they_are} back; no node needs to be restarted for that"
    return [problem("peers", what, do)]


def _health(health: condition.HealthReport, document: GenesisDocument | None) -> list[Diagnosis]:
    links = counted(health.peers_connected, "link")
    position = f"block {health.height}, {format_duration(health.lag_ms)} old, {links}"
    if not health.ready:
        do = "read the node's log; wait if it is catching up, look at the peers below if it lacks links"
        return [problem("node", f"not ready: {health.reason} ({position})", do)]
    needed = 0 if document is None else document.validators.n - 1
    if health.peers_connected < needed:
        do = "the others may be down: see the peers below"
        what = f"ready, with {health.peers_connected} of {counted(needed, 'link')} ({position})"
        return [warning("node", what, do)]
    return [ok("node", f"ready: {position}")]


def _conduct(health: condition.HealthReport) -> list[Diagnosis]:
    """What other nodes did that they must not do, or fail to do again and again."""
    findings = []
    for concern in health.concerns[:MAX_CONCERNS]:
        ago_ms = clock.now_ms() - concern.last_ms
        last = f"{format_duration(max(0, ago_ms))} ago"
        if ago_ms < -PRECISION_MS:
            last = f"dated {format_duration(-ago_ms)} ahead of this machine's clock"
        member = concern.member or "a node that is no validator's"
        what = f"{member}: {concern.what}; noted {counted(concern.count, 'time')}, last {last}"
        findings.append(warning("conduct", what, _ASK if concern.kind in _FAILING else _TELL))
    return findings


def _vote(health: condition.HealthReport, metrics: bytes) -> list[Diagnosis]:
    findings = []
    votes, evidence = number_in(metrics, "matricula_votes"), number_in(metrics, "matricula_evidence_total")
    if health.voting == Voting.LISTENS.name.lower():
        do = "wait some seconds; if it still does not vote, see the peers below"
        findings.append(warning("guard", f"the node does not vote yet: {Voting.LISTENS.value}", do))
    elif votes:
        because = next((reason.value for reason in Voting if reason.name.lower() == health.voting), "")
        if health.voting == Voting.RELIES.name.lower():
            because = f"{because}. {_NO_FAULT}"
        findings.append(ok("guard", f"the node votes: {because}" if because else "the node votes"))
    elif health.follows is not None:
        why, do = _FOLLOWS.get(health.follows, (health.follows, "read its log"))
        findings.append(warning("guard", f"the node follows and does not vote: {why}", do))
    if evidence:
        do = "tell all operators: the log names the validator; its key is misused, or it was run twice"
        findings.append(problem("evidence", "a validator signed contradictions", do))
    return findings


async def _get(http: BoundedHttp, url: str, path: str, accept: str = JSON) -> Response:
    return await http.request("GET", url + path, accept=accept, limit=_MAX_BYTES)


async def _dial_all(addresses: Sequence[str]) -> dict[str, str]:
    """Why each of the addresses of a member takes no connection; "" for one that does. However slowly its
    names are looked up, no other member waits for that.
    """
    lookups = asyncio.Semaphore(LOOKUPS_OF_MEMBER)
    until = asyncio.get_running_loop().time() + MEMBER_S
    faults = await asyncio.gather(*(_dial(address, lookups, until) for address in addresses))
    return dict(zip(addresses, faults, strict=True))


def _reached_in(faults: Mapping[str, str]) -> str:
    """The first address that takes connections; "" if none does."""
    return next((address for address, fault in faults.items() if not fault), "")


async def _dial(address: str, lookups: asyncio.Semaphore, until: float) -> str:
    try:
        host, port = host_and_port(address)
    except WrongAddress as error:
        return error.what
    try:
        async with asyncio.timeout_at(until):
            await lookups.acquire()
    except TimeoutError:
        return "not tried: other names of this member took too long to look up"
    try:
        async with asyncio.timeout(DIAL_S):
            try:
                addresses = await _look_up(host, port)
            finally:
                lookups.release()
            return await _connect(addresses, port)
    except TimeoutError:
        return f"no answer within {DIAL_S:.0f} s"
    except socket.gaierror as error:
        return UnknownHost(address, error).what


async def _look_up(host: str, port: int) -> list[str]:
    """The IP addresses of a host. In a thread of its own, which nobody waits for: those of asyncio are few,
    and a lookup cannot be called off. Raises OSError.
    """
    loop = asyncio.get_running_loop()
    looked_up: asyncio.Future[list[str]] = loop.create_future()

    def tell(addresses: list[str], error: OSError | None) -> None:
        if looked_up.done():
            return
        if error is None:
            looked_up.set_result(addresses)
        else:
            looked_up.set_exception(error)

    def look() -> None:
        addresses: list[str] = []
        failed: OSError | None = None
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            addresses = list(dict.fromkeys(str(answer[4][0]) for answer in answers))
        except OSError as error:
            failed = error
        except UnicodeError:  # a name that the name service has no form for
            failed = socket.gaierror(socket.EAI_NONAME, "no name")
        with suppress(RuntimeError):  # the command has ended meanwhile
            loop.call_soon_threadsafe(tell, addresses, failed)

    threading.Thread(target=look, daemon=True).start()
    return await looked_up


async def _connect(hosts: Sequence[str], port: int) -> str:
    """Why none of the IP addresses takes a connection; "" if one does."""
    faults = []
    for host in hosts:
        try:
            _, writer = await asyncio.open_connection(host, port)
        except OSError as error:
            faults.append((str(error) if error.errno is None else os.strerror(error.errno)).lower())
        else:
            writer.close()
            return ""
    return "; ".join(dict.fromkeys(faults))
