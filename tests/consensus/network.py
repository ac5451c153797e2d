"""The network in which the tests of the consensus take place: its validators, the header that its views stand
on, and blocks of a toy ledger, whose roots are hashes of what came before.

Nothing here drives a replica. One replica alone is given its events by hand (`tests.consensus.bench`); whole
networks of them run in the simulator, by the code that drives a node (`tests.consensus.test_network`).
"""

from collections.abc import Callable

from consensus.config import ReplicaConfig
from consensus.events import Build
from consensus.header import VERSION, Header, transactions_root
from consensus.messages import Block
from consensus.timing import Timing
from registry.primitives import ed25519
from registry.primitives.digest import sha256
from registry.primitives.validator_set import Validator, ValidatorSet

GENESIS_HASH = sha256(b"a network of tests")
WALL_MS = 1_800_000_000_000
RULESET = 1


def seed(index: int) -> bytes:
    """The private seed of a validator."""
    return sha256(b"seed %d" % index)


def validator_set(n: int) -> ValidatorSet:
    """n validators with real keys."""
    return ValidatorSet(
        tuple(
            Validator(ed25519.public_key(seed(index)), f"peer-{index}", (), f"did:example:{index}")
            for index in range(n)
        )
    )


def signer(index: int) -> Callable[[bytes], bytes]:
    """Signs with a validator's key."""
    return lambda message: ed25519.sign(seed(index), message)


def anchor(validators: ValidatorSet) -> Header:
    """The header of height 0."""
    return Header(
        version=VERSION,
        ruleset=RULESET,
        genesis_hash=bytes(32),
        epoch=0,
        height=0,
        parent_hash=bytes(32),
        time_ms=WALL_MS - 1_000_000,
        transactions_root=transactions_root(()),
        log_size=1,
        log_root=bytes(32),
        state_root=bytes(32),
        validators_hash=validators.digest(),
        next_validators_hash=None,
        proposer=0,
    )


def configuration(n: int, index: int | None, timing: Timing | None = None) -> ReplicaConfig:
    """The configuration of replica `index` among n."""
    validators = validator_set(n)
    return ReplicaConfig(
        genesis_hash=GENESIS_HASH,
        epoch=0,
        validators=validators,
        index=index,
        anchor=anchor(validators),
        ruleset=RULESET,
        verify=ed25519.verify,
        timing=timing or Timing(),
    )


def toy_block(config: ReplicaConfig, build: Build, proposer: int, transactions: tuple[bytes, ...]) -> Block:
    """What the toy ledger builds: both roots are hashes of the parent and the transactions, and
    its log counts blocks."""
    root = transactions_root(transactions)
    state_root = sha256(build.parent_hash + root)
    header = Header(
        version=VERSION,
        ruleset=config.ruleset,
        genesis_hash=config.genesis_hash,
        epoch=build.epoch,
        height=build.height,
        parent_hash=build.parent_hash,
        time_ms=build.time_ms,
        transactions_root=root,
        log_size=1 + build.height,
        log_root=sha256(state_root),
        state_root=state_root,
        validators_hash=config.validators.digest(),
        next_validators_hash=None,
        proposer=proposer,
    )
    return Block(header, transactions)
