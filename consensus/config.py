"""What a replica is given: its place in an epoch, and what its store held when it started."""

from dataclasses import dataclass, field

from consensus.header import Header
from consensus.messages import Block, Certificate, FinalBlock, Propose
from consensus.timing import Timing
from registry.primitives.ed25519 import Verify
from registry.primitives.validator_set import ValidatorSet


@dataclass(frozen=True, slots=True)
class BlockBounds:
    """Bounds of a block, checked before it is executed; equal on all nodes of a network."""

    block_bytes: int = 512 * 1024
    block_transactions: int = 1_000


@dataclass(frozen=True, slots=True)
class ReplicaConfig:
    """One replica of one epoch. `index` is None for an observer, which follows and never votes. `anchor` is
    the header that parent_view 0 stands for: height 0 in epoch 0, else the last block of the epoch before."""

    genesis_hash: bytes
    epoch: int
    validators: ValidatorSet
    index: int | None
    anchor: Header
    ruleset: int
    verify: Verify
    timing: Timing = field(default_factory=Timing)
    limits: BlockBounds = field(default_factory=BlockBounds)


@dataclass(frozen=True, slots=True)
class Restored:
    """What the store held: the last committed block of this epoch (None: none yet), every certificate of a
    view above it, every stored block above it, and the last stored proposal. The guard brings its votes
    itself.

    `nonce`: 16 random bytes of this very start, with which a validator asks the others where they stand
    before it votes (R12). None where nothing was started: the guard went on from another epoch."""

    tip: FinalBlock | None = None
    certificates: tuple[Certificate, ...] = ()
    blocks: tuple[Block, ...] = ()
    proposal: Propose | None = None
    nonce: bytes | None = None
