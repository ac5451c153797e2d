"""Who breaks the rules or keeps the others waiting, said where an operator looks: one place where a peer is
named.

Every fault of a peer, whether it costs the peer its link or not, is noted here. It is counted for ever in
`matricula_peer_faults_total`, told by the log at once and then at most every ten seconds, and stands among
the `concerns` of /healthz, where `matricula doctor` finds it, until ten minutes after the last time. That a
leader fails proves no fault: its node may be down, or far away. So it is told in other words.
"""

from collections.abc import Callable
from dataclasses import dataclass

from prometheus_client import Counter
from structlog.typing import FilteringBoundLogger

from api.ports import Concern
from consensus.events import LeaderFailing, Now
from node.observing.misconduct import Fault
from node.observing.pacing import Pacing

CONCERN_MS = 600_000
"""How long after the last time a fault is of concern."""
MAX_CONCERNS = 64
"""Concerns told at one time, the latest first."""


@dataclass(slots=True)
class _Noted:
    """How often one member did one thing since it became of concern, and when last."""

    count: int
    last: Now


class Conduct:
    """Notes faults. `member_of` says whose node a peer is, "" for no validator's; `faults` has the labels
    member and fault."""

    def __init__(
        self,
        faults: Counter,
        log: FilteringBoundLogger,
        member_of: Callable[[str], str],
        now: Callable[[], Now],
    ) -> None:
        self._faults = faults
        self._log = log
        self._member_of = member_of
        self._now = now
        self._noted: dict[tuple[str, Fault], _Noted] = {}
        self._pacing = Pacing()

    def note(self, peer_id: str, fault: Fault, count: int = 1) -> None:
        """The peer did this, so many times more. Cheap, and never waits."""
        member, now = self._member_of(peer_id), self._now()
        self._faults.labels(member, fault.name.lower()).inc(count)
        noted = self._noted.pop((member, fault), None)
        if noted is None or now.monotonic_ms - noted.last.monotonic_ms > CONCERN_MS:
            noted = _Noted(0, now)
        self._noted[member, fault] = noted  # the last one noted stands last
        noted.last = now
        noted.count += count
        times = self._pacing.note((member, fault), now.monotonic_ms, count)
        if times:
            event = "leader failing" if isinstance(fault, LeaderFailing) else "peer at fault"
            self._log.warning(event, member=member, peer=peer_id, fault=fault.value, times=times)

    def concerns(self) -> tuple[Concern, ...]:
        """The faults of the last ten minutes, the latest first."""
        since_ms = self._now().monotonic_ms - CONCERN_MS
        self._noted = {
            key: noted for key, noted in self._noted.items() if noted.last.monotonic_ms >= since_ms
        }
        latest = list(self._noted.items())[: -MAX_CONCERNS - 1 : -1]
        return tuple(
            Concern(member, fault.name.lower(), fault.value, noted.count, noted.last.wall_ms)
            for (member, fault), noted in latest
        )
