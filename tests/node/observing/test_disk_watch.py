"""A disk that keeps the node waiting is told once, and so is its end."""

from typing import Any

from prometheus_client import CollectorRegistry

from node.observing.disk_watch import DiskWatch
from node.observing.metrics import WorkMetrics


class Log:
    """Keeps what is logged."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, dict[str, Any]]] = []

    def warning(self, event: str, **fields: Any) -> None:
        """See the log."""
        self.lines.append((event, fields))


def test_a_slow_write_is_told_while_it_lasts_and_when_it_has_ended() -> None:
    since_ms: int | None = None
    now_ms = 10_000
    log: Any = Log()
    registry = CollectorRegistry()
    watch = DiskWatch(lambda: since_ms, lambda: now_ms, WorkMetrics(registry), log)

    def pending() -> tuple[float | None, float | None]:
        return tuple(  # type: ignore[return-value]
            registry.get_sample_value(name)
            for name in ("matricula_write_pending_seconds", "matricula_slow_writes_total")
        )

    watch.look()
    since_ms = now_ms
    now_ms += 999
    watch.look()
    assert (log.lines, pending()) == ([], (0.999, 0.0))
    now_ms += 1
    watch.look()
    now_ms += 60_000
    watch.look()
    assert log.lines == [("the disk keeps the node waiting", {"seconds": 1.0})]
    assert pending() == (61.0, 1.0)
    since_ms = now_ms
    watch.look()
    assert log.lines[1:] == [("the disk writes again", {"seconds": 61.0})]
    since_ms = None
    watch.look()
    assert (len(log.lines), watch.pending_ms) == (2, 0)


def test_each_slow_write_is_told_by_itself() -> None:
    since_ms: int | None = 0
    now_ms = 2_000
    log: Any = Log()
    watch = DiskWatch(lambda: since_ms, lambda: now_ms, WorkMetrics(CollectorRegistry()), log)
    watch.look()
    since_ms, now_ms = 2_500, 4_000
    watch.look()
    assert log.lines == [
        ("the disk keeps the node waiting", {"seconds": 2.0}),
        ("the disk writes again", {"seconds": 4.0}),
        ("the disk keeps the node waiting", {"seconds": 1.5}),
    ]
