"""Final headers over the small registry of `tests.registry.recorded`, signed by four real keys."""

from dataclasses import replace

from consensus.header import Header, block_hash
from consensus.messages import Candidate, Certificate, VoteKind
from consensus.signing import vote_bytes
from registry.checking import Committed
from registry.primitives import ed25519
from registry.primitives.validator_set import Validator, ValidatorSet

GENESIS_HASH = bytes([7]) * 32
SEEDS = tuple(bytes([number]) * 32 for number in range(1, 5))
NEXT_SEEDS = tuple(bytes([number]) * 32 for number in range(11, 15))


def validators(seeds: tuple[bytes, ...] = SEEDS) -> ValidatorSet:
    keys = [ed25519.public_key(seed) for seed in seeds]
    return ValidatorSet(
        tuple(Validator(key, f"peer-{key.hex()[:8]}", (), "did:web:a.example") for key in keys)
    )


def header_over(committed: Committed, epoch: int = 0, seeds: tuple[bytes, ...] = SEEDS) -> Header:
    return Header(
        version=1,
        ruleset=1,
        genesis_hash=GENESIS_HASH,
        epoch=epoch,
        height=committed.height,
        parent_hash=bytes(32),
        time_ms=committed.time_ms,
        transactions_root=bytes(32),
        log_size=committed.log_size,
        log_root=committed.log_root,
        state_root=committed.state_root,
        validators_hash=validators(seeds).digest(),
        next_validators_hash=None,
        proposer=0,
    )


def finalization(
    header: Header, signers: tuple[int, ...] = (0, 1, 3), seeds: tuple[bytes, ...] = SEEDS
) -> Certificate:
    candidate = Candidate(header.epoch, 9, 8, block_hash(header))
    content = vote_bytes(header.genesis_hash, VoteKind.FINALIZE, header.epoch, 9, candidate)
    signatures = tuple(ed25519.sign(seeds[signer], content) for signer in signers)
    return Certificate(VoteKind.FINALIZE, header.epoch, 9, candidate, signers, signatures)


def boundary_over(committed: Committed) -> Header:
    """The last header of epoch 0, after which NEXT_SEEDS take over."""
    return replace(header_over(committed), next_validators_hash=validators(NEXT_SEEDS).digest())
