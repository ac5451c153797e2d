"""Judges credentials of every format that were changed by chance: `scripts/mutate-credentials`.

Each ends in a verdict or a typed error, within a second of CPU, and is valid only where it still says what
was signed. Exit code 1 if one does not. One that is stopped (Ctrl-C, SIGTERM) tells what it
has tried. Progress goes to standard error.
"""

import argparse
import json
import signal
import sys
import time

from tests.benchmarks import machine
from tests.campaign.changes import input_of
from tests.campaign.originals import KINDS
from tests.campaign.running import Campaign
from tests.campaign.table import table

_EXAMPLES = """examples:
  scripts/mutate-credentials --inputs 100000 --seed 1          the campaign, five to ten minutes
  scripts/mutate-credentials --only SD-JWT --inputs 5000       one kind
  scripts/mutate-credentials --show SD-JWT:17 --seed 1         the bytes of one input, as a failure names it
"""


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/mutate-credentials",
        description=__doc__,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--inputs", type=int, default=20_000, help="how many in all (20000)")
    parser.add_argument("--seed", type=int, default=1, help="what is changed follows from it (1)")
    parser.add_argument(
        "--only", nargs="+", choices=KINDS, default=list(KINDS), metavar="KIND", help="these kinds"
    )
    parser.add_argument("--list", action="store_true", help="say what kinds there are, and change nothing")
    parser.add_argument("--json", action="store_true", help="one JSON document")
    parser.add_argument(
        "--show", metavar="KIND:NUMBER", help="write what one input is, its list if that is changed"
    )
    return parser.parse_args()


def _say(text: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stderr.flush()


def _show(named: str, seed: int) -> int:
    kind, _, number = named.rpartition(":")
    sample = input_of(kind, int(number), seed)
    for data in sample.lists.values() if sample.changes_list else [sample.data]:
        sys.stdout.buffer.write(data)
    return 0


def main() -> int:
    """Do what the command line says."""
    arguments = _arguments()
    if arguments.list:
        print("\n".join(KINDS))
        return 0
    if arguments.show:
        return _show(arguments.show, arguments.seed)
    campaign = Campaign(arguments.only, arguments.seed)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        campaign.run(arguments.inputs, _say)
    except KeyboardInterrupt:
        _say("stopped; so far:")
    _print(campaign, as_json=arguments.json)
    return 1 if campaign.failures else 0


def _print(campaign: Campaign, *, as_json: bool) -> None:
    rows, failures = list(campaign.rows.values()), campaign.failures
    told = [{"kind": each.kind, "number": each.number, "what": each.what} for each in failures]
    if as_json:
        described = {**machine.describe(), "load": machine.load()}
        members = {"seed": campaign.seed, "kinds": [row.to_json() for row in rows], "failures": told}
        print(json.dumps({**members, "machine": described}, indent=1))
    else:
        print(table(rows))
        for each in failures:
            print(f"\n{each.kind}:{each.number} (--seed {campaign.seed})\n{each.what}")


if __name__ == "__main__":
    sys.exit(main())
