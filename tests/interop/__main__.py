"""Independent clients, run unchanged against a node; run by ``scripts/interop``.

Each script in `clients/` gets the scene as one argument and prints its rows: client, version, what it did,
and whether that is what it has to be. The exit code is 0 where all rows pass, 1 where one fails or is not
there, 2 where the clients cannot be installed.
"""

import argparse
import asyncio
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.interop.installing import CLIENTS, NotInstalled, default_cache, installed
from tests.interop.running import PASS, Row, rows_of
from tests.interop.scene import scene

_SHARED = "row"


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
                rows += await rows_of(folder, name, found.told, found.authority)
    return rows


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
