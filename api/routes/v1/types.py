"""The types of what `/v1` answers beside answers with proofs, in JSON and CBOR."""

from enum import StrEnum

from api.interface.types import ProblemDocument, Type


class Sizes(Type, frozen=True):
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


class NetworkSummary(Type, frozen=True):
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


class ValidatorSummary(Type, frozen=True):
    """A validator: its place in the set, its consensus key as a Multikey, its node's address, and the member
    that runs it.
    """

    index: int
    public_key: str
    peer_id: str
    addresses: list[str]
    member: str


class Validators(Type, frozen=True):
    """The validators of the current epoch. `encoded` is what their digest, `validatorsHash` in each header,
    is over.
    """

    epoch: int
    faults: int
    quorum: int
    digest: str
    encoded: str
    validators: list[ValidatorSummary]


class HeaderSummary(Type, frozen=True):
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


class EpochSummary(Type, frozen=True):
    """The end of an epoch, in short."""

    epoch: int
    height: int
    hash: str
    next_validators_hash: str


class Epochs(Type, frozen=True):
    """Hand-overs in order: `encoded` for the verifier, the same in short, and the epoch to ask for next (null
    where the last of them leads to the current epoch).
    """

    boundaries: list[EpochSummary]
    encoded: str
    next: int | None
    current: int


class BlockSummary(Type, frozen=True):
    """A final block and the ids of its transactions, in their order."""

    height: int
    hash: str
    time_ms: int
    transactions: list[str]


class EncodedBlock(Type, frozen=True):
    """A final block's bytes: its header and its transactions, of which the header holds the root."""

    height: int
    encoded: str


class Changes(Type, frozen=True):
    """Final blocks above the height asked for, and the height to ask with next."""

    blocks: list[BlockSummary]
    next: int
    final: int


class TransactionState(StrEnum):
    """Where a transaction stands."""

    PENDING = "pending"
    FINAL = "final"


class Standing(Type, frozen=True):
    """Where a transaction stands; `height` and `index` once it is final."""

    transaction_id: str
    state: TransactionState
    height: int | None = None
    index: int | None = None


class BatchItem(Type, frozen=True, omit_defaults=True):
    """What became of one transaction of a batch: its id if it was taken, else the problem."""

    transaction_id: str | None = None
    problem: ProblemDocument | None = None


class SubmittedBatch(Type, frozen=True):
    """What became of each transaction, in the order sent."""

    accepted: int
    results: list[BatchItem]


class StoredAttachment(Type, frozen=True):
    """An attachment that the node now holds for the transaction that will name it."""

    address: str
    bytes: int
