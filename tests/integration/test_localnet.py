"""A network left running by one command can be stopped by another, and is continued by a third."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from node.cli.play.localnet import HEARTBEAT_MS
from registry.genesis import GenesisDocument

pytestmark = pytest.mark.process
ROOT = Path(__file__).parents[2]


def localnet(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "node", "localnet", "--json", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_a_network_is_made_stopped_and_continued(tmp_path: Path) -> None:
    folder = tmp_path / "net"
    words = set()
    for _ in ("made", "continued"):
        running = localnet(str(folder), "--nodes", "2")
        assert running.stdout is not None
        document = json.loads(running.stdout.readline())
        assert (document["folder"], len(document["nodes"])) == (str(folder), 2)
        words.add(document["fingerprint"])
        genesis = GenesisDocument.decode((folder / "node-1" / "genesis.cbor").read_bytes())
        assert genesis.parameters.heartbeat_ms == HEARTBEAT_MS
        running.send_signal(signal.SIGINT)
        output, errors = running.communicate(timeout=60)
        assert (running.returncode, output, errors) == (0, "", "")
    assert len(words) == 1


def test_nodes_left_running_are_stopped(tmp_path: Path) -> None:
    folder = tmp_path / "net"
    running = localnet(str(folder), "--nodes", "2")
    assert running.stdout is not None
    running.stdout.readline()
    running.kill()
    running.communicate(timeout=60)
    for stopped in (2, 0):
        output, errors = localnet(str(folder), "--stop").communicate(timeout=60)
        assert (json.loads(output), errors) == ({"stopped": stopped}, "")
