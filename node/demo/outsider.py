"""A verifier that others wrote, unchanged, on the demonstration's badge: where this machine has one.

It runs in Node.js, and `scripts/interop` installs it; nothing is installed here.
"""

import asyncio
import json
import shutil
import sys
from asyncio.subprocess import PIPE
from dataclasses import dataclass
from pathlib import Path

from node.demo.witness import DidNotHold

HOW_TO_HAVE_ONE = "./scripts/interop"
"""What installs it."""
_ROOT = Path(__file__).resolve().parents[2]
_MODULE = "tests.interop.badge"
_NOT_THERE = 2


@dataclass(frozen=True, slots=True)
class Outsider:
    """A client of others that accepted the badge, and what it says that it did."""

    name: str
    did: str


async def verified_by_others(badge: Path, node_url: str) -> Outsider | None:
    """Who accepted the badge; None where no such client is at hand. Raises DidNotHold where it refused.

    `badge` is the picture; `node_url` the address of a node that tells who the issuer is.
    """
    if shutil.which("node") is None or not (_ROOT / "tests" / "interop" / "badge.py").is_file():
        return None
    line = (sys.executable, "-m", _MODULE, str(badge), node_url)
    process = await asyncio.create_subprocess_exec(*line, cwd=_ROOT, stdout=PIPE, stderr=PIPE)
    out, err = await process.communicate()
    if process.returncode == _NOT_THERE:
        return None
    if process.returncode != 0:
        raise DidNotHold(f"a verifier of others refused the badge: {(out + err).decode(errors='replace')}")
    (row,) = json.loads(out)["rows"]
    return Outsider(f"{row['client']} {row['version']}", row["did"])
