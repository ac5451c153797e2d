"""How one epoch handed over to the next: its last header, the finalization, and the next epoch's validators.

Epoch proofs travel apart from answers, because few are needed and all readers share them.
"""

from dataclasses import dataclass
from typing import Final

from consensus.header import HEADER, Header
from consensus.messages import Certificate
from consensus.wire import CERTIFICATE
from registry.primitives.shape import Shape, decode_as, encode_as, list_of, record
from registry.primitives.validator_set import VALIDATORS, Validator

MAX_EPOCH_PROOFS: Final = 64
MAX_EPOCH_PROOFS_BYTES: Final = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class EpochProof:
    """How one epoch handed over to the next: its last header, the finalization, and the next validators."""

    header: Header
    certificate: Certificate
    next_validators: tuple[Validator, ...]


EPOCH_PROOFS: Final[Shape[tuple[EpochProof, ...]]] = list_of(
    record(EpochProof, header=HEADER, certificate=CERTIFICATE, next_validators=VALIDATORS), MAX_EPOCH_PROOFS
)


def encode_epoch_proofs(proofs: tuple[EpochProof, ...]) -> bytes:
    """The CBOR array of consecutive epoch proofs."""
    return encode_as(EPOCH_PROOFS, proofs)


def decode_epoch_proofs(data: bytes) -> tuple[EpochProof, ...]:
    """The inverse. Raises `Malformed`."""
    return decode_as(EPOCH_PROOFS, data, limit=MAX_EPOCH_PROOFS_BYTES)
