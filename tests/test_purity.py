"""What pure code may import: an allow-list, because a list of what is forbidden is never complete.

Pure code gets time, chance and bytes from outside as arguments and hands back what it wants done. Execution
moreover gives the same result on every machine, so the registry and the consensus hold no float.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

STANDARD_LIBRARY = {
    "__future__",
    "abc",
    "base64",
    "binascii",
    "bisect",
    "collections",
    "contextlib",
    "dataclasses",
    "datetime",  # for arithmetic: the calls that read the clock are refused below
    "enum",
    "functools",
    "hashlib",
    "heapq",
    "importlib",  # for files that ship with a package
    "itertools",
    "math",
    "operator",
    "string",
    "struct",
    "types",
    "typing",
    "urllib.parse",  # text alone
}
LIBRARIES = {"nacl", "cbor2"}
CREDENTIAL_LIBRARIES = {"base58", "jsonschema_rs", "rfc8785", "json"}
P256 = {"cryptography"}

NODE = {
    "node.engine.core",
    "node.engine.epochs",
    "node.engine.lag",
    "node.engine.turn",
    "node.ledger.build_time",
    "node.ledger.builder",
    "node.ledger.candidates",
    "node.ledger.resting",
    "node.links.asking",
    "node.links.budget",
    "node.links.bulk",
    "node.links.frames",
    "node.links.peers",
    "node.links.sync",
    "node.observing.misconduct",
    "node.pool.awaiting",
    "node.pool.backlog",
    "node.pool.forwarding",
    "node.pool.mempool",
    "node.transport.framing",
    "node.transport.token_bucket",
    "node.wording.units",
}
"""Pure modules in rooms that are not. They may import each other."""

LOOKUP = {
    "api/lookup/addresses.py",
    "api/lookup/fault.py",
    "api/lookup/freshness.py",
    "api/lookup/inflating.py",
    "api/lookup/said_ttl.py",
    "api/lookup/target.py",
    "api/lookup/wanted.py",
}
"""What is judged before and after something is fetched."""

# Where pure code stands (glob from the root) and what it may import besides the standard library above. The
# last pattern that fits a file counts.
PURE = {
    "registry/**/*.py": {"registry", *LIBRARIES},
    "registry/primitives/**/*.py": {"registry.primitives", *LIBRARIES},
    "consensus/**/*.py": {"consensus", "registry.primitives", *LIBRARIES},
    "api/base64url.py": {"registry.primitives"},
    "api/inert.py": {"html", "json", "re", "unicodedata"},
    "api/answer/**/*.py": {"api.answer", "api.base64url", "consensus", "registry", *LIBRARIES},
    "api/documents/**/*.py": {
        "api.documents",
        "api.answer",
        "api.credentials",
        "api.verifier",
        "consensus",
        "registry",
        "re",
    },
    "api/verifier/**/*.py": {
        "api.verifier",
        "api.answer",
        "api.credentials",
        "consensus",
        "registry",
        "tomllib",  # reads a text
        "unicodedata",
        *LIBRARIES,
        *CREDENTIAL_LIBRARIES,
    },
    "api/credentials/**/*.py": {
        "api.base64url",
        "api.credentials",
        "registry",
        "re",
        *LIBRARIES,
        *CREDENTIAL_LIBRARIES,
    },
    "api/credentials/linked_data/**/*.py": {"api.credentials", "registry", "re", "pyld"},
    "api/credentials/wrappers/**/*.py": {"api.credentials", "registry", "re", "xml.parsers", "zlib"},
    "api/credentials/public_key.py": {"api.base64url", "api.credentials", "registry", *P256},
    "api/credentials/inflating.py": {"zlib"},
    "api/publications/**/*.py": {
        "api.publications",
        "api.base64url",
        "api.credentials",
        "registry",
        "json",
        "zlib",
        *LIBRARIES,
    },
    "api/limits.py": {"ipaddress"},
    **{
        file: {"api.base64url", "api.credentials.inflating", "api.lookup", "registry", "ipaddress", "re"}
        for file in sorted(LOOKUP)
    },
    **{f"{module.replace('.', '/')}.py": {"consensus", "registry", *NODE} for module in sorted(NODE)},
}
PACKAGES = ("registry", "consensus", "api", "node")
NO_FLOATS = ("registry", "consensus")
IMPURE_CALLS = {"open", "input", "eval", "exec", "__import__"}
CLOCK = re.compile(r"(datetime|date)\.(now|today|utcnow)")

FILES = {
    file: allowed | STANDARD_LIBRARY
    for pattern, allowed in PURE.items()
    for file in sorted(ROOT.glob(pattern))
}


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def is_allowed(module: str, allowed: set[str]) -> bool:
    parts = module.split(".")
    return any(".".join(parts[:length]) in allowed for length in range(1, len(parts) + 1))


def findings(source: str, allowed: set[str], *, floats: bool) -> list[str]:
    tree = ast.parse(source)
    found = [f"imports {module}" for module in imports(tree) if not is_allowed(module, allowed)]
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and (call := CLOCK.search(ast.unparse(node))):
            found.append(f"line {node.lineno} reads a clock by {call[0]}")
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in IMPURE_CALLS:
            found.append(f"line {node.lineno} calls {node.id}")
        elif not floats and isinstance(node, ast.Constant) and isinstance(node.value, float):
            found.append(f"line {node.lineno} holds the float {node.value}")
        elif not floats and isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            found.append(f"line {node.lineno} divides to a float")
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_pure_code_is_pure(file: Path) -> None:
    floats = file.relative_to(ROOT).parts[0] not in NO_FLOATS
    assert findings(file.read_text(), FILES[file], floats=floats) == []


def test_the_pure_packages_are_found() -> None:
    packages = {file.relative_to(ROOT).parts[0] for file in FILES}
    assert {"registry", "consensus", "api", "node"} <= packages


def test_every_pattern_finds_something() -> None:
    assert [pattern for pattern in PURE if not any(ROOT.glob(pattern))] == []


def calls_itself_pure(source: str) -> bool:
    return re.search(r"\bPure\b", ast.get_docstring(ast.parse(source)) or "") is not None


def test_whatever_calls_itself_pure_is_looked_at() -> None:
    files = [file for package in PACKAGES for file in (ROOT / package).rglob("*.py")]
    assert [file for file in files if calls_itself_pure(file.read_text()) and file not in FILES] == []


@pytest.mark.parametrize(
    ("source", "says_so"),
    [
        ('"""What to ask. Pure: no clock."""', True),
        ('"""What to ask.\n\nPure.\n"""', True),
        ('"""Errors of the pure packages, purely."""', False),
        ("# Pure", False),
    ],
)
def test_who_calls_itself_pure(source: str, says_so: bool) -> None:
    assert calls_itself_pure(source) is says_so


@pytest.mark.parametrize("package", ["registry", "api"])
def test_package_roots_stay_empty(package: str) -> None:
    """So that importing a verifier imports nothing else."""
    assert (ROOT / package / "__init__.py").read_text() == ""


@pytest.mark.parametrize(
    ("source", "finding"),
    [
        ("import time", "imports time"),
        ("from os import path", "imports os"),
        ("import registry.primitives.codec, secrets", "imports secrets"),
        ("from node.setup.config import Config", "imports node.setup.config"),
        ("def f():\n    import random", "imports random"),
        ("from . import x", "imports ."),
        ("x = datetime.now(UTC)", "line 1 reads a clock by datetime.now"),
        ("x = datetime.date.today", "line 1 reads a clock by date.today"),
        ("open('x')", "line 1 calls open"),
        ("read = open", "line 1 calls open"),
        ("x = 1.5", "line 1 holds the float 1.5"),
        ("x = a / b", "line 1 divides to a float"),
    ],
)
def test_what_is_impure_is_found(source: str, finding: str) -> None:
    assert findings(source, {"registry"}, floats=False) == [finding]


def test_what_is_pure_is_not_found() -> None:
    source = "from registry.primitives import codec\nimport registry\nx = 7 // 2\nopen: int = x"
    assert findings(source, {"registry"}, floats=False) == []
