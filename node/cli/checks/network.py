"""The node as it runs, and the others: health, vote, clocks, and whether each validator can be reached."""

import asyncio
import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from http import HTTPStatus

from api import types
from api.client.bounded_http import BoundedHttp, Response, Unreachable
from api.client.foreign_json import decode_json
from api.web.media import JSON
from consensus.events import LeaderFailing
from consensus.state import Voting
from consensus.timing import PRECISION_MS
from node import clock
from node.cli.checks import Diagnosis, ok, problem, warning
from node.cli.checks.clocks import check_clocks_of
from node.cli.checks.ledger import LOST_GUARD
from node.cli.checks.process import check_process, number_in
from node.cli.console import counted
from node.cli.refusals import network_told
from node.conduct import MAX_CONCERNS
from node.config import LoadedConfig
from node.hosts import WrongAddress
from node.listening import UnknownHost
from node.os_errors import explain_os_error
from node.times import format_duration
from node.transport.addresses import host_and_port
from node.whereabouts import ADDRESS_FILE, FalseAnnouncement, Whereabouts, read_announcements
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

_FAILING = frozenset(failing.name.lower() for failing in LeaderFailing)
_ASK = "ask that institution's operator: is its node up, are its clock and its line as they should be?"
_TELL = "tell that institution's operator: its node runs other software, or somebody else uses its keys"


async def check_node(url: str, document: GenesisDocument | None, *, running: bool | None) -> list[Diagnosis]:
    """This node through its own API; without a genesis document, whatever its network. `running`: a process
    holds its data directory; None where nobody can tell.
    """
    async with BoundedHttp(timeout_s=REQUEST_S) as http:
        try:
            health = decode_json((await _get(http, url, "/healthz")).body, types.Health)
            told = await _get(http, url, "/v1/network")  # a problem where the node has halted
            network = decode_json(told.body, types.Network) if told.status == HTTPStatus.OK else None
            metrics = (await _get(http, url, "/metrics", "text/plain")).body
            told_in_metrics = [*_vote(health, metrics), *check_process(metrics)]
        except Unreachable as error:
            if not running:
                return [warning("node", "not running", "start it: matricula run --config FILE")]
            do = "it may still be starting: read its log; is api.listen in the settings the right address?"
            return [problem("node", f"it runs, but its API at {url} does not answer ({error})", do)]
        except Malformed as error:
            if running is False:
                return [_taken(url, f"something that is no node ({error})")]
            what = f"its API at {url} does not answer as a node does ({error})"
            do = "is api.listen in the settings the right address? See what listens there (`ss -ltnp`)"
            return [problem("node", what, do)]
    if running is False:
        return [_taken(url, "another node")]
    expected = None if document is None else document.genesis_hash.hex()
    if network is not None and expected not in (None, network.genesis_hash):
        do = "is api.listen right, and the genesis document the one that the node runs with?"
        words = network_told(network.genesis_hash)
        return [problem("node", f"at {url} answers a node of another network: {words}", do)]
    return [
        *_health(health, document),
        *_conduct(health),
        *told_in_metrics,
        *check_clocks_of(health, network),
    ]


def _taken(url: str, by: str) -> Diagnosis:
    """This node does not run, and something else answers in its place."""
    what = f"not running: no process holds its data directory, and at {url} answers {by}"
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
        told = explain_os_error(error).what if isinstance(error, OSError) else str(error)
        what = f"what was announced of addresses cannot be read: {told} ({path})"
        yield warning("peer", what, "a node that runs asks the others for it anew; see to the disk")


async def check_peers(
    validators: Sequence[Validator], quorum: int, where: Callable[[Validator], Sequence[str]]
) -> list[Diagnosis]:
    """Whether each other validator takes connections, at one of the addresses `where` it is dialled."""
    dialled = [(validator, where(validator)) for validator in validators]
    attempts = await asyncio.gather(*(_dial_all(written) for _, written in dialled))
    findings = []
    for (validator, _), faults in zip(dialled, attempts, strict=True):
        if reached := _reached_in(faults):
            findings.append(ok("peer", f"{validator.member} at {reached}"))
        else:
            tried = ", ".join(f"{address} ({fault})" for address, fault in faults.items())
            what = f"{validator.member} is not reached at {tried or 'any address: none is known'}"
            do = "if it is the only one, ask its operator; if all are, see to this machine's network"
            findings.append(warning("peer", what, do))
    missing = quorum - 1 - sum(bool(_reached_in(faults)) for faults in attempts)
    if missing > 0:
        what = f"{missing} more validators are needed for a quorum of {quorum}"
        do = "nothing becomes final until they are back; no node needs to be restarted for that"
        findings.append(problem("peers", what, do))
    return findings


def _health(health: types.Health, document: GenesisDocument | None) -> list[Diagnosis]:
    told = f"block {health.height}, {format_duration(health.lag_ms)} old, {health.peers_connected} links"
    if not health.ready:
        do = "read the node's log; wait if it is catching up, look at the peers below if it lacks links"
        return [problem("node", f"not ready: {health.reason} ({told})", do)]
    needed = 0 if document is None else document.validators.n - 1
    if health.peers_connected < needed:
        do = "the others may be down: see the peers below"
        return [warning("node", f"ready, with {health.peers_connected} of {needed} links ({told})", do)]
    return [ok("node", f"ready: {told}")]


def _conduct(health: types.Health) -> list[Diagnosis]:
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


def _vote(health: types.Health, metrics: bytes) -> list[Diagnosis]:
    findings = []
    votes, evidence = number_in(metrics, "matricula_votes"), number_in(metrics, "matricula_evidence_total")
    if health.voting == Voting.LISTENS.name.lower():
        do = "wait some seconds; if it stays so, see the peers below"
        findings.append(warning("guard", f"the node does not vote yet: {Voting.LISTENS.value}", do))
    elif votes:
        because = next((each.value for each in Voting if each.name.lower() == health.voting), "")
        findings.append(ok("guard", f"the node votes: {because}" if because else "the node votes"))
    elif votes is not None:
        what = "the node does not vote: it runs with --no-vote, its vote guard is lost, or it is an observer"
        findings.append(warning("guard", what, LOST_GUARD))
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
                found = await _look_up(host, port)
            finally:
                lookups.release()
            return await _connect(found, port)
    except TimeoutError:
        return f"no answer within {DIAL_S:.0f} s"
    except socket.gaierror as error:
        return UnknownHost(address, error).what


async def _look_up(host: str, port: int) -> list[str]:
    """The IP addresses of a host. In a thread of its own, which nobody waits for: those of asyncio are few,
    and a lookup cannot be called off. Raises OSError.
    """
    loop = asyncio.get_running_loop()
    found: asyncio.Future[list[str]] = loop.create_future()

    def tell(addresses: list[str], error: OSError | None) -> None:
        if found.done():
            return
        if error is None:
            found.set_result(addresses)
        else:
            found.set_exception(error)

    def look() -> None:
        addresses: list[str] = []
        failed: OSError | None = None
        try:
            told = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            addresses = list(dict.fromkeys(str(one[4][0]) for one in told))
        except OSError as error:
            failed = error
        except UnicodeError:  # a name that the name service has no form for
            failed = socket.gaierror(socket.EAI_NONAME, "no name")
        with suppress(RuntimeError):  # the command has ended meanwhile
            loop.call_soon_threadsafe(tell, addresses, failed)

    threading.Thread(target=look, daemon=True).start()
    return await found


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
