"""What the API needs from the node it speaks for: two small interfaces, with the contract in words.

Rules for whoever implements them:

- **One read, one view.** A handler takes `NodePort.view()` once and answers from it alone. A view never
changes,
  is complete (every table, the paths and the certificate are of the same height) and is durable: nothing
  in it can be lost by a crash.
- **A view always proves itself.** `View.certificate` finalizes `View.header`; it is None at height 0 only,
  where the genesis hash, which the reader has from elsewhere, stands for it.
- **Nothing here blocks the event loop.** The plain methods answer from memory or by single store reads; the
  coroutines wait without holding anything.
- **No status read leaves a trace.** Neither interface is told which status entry was read, or by whom.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from api.publications.form import PublicationForm
from api.publications.withheld import Withheld
from consensus.header import Header
from consensus.messages import Block, Certificate
from registry.primitives.map_proof import MapProof
from registry.primitives.validator_set import ValidatorSet
from registry.rejection import RejectionReason
from registry.rows import Damaged, Unreadable
from registry.tables import Reader


@dataclass(frozen=True, slots=True)
class EpochEnd:
    """The last block of an epoch: by its certificate the epoch's validators hand over to
    `next_validators`.
    """

    header: Header
    certificate: Certificate
    next_validators: ValidatorSet


class View(Protocol):
    """One final state of the ledger. Every method answers as of `header`, for as long as the view is held."""

    @property
    def genesis_hash(self) -> bytes:
        """32 bytes, the network's name in every signature."""

    @property
    def genesis_document(self) -> bytes:
        """The encoded document whose hash that is."""

    @property
    def header(self) -> Header:
        """The header of the block at the view's height."""

    @property
    def certificate(self) -> Certificate | None:
        """The finalization of `header`; None at height 0 only."""

    @property
    def validators(self) -> ValidatorSet:
        """The set that signed `certificate`: that of the header's epoch."""

    @property
    def reader(self) -> Reader:
        """The registry's tables after that block."""

    def prove(self, key: bytes) -> MapProof:
        """The path of a record's key (32 bytes) through the records' map, under `header.state_root`: that the
        record has the head it has, or that there is none. Raises `Damaged` and `Unreadable`.
        """

    def block(self, height: int) -> Block | None:
        """The final block at a height from 0 to the view's; None above it, or where the node keeps no blocks
        that old.
        """

    def certificate_at(self, height: int) -> Certificate | None:
        """The finalization of that very block; None where it became final through a descendant, and at
        height 0.
        """

    def boundary(self, epoch: int) -> EpochEnd | None:
        """The end of an epoch below the header's, or of the header's own where the header is its boundary."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """Taken into the pool, or held there or in the ledger already: posting a transaction twice is no
    error.
    """

    transaction_id: bytes


@dataclass(frozen=True, slots=True)
class NotAccepted:
    """This transaction can never be final on this ledger as it stands, for a reason that the registry
    names.
    """

    reason: RejectionReason
    detail: str


@dataclass(frozen=True, slots=True)
class MissingAttachment:
    """The transaction names content that this node does not hold: send it first, then the transaction
    again.
    """

    address: bytes


@dataclass(frozen=True, slots=True)
class Busy:
    """The pool is full; nothing was kept."""

    retry_after_s: int


SubmitOutcome = Accepted | NotAccepted | MissingAttachment | Busy


@dataclass(frozen=True, slots=True)
class Waiting:
    """In the pool, waiting for a block."""


@dataclass(frozen=True, slots=True)
class Final:
    """In the final block at `height`, as its `index`-th transaction, counted from 1."""

    height: int
    index: int


@dataclass(frozen=True, slots=True)
class Dropped:
    """Left the pool without becoming final: it expired, or another transaction made it invalid."""

    reason: RejectionReason
    detail: str


TransactionStatus = Waiting | Final | Dropped


@dataclass(frozen=True, slots=True)
class Concern:
    """A fault of another node: `member` ("" if it is no validator's), a name and a sentence for its kind, how
    often it was noted since it became of concern, and when last, in milliseconds since 1970."""

    member: str
    kind: str
    what: str
    count: int
    last_ms: int


class Follows(StrEnum):
    """Why a node follows the others and does not vote."""

    BY_CHOICE = "by_choice"
    """It was started so, and could vote: its vote guard is whole."""
    LOST_GUARD = "lost_guard"
    """It was started so, and must not vote: its vote guard is lost."""
    NO_KEY = "no_key"
    """It was started so, and could not vote: its consensus key is not there."""
    NOT_LISTED = "not_listed"
    """The network lists no validator with its consensus key."""


class ClockKind(StrEnum):
    """What there is to say of clocks."""

    OWN = "own"
    """This node's clock stands apart from most others."""
    OTHER = "other"
    """Another validator's clock stands apart from most."""
    DIVIDED = "divided"
    """Clocks differ, and there is no majority."""
    LEDGER = "ledger"
    """The last block is dated ahead of the clocks."""


@dataclass(frozen=True, slots=True)
class ClockFinding:
    """Something about clocks that an operator should know, in a sentence; `member` where it is another's."""

    kind: ClockKind
    member: str
    what: str


@dataclass(frozen=True, slots=True)
class ClockOffset:
    """A validator's clock less this node's, up to `error_ms` more or less, and whether it stands apart from
    most clocks."""

    member: str
    offset_ms: int
    error_ms: int
    is_apart: bool


@dataclass(frozen=True, slots=True)
class ClockComparison:
    """How clocks compare. `own_offset_ms` is this node's less the median of all, None where there is no
    majority; `agreeing` is how many others agree with the median; `ledger_ahead_ms` is by how much the last
    block is dated ahead of the clocks, 0 where it is not.
    """

    own_offset_ms: int | None
    agreeing: int
    ledger_ahead_ms: int
    others: tuple[ClockOffset, ...]
    findings: tuple[ClockFinding, ...]


@dataclass(frozen=True, slots=True)
class PublicationConcern:
    """A published list that is not served, or ends soon. `kind` is a member of `Withheld`, or `ending`;
    `what` says it in a sentence.
    """

    list_id: str
    form: str
    kind: str
    what: str


@dataclass(frozen=True, slots=True)
class Health:
    """What the node says about itself. `ready` decides whether submissions are taken.

    `reason` is a sentence for a person when the node is not ready, else empty. `lag_ms` is the age of the
    view's header by the validators' clocks, as far as they are known; `target_height` the highest height that
    a verified certificate has shown it. `voting` names on what strength the node votes, or why it does not
    (`observes`, `listens`, `confirmed`, `relies`, `goes_on`). `concerns` are the faults of other nodes in the
    last ten minutes, the latest first. `linked` are the members whose validators have a link to this node,
    and `not_voting` those among them whose node signs nothing when it is asked, and so does not vote.
    `follows` says why this node does not vote, None where it does or is about to. `publications` are the
    published lists that somebody has to publish again.
    """

    ready: bool
    reason: str
    lag_ms: int
    target_height: int
    peers_connected: int
    pool_transactions: int
    pool_bytes: int
    voting: str
    concerns: tuple[Concern, ...]
    clocks: ClockComparison
    linked: tuple[str, ...]
    not_voting: tuple[str, ...]
    follows: Follows | None
    publications: tuple[PublicationConcern, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredPublication:
    """A publication as its issuer made it: the exact bytes, their SHA-256, and when it ends (ms since
    1970).
    """

    data: bytes
    digest: bytes
    until_ms: int


@dataclass(frozen=True, slots=True)
class PublishedOnce:
    """What is still known of a publication whose bytes are not kept any more: their SHA-256, and when it
    began.
    """

    digest: bytes
    from_ms: int


class PublicationPort(Protocol):
    """The signed status lists that a node holds."""

    async def publish(self, list_id: str, form: PublicationForm, data: bytes) -> None:
        """Checks a publication of that list against the newest state; durable, and told to the other nodes,
        when this returns. Raises `PublicationError`.
        """

    def published(self, list_id: str, form: PublicationForm) -> StoredPublication | Withheld | None:
        """The newest publication, or why it is not served; None where there is none."""

    def published_at(
        self, list_id: str, form: PublicationForm, time_ms: int
    ) -> StoredPublication | PublishedOnce | None:
        """The publication that was the newest at a time, whether or not it would be served now."""


class NodePort(Protocol):
    """The node behind the API."""

    @property
    def publications(self) -> PublicationPort:
        """The signed status lists that the node holds."""

    def view(self) -> View:
        """The newest durable final state. Cheap: an attribute read."""

    async def submit(self, transactions: Sequence[bytes]) -> tuple[SubmitOutcome, ...]:
        """Offers encoded transactions; one outcome for each, in order. Never waits for an order, at most for
        signature checks.
        """

    async def offer_attachment(self, attachment: bytes) -> None:
        """Holds an encoded attachment (salt and content) for transactions that will name its address; where
        there is no room, in place of the oldest that nothing names."""

    def standing(self, transaction_id: bytes) -> TransactionStatus | None:
        """Where a transaction stands; None if this node never saw it, or dropped it too long ago to
        remember.
        """

    async def wait_final(self, transaction_id: bytes, timeout_s: float) -> TransactionStatus | None:
        """Waits until the transaction is final *in `view()`*, or dropped, or the time is up; then answers as
        `standing` does.
        """

    async def wait_above(self, height: int, timeout_s: float) -> bool:
        """Waits until `view().header.height > height` (True) or the time is up (False)."""

    def damaged(self, damage: Damaged | Unreadable) -> None:
        """Stored data that an answer was to be made of contradicts itself or cannot be read: the node stops
        and votes no more."""

    def unready(self) -> str:
        """Why the node takes nothing now and its state may be old, a sentence for a person in ASCII; empty
        where it is ready. Asked for every answer.
        """

    def unreadable(self) -> str:
        """Why nothing may be read either, a sentence for a person; empty where `view` may be answered from.
        Asked before every answer.
        """

    def health(self) -> Health:
        """The node's state of health now."""

    def metrics(self) -> bytes:
        """All metrics in the Prometheus text format."""
