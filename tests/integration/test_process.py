"""A node as a process: how it starts, what it refuses to start with, and how it ends."""

import asyncio
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from node.files.keystore import MINIMAL, KeyPurpose, create_key
from node.setup.config import load_config
from node.setup.founding import GENESIS_FILE, SETTINGS_FILE
from node.setup.localnet import PASSPHRASE, PROFILES, Localnet, LocalNode
from node.storage.failure import PASSING
from node.transport.peer_id import peer_id_of
from node.wording.fingerprint import fingerprint
from registry.genesis import GenesisDocument
from registry.network_kind import NetworkKind

FAILED = 1
ROOT = Path(__file__).parents[2]


@pytest.fixture
async def alone(tmp_path: Path) -> AsyncIterator[Localnet]:
    """A network of one institution, not started yet."""
    network = Localnet.prepare(tmp_path / "net", PROFILES[:1], time_ms=time.time_ns() // 1_000_000)
    yield network
    await network.stop_all()


def command(node: LocalNode, *arguments: str) -> list[str]:
    """The command line of a node."""
    return [sys.executable, "-m", "node", "run", "--config", str(node.folder / SETTINGS_FILE), *arguments]


def run(node: LocalNode, *arguments: str) -> tuple[int, str]:
    """Runs a node that is expected to end by itself: exit code, and what it said of why."""
    done = subprocess.run(
        command(node, *arguments), cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    return done.returncode, done.stderr


def run_until_it_serves(node: LocalNode, *arguments: str) -> int:
    """Runs a node, ends it as soon as it says that it serves, and gives its exit code."""
    with subprocess.Popen(command(node, *arguments), cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert any("serving" in line for line in process.stdout)
        process.terminate()
        return process.wait(60)


@pytest.mark.process
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_a_node_in_order_and_it_starts_again(
    alone: Localnet, number: signal.Signals
) -> None:
    await alone.start_all()
    process = alone.nodes[0].process
    assert process is not None
    process.send_signal(number)
    assert await asyncio.to_thread(process.wait) == 0
    assert "stopped" in alone.nodes[0].log.read_text()
    await alone.start_all()


@pytest.mark.process
async def test_a_second_node_on_the_same_data_is_refused(alone: Localnet) -> None:
    await alone.start_all()
    code, why = await asyncio.to_thread(run, alone.nodes[0])
    assert (code, "in use" in why) == (PASSING, True)


@pytest.mark.process
async def test_a_store_of_another_network_is_refused(alone: Localnet) -> None:
    await alone.start_all()
    await alone.stop_all()
    genesis = alone.nodes[0].folder / GENESIS_FILE
    document = GenesisDocument.decode(genesis.read_bytes())
    assert document.kind is NetworkKind.DEMO
    other = replace(document, time_ms=document.time_ms + 1)  # drawn up once more, of the same members
    genesis.write_bytes(other.encode())
    code, why = await asyncio.to_thread(run, alone.nodes[0])
    assert (code, "belongs to the network" in why) == (FAILED, True)
    assert all(fingerprint(made.genesis_hash) in why for made in (document, other))
    foreign = Localnet.prepare(alone.folder / "other", PROFILES[:1], time_ms=document.time_ms)
    genesis.write_bytes(foreign.genesis.encode())
    code, why = await asyncio.to_thread(run, alone.nodes[0])
    assert (code, "check that the genesis document is the one of this network" in why) == (FAILED, True)


@pytest.mark.process
@pytest.mark.parametrize("kind", [0, 1], ids=["api", "network"])
async def test_an_address_that_is_taken_is_named(alone: Localnet, kind: int) -> None:
    node = alone.nodes[0]
    settings = load_config(node.folder / SETTINGS_FILE).settings
    address = (settings.api.listen, settings.network.listen)[kind]
    port = int(address.replace("/", ":").rpartition(":")[2])
    with socket.create_server(("127.0.0.1", port)):
        code, why = await asyncio.to_thread(run, node)
    assert (code, why.splitlines()) == (
        FAILED,
        [
            "Error: the node cannot listen there: address already in use",
            f"  where: {address}",
            "  to do: end what listens there (`ss -ltnp` names it), or change network.listen or api.listen",
        ],
    )


@pytest.mark.process
async def test_a_host_that_there_is_not_is_told_before_the_node_says_that_it_serves(alone: Localnet) -> None:
    node = alone.nodes[0]
    file = node.folder / SETTINGS_FILE
    address = "/dns4/node.invalid/tcp/4001"
    listen = load_config(file).settings.network.listen
    file.write_text(file.read_text().replace(listen, address))
    done = await asyncio.to_thread(
        subprocess.run, command(node), cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, "serving" in done.stdout) == (FAILED, False)
    assert done.stderr.splitlines()[1] == f"  where: {address}"
    assert "host" in done.stderr or "name service" in done.stderr


@pytest.mark.process
async def test_a_peer_key_that_the_network_does_not_list_is_refused(alone: Localnet) -> None:
    node = alone.nodes[0]
    (node.keys / "peer.key").rename(node.keys / "peer.key.old")
    peer_id = peer_id_of(
        create_key(node.keys / "peer.key", KeyPurpose.PEER, lambda: PASSPHRASE, cost=MINIMAL)
    )
    (listed,) = alone.genesis.validators.validators
    for arguments in ((), ("--no-vote",)):
        code, why = await asyncio.to_thread(run, node, *arguments)
        assert (code, why.splitlines()) == (
            FAILED,
            [
                f"Error: peer.key gives the peer id {peer_id}, and the network lists {listed.peer_id} for "
                f"{listed.member}: no node takes a link from it",
                f"  where: {node.keys}",
                "  to do: put peer.key back from your backup of keys",
            ],
        )


@pytest.mark.process
async def test_a_copied_store_follows_and_does_not_vote(alone: Localnet) -> None:
    await alone.start_all()
    await alone.stop_all()
    data = alone.nodes[0].folder / "data"
    born = data.rename(data.with_name("born"))
    shutil.copytree(born, data)
    code, why = await asyncio.to_thread(run, alone.nodes[0])
    assert (code, "--no-vote" in why) == (FAILED, True)
    assert await asyncio.to_thread(run_until_it_serves, alone.nodes[0], "--no-vote") == 0
