"""An unchanged verifier of others on one badge: `python -m tests.interop.badge FILE NODE`.

FILE is a picture (PNG), NODE the address of a node that knows the issuer. Nothing is installed for it: the
exit code is 2 where `scripts/interop` has not run before, 0 where the verifier accepts the badge, else 1.
"""

import argparse
import asyncio
import json
import shutil
import sys
from pathlib import Path

from tests.interop.installing import default_cache, installed_before
from tests.interop.running import PASS, rows_of

SCRIPT = "badge"


def main(arguments: list[str]) -> int:
    """Prints its rows, as one JSON document."""
    parser = argparse.ArgumentParser(prog="tests.interop.badge", description="Has others verify a badge.")
    parser.add_argument("file", type=Path)
    parser.add_argument("node")
    parser.add_argument("--cache", type=Path, default=default_cache(), help="where packages are kept")
    options = parser.parse_args(arguments)
    folder = installed_before(options.cache)
    if folder is None or shutil.which("node") is None:
        print("run ./scripts/interop first: it needs Node.js and npm, and installs clients", file=sys.stderr)
        return 2
    told = {"badge": str(options.file.absolute()), "node": options.node}
    rows = asyncio.run(rows_of(folder, SCRIPT, told))
    print(json.dumps({"rows": rows}))
    return 0 if all(row["verdict"] == PASS for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
