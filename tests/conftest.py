"""What all tests share: the public vectors, the order, and skips that continuous integration refuses."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.frozen import frozen as frozen
from tests.order import in_parts

# No test depends on how fast this machine is, nor on chance: examples are derived from the test itself.
settings.register_profile(
    "matricula", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("matricula")

VECTORS = Path(os.environ.get("MATRICULA_VECTORS", Path(__file__).parents[2] / "shared" / "vectors"))


@pytest.fixture(scope="session")
def vectors() -> Path:
    """The folder of public test vectors; the test is skipped by name where it is absent."""
    if not VECTORS.is_dir():
        pytest.skip(f"no public vectors at {VECTORS}; set MATRICULA_VECTORS")
    return VECTORS


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With several workers, each begins with what takes long (`tests.order`)."""
    workers = getattr(config, "workerinput", {"workercount": 1})["workercount"]
    if workers > 1:
        items[:] = in_parts([(item.nodeid, item) for item in items], workers)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """With MATRICULA_REQUIRE_ALL=1 a skipped test is a failed one: a machine that should run it could not."""
    report = yield
    if os.environ.get("MATRICULA_REQUIRE_ALL") == "1" and report.skipped:  # type: ignore[attr-defined]
        report.outcome = "failed"  # type: ignore[attr-defined]
        report.longrepr = f"skipped where every test must run: {report.longrepr}"  # type: ignore[attr-defined]
    return report
