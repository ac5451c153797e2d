"""The validators of an epoch: who votes, in which order, and how many votes decide.

Each validator has one vote and is named on the wire by its index here. With n validators f = ⌊(n − 1) / 3⌋
may be faulty, and q = n − f votes decide. No consensus key and no peer id appears twice.
"""

from dataclasses import dataclass, field
from typing import Final

from registry.primitives.codec import Malformed
from registry.primitives.digest import Domain, tagged
from registry.primitives.shape import Shape, blob, decode_as, encode_as, list_of, record, text

MAX_VALIDATORS = 128
MAX_ENCODED = 128 * 1024


@dataclass(frozen=True, slots=True)
class Validator:
    """One validator: its consensus key, the libp2p id and multiaddresses of its node, and the DID of the
    member that runs it.
    """

    public_key: bytes
    peer_id: str
    addresses: tuple[str, ...]
    member: str


VALIDATOR: Final[Shape[Validator]] = record(
    Validator,
    public_key=blob(32),
    peer_id=text(64, 1),
    addresses=list_of(text(128, 1), 4),
    member=text(256, 1),
)


@dataclass(frozen=True, slots=True)
class ValidatorSet:
    """1 to 128 validators in the order of their indices. Raises `Malformed` where a key or a peer id appears
    twice.
    """

    validators: tuple[Validator, ...]
    _index: dict[bytes, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not 1 <= self.n <= MAX_VALIDATORS:
            raise Malformed(f"{self.n} validators, not within 1 … {MAX_VALIDATORS}")
        index = {validator.public_key: place for place, validator in enumerate(self.validators)}
        if len(index) != self.n:
            raise Malformed("a consensus key twice in one validator set")
        if len({validator.peer_id for validator in self.validators}) != self.n:
            raise Malformed("a peer id twice in one validator set")
        object.__setattr__(self, "_index", index)

    def __hash__(self) -> int:
        return hash(self.validators)

    @property
    def n(self) -> int:
        """How many there are."""
        return len(self.validators)

    @property
    def faults(self) -> int:
        """How many of them may be faulty: f."""
        return (self.n - 1) // 3

    @property
    def quorum(self) -> int:
        """How many votes decide: q = n − f."""
        return self.n - self.faults

    def index_of(self, public_key: bytes) -> int | None:
        """The index of the validator with this consensus key."""
        return self._index.get(public_key)

    def digest(self) -> bytes:
        """What block headers commit to."""
        return tagged(Domain.VALIDATOR_SET, self.encode())

    def encode(self) -> bytes:
        """The array of validators."""
        return encode_as(VALIDATORS, self.validators)

    @classmethod
    def decode(cls, data: bytes) -> "ValidatorSet":
        """The inverse of `encode`. Raises `Malformed`."""
        return cls(decode_as(VALIDATORS, data, limit=MAX_ENCODED))


VALIDATORS: Final[Shape[tuple[Validator, ...]]] = list_of(VALIDATOR, MAX_VALIDATORS, 1)
