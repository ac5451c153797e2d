"""Clients of the HTTP side: counted, and refusals told in the log without flooding it."""

from pathlib import Path

from api.web.watching import Refusal
from consensus.events import Now
from node.observing.clients import Clients
from node.observing.metrics import Metrics
from node.observing.pacing import LOG_PAUSE_MS
from tests.node.observing.log_lines import LogLines


class Told:
    """Clients, a clock to set, and what is logged and counted."""

    def __init__(self) -> None:
        self.ms = 0
        self._told = LogLines()
        self._metrics = Metrics("1")
        self.clients = Clients(self._metrics.service, self._told.log, lambda: Now(self.ms, 0))

    def lines(self) -> list[tuple[str, int, str]]:
        """Why, how often and whom each line says."""
        lines = self._told.read()
        assert all((line["event"], line["level"]) == ("clients refused", "warning") for line in lines)
        return [(line["why"], line["times"], line["client"]) for line in lines]

    def sample(self, name: str, **labels: str) -> float | None:
        """A metric's value."""
        return self._metrics.registry.get_sample_value(name, labels)


def test_each_reason_is_told_at_once_and_then_at_most_every_ten_seconds() -> None:
    told = Told()
    for told.ms in range(0, LOG_PAUSE_MS + 1, 1_000):
        told.clients.refused(Refusal.RATE_LIMITED, f"192.0.2.{told.ms // 1_000}")
    told.clients.refused(Refusal.CONNECTIONS, "192.0.2.99")
    assert told.lines() == [
        (Refusal.RATE_LIMITED.value, 1, "192.0.2.0"),
        (Refusal.RATE_LIMITED.value, 10, "192.0.2.10"),
        (Refusal.CONNECTIONS.value, 1, "192.0.2.99"),
    ]
    assert told.sample("matricula_http_refusals_total", reason="rate_limited") == 11
    assert told.sample("matricula_http_refusals_total", reason="connections") == 1


def test_connections_and_requests_are_shown_as_they_are() -> None:
    told = Told()
    told.clients.connected(3)
    told.clients.began()
    told.clients.began()
    told.clients.answered("/v1/network", 200, 0.001)
    assert told.sample("matricula_http_connections") == 3
    assert told.sample("matricula_http_answering") == 1
    assert told.sample("matricula_requests_total", route="/v1/network", status="200") == 1
    assert told.lines() == []


def test_the_page_for_operators_has_advice_for_every_reason() -> None:
    page = (Path(__file__).parents[3] / "docs" / "operating.md").read_text("utf-8")
    section = page.partition("### Clients refused")[2].partition("\n## ")[0]
    rows = [line.split(" | ")[0].removeprefix("| ") for line in section.splitlines() if line.startswith("| ")]
    assert rows[2:] == [refusal.value for refusal in Refusal]
