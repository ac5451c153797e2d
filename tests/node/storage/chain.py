"""A small chain to store: blocks, votes and certificates of the right sizes, without real signatures."""

from consensus.header import VERSION, Header, block_hash
from consensus.messages import Block, Candidate, Certificate, FinalBlock, Propose, Vote, VoteKind

GENESIS_HASH = b"g" * 32


def block(height: int, *, parent: bytes = bytes(32), mark: int = 0, epoch: int = 0) -> Block:
    """A block of one transaction; `mark` makes competitors of one height differ."""
    header = Header(
        version=VERSION,
        ruleset=1,
        genesis_hash=GENESIS_HASH,
        epoch=epoch,
        height=height,
        parent_hash=parent,
        time_ms=1_000 * height + mark,
        transactions_root=bytes(32),
        log_size=1 + 2 * height,
        log_root=bytes(32),
        state_root=bytes(32),
        validators_hash=bytes(32),
        next_validators_hash=None,
        proposer=0,
    )
    return Block(header, (b"transaction %d.%d" % (height, mark),))


def named(of: Block) -> bytes:
    return block_hash(of.header)


def candidate(of: Block, view: int, parent_view: int) -> Candidate:
    return Candidate(of.header.epoch, view, parent_view, named(of))


def certificate(kind: VoteKind, view: int, of: Candidate | None = None, *, epoch: int = 0) -> Certificate:
    return Certificate(kind, epoch, view, of, (0, 2, 3), tuple(bytes([signer]) * 64 for signer in (0, 2, 3)))


def nullification(view: int, *, epoch: int = 0) -> Certificate:
    return certificate(VoteKind.NULLIFY, view, epoch=epoch)


def vote(kind: VoteKind, view: int, of: Candidate | None = None, *, epoch: int = 0, signer: int = 1) -> Vote:
    return Vote(kind, epoch, view, of, signer, bytes([view]) * 64)


def final(of: Block, view: int, parent_view: int, kind: VoteKind = VoteKind.FINALIZE) -> FinalBlock:
    """The block final in `view`, with a nullification for every view since `parent_view`."""
    chosen = candidate(of, view, parent_view)
    skipped = tuple(nullification(passed, epoch=chosen.epoch) for passed in range(parent_view + 1, view))
    return FinalBlock(of, chosen, certificate(kind, view, chosen, epoch=chosen.epoch), skipped)


def proposal(of: Block, view: int, parent_view: int) -> Propose:
    return Propose(candidate(of, view, parent_view), b"s" * 64, of, ())
