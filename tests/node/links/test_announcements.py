"""Announcements of addresses: exact bytes, and who can have signed them."""

from dataclasses import replace

import pytest

from node.links.announcements import (
    MAX_ANNOUNCEMENTS,
    MAX_ENCODED,
    Announcement,
    Statement,
    announce,
    decode_announcements,
    encode_announcements,
)
from node.transport.identity import PeerIdentity
from node.transport.peer_id import public_key_of
from registry.primitives import ed25519
from registry.primitives.codec import Malformed

SEED = bytes(range(32))
PEER_ID = PeerIdentity.from_seed(SEED).peer_id
STATEMENT = Statement(bytes(32), PEER_ID, 1_800_000_000_000, ("/dns4/node.example.edu/tcp/4001",))


def test_the_encoding_and_the_signed_bytes_are_frozen() -> None:
    assert encode_announcements([announce(STATEMENT, SEED)]).hex() == (
        "818284582000000000000000000000000000000000000000000000000000000000000000007834313244334b6f6f5741"
        "34586f70314a6154334d487877594d6b436570597376346950566f704d5877437a356948596442666553421b000001a3"
        "185c500081781f2f646e73342f6e6f64652e6578616d706c652e6564752f7463702f3430303158406af882fb130984db"
        "0def49fd1f41de2d13dee28d18899cf475bb1031b20cb6ea37460f28fb517c83114e95c439e0f1de949c41b62c4bf681"
        "5b145c7a230a600f"
    )


def test_a_peer_id_holds_its_key_and_other_texts_hold_none() -> None:
    assert public_key_of(PEER_ID) == ed25519.public_key(SEED)
    for other in ("", "peer0", "é", "1" * 64, PEER_ID[:-1], "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG"):
        assert public_key_of(other) is None


def test_only_the_peer_itself_can_have_signed() -> None:
    genuine = announce(STATEMENT, SEED)
    assert decode_announcements(encode_announcements([genuine])) == (genuine,)
    assert genuine.is_genuine
    other = PeerIdentity.from_seed(bytes(32)).peer_id
    assert not announce(STATEMENT, bytes(32)).is_genuine
    for changed in (
        replace(STATEMENT, genesis_hash=bytes([1]) * 32),
        replace(STATEMENT, peer_id=other),
        replace(STATEMENT, time_ms=STATEMENT.time_ms + 1),
        replace(STATEMENT, addresses=("/dns4/other.example.edu/tcp/4001",)),
    ):
        assert not Announcement(changed, genuine.signature).is_genuine


@pytest.mark.parametrize(
    "address",
    ["nonsense", "/ip4/0.0.0.0/tcp/1", "/ip4/192.0.2.7/tcp/0", "/ip4/192.0.2.7/udp/1"],
)
def test_an_address_that_nobody_can_dial_is_no_genuine_one(address: str) -> None:
    assert not announce(replace(STATEMENT, addresses=(STATEMENT.addresses[0], address)), SEED).is_genuine


@pytest.mark.parametrize("addresses", [(), ("/dns4/a.example/tcp/1",) * 5, ("/dns4/" + "a" * 128,)])
def test_nothing_is_signed_that_could_not_be_read(addresses: tuple[str, ...]) -> None:
    with pytest.raises(Malformed):
        announce(replace(STATEMENT, addresses=addresses), SEED)


def test_the_most_and_longest_are_within_the_bound() -> None:
    longest = replace(STATEMENT, peer_id="p" * 64, addresses=("a" * 128,) * 4)
    encoded = encode_announcements([announce(longest, SEED)] * MAX_ANNOUNCEMENTS)
    assert len(encoded) <= MAX_ENCODED
    assert len(decode_announcements(encoded)) == MAX_ANNOUNCEMENTS
