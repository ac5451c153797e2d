"""What is built holds everything, and verifies an answer where nothing but the core is installed."""

import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from pathlib import Path

import pytest

from api.answer.encoding import Answer, encode_answer
from api.answer.question import RecordQuestion
from tests.answers.example import SOON_MS, changed_header
from tests.answers.scenario import grown
from tests.api.ledger import GENESIS
from tests.package.building import Built, build, install, pip, run
from tests.package.declared import EXTRAS, PACKAGES, ROOT, core, extra
from tests.registry.network import UNIVERSITY

QUESTION = RecordQuestion("did", UNIVERSITY)
(EXAMPLE,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)

READERS_CLOCK = f"""
import time

time.time = lambda: {SOON_MS / 1_000}
"""
"""The answers of the tests are dated; the reader reads them a second later."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(tmp_path_factory.mktemp("built"))


@pytest.fixture(scope="module")
def python(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment with the wheel and the core."""
    return install(built.wheel, core(), tmp_path_factory.mktemp("installed"))


@pytest.fixture(scope="module")
def issuers_python(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment with the wheel, the core, and what the extra `issuer` includes."""
    needed = [*core(), *extra("client"), *extra("credentials")]
    return install(built.wheel, needed, tmp_path_factory.mktemp("issuing"))


def sources(built: Built) -> Iterator[str]:
    """Every file of the four packages, code or not, by its path."""
    for package in PACKAGES:
        files = (path for path in (built.source / package).rglob("*") if path.is_file())
        yield from (str(path.relative_to(built.source)) for path in files)


def test_the_wheel_holds_every_file_of_the_four_packages_and_no_other(built: Built) -> None:
    with zipfile.ZipFile(built.wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert held == set(sources(built))
    assert {"api/javascript/index.js", "registry/py.typed"} <= held
    assert any(name.endswith("schemas/micro-credential.v1.json") for name in held)


def test_what_the_wheel_says_of_itself(built: Built) -> None:
    with zipfile.ZipFile(built.wheel) as archive:
        (folder,) = {name.partition("/")[0] for name in archive.namelist() if ".dist-info/" in name}
        metadata = message_from_bytes(archive.read(f"{folder}/METADATA"))
        commands = archive.read(f"{folder}/entry_points.txt").decode()
        assert f"{folder}/licenses/LICENSE" in archive.namelist()
    assert metadata["Name"] == "matricula"
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata.get_all("Provides-Extra") == ["credentials", "client", "issuer", "node"]
    assert sorted(EXTRAS) == sorted(metadata.get_all("Provides-Extra", []))
    assert commands.split() == ["[console_scripts]", "matricula", "=", "node.__main__:main"]


def test_the_source_archive_holds_what_the_tests_need(built: Built) -> None:
    with tarfile.open(built.sdist) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    assert set(sources(built)) <= held
    beside = {"pyproject.toml", "README.md", "LICENSE", "requirements.lock", "overrides.in"}
    assert beside | {"scripts/test", "docs/records.md", "tests/frozen/hashes.json"} <= held


def test_what_the_core_declares_is_all_that_it_needs(python: Path) -> None:
    assert "No broken requirements found." in pip(python, "check")
    listed = pip(python, "list", "--format", "freeze").split()
    held = {line.partition("==")[0].lower().replace("_", "-") for line in listed}
    assert held == {"matricula", "cbor2", "pynacl", "cffi", "pycparser"}


def example_says(python: Path, folder: Path, answer: Answer) -> list[str]:
    """What the example prints of an answer: the outcome, the reason, the finding."""
    (folder / "genesis.cbor").write_bytes(GENESIS.encode())
    (folder / "answer").write_bytes(encode_answer(answer))
    (folder / "example.py").write_text(READERS_CLOCK + EXAMPLE)
    return run([str(python), "-I", "example.py"], folder).split(maxsplit=2)


def test_the_example_verifies_an_answer_where_nothing_but_the_core_is(python: Path, tmp_path: Path) -> None:
    outcome, reason, finding = example_says(python, tmp_path, grown().answer(QUESTION))
    assert (outcome, reason) == ("valid", "None")
    assert finding.startswith("Found(number=2,")


def test_the_example_refuses_what_no_quorum_signed(python: Path, tmp_path: Path) -> None:
    honest = grown().answer(QUESTION)
    lie = replace(honest, header=changed_header(honest, state_root=bytes(32)).header)
    outcome, reason, _ = example_says(python, tmp_path, lie)
    assert outcome == "invalid"
    assert reason != "None"


def test_the_command_says_which_library_is_missing_where_nothing_but_the_core_is(python: Path) -> None:
    command = [str(python.parent / "matricula"), "--version"]
    finished = subprocess.run(command, cwd=python.parent, capture_output=True, text=True, check=False)
    assert (finished.returncode, finished.stdout) == (2, "")
    assert re.match(r"Error: the library \w+ is not installed", finished.stderr)
    assert 'pip install "matricula[node]"' in finished.stderr


def test_the_issuers_work_is_imported_where_nothing_of_a_node_is(issuers_python: Path) -> None:
    modules = sorted(file.stem for file in (ROOT / "api" / "issuer").glob("*.py") if file.stem != "__init__")
    program = "; ".join(f"import api.issuer.{module}" for module in modules)
    run([str(issuers_python), "-I", "-c", program], issuers_python.parent)
    absent = "import importlib.util as u; print(u.find_spec('libp2p'), u.find_spec('typer'))"
    assert run([str(issuers_python), "-I", "-c", absent], issuers_python.parent).split() == ["None", "None"]


def test_the_environment_has_the_wheel_and_not_this_folder(python: Path) -> None:
    paths = run([str(python), "-I", "-c", "import registry, sys; print(registry.__path__[0])"], python.parent)
    assert Path(paths.strip()).is_relative_to(python.parents[1])
    assert sys.prefix != str(python.parents[1])
