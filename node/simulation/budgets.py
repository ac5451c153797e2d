"""What a simulated process charges its peers for: messages in vain, by the allowances of real nodes.

Nobody is slowed or dropped: a simulated process has no transport. What counts is who is charged.
"""

from collections.abc import Iterable

from consensus.events import Effect, Now, Send, Waste
from consensus.replica import Replica
from node.links.budget import Budgets
from node.observing.misconduct import Misconduct


class Charges:
    """The budgets of one process; peers are named by their numbers."""

    def __init__(self) -> None:
        self._budgets = Budgets()

    def handled(
        self, replica: Replica, sender: int | None, effects: Iterable[Effect], now: Now
    ) -> Misconduct | None:
        """An event was handled; what its sender, if it was a message, is charged for beyond its allowance."""
        now_s = now.monotonic_ms / 1000
        self._budgets.moved(replica.view, replica.view - replica.final_view)
        for effect in effects:
            if isinstance(effect, Send):
                self._budgets.asked(str(effect.peer), effect.message, now_s)
        waste: Waste | None = replica.waste
        if sender is None or waste is None:
            return None
        excess = self._budgets.charge(str(sender), {waste: 1}, now_s)
        return None if excess is None else excess.fault
