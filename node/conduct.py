"""Who broke the rules, said where an operator looks: one place where a peer is named.

Every fault of a peer, whether it costs the peer its link or not, is noted here. It is counted for ever in
`matricula_peer_faults_total`, told by the log at once and then at most every ten seconds, and stands among
the `concerns` of /healthz, where `matricula doctor` finds it, until ten minutes after the last time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from prometheus_client import Counter
from structlog.typing import FilteringBoundLogger

from api.ports import Concern
from consensus.events import LeaderFailing, Now, PeerFault

LOG_PAUSE_MS = 10_000
"""Between two lines about the same kind of fault of the same member."""
CONCERN_MS = 600_000
"""How long after the last time a fault is of concern."""
MAX_CONCERNS = 64
"""Concerns told at one time, the latest first."""


class Misconduct(StrEnum):
    """What a peer did that no node does which follows the rules, beside the faults that the replica finds."""

    MALFORMED_MESSAGE = "a message that is not in the protocol's form"
    MALFORMED_RANGE = "a range of final blocks that is not in the protocol's form"
    FALSE_ATTACHMENT = "an attachment that is not the one asked for"
    WITHHELD_ATTACHMENT = "an attachment that it named itself and does not give"
    TWO_PLACES = "its peer key is used in two places at once"
    FALSE_ADDRESS = "an announcement of addresses that the node in it did not sign"
    CONTRADICTION = "signed two votes that contradict each other"
    TOO_MANY_VOTES = "far more votes than there is occasion for"
    TOO_MANY_CERTIFICATES = "far more known certificates than there is occasion for"
    TOO_MANY_PROPOSALS = "far more proposals than there is occasion for"
    TOO_MANY_QUESTIONS = "questions without end"
    TOO_MANY_STATUSES = "statuses without end"
    TOO_MANY_BYTES = "far more bytes than there is occasion for"
    TOO_MUCH_WORK = "messages that take this node's time for nothing"
    TOO_MANY_OLD_TRANSACTIONS = "far more known transactions than there is occasion for"
    UNASKED_BLOCKS = "blocks that nobody asked for"
    UNFIT_TRANSACTIONS = "many transactions that it should have refused itself"
    BROKEN_CONNECTION = "what no connection may bring: heartbeats or streams without end, too long a frame"
    FALSE_TRANSACTION = "a transaction that no node can have admitted"


Fault: TypeAlias = PeerFault | LeaderFailing | Misconduct
"""What peers are named for. Its value is a sentence for people, its name in lower case the metric's label."""


@dataclass(slots=True)
class _Noted:
    """How often one member did one thing since it became of concern, and up to the last line about it."""

    peer_id: str
    count: int
    last: Now
    told_ms: int
    told_count: int


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

    def note(self, peer_id: str, fault: Fault, count: int = 1) -> None:
        """The peer did this, so many times more. Cheap, and never waits."""
        member, now = self._member_of(peer_id), self._now()
        self._faults.labels(member, fault.name.lower()).inc(count)
        noted = self._noted.pop((member, fault), None)
        if noted is None or now.monotonic_ms - noted.last.monotonic_ms > CONCERN_MS:
            noted = _Noted(peer_id, 0, now, now.monotonic_ms - LOG_PAUSE_MS, 0)
        self._noted[member, fault] = noted  # the last one noted stands last
        noted.peer_id, noted.last = peer_id, now
        noted.count += count
        if now.monotonic_ms - noted.told_ms >= LOG_PAUSE_MS:
            self._tell(member, fault, noted)

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

    def _tell(self, member: str, fault: Fault, noted: _Noted) -> None:
        times = noted.count - noted.told_count
        self._log.warning("peer at fault", member=member, peer=noted.peer_id, fault=fault.value, times=times)
        noted.told_ms, noted.told_count = noted.last.monotonic_ms, noted.count
