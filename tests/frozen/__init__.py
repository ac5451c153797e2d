"""Wire formats are frozen by hash.

`hashes.json` maps the name of each wire type to the SHA-256 of one canonical example's encoding. A test
builds the example and passes its bytes to the fixture:

    def test_header_is_frozen(frozen: Freeze) -> None:
        frozen("consensus/header", EXAMPLE_HEADER.encode())

A changed byte fails the test, and so does a name that is not listed yet. Both are recorded by an explicit
act,

    MATRICULA_FREEZE=1 python -m pytest tests/consensus/test_header.py

which writes the file (without xdist: one process writes it). A changed hash of something released is a
changed format: it comes with a line in CHANGELOG.md and, where nodes must agree on it, with a new ruleset or
version number.

Names are `package/thing` or `package/thing/variant`.
"""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

HASHES = Path(__file__).with_name("hashes.json")

Freeze: TypeAlias = Callable[[str, bytes], None]


@pytest.fixture
def frozen() -> Freeze:
    """Compares (name, encoding) with what was recorded; see the module's docstring."""
    return record if os.environ.get("MATRICULA_FREEZE") == "1" else compare


def compare(name: str, encoding: bytes) -> None:
    """Fail unless `encoding` is the one recorded under `name`."""
    recorded = _load().get(name)
    actual = hashlib.sha256(encoding).hexdigest()
    assert actual == recorded, (
        f"the encoding of {name} differs from the frozen one; its bytes are {encoding.hex()}"
    )


def record(name: str, encoding: bytes) -> None:
    """Write the hash of `encoding` under `name`."""
    hashes = _load() | {name: hashlib.sha256(encoding).hexdigest()}
    HASHES.write_text(json.dumps(hashes, indent=2, sort_keys=True) + "\n")


def _load() -> dict[str, str]:
    hashes: dict[str, str] = json.loads(HASHES.read_text())
    return hashes
