"""Software of others on the demonstration's badge: nobody where there is none, and no quiet refusal.

In place of Node.js there is a program that prints what the clients' script prints.
"""

import json
import os
from pathlib import Path

import pytest

from node.demo.outsider import Outsider, verified_by_others
from node.demo.witness import DidNotHold
from tests.interop.installing import DONE, default_cache, folder_in

NODE = "http://127.0.0.1:1"
ROW = {"client": "a", "version": "1.0.0", "did": "looked at it"}


@pytest.fixture
def with_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program `node` on the path, which prints the rows in this file; no clients are installed."""
    program, rows = tmp_path / "node", tmp_path / "rows"
    program.write_text(f"#!/bin/sh\ncat {rows}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return rows


def install(rows: Path, verdict: str) -> None:
    """Clients, of which one comes to that verdict."""
    rows.write_text(json.dumps([{**ROW, "verdict": verdict}]))
    folder = folder_in(default_cache())
    folder.mkdir(parents=True)
    (folder / DONE).touch()


async def test_without_node_js_nobody_verifies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert await verified_by_others(tmp_path / "badge.png", NODE) is None


async def test_without_installed_clients_nobody_verifies(with_program: Path) -> None:
    assert await verified_by_others(with_program, NODE) is None


async def test_who_accepts_the_badge_is_named(with_program: Path) -> None:
    install(with_program, "pass")
    assert await verified_by_others(with_program, NODE) == Outsider("a 1.0.0", "looked at it")


async def test_a_refusal_is_a_claim_that_does_not_hold(with_program: Path) -> None:
    install(with_program, "fail")
    with pytest.raises(DidNotHold, match="looked at it"):
        await verified_by_others(with_program, NODE)
