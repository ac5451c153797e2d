"""Each group of dependencies is what the code of its purpose imports, no more and no less, and the locks hold
it."""

import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from node.process.version import VERSION
from tests.package.declared import ROOT, core, extra, names, pyproject, runtime, tools
from tests.package.imports import distributions

CORE = ("registry/**/*.py", "consensus/**/*.py", "api/verifier/answer.py")
PURPOSES = {
    "credentials": (*CORE, "api/credentials/**/*.py", "api/verifier/**/*.py"),
    "client": (*CORE, "api/client/**/*.py"),
}
"""What must work with the core and one extra."""
READ_AS_FILES = {"credentials": {"openbadgeslib"}}
"""Of these no code is imported: they bring files (`api.credentials.contexts.shipped`)."""
ISSUER = (*CORE, "api/issuer/**/*.py")
EVERYTHING = ("registry/**/*.py", "consensus/**/*.py", "api/**/*.py", "node/**/*.py")

_PIN = re.compile(r"^([a-z0-9-]+)==(\S+) \\$((?:\n +.*)*)", re.MULTILINE)


def files(patterns: tuple[str, ...]) -> list[Path]:
    return [file for pattern in patterns for file in ROOT.glob(pattern)]


def pins(lock: str) -> dict[str, Version]:
    """The version of each distribution in a lock file."""
    return {name: Version(version) for name, version, _ in _PIN.findall((ROOT / lock).read_text())}


def asked_for(lock: str) -> set[str]:
    """The distributions that are in a lock file because `pyproject.toml` asks for them."""
    found = _PIN.findall((ROOT / lock).read_text())
    return {name for name, _, comment in found if "matricula (pyproject.toml" in comment}


def unmet(requirements: list[Requirement], lock: str) -> list[str]:
    """The requirements that a lock file does not satisfy."""
    locked = pins(lock)
    return [
        str(requirement)
        for requirement in requirements
        if (version := locked.get(canonicalize_name(requirement.name))) is None
        or not requirement.specifier.contains(version)
    ]


def test_the_core_is_what_verifying_an_answer_needs() -> None:
    assert distributions(files(CORE)) == names(core()) == {"cbor2", "pynacl"}


@pytest.mark.parametrize("purpose", PURPOSES)
def test_an_extra_is_what_its_purpose_needs_besides(purpose: str) -> None:
    imported = distributions(files(PURPOSES[purpose])) - names(core())
    assert imported | READ_AS_FILES.get(purpose, set()) == names(extra(purpose))


def included_in(name: str) -> set[str]:
    """The extras that an extra includes."""
    declared = map(Requirement, pyproject()["project"]["optional-dependencies"][name])
    (extras,) = (requirement.extras for requirement in declared if requirement.name == "matricula")
    return extras


def test_issuing_needs_what_asking_and_judging_need_and_nothing_else() -> None:
    needed = [*core(), *(requirement for purpose in PURPOSES for requirement in extra(purpose))]
    assert distributions(files(ISSUER)) | READ_AS_FILES["credentials"] == names(needed)
    assert (included_in("issuer"), extra("issuer")) == (set(PURPOSES), [])


def test_the_node_needs_all_of_it_and_nothing_else() -> None:
    assert distributions(files(EVERYTHING)) | READ_AS_FILES["credentials"] == names(runtime())
    assert included_in("node") == {"issuer"}


def test_what_tests_import_is_declared() -> None:
    assert distributions(files(("tests/**/*.py",))) - names(runtime()) <= names(tools())


@pytest.mark.parametrize(
    ("lock", "declared"),
    [("requirements.lock", runtime()), ("requirements-dev.lock", [*runtime(), *tools()])],
)
def test_a_lock_holds_what_is_declared(lock: str, declared: list[Requirement]) -> None:
    """Where this fails, run scripts/lock."""
    assert unmet(declared, lock) == []
    assert asked_for(lock) == names(declared)


def test_tests_run_with_what_a_node_runs_with() -> None:
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()


def test_what_is_overridden_is_locked() -> None:
    lines = (ROOT / "overrides.in").read_text().splitlines()
    overrides = [Requirement(line) for line in lines if not line.startswith("#")]
    assert unmet(overrides, "requirements.lock") == []


def test_what_builds_the_package_is_locked() -> None:
    assert unmet([Requirement(line) for line in pyproject()["build-system"]["requires"]], "build.lock") == []


def test_the_version_is_the_one_that_the_command_says() -> None:
    assert pyproject()["project"]["version"] == VERSION
