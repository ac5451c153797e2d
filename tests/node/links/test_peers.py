"""Peers: validators by index, others from n up, and who is linked."""

from node.links.peers import Peers
from registry.primitives.validator_set import Validator, ValidatorSet

SET = ValidatorSet(
    tuple(Validator(bytes([n]) * 32, f"peer{n}", (), f"did:web:m{n}.example") for n in range(4))
)


def test_validators_have_their_index_and_others_follow() -> None:
    peers = Peers(SET, "peer0")
    assert [peers.number(peer) for peer in ("peer3", "x", "peer1", "y", "x")] == [3, 4, 1, 5, 4]
    assert [peers.id(number) for number in (0, 1, 4, 5, 6, -1)] == [None, "peer1", "x", "y", None, None]


def test_links_come_and_go_and_outlast_an_epoch() -> None:
    peers = Peers(SET, "peer0")
    assert [peers.link("peer2"), peers.link("x")] == [2, 4]
    assert peers.linked == {"peer2": 2, "x": 4}
    assert [peers.unlink("peer2"), peers.unlink("peer2")] == [2, None]
    assert Peers(SET, "peer0", ["x", "y"]).linked == {"x": 4, "y": 5}
