"""A folder of credentials: a row for each file, and no file stops the rest (F1 to F3)."""

import asyncio
import csv
import json
import os
from pathlib import Path
from typing import Any

import pytest

from api.credentials.wrappers.table import bake
from node.cli.issue.credential import folder as folder_module
from tests.api.verifier.credential.awarded import signed
from tests.node.cli.conftest import Registrar
from tests.node.cli.issue.credential.test_command import badge, signing, written
from tests.node.cli.issue.credential.test_verify import presentation, signed_by

PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg"><rect width="1" height="1"/></svg>'


async def folder_of(registrar: Registrar, files: dict[str, bytes]) -> Path:
    """A folder with a good credential and these files."""
    (one,) = await signed_by(registrar)
    folder = registrar.folder / "inbox"
    folder.mkdir()
    (folder / "good.json").write_bytes(json.dumps(one).encode())
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


async def test_no_file_stops_the_rest(registrar: Registrar) -> None:
    (one,) = await signed_by(registrar)
    good = json.dumps(one).encode()
    files = {
        "=cmd.json": b"{",
        "a.png": b"\x89PNG\r\n\x1a\n" + b"damaged",
        "badge.svg": bake(PICTURE, good),
        "changed.json": json.dumps({**one, "name": "Doctor"}).encode(),
        "deep.json": b"[" * 100_000,
        "empty.json": b"",
        "huge.json": b" " * (2 << 20),
        "letter.docx": b"PK\x03\x04" + bytes(100),
        "presented.json": json.dumps(presentation(one, {**one, "name": "x"})).encode(),
        "presented-none.json": json.dumps(presentation()).encode(),
        "token": b"eyJhbGciOiJub25lIn0.e30.",
        "with-mark.json": b"\xef\xbb\xbf" + good,
        "\u202egood.json": good,
        ".hidden.json": b"{",
        "good.json.anchor.json": b"{",
    }
    folder = registrar.folder / "inbox"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    (folder / "below").mkdir()
    os.mkfifo(folder / "pipe.json")
    report = registrar.folder / "report.csv"
    verify = ("credential", "verify", folder, *registrar.asking)
    ran = await registrar.run(*verify, "--report", report, "--json")
    rows = {row["file"]: (row["outcome"], row["reason"]) for row in ran.json["files"]}
    assert ran.code == 1
    assert rows == {
        "=cmd.json": ("not-judged", "no-credential"),
        "a.png": ("not-judged", "no-credential"),
        "badge.svg": ("valid", None),
        "changed.json": ("invalid", "wrong-signature"),
        "deep.json": ("not-judged", "no-credential"),
        "empty.json": ("not-judged", "no-credential"),
        "huge.json": ("not-judged", "no-credential"),
        "letter.docx": ("not-judged", "no-credential"),
        "presented.json": ("invalid", "wrong-signature"),
        "presented-none.json": ("not-judged", "no-credential"),
        "token": ("invalid", rows["token"][1]),
        "with-mark.json": ("not-judged", "no-credential"),
        "\u202egood.json": ("valid", None),
    }
    damaged = next(row["sentence"] for row in ran.json["files"] if row["file"] == "=cmd.json")
    assert ", at line 1, column 2. To do: " in damaged
    assert ran.json["counts"] == {"valid": 2, "invalid": 3, "indeterminate": 0, "not-judged": 8}
    with report.open(encoding="utf-8-sig", newline="") as opened:
        header, *table = csv.reader(opened)
    assert len(header) == 8
    assert [row[0] for row in table][:2] == ["'=cmd.json", "a.png"]
    people = await registrar.run(*verify)
    assert people.out.splitlines()[-1] == "13 files: 3 invalid, 8 not-judged, 2 valid"
    again = await registrar.run(*verify, "--report", report)
    assert again.error[1] == str(report)


async def test_a_good_folder(registrar: Registrar) -> None:
    folder = await folder_of(registrar, {})
    report = folder / "report.csv"
    verify = ("credential", "verify", folder, *registrar.asking)
    found = await registrar.json(*verify, "--report", report)
    assert found == {
        "folder": str(folder),
        "counts": {"valid": 1, "invalid": 0, "indeterminate": 0, "not-judged": 0},
        "report": str(report),
        "files": [
            {
                "file": "good.json",
                "outcome": "valid",
                "answers": ["valid", "valid", "valid", "valid"],
                "sentence": found["files"][0]["sentence"],
                "reason": None,
            }
        ],
    }
    under = await registrar.run(*verify, "--policy", "admissions", "--json")
    assert (under.code, under.json["counts"]["indeterminate"]) == (1, 1)


async def test_what_a_folder_cannot_be(registrar: Registrar, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = registrar.folder / "inbox"
    folder.mkdir()
    verify = ("credential", "verify", folder, *registrar.asking)
    assert (await registrar.run(*verify)).error[0] == "there is no file in the folder"
    file = written(folder / "one.json", signed())
    anchor = await registrar.run(*verify, "--anchor", file)
    assert (anchor.code, anchor.error[0].startswith("--anchor is not for a folder")) == (2, True)
    alone = await registrar.run("credential", "verify", file, *registrar.asking, "--report", "x.csv")
    assert (alone.code, alone.error[0]) == (2, "--report is not for one credential: name a folder")
    monkeypatch.setattr(folder_module, "MAX_FILES", 0)
    assert (await registrar.run(*verify)).error[2] == "divide it into several folders"


async def test_if_no_node_answers_the_run_ends(registrar: Registrar) -> None:
    """F2."""
    folder = registrar.folder / "inbox"
    files = [written(folder / f"{number}.json", signed()) for number in range(5)]
    report = registrar.folder / "report.csv"
    nobody = ("--node", "http://127.0.0.1:1", "--genesis", str(registrar.genesis))
    ran = await registrar.run("credential", "verify", folder, *nobody, "--report", report)
    assert (ran.code, len(files)) == (1, 5)
    assert ran.error[1] == "http://127.0.0.1:1"
    lines = report.read_text("utf-8-sig").splitlines()
    assert [line.rpartition(",")[2] for line in lines[1:]] == ['"no-answer"'] * 2


async def test_standard_input_and_the_web(registrar: Registrar, monkeypatch: pytest.MonkeyPatch) -> None:
    (one,) = await signed_by(registrar)
    file = written(registrar.folder / "one.json", one)
    with file.open() as opened:
        monkeypatch.setattr("sys.stdin", opened)
        found = await registrar.json("credential", "verify", "-", *registrar.asking)
    assert (found["file"], found["outcome"]) == ("-", "valid")
    offline = await registrar.run("credential", "verify", "https://a.example/b", *registrar.asking)
    what, where, _ = offline.error
    assert where == "https://a.example/b"
    assert what.startswith("it could not be fetched: it was not looked up")


async def test_a_private_server_is_permitted_by_its_origin(
    registrar: Registrar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MATRICULA_OFFLINE")
    url = "http://127.0.0.1:1/one.json"
    verify = ("credential", "verify", url, *registrar.asking)
    assert (await registrar.run(*verify)).error[0] == (
        "it could not be fetched: it is not https, and what comes without TLS may be anybody's"
    )
    permitted = await registrar.run(*verify, "--permit", "http://127.0.0.1:1")
    assert permitted.error[0] == "it could not be fetched: nothing answers there"
    wrong: Any = await registrar.run(*verify, "--permit", "a.example")
    assert (wrong.code, wrong.error[0].startswith("'a.example' is no origin")) == (2, True)


async def test_a_credential_at_a_url(registrar: Registrar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MATRICULA_OFFLINE")
    did, options = await signing(registrar)
    draft = {name: held for name, held in badge(did).items() if name != "credentialSchema"}
    await registrar.json("credential", "sign", written(registrar.folder / "one.json", draft), *options)
    bare = (registrar.folder / "one.signed.json").read_bytes()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/vc\r\nContent-Length: {len(bare)}\r\n\r\n"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head.encode() + bare)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        verify = ("credential", "verify", f"{origin}/award", *registrar.asking, "--permit", origin)
        found = await registrar.json(*verify)
    assert (found["file"], found["outcome"]) == (f"{origin}/award", "valid")
