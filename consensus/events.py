"""The boundary of a replica: events go in, effects come out, nothing else does.

A driver takes what has arrived, calls `Replica.handle` for each event in order, puts all durable effects of
the turn into one write batch, flushes it, and only then carries out the sends of the turn (R11). Effects
keep the order in which the replica returned them. Peers are numbered: a validator by its index in the
epoch's set, any other by a number from n up.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum

from consensus.messages import Block, Certificate, FinalBlock, Message, Propose, Vote
from registry.primitives.reason import Reason


@dataclass(frozen=True, slots=True)
class Now:
    """Both clocks in milliseconds: the monotonic one drives every timer, the wall clock only dates blocks
    (R15)."""

    monotonic_ms: int
    wall_ms: int


class Validity(Enum):
    """What executing a block gave. UNKNOWN: an attachment is not held, nothing can be said yet."""

    VALID = "valid"
    INVALID = "invalid"
    UNKNOWN = "unknown"


# Events


@dataclass(frozen=True, slots=True)
class Tick:
    """`Replica.deadline_ms` has come; an early or extra tick does no harm."""


@dataclass(frozen=True, slots=True)
class Received:
    """A decoded message of the peer at the other end of a live link."""

    sender: int
    message: Message


@dataclass(frozen=True, slots=True)
class LinkUp:
    """A link to the peer lives; whatever was sent to it before may be lost."""

    peer: int


@dataclass(frozen=True, slots=True)
class LinkDown:
    """The link to the peer is gone."""

    peer: int


@dataclass(frozen=True, slots=True)
class Executed:
    """Answers Execute. VALID: the block gives the roots in its header and the driver keeps the result by
    hash until another block is final in its place. `reason` names the rule an invalid block broke."""

    block_hash: bytes
    outcome: Validity
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Built:
    """Answers Build. The driver has executed the block as for Executed VALID. None: what was to be ordered
    is in the ancestors already, and PoolChanged has said so before; a Build may be asked for again."""

    view: int
    block: Block | None


@dataclass(frozen=True, slots=True)
class PoolChanged:
    """Whether a transaction is pending that the final state would accept (R14)."""

    includable: bool


@dataclass(frozen=True, slots=True)
class ContentArrived:
    """Attachments have arrived: what was UNKNOWN is executed again."""


@dataclass(frozen=True, slots=True)
class Synced:
    """Answers Sync with what one peer gave: blocks in height order from the height asked for, the last one
    with its finalization where one fits into a range. Empty: the peer had nothing or failed.

    `is_proved` is what `consensus.delivery.proves` says of them with this replica's configuration, worked out
    by the driver beside its loop; None: it was not asked, and the replica looks itself."""

    peer: int
    blocks: tuple[FinalBlock, ...]
    is_proved: bool | None = None


Event = Tick | Received | LinkUp | LinkDown | Executed | Built | PoolChanged | ContentArrived | Synced


# What a replica tells of its views, beside its effects


class ViewFailure(StrEnum):
    """What became of a view's proposal."""

    SILENT = "no proposal came"
    GAVE_UP = "its leader gave it up"
    AHEAD = "the proposal was dated ahead of the clock here"
    LATE = "the proposal came long after its date"
    INVALID = "the proposal can never be valid"
    PASSED_OVER = "its leader had lost its turn"
    UNDECIDED = "a proposal came, and no quorum voted for it in time"


@dataclass(frozen=True, slots=True)
class FailedView:
    """A view that this replica gave up, and that was nullified."""

    view: int
    leader: int
    failure: ViewFailure


# Durable effects: one write batch a turn


@dataclass(frozen=True, slots=True)
class StoreVote:
    """A vote the guard has just signed; part of the guard's records above its floor."""

    vote: Vote


@dataclass(frozen=True, slots=True)
class StoreFloor:
    """The guard's new floor; its records at or below it may be deleted."""

    epoch: int
    view: int


@dataclass(frozen=True, slots=True)
class StoreBlock:
    """A block that has been voted for or certified; kept at least until a block of its height is final."""

    block_hash: bytes
    block: Block


@dataclass(frozen=True, slots=True)
class StoreCertificate:
    """A verified certificate; kept at least until a block of its view or a later one is committed."""

    certificate: Certificate


@dataclass(frozen=True, slots=True)
class StoreProposal:
    """This replica's own proposal; replaces the one before (R2)."""

    proposal: Propose


@dataclass(frozen=True, slots=True)
class Commit:
    """Final blocks in height order, each executed VALID here. The last is final by its own certificate or
    by a finalization among the stored certificates."""

    blocks: tuple[FinalBlock, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Two valid signatures of one validator that no honest one gives (R18); kept for ever."""

    first: Vote
    second: Vote


# Effects released after the flush


@dataclass(frozen=True, slots=True)
class Send:
    """To one peer; may be lost."""

    peer: int
    message: Message


@dataclass(frozen=True, slots=True)
class Broadcast:
    """To every linked peer but not to this replica itself; may be lost."""

    message: Message


# Effects that ask the driver for work


@dataclass(frozen=True, slots=True)
class Execute:
    """Execute the block; its parent is committed or was executed VALID before. Answered by Executed."""

    block_hash: bytes
    block: Block


@dataclass(frozen=True, slots=True)
class Build:
    """Build and execute the block of this height on the parent, dated time_ms, filled up to share/16 of the
    block's limits (16: full, 0: no transactions; R10, R13). Answered by Built; a later Build replaces one
    not answered."""

    epoch: int
    view: int
    parent_hash: bytes
    height: int
    time_ms: int
    share: int


@dataclass(frozen=True, slots=True)
class Sync:
    """Ask one of these peers (in this order, they signed the finalization) for final blocks from this
    height on. Answered by Synced; a Sync while one is under way is ignored."""

    from_height: int
    peers: tuple[int, ...]


class PeerFault(StrEnum):
    """Why a link is dropped: something an honest replica never sends."""

    INVALID_CERTIFICATE = "a certificate does not verify"
    INVALID_VOTE = "a vote's signature does not verify"
    INVALID_PROPOSAL = "a proposal is not signed by its view's leader or its block does not match"
    INVALID_BLOCK = "a block's transactions do not match its header"
    INVALID_STATUS = "a status is not signed by the peer that sent it"
    INVALID_RANGE = "a range of final blocks does not link, or is not proved"


@dataclass(frozen=True, slots=True)
class DropLink:
    """Drop the link to the peer; it may link again."""

    peer: int
    fault: PeerFault


class LeaderFailing(StrEnum):
    """How a leader keeps the others waiting again and again (R13)."""

    SILENT = "led views without a proposal"
    NOT_NOTARIZED = "proposed blocks that were not notarized in time"
    AHEAD = "proposed blocks dated ahead of the clock here"
    LATE = "proposed blocks dated long before they came"
    SLOW = "proposed blocks much later than others do"
    DATED_AHEAD = "dates its blocks ahead of most clocks"


@dataclass(frozen=True, slots=True)
class LeaderFailed:
    """Tell the operator: this leader failed in that view, as it has done again and again. It is no proof of a
    fault."""

    leader: int
    view: int
    failing: LeaderFailing


class Waste(StrEnum):
    """The kinds of messages, where one told this replica nothing new and was answered with nothing (R10)."""

    PROPOSAL = "a proposal"
    VOTE = "a vote"
    CERTIFICATE = "a certificate"
    QUESTION = "a question"
    BLOCK = "a block"
    STATUS = "a status"


_COMPARE_NOTES = (
    "Keep the data directory as it is. Do not start the node again before you have compared notes with the "
    "other operators."
)


class HaltReason(Reason):
    """Why a replica stops for good. It is damage, and its operator meets it."""

    FOREIGN_VOTE = (
        "foreign-vote",
        "A valid vote of this key is not in its guard: the guard is stale or a twin runs.",
        _COMPARE_NOTES + " Make sure that no other machine runs with this key.",
    )
    FORK = "fork", "Two conflicting blocks are proved final.", _COMPARE_NOTES
    FINAL_BLOCK_INVALID = (
        "final-block-invalid",
        "A final block is invalid here: this software differs from the others'.",
        _COMPARE_NOTES + " Compare the version of this node with theirs.",
    )


@dataclass(frozen=True, slots=True)
class Halt:
    """Stop, serve nothing, say why. The replica returns no effects after this one."""

    reason: HaltReason
    detail: str


DurableEffect = StoreVote | StoreFloor | StoreBlock | StoreCertificate | StoreProposal | Commit | Evidence
"""What is on disk before anything else of its turn leaves the process (R11)."""

Effect = DurableEffect | Send | Broadcast | Execute | Build | Sync | DropLink | LeaderFailed | Halt
