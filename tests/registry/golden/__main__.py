"""Writes a golden ledger: `python -m tests.registry.golden FILE`.

Only for a ruleset that no network uses yet; from then on its golden ledger is never written again.
"""

import sys
from pathlib import Path

from tests.registry.golden import save
from tests.registry.golden.scenario import record


def main() -> None:
    """Record the scenario into the file named on the command line."""
    save(record(), Path(sys.argv[1]))


if __name__ == "__main__":
    main()
