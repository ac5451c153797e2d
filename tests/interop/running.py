"""Running one script of `clients/`: it gets what it is told as one argument, and prints its rows."""

import asyncio
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.interop.installing import CLIENTS

PASS = "pass"
_CLIENT_TIMEOUT_S = 120.0

Row = dict[str, Any]


async def rows_of(
    folder: Path, name: str, told: Mapping[str, Any], authority: Path | None = None
) -> list[Row]:
    """What a script of the folder with the clients prints; one row that fails where it prints none.
    `authority` is a file with the authority of the web servers' certificates, where there are any.
    """
    process = await asyncio.create_subprocess_exec(
        "node",
        str(folder / CLIENTS.name / f"{name}.mjs"),
        json.dumps(told),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={
            "PATH": os.environ["PATH"],
            "INTEROP_MODULES": str(folder / "node_modules"),
            **({} if authority is None else {"NODE_EXTRA_CA_CERTS": str(authority)}),
        },
    )
    try:
        out, err = await asyncio.wait_for(process.communicate(), _CLIENT_TIMEOUT_S)
    except TimeoutError:
        process.kill()
        await process.wait()
        return [failed(name, "it did not end")]
    return read_rows(name, process.returncode, out, err)


def read_rows(name: str, code: int | None, out: bytes, err: bytes) -> list[Row]:
    """The rows in what a script printed; one that fails where there are none, or where it ended with an
    error."""
    try:
        rows = json.loads(out)
    except ValueError:
        return [failed(name, err.decode(errors="replace").strip()[-400:])]
    return list(rows) if rows and code == 0 else [*rows, failed(name, f"it ended with code {code}")]


def failed(name: str, why: str) -> Row:
    """The row of a script that printed none."""
    return {"client": name, "version": "", "did": why, "verdict": "fail"}
