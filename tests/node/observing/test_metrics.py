"""Each metric has the name, kind and labels that the documentation gives it, and the other way round."""

import re
from pathlib import Path

from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.parser import text_string_to_metric_families

from node.observing.metrics import Metrics

DOCUMENT = Path(__file__).parents[3] / "docs" / "metrics.md"

Row = tuple[str, str, tuple[str, ...]]


def documented() -> list[Row]:
    """(name, kind, labels) of each row of the table."""
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \|([^|]*)\|", DOCUMENT.read_text(), re.MULTILINE)
    return [(name, kind, tuple(labels.replace(",", " ").split())) for name, kind, labels in rows]


def groups_of(metrics: Metrics) -> tuple[object, ...]:
    return (
        metrics.consensus,
        metrics.clocks,
        metrics.work,
        metrics.service,
        metrics.documents,
        metrics.publications,
    )


def offered(metrics: Metrics) -> list[Row]:
    """The same of each metric that the object has; the build's information is a gauge to a reader."""
    rows: list[Row] = [("matricula_build_info", "gauge", ("version",))]
    groups = groups_of(metrics)
    for metric in [metric for group in groups for metric in vars(group).values()]:
        if isinstance(metric, Counter):
            rows.append((f"{metric._name}_total", "counter", metric._labelnames))
        elif isinstance(metric, Gauge | Histogram):
            rows.append((metric._name, type(metric).__name__.lower(), metric._labelnames))
    return rows


def test_documented_metrics_exist_and_existing_ones_are_documented() -> None:
    assert sorted(documented()) == sorted(offered(Metrics("1.2.3")))


def test_names_end_in_their_unit() -> None:
    for name, kind, _ in documented():
        assert name.startswith("matricula_")
        assert name.endswith("_total") is (kind == "counter")
        assert kind != "histogram" or name.endswith(("_seconds", "_events"))


def test_what_is_counted_is_exposed() -> None:
    metrics = Metrics("1.2.3")
    metrics.consensus.final_height.set(7)
    metrics.consensus.final_transactions.inc(300)
    metrics.service.pool_refusals.labels("pool-full").inc()
    metrics.consensus.finality_seconds.observe(0.05)
    samples = {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(metrics.render().decode())
        for sample in family.samples
    }
    assert samples["matricula_final_height", ()] == 7
    assert samples["matricula_final_transactions_total", ()] == 300
    assert samples["matricula_pool_refusals_total", ("pool-full",)] == 1
    assert samples["matricula_finality_seconds_bucket", ("0.06",)] == 1
    assert samples["matricula_finality_seconds_bucket", ("0.04",)] == 0


def test_two_nodes_in_one_process_count_apart() -> None:
    first, second = Metrics("1.2.3"), Metrics("1.2.3")
    first.consensus.final_blocks.inc()
    assert b"matricula_final_blocks_total 1.0" in first.render()
    assert b"matricula_final_blocks_total 0.0" in second.render()


def test_every_metric_is_fed_by_some_part_of_the_node() -> None:
    """A metric that nobody moves tells an operator that all is well."""
    metrics = Metrics("1.2.3")
    groups = groups_of(metrics)
    node = DOCUMENT.parents[1] / "node"
    text = "".join(file.read_text() for file in node.rglob("*.py") if file.name != "metrics.py")
    assert [name for group in groups for name in vars(group) if f".{name}" not in text] == []
