"""The runner of other people's clients: what it installs, and what it makes of what they print."""

import json
import re

import pytest

from tests.interop.__main__ import scripts, table
from tests.interop.installing import CLIENTS, LOCK, PACKAGE
from tests.interop.running import failed, read_rows

ROW = {"client": "a", "version": "1.0.0", "did": "resolved", "verdict": "pass"}


def test_versions_are_exact_and_locked() -> None:
    wanted = json.loads(PACKAGE.read_bytes())["dependencies"]
    locked = json.loads(LOCK.read_bytes())["packages"]
    assert all(re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+(-[a-z0-9.]+)?", version) for version in wanted.values())
    assert locked[""]["dependencies"] == wanted
    for name, version in wanted.items():
        assert locked[f"node_modules/{name}"]["version"] == version


def test_the_lock_file_has_hashes_and_no_addresses() -> None:
    packages = json.loads(LOCK.read_bytes())["packages"]
    for name, package in packages.items():
        assert "resolved" not in package
        assert not name or package["integrity"].startswith("sha512-")


def test_each_client_that_is_installed_is_run() -> None:
    written = "".join((CLIENTS / f"{name}.mjs").read_text() for name in scripts())
    for name in json.loads(PACKAGE.read_bytes())["dependencies"]:
        assert f"from '{name}" in written, name


@pytest.mark.parametrize(
    ("code", "out", "verdicts"),
    [
        (0, json.dumps([ROW]), ["pass"]),
        (1, json.dumps([ROW]), ["pass", "fail"]),
        (0, "[]", ["fail"]),
        (1, "", ["fail"]),
        (0, "no json", ["fail"]),
    ],
)
def test_a_script_without_rows_is_a_row_that_fails(code: int, out: str, verdicts: list[str]) -> None:
    rows = read_rows("a", code, out.encode(), b"why")
    assert [row["verdict"] for row in rows] == verdicts


def test_the_table_says_who_did_what() -> None:
    assert table([ROW, failed("b", "why")]) == "pass  a 1.0.0: resolved\nfail  b : why"
