"""Writes a golden ledger: `python -m tests.registry.golden NUMBER`.

Only for a ruleset that no network uses yet; from then on its golden ledger is never written again.
"""

import sys

from registry.ruleset import RULESETS
from tests.registry.golden import file_of, save
from tests.registry.golden.scenario import record


def main() -> None:
    """Record the scenario of the ruleset whose number stands on the command line."""
    number = int(sys.argv[1])
    save(record(RULESETS[number]), file_of(number))


if __name__ == "__main__":
    main()
