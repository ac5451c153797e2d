"""Independent clients, run unchanged against a node; run by ``scripts/interop``.

Each script in `clients/` gets the scene as one argument and prints its rows: client, version, what it did,
and whether that is what it has to be. The exit code is 0 where all rows pass, 1 where one fails or is not
there, 2 where the clients cannot be installed.
"""

import argparse
import asyncio
import json
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.interop.installing import CLIENTS, NotInstalled, default_cache, installed
from tests.interop.scene import Scene, scene

PASS = "pass"
_CLIENT_TIMEOUT_S = 120.0
_SHARED = "row"

Row = dict[str, Any]


def scripts() -> tuple[str, ...]:
    """The clients' scripts, by their names."""
    return tuple(sorted(path.stem for path in CLIENTS.glob("*.mjs") if path.stem != _SHARED))


async def run_all(cache: Path, names: tuple[str, ...]) -> list[Row]:
    """The rows of these scripts, in their order. Raises NotInstalled."""
    folder = await asyncio.to_thread(installed, cache)
    rows: list[Row] = []
    with TemporaryDirectory() as made:
        async with scene(Path(made)) as found:
            for name in names:
                rows += await _rows_of(folder, name, found)
    return rows


async def _rows_of(folder: Path, name: str, found: Scene) -> list[Row]:
    """What a script prints; one row that fails where it prints none."""
    process = await asyncio.create_subprocess_exec(
        "node",
        str(folder / CLIENTS.name / f"{name}.mjs"),
        json.dumps(found.told),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={
            "PATH": os.environ["PATH"],
            "NODE_EXTRA_CA_CERTS": str(found.authority),
            "INTEROP_MODULES": str(folder / "node_modules"),
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


def table(rows: list[Row]) -> str:
    """The rows as text, a line each."""
    lines = (f"{row['verdict']:<5} {row['client']} {row['version']}: {row['did']}" for row in rows)
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Runs the clients and prints their rows."""
    parser = argparse.ArgumentParser(prog="scripts/interop", description="Runs clients of others on a node.")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--only", nargs="+", choices=scripts(), default=scripts(), help="these scripts alone")
    parser.add_argument("--cache", type=Path, default=default_cache(), help="where packages are kept")
    options = parser.parse_args(arguments)
    try:
        rows = asyncio.run(run_all(options.cache, tuple(options.only)))
    except NotInstalled as error:
        print(f"interop: {error}", file=sys.stderr)
        return 2
    print(json.dumps({"rows": rows}) if options.json else table(rows))
    return 0 if rows and all(row["verdict"] == PASS for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
