"""Peer ids of Ed25519 keys."""

import pytest

from node.transport.identity import PeerIdentity
from node.transport.peer_id import peer_id_of, public_key_of

# The Ed25519 key of the libp2p peer-id specification's test vectors ("Test vectors", ED25519).
SPECIFIED_SEED = bytes.fromhex("7e0830617c4a7de83925dfb2694556b12936c477a0e1feb2e148ec9da60fee7d")
SPECIFIED_PUBLIC_KEY = bytes.fromhex("1ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e")
SPECIFIED_PEER_ID = "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq"


def test_the_specification_s_key_has_this_peer_id() -> None:
    assert (
        PeerIdentity.from_seed(SPECIFIED_SEED).peer_id
        == peer_id_of(SPECIFIED_PUBLIC_KEY)
        == SPECIFIED_PEER_ID
    )


def test_a_seed_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="an Ed25519 seed has 32 bytes, not 31"):
        PeerIdentity.from_seed(bytes(31))


def test_a_key_of_another_length_has_no_peer_id() -> None:
    with pytest.raises(ValueError, match="an Ed25519 public key has 32 bytes, not 31"):
        peer_id_of(bytes(31))


@pytest.mark.parametrize("number", range(4))
def test_the_library_finds_the_same_peer_id(number: int) -> None:
    identity = PeerIdentity.from_seed(bytes([number]) * 32)
    public_key: bytes = identity.key_pair.public_key.to_bytes()
    assert peer_id_of(public_key) == identity.peer_id
    assert public_key_of(identity.peer_id) == public_key
