"""A conduct for tests: its clock stands still, and what it says can be read."""

from collections.abc import Callable

from consensus.events import Now
from node.observing.conduct import Conduct
from node.observing.metrics import Metrics
from node.observing.misconduct import Fault
from tests.node.observing.log_lines import LogLines

WALL_MS = 1_800_000_000_000


class Noting:
    """A conduct whose clock stands still until a test moves it."""

    def __init__(self, member_of: Callable[[str], str]) -> None:
        self.ms = 0
        self._metrics = Metrics("1")
        self._told = LogLines()
        self.conduct = Conduct(
            self._metrics.consensus.peer_faults,
            self._told.log,
            member_of,
            lambda: Now(self.ms, WALL_MS + self.ms),
        )

    def counted(self, member: str, fault: Fault) -> float | None:
        """What the metric says."""
        return self._metrics.registry.get_sample_value(
            "matricula_peer_faults_total", {"member": member, "fault": fault.name.lower()}
        )

    def lines(self) -> list[tuple[str, str, str, int]]:
        """Member, peer, fault and times of each line of the log."""
        return [(line["member"], line["peer"], line["fault"], line["times"]) for line in self._told.read()]

    def events(self) -> list[str]:
        """The event of each line of the log."""
        return [line["event"] for line in self._told.read()]
