"""`matricula localnet`: a whole network on this machine, with a live table of what its nodes do."""

import asyncio
import signal
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import aiohttp
import typer
from prometheus_client.parser import text_string_to_metric_families

from api.client.foreign_json import decode_json
from api.routes.v1 import types
from node.cli.arguments.commands import single
from node.cli.arguments.options import JsonOption
from node.cli.terminal.console import Output, program
from node.process.clock import now_ms
from node.setup.localnet import PROFILES, Localnet, LocalNode, stop_left_running
from node.wording.counted import counted
from node.wording.explained import Explained
from node.wording.fingerprint import fingerprint
from node.wording.screen import Grid, one_line_table
from registry.kinds.parameters.record import Parameters
from registry.primitives.codec import Malformed

REFRESH_S = 0.5
COLUMNS = ("state", "height", "leader", "finality", "links", "pool", "HTTP API")
MAX_WIDTH = 110
HEARTBEAT_MS = 5_000
"""A network at rest makes a block this often, so that there is soon something to prove and to look at."""
NARROW = 100
"""Below this width an address is its port alone: all nodes are on this machine."""


def localnet(
    folder: Annotated[
        Path, typer.Argument(help="The folder of the network; it is made if it does not exist.")
    ] = Path("localnet"),
    nodes: Annotated[
        int, typer.Option(min=1, max=len(PROFILES), help="How many institutions a new network has.")
    ] = 4,
    stop: Annotated[
        bool, typer.Option("--stop", help="Stop the nodes of this folder that still run.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Run N institutions as N processes on loopback until Ctrl-C, and show what they do.

    If the folder holds a network already, that one is started again. With --json, one document says where
    the nodes listen, as soon as all are ready. Columns of the table: leader is the number of the node that
    made the newest block; finality is how long a block takes from its making until it is final at this node,
    over the last seconds; pool is how many transactions wait at this node.
    """
    output = Output(json)
    if stop:
        stopped = stop_left_running(folder)
        output.result({"stopped": stopped}, [f"Told {counted(stopped, 'node')} to stop."])
        return
    if not folder.exists() or not any(folder.iterdir()):
        parameters = Parameters(heartbeat_ms=HEARTBEAT_MS)
        net = Localnet.prepare(folder, PROFILES[:nodes], time_ms=now_ms(), parameters=parameters)
    else:
        net = Localnet.open(folder)
    asyncio.run(_run(net, output))


async def _run(net: Localnet, output: Output) -> None:
    _warn_of_no_faults(net, output)
    interrupted = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, interrupted.set)
    try:
        with output.busy(f"Starting {counted(len(net.nodes), 'node')} …"):
            await net.start_all()
        words = fingerprint(net.genesis.genesis_hash)
        output.remark(f"genesis: {words}")
        output.to_copy(f"Stop with Ctrl-C; `{program()} localnet {net.folder}` continues.")
        if output.as_json:
            output.result({"folder": str(net.folder), "fingerprint": words, "nodes": list(net.api_urls)}, [])
        await _watch(net, output, interrupted)
    finally:
        with output.busy("Stopping …"):
            await net.stop_all()


async def _watch(net: Localnet, output: Output, interrupted: asyncio.Event) -> None:
    """Show the table until somebody interrupts. Raises where every node has ended."""
    leaders = {index: _number_of(net, index) for index in range(net.genesis.validators.n)}
    readings: dict[str, Reading] = {}
    timeout = aiohttp.ClientTimeout(total=REFRESH_S * 2)
    async with aiohttp.ClientSession(timeout=timeout, raise_for_status=True) as session:
        with output.live() as show:
            while not interrupted.is_set():
                if not any(node.running for node in net.nodes):
                    raise Explained(
                        "every node has ended", where=net.nodes[0].log, do="read the end of that log"
                    )
                newest = await asyncio.gather(*(_read(session, node, readings) for node in net.nodes))
                show(partial(table_of, net, newest, leaders))
                with suppress(TimeoutError):
                    await asyncio.wait_for(interrupted.wait(), REFRESH_S)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a node said of itself: its last block, and the running totals behind the finality shown."""

    height: int
    proposer: int
    finality_sum_s: float
    finality_count: float
    finality_ms: float | None
    links: int
    waiting: int


async def _read(
    session: aiohttp.ClientSession, node: LocalNode, before: dict[str, Reading]
) -> Reading | None:
    """A node's reading, None while it gives none; kept in `before` for the next difference."""
    try:
        async with session.get(f"{node.api_url}/v1/headers/latest") as response:
            header = decode_json(await response.read(), types.HeaderSummary)
        async with session.get(f"{node.api_url}/metrics") as response:
            metrics = _samples(await response.text())
    except (aiohttp.ClientError, TimeoutError, Malformed, ValueError):  # another program at its port, too
        return None
    total = metrics.get("matricula_finality_seconds_sum", 0.0)
    count = metrics.get("matricula_finality_seconds_count", 0.0)
    last = before.get(node.api_url)
    finality_ms = last.finality_ms if last else None
    if last and count > last.finality_count:
        finality_ms = 1000 * (total - last.finality_sum_s) / (count - last.finality_count)
    reading = Reading(
        header.height,
        header.proposer,
        total,
        count,
        finality_ms,
        int(metrics.get("matricula_peers_linked", 0)),
        int(metrics.get("matricula_pool_transactions", 0)),
    )
    before[node.api_url] = reading
    return reading


def _samples(text: str) -> dict[str, float]:
    """The samples without labels."""
    return {
        sample.name: sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if not sample.labels
    }


def table_of(net: Localnet, newest: list[Reading | None], leaders: dict[int, int], width: int) -> Grid:
    """One line a node, whatever the names: a network of seven has to fit into 24 lines of 80 characters."""
    rows = []
    for number, (node, reading) in enumerate(zip(net.nodes, newest, strict=True), 1):
        address = node.api_url.removeprefix("http://")
        api_address = f":{address.rpartition(':')[2]}" if width < NARROW else address
        rows.append((f"{number} {node.profile.name}", *_cells(node, reading, leaders), api_address))
    return one_line_table(net.genesis.name, ("institution", *COLUMNS), rows, min(width, MAX_WIDTH))


def _cells(node: LocalNode, reading: Reading | None, leaders: dict[int, int]) -> tuple[str, ...]:
    if reading is None:
        return ("starting" if node.running else "down", "", "", "", "", "")
    finality = "" if reading.finality_ms is None else f"{reading.finality_ms:.0f} ms"
    leader = str(leaders.get(reading.proposer, "")) if reading.height else ""
    return ("up", str(reading.height), leader, finality, str(reading.links), str(reading.waiting))


def _number_of(net: Localnet, index: int) -> int:
    member = net.genesis.validators.validators[index].member
    return next(number for number, node in enumerate(net.nodes, 1) if node.profile.did == member)


def _warn_of_no_faults(net: Localnet, output: Output) -> None:
    if not net.genesis.validators.faults:
        output.remark("With fewer than four validators no node may fail: f = 0.")


command = single(localnet)
