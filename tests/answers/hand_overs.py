"""Epoch proofs that move trust on, and such that must not."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from api.answer.epoch_proofs import EPOCH_PROOFS, EpochProof, decode_epoch_proofs, encode_epoch_proofs
from api.verifier.answer import follow
from consensus.light_client import HeaderRefusal, HeaderRefused
from registry.primitives.codec import Malformed, decode, encode
from tests.answers.example import trust_in
from tests.answers.scenario import NEXT_SEEDS, in_a_later_epoch
from tests.api.ledger import GENESIS, certify, validators

MALFORMED = "malformed"


@dataclass(frozen=True)
class HandOver:
    """`reason` is why trust in the genesis document does not move on, None where it does: to `epoch`."""

    name: str
    says: str
    epochs: bytes
    reason: str | None
    epoch: int | None = None

    def outcome(self) -> tuple[str | None, int | None]:
        """The reason and the epoch that the verifier in Python gives."""
        try:
            return None, follow(trust_in(GENESIS), decode_epoch_proofs(self.epochs)).epoch
        except HeaderRefused as refused:
            return refused.reason.code, None
        except Malformed:
            return MALFORMED, None


def hand_overs() -> Iterator[HandOver]:
    """All of them."""
    (proof,) = in_a_later_epoch().epochs
    data = encode_epoch_proofs((proof,))
    yield HandOver("to-epoch-1", "The first validators hand over.", data, None, 1)
    yield HandOver("nowhere", "No epoch has ended.", encode_epoch_proofs(()), None, 0)
    for name, says, proofs, reason in (
        (
            "boundary-without-next",
            "A header that ends no epoch.",
            [_signed(proof, next_validators_hash=None)],
            HeaderRefusal.NO_BOUNDARY,
        ),
        (
            "other-next",
            "Other validators than the header names.",
            [replace(proof, next_validators=validators(NEXT_SEEDS[::-1]).validators)],
            HeaderRefusal.WRONG_NEXT_VALIDATORS,
        ),
        (
            "boundary-later-ruleset",
            "The end of an epoch under a later ruleset.",
            [_signed(proof, ruleset=65_535)],
            HeaderRefusal.UNKNOWN_RULESET,
        ),
        (
            "boundary-later-ruleset-other-next",
            "Under a later ruleset, and other validators.",
            [replace(_signed(proof, ruleset=65_535), next_validators=GENESIS.validators.validators)],
            HeaderRefusal.WRONG_NEXT_VALIDATORS,
        ),
        (
            "boundary-version-2",
            "A header of a later version.",
            [_signed(proof, version=2)],
            HeaderRefusal.UNKNOWN_VERSION,
        ),
        (
            "boundary-of-another-network",
            "A header of another network.",
            [_signed(proof, genesis_hash=bytes(32))],
            HeaderRefusal.WRONG_GENESIS,
        ),
        (
            "boundary-two-signers",
            "Two of four validators.",
            [replace(proof, certificate=certify(proof.header.genesis_hash, proof.header, (0, 1)))],
            HeaderRefusal.NO_QUORUM,
        ),
        ("second-step-again", "The same epoch twice.", [proof, proof], HeaderRefusal.WRONG_EPOCH),
    ):
        yield HandOver(name, says, encode_epoch_proofs(tuple(proofs)), reason.code)
    members: Any = decode(data, limit=1 << 20)
    without: Any = [[members[0][0], None, members[0][2]]]
    yield HandOver("epochs-without-certificate", "No certificate.", encode(without), MALFORMED)
    nobody: Any = [[members[0][0], members[0][1], []]]
    yield HandOver("epochs-without-validators", "No validators.", encode(nobody), MALFORMED)
    twice: Any = [[members[0][0], members[0][1], [members[0][2][0]] * 2]]
    yield HandOver("epochs-validator-twice", "A validator twice.", encode(twice), MALFORMED)
    unsigned: Any = [members[0][0], [*members[0][1][:5], [bytes(64)] * 3], members[0][2]]
    later: Any = [unsigned, twice[0]]
    says = "Wrong signatures, and a malformed step behind them."
    yield HandOver("epochs-unsigned-then-malformed", says, encode(later), MALFORMED)
    yield HandOver("epochs-trailing", "A byte behind the end.", data + b"\x00", MALFORMED)
    yield HandOver("epochs-65", "More steps than one answer has.", encode([members[0]] * 65), MALFORMED)
    assert EPOCH_PROOFS.read(members)


def _signed(proof: EpochProof, **changes: Any) -> EpochProof:
    """The proof with another header, signed by the first validators."""
    header = replace(proof.header, **changes)
    return replace(proof, header=header, certificate=certify(GENESIS.genesis_hash, header))
