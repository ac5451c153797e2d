"""A conduct for tests: its clock stands still, and what it says can be read."""

import io
import json
from collections.abc import Callable

from consensus.events import Now
from node.conduct import Conduct, Fault
from node.logs import open_log
from node.metrics import Metrics

WALL_MS = 1_800_000_000_000


class Noting:
    """A conduct whose clock stands still until a test moves it."""

    def __init__(self, member_of: Callable[[str], str]) -> None:
        self.ms = 0
        self._stream = io.StringIO()
        self._metrics = Metrics("1")
        log = open_log(self._stream, level="info", format_="json", institution="own", wall_ms=lambda: 0)
        self.conduct = Conduct(
            self._metrics.consensus.peer_faults, log, member_of, lambda: Now(self.ms, WALL_MS + self.ms)
        )

    def counted(self, member: str, fault: Fault) -> float | None:
        """What the metric says."""
        return self._metrics.registry.get_sample_value(
            "matricula_peer_faults_total", {"member": member, "fault": fault.name.lower()}
        )

    def lines(self) -> list[tuple[str, str, str, int]]:
        """Member, peer, fault and times of each line of the log."""
        lines = [json.loads(line) for line in self._stream.getvalue().splitlines()]
        assert {line["event"] for line in lines} <= {"peer at fault"}
        return [(line["member"], line["peer"], line["fault"], line["times"]) for line in lines]
