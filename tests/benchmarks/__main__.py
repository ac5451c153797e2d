"""Measures the figures that Matricula is built to, and prints each beside its budget: `scripts/bench`.

Nothing is asserted: the exit code is 0 whatever was measured. Progress goes to standard error.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks import machine, report
from tests.benchmarks.figures import Figure, Measure, Measured, Setting
from tests.benchmarks.table import FIGURES


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=(__doc__ or "").partition("\n")[0])
    names = [figure.name for figure in FIGURES]
    parser.add_argument(
        "--only", nargs="+", choices=names, default=names, metavar="NAME", help="these figures"
    )
    parser.add_argument("--list", action="store_true", help="say what there is, and measure nothing")
    parser.add_argument("--json", action="store_true", help="one JSON document")
    parser.add_argument(
        "--seconds", type=float, default=60.0, help="how long the long measurements take (60)"
    )
    parser.add_argument("--records", type=int, default=1_000_000, help="size of a large registry (1000000)")
    return parser.parse_args()


def _say(text: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stderr.flush()


def _measure(figures: Sequence[Figure], seconds: float, records: int) -> list[report.Result]:
    """The figures in their order; one run for all that it gives."""
    measured: dict[str, Measured] = {}
    runs: dict[Measure, None] = dict.fromkeys(figure.measure for figure in figures)
    for run in runs:
        wanted = [figure for figure in figures if figure.measure is run]
        _say(f"{', '.join(figure.name for figure in wanted)}:")
        with tempfile.TemporaryDirectory(prefix="matricula-bench-") as folder:
            measured |= asyncio.run(
                run(Setting(Path(folder), seconds, records, lambda text: _say(f"  {text}")))
            )
        for figure in wanted:
            _say(report.line(report.Result(figure, measured[figure.name])))
    return [report.Result(figure, measured[figure.name]) for figure in figures]


def main() -> None:
    """Measure what the command line names."""
    arguments = _arguments()
    figures = [figure for figure in FIGURES if figure.name in arguments.only]
    if arguments.list:
        print(report.listing(figures))
        return
    before = machine.load()
    results = _measure(figures, arguments.seconds, arguments.records)
    after = machine.load()
    described = {**machine.describe(), "loadBefore": before, "loadAfter": after}
    if arguments.json:
        members = [result.to_json() for result in results]
        print(json.dumps({"figures": members, "machine": described}, indent=1, ensure_ascii=False))
        return
    print(report.table(results))
    for result in results:
        print(f"\n{result.figure.name}: {result.measured.how}")
    print("\n" + ", ".join(f"{name} {value}" for name, value in described.items()))


if __name__ == "__main__":
    main()
