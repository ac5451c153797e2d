"""What the doctor says of a node's process, by its metrics."""

import resource

import pytest

from node.cli.operate.checks import Diagnosis, Severity, ok, problem, warning
from node.cli.operate.checks.process import RAISE_LIMIT, check_limit, check_process

LOST = "check the disk of the log, or the program that reads the log; nothing else was lost"


def metrics(opened: float, limit: float, lost: float = 0, slow: float = 0) -> bytes:
    """Lines as a node prints them, among others."""
    return (
        "matricula_votes 1.0\n"
        f"matricula_descriptors_open {opened}\n"
        f"matricula_descriptors_limit {limit}\n"
        f"matricula_log_lines_dropped_total {lost}\n"
        f"matricula_slow_writes_total {slow}\n"
    ).encode()


@pytest.mark.parametrize(
    ("told", "findings"),
    [
        (b"", []),
        (metrics(33.0, 65_536.0), [ok("process", "33 of 65536 files and sockets are open")]),
        (
            metrics(33.0, 1_024.0),
            [
                warning(
                    "process",
                    "33 of 1024 files and sockets are open: clients are refused early",
                    RAISE_LIMIT,
                )
            ],
        ),
        (
            metrics(60_000.0, 65_536.0),
            [problem("process", "60000 of 65536 files and sockets are open", RAISE_LIMIT)],
        ),
        (
            metrics(33.0, 65_536.0, 12.0),
            [
                ok("process", "33 of 65536 files and sockets are open"),
                warning("process", "12 lines of the log were lost", LOST),
            ],
        ),
        (
            metrics(33.0, 65_536.0, 1.0),
            [
                ok("process", "33 of 65536 files and sockets are open"),
                warning("process", "1 line of the log was lost", LOST),
            ],
        ),
    ],
)
def test_descriptors_and_lost_lines(told: bytes, findings: list[Diagnosis]) -> None:
    assert list(check_process(told)) == findings


def test_a_slow_disk() -> None:
    (_, found) = check_process(metrics(33.0, 65_536.0, slow=3.0))
    assert (found.check, found.level, found.what) == (
        "disk",
        Severity.WARNING,
        "3 writes took a second or longer since the start",
    )


def test_a_limit_under_which_no_node_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (128, 128))
    (found,) = check_limit(None)
    assert found.what == "this process may have 128 files open, and a node needs 492, started from here"
    monkeypatch.setattr(resource, "getrlimit", lambda _: (128, 4_096))
    assert list(check_limit(None)) == []
