"""Seeds with every kind of attacker; run by ``scripts/simulate``."""

from __future__ import annotations

import sys

from node.simulation.campaign import main
from tests.byzantine.attackers import ATTACKERS

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], ATTACKERS))
