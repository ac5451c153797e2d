"""The interface's own JSON and CBOR types: everything that is not an answer with a proof.

Hashes and ids are lower-case hexadecimal text, encoded structures base64url without padding, times
milliseconds since 1970. Members are in camel case. The interface description at /v1/openapi.json is
generated from these types.
"""

from enum import StrEnum

import msgspec


class _Type(msgspec.Struct, frozen=True, rename="camel", omit_defaults=False):
    """The form of every type here."""


class Sizes(_Type, frozen=True):
    """What one request may hold; sizes in bytes, times in seconds."""

    transaction_bytes: int
    batch_transactions: int
    batch_bytes: int
    attachment_bytes: int
    final_wait_seconds: int
    changes_wait_seconds: int
    page_entries: int
    page_blocks: int
    page_epochs: int
    requests_per_second: int
    request_burst: int


class Network(_Type, frozen=True):
    """Which network this is, how far this node is, and what a request may hold."""

    genesis_hash: str
    genesis_document: str
    ruleset: int
    epoch: int
    height: int
    time_ms: int
    validators: int
    quorum: int
    limits: Sizes


class Validator(_Type, frozen=True):
    """A validator: its place in the set, its consensus key as a Multikey, its node's address, and the member
    that runs it.
    """

    index: int
    public_key: str
    peer_id: str
    addresses: list[str]
    member: str


class Validators(_Type, frozen=True):
    """The validators of the current epoch. `encoded` is what their digest, `validatorsHash` in each header,
    is over.
    """

    epoch: int
    faults: int
    quorum: int
    digest: str
    encoded: str
    validators: list[Validator]


class Header(_Type, frozen=True):
    """A final block's header; `encoded` is what the block's hash is over, `certificate` its own finalization.

    A block without certificate became final through a later one: follow `parentHash` down from that.
    """

    hash: str
    height: int
    epoch: int
    time_ms: int
    ruleset: int
    parent_hash: str
    transactions_root: str
    log_size: int
    log_root: str
    state_root: str
    validators_hash: str
    next_validators_hash: str | None
    proposer: int
    encoded: str
    certificate: str | None


class Boundary(_Type, frozen=True):
    """The end of an epoch, in short."""

    epoch: int
    height: int
    hash: str
    next_validators_hash: str


class Epochs(_Type, frozen=True):
    """Hand-overs in order: `encoded` for the verifier, the same in short, and the epoch to ask for next (null
    where the last of them leads to the current epoch).
    """

    boundaries: list[Boundary]
    encoded: str
    next: int | None
    current: int


class Block(_Type, frozen=True):
    """A final block and the ids of its transactions, in their order."""

    height: int
    hash: str
    time_ms: int
    transactions: list[str]


class EncodedBlock(_Type, frozen=True):
    """A final block's bytes: its header and its transactions, of which the header holds the root."""

    height: int
    encoded: str


class Changes(_Type, frozen=True):
    """Final blocks above the height asked for, and the height to ask with next."""

    blocks: list[Block]
    next: int
    final: int


class State(StrEnum):
    """Where a transaction stands."""

    PENDING = "pending"
    FINAL = "final"


class Standing(_Type, frozen=True):
    """Where a transaction stands; `height` and `index` once it is final."""

    transaction_id: str
    state: State
    height: int | None = None
    index: int | None = None


class ProblemDocument(_Type, frozen=True, omit_defaults=True):
    """RFC 9457 problem details, with the place (`where`), what to do (`remedy`), and seconds to wait
    (`retryAfter`).
    """

    type: str
    title: str
    status: int
    remedy: str
    detail: str = ""
    where: str = ""
    retry_after: int | None = None


class BatchItem(_Type, frozen=True, omit_defaults=True):
    """What became of one transaction of a batch: its id if it was taken, else the problem."""

    transaction_id: str | None = None
    problem: ProblemDocument | None = None


class Batch(_Type, frozen=True):
    """What became of each transaction, in the order sent."""

    accepted: int
    results: list[BatchItem]


class Attachment(_Type, frozen=True):
    """An attachment that the node now holds for the transaction that will name it."""

    address: str
    bytes: int


class Concern(_Type, frozen=True):
    """A fault of another node, whose operator should be told; `what` says it in a sentence."""

    member: str
    kind: str
    what: str
    count: int
    last_ms: int


class ClockOffset(_Type, frozen=True):
    """A validator's clock less this node's, up to `errorMs` more or less, and whether it stands apart from
    most clocks."""

    member: str
    offset_ms: int
    error_ms: int
    is_apart: bool


class ClockFinding(_Type, frozen=True):
    """Something about clocks that an operator should know, in a sentence. `kind`: `own`, `other` (of
    `member`), `divided` or `ledger`."""

    kind: str
    member: str
    what: str


class Clocks(_Type, frozen=True):
    """How the validators' clocks compare. `ownOffsetMs` is this node's less the median of all, null where no
    majority agrees or fewer than three are known; `agreeing` is how many others agree with the median;
    `ledgerAheadMs` is by how much the last block is dated ahead of the clocks.
    """

    own_offset_ms: int | None
    agreeing: int
    ledger_ahead_ms: int
    others: list[ClockOffset]
    findings: list[ClockFinding]


class Health(_Type, frozen=True):
    """The node's state of health. `linked` are the members whose validators have a link to the node,
    `notVoting` those among them that follow and do not vote. `follows` says why the node itself does not vote
    (`by_choice`, `lost_guard`, `no_key`, `not_listed`), null where it does."""

    ready: bool
    reason: str
    height: int
    target_height: int
    lag_ms: int
    peers_connected: int
    pool_transactions: int
    pool_bytes: int
    voting: str
    concerns: list[Concern]
    clocks: Clocks
    linked: list[str]
    not_voting: list[str]
    follows: str | None
