"""The types of what a node says about its own condition."""

import msgspec

from api.interface.types import Type


class ConcernReport(Type, frozen=True):
    """A fault of another node, whose operator should be told; `what` says it in a sentence."""

    member: str
    kind: str
    what: str
    count: int
    last_ms: int


class ClockOffsetReport(Type, frozen=True):
    """A validator's clock less this node's, up to `errorMs` more or less, and whether it stands apart from
    most clocks."""

    member: str
    offset_ms: int
    error_ms: int
    is_apart: bool


class ClockFindingReport(Type, frozen=True):
    """Something about clocks that an operator should know, in a sentence. `kind`: `own`, `other` (of
    `member`), `divided` or `ledger`."""

    kind: str
    member: str
    what: str


class ClocksReport(Type, frozen=True):
    """How the validators' clocks compare. `ownOffsetMs` is this node's less the median of all, null where no
    majority agrees or fewer than three are known; `agreeing` is how many others agree with the median;
    `ledgerAheadMs` is by how much the last block is dated ahead of the clocks.
    """

    own_offset_ms: int | None
    agreeing: int
    ledger_ahead_ms: int
    others: list[ClockOffsetReport]
    findings: list[ClockFindingReport]


class PublicationReport(Type, frozen=True):
    """A published status list that is not served, or ends soon; `what` says it in a sentence. `kind`:
    `behind`, `expired`, `key_lost`, or `ending_50`, `ending_25`, `ending_10` by how much of its life is left,
    in percent."""

    list_id: str
    form: str
    kind: str
    what: str


class HealthReport(Type, frozen=True):
    """The node's state of health. `linked` are the members whose validators have a link to the node,
    `notVoting` those among them that follow and do not vote. `follows` says why the node itself does not vote
    (`by_choice`, `lost_guard`, `no_key`, `not_listed`), null where it does. `publications` are the published
    status lists that have to be published again."""

    ready: bool
    reason: str
    height: int
    target_height: int
    lag_ms: int
    peers_connected: int
    pool_transactions: int
    pool_bytes: int
    voting: str
    concerns: list[ConcernReport]
    clocks: ClocksReport
    linked: list[str]
    not_voting: list[str]
    follows: str | None
    publications: list[PublicationReport] = msgspec.field(default_factory=list)
