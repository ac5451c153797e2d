"""The verifier in JavaScript as a process, fed with answers and read for verdicts."""

import json
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import Thread
from typing import IO, Any, Final

import pytest

JUDGE: Final = Path(__file__).with_name("judge.mjs")


def node() -> str:
    """The Node.js of this machine; the test is skipped by name where there is none."""
    return shutil.which("node") or pytest.skip("needs Node.js 18 or later: `node` is not on the path")


def verdicts(genesis: str, tasks: Iterable[dict[str, Any]]) -> Iterator[Any]:
    """The verdict on each task, in order. The tasks are made while the process judges those before."""
    with subprocess.Popen([node(), str(JUDGE)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        writer = Thread(target=_feed, args=(process.stdin, genesis, tasks))
        writer.start()
        yield from map(json.loads, process.stdout)
        writer.join()
    assert process.returncode == 0


def _feed(stdin: IO[bytes], genesis: str, tasks: Iterable[dict[str, Any]]) -> None:
    with stdin:
        stdin.write(json.dumps({"genesis": genesis}).encode() + b"\n")
        for task in tasks:
            stdin.write(json.dumps(task).encode() + b"\n")
