"""Validator sets: thresholds, bounds, no key twice."""

import pytest

from registry.primitives.codec import Malformed
from registry.primitives.digest import Domain, tagged
from registry.primitives.validator_set import MAX_VALIDATORS, Validator, ValidatorSet
from tests.frozen import Freeze


def validator(number: int) -> Validator:
    return Validator(
        number.to_bytes(32, "big"),
        f"12D3Koo{number}",
        ("/ip4/127.0.0.1/tcp/4001",),
        f"did:web:u{number}.example",
    )


def validators(count: int) -> ValidatorSet:
    return ValidatorSet(tuple(map(validator, range(count))))


@pytest.mark.parametrize(
    ("n", "faults", "quorum"),
    [(1, 0, 1), (2, 0, 2), (3, 0, 3), (4, 1, 3), (5, 1, 4), (7, 2, 5), (100, 33, 67)],
)
def test_thresholds(n: int, faults: int, quorum: int) -> None:
    members = validators(n)
    assert (members.n, members.faults, members.quorum) == (n, faults, quorum)
    assert 2 * members.quorum - n >= members.faults + 1, "two quorums share more than the faulty"


def test_index_is_the_place() -> None:
    members = validators(4)
    assert [members.index_of(member.public_key) for member in members.validators] == [0, 1, 2, 3]
    assert members.index_of(bytes([9] * 32)) is None


def test_round_trip() -> None:
    members = validators(4)
    again = ValidatorSet.decode(members.encode())
    assert again == members
    assert hash(again) == hash(members)
    assert again.digest() == tagged(Domain.VALIDATOR_SET, members.encode())
    assert ValidatorSet(members.validators[::-1]).digest() != members.digest(), "the order is part of the set"


def test_no_key_and_no_peer_twice() -> None:
    one, two = validator(1), validator(2)
    with pytest.raises(Malformed, match="a consensus key twice"):
        ValidatorSet((one, Validator(one.public_key, two.peer_id, (), two.member)))
    with pytest.raises(Malformed, match="a peer id twice"):
        ValidatorSet((one, Validator(two.public_key, one.peer_id, (), two.member)))


@pytest.mark.parametrize("count", [0, MAX_VALIDATORS + 1])
def test_bounds(count: int) -> None:
    with pytest.raises(Malformed, match=f"{count} validators"):
        validators(count)


def test_the_largest_set_can_be_read_back() -> None:
    largest = ValidatorSet(
        tuple(
            Validator(n.to_bytes(32, "big"), f"{n:064}", ("a" * 128,) * 4, "d" * 256)
            for n in range(MAX_VALIDATORS)
        )
    )
    assert ValidatorSet.decode(largest.encode()) == largest


def test_encoding_is_frozen(frozen: Freeze) -> None:
    frozen("primitives/validator-set", validators(4).encode())
