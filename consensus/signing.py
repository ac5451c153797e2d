"""The bytes a validator signs: fixed width, no optional field, one domain for each kind.

    "matricula/consensus/v1/" ‖ kind ‖ 0x00 ‖ genesis_hash(32) ‖ epoch u64be ‖ view u64be
        [ ‖ parent_view u64be ‖ block_hash(32) ]

The bracket stands for NOTARIZE and FINALIZE. A status has the rest of its fields there; the vote it carries
is signed in itself and enters by its own signature and the bytes that one covers.
"""

from consensus.messages import Candidate, Vote, VoteKind
from registry.primitives.digest import Domain, sha256

_PREFIX = Domain.CONSENSUS + b"/"
_DOMAINS = {
    VoteKind.NOTARIZE: _PREFIX + b"notarize\x00",
    VoteKind.NULLIFY: _PREFIX + b"nullify\x00",
    VoteKind.FINALIZE: _PREFIX + b"finalize\x00",
}
_STATUS = _PREFIX + b"status\x00"


def vote_bytes(
    genesis_hash: bytes, kind: VoteKind, epoch: int, view: int, candidate: Candidate | None
) -> bytes:
    """What a vote signs. ValueError if a candidate is missing, superfluous or of another epoch or view: our
    bug, for wire decoding never lets one through."""
    content = _DOMAINS[kind] + genesis_hash + _u64(epoch) + _u64(view)
    if (candidate is None) != (kind is VoteKind.NULLIFY):
        raise ValueError("NOTARIZE and FINALIZE name a candidate, NULLIFY none")
    if candidate is None:
        return content
    if (candidate.epoch, candidate.view) != (epoch, view):
        raise ValueError("the candidate is of another view")
    return content + _u64(candidate.parent_view) + candidate.block_hash


def bytes_of(genesis_hash: bytes, vote: Vote) -> bytes:
    """What this vote signs."""
    return vote_bytes(genesis_hash, vote.kind, vote.epoch, vote.view, vote.candidate)


def status_bytes(
    genesis_hash: bytes,
    epoch: int,
    view: int,
    incarnation: bytes,
    nonce: bytes,
    time_ms: int,
    highest: Vote | None,
) -> bytes:
    """What a status signs: the common part, then incarnation(16) ‖ nonce(16) ‖ time_ms u64be ‖ SHA-256 of
    the vote's signed bytes and signature, or 32 zero bytes where there is none."""
    named = bytes(32) if highest is None else sha256(bytes_of(genesis_hash, highest) + highest.signature)
    place = genesis_hash + _u64(epoch) + _u64(view)
    return _STATUS + place + incarnation + nonce + _u64(time_ms) + named


def _u64(value: int) -> bytes:
    return value.to_bytes(8, "big")
