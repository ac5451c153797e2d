"""Attacks a running network of four, one attacker after the other, and holds each to the same bounds.

Three honest processes, a client load, and a member of the network that is hostile: it holds listed keys and
speaks the real transport. For each attacker there is a new network, a calm phase that gives the figures
before, and the attack. Exit code 1 if a bound is missed. Progress goes to standard error.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks import machine
from tests.redteam import report
from tests.redteam.attacker import Attacker
from tests.redteam.attackers.table import ATTACKERS
from tests.redteam.outcome import Outcome
from tests.redteam.trial import Setting, try_attacker

_EXAMPLES = """examples:
  scripts/redteam                          all attackers, about ten minutes
  scripts/redteam --list                   what each does, and which rule answers it
  scripts/redteam --mode unasked-blocks --mode status --seconds 20
  scripts/redteam --json > after.json      for programs; compare figures with those before on the same machine
"""


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/redteam",
        description=__doc__,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--mode", action="append", choices=list(ATTACKERS), metavar="NAME", help="this attacker; repeatable"
    )
    parser.add_argument("--list", action="store_true", help="say what there is, and attack nothing")
    parser.add_argument("--json", action="store_true", help="one JSON document")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long each attack lasts (10)")
    parser.add_argument("--calm", type=float, default=3.0, help="how long the phase before lasts (3)")
    parser.add_argument("--rate", type=float, default=10.0, help="transactions a second (10)")
    return parser.parse_args()


def _say(text: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stderr.flush()


def _try(attackers: Sequence[type[Attacker]], setting: Setting) -> list[Outcome]:
    _say(report.HEADING)
    outcomes = []
    for attacker in attackers:
        with tempfile.TemporaryDirectory(prefix="matricula-redteam-") as folder:
            outcome = asyncio.run(try_attacker(attacker, Path(folder), setting))
        outcomes.append(outcome)
        _say(report.line(outcome))
    return outcomes


def main() -> int:
    """Try what the command line names."""
    arguments = _arguments()
    attackers = [ATTACKERS[name] for name in arguments.mode or ATTACKERS]
    if arguments.list:
        print(report.listing(attackers))
        return 0
    before = machine.load()
    outcomes = _try(attackers, Setting(arguments.calm, arguments.seconds, arguments.rate))
    if arguments.json:
        described = {**machine.describe(), "loadBefore": before, "loadAfter": machine.load()}
        members = [report.to_json(outcome) for outcome in outcomes]
        print(json.dumps({"attackers": members, "machine": described}, indent=1, ensure_ascii=False))
    else:
        print(report.table(outcomes))
    return any(outcome.misses() for outcome in outcomes)


if __name__ == "__main__":
    sys.exit(main())
