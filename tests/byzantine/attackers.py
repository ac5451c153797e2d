"""All kinds of attackers by name, for runs to draw from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from node.simulation.world import Attacker
from tests.byzantine.equivocator import equivocator
from tests.byzantine.false_history import false_history
from tests.byzantine.flooder import flooder
from tests.byzantine.forger import forger
from tests.byzantine.invalid_block import invalid_block
from tests.byzantine.late import late
from tests.byzantine.miser import miser
from tests.byzantine.questioner import questioner
from tests.byzantine.repeater import repeater
from tests.byzantine.signs_everything import signs_everything
from tests.byzantine.stale_certificates import stale_certificates
from tests.byzantine.stale_parent import stale_parent
from tests.byzantine.twins import twins
from tests.byzantine.withholder import withholder

ATTACKERS: Final[Mapping[str, Attacker]] = {
    "equivocator": equivocator,
    "false history": false_history,
    "flooder": flooder,
    "forger": forger,
    "invalid block": invalid_block,
    "late": late,
    "miser": miser,
    "questioner": questioner,
    "repeater": repeater,
    "signs everything": signs_everything,
    "stale certificates": stale_certificates,
    "stale parent": stale_parent,
    "twins": twins,
    "withholder": withholder,
}
