"""Which multiaddrs are a host and a port."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.transport.addresses import host_and_port, is_dialable
from node.transport.identity import PeerIdentity

PEER_ID = PeerIdentity.from_seed(bytes(32)).peer_id


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/ip4/127.0.0.1/tcp/4001", ("127.0.0.1", 4001)),
        ("/ip6/::1/tcp/0", ("::1", 0)),
        ("/dns/node.example.edu/tcp/4001", ("node.example.edu", 4001)),
        ("/dns4/node.example.edu/tcp/4001", ("node.example.edu", 4001)),
        ("/dns6/node.example.edu/tcp/4001", ("node.example.edu", 4001)),
        (f"/ip4/10.0.0.1/tcp/4001/p2p/{PEER_ID}", ("10.0.0.1", 4001)),
    ],
)
def test_a_host_and_a_tcp_port(address: str, expected: tuple[str, int]) -> None:
    assert host_and_port(address) == expected
    assert is_dialable(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "127.0.0.1:4001",
        "/ip4/127.0.0.1",
        "/ip4/127.0.0.1/udp/4001",
        "/ip4/127.0.0.1/tcp/70000",
        "/ip4/127.0.0.1/tcp/4001/ws",
        "/tcp/4001/ip4/127.0.0.1",
        "/ip4/127.0.0.1/udp/4001/quic-v1",
        "/unix/tmp/socket",
    ],
)
def test_anything_else_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r"multiaddr|host and a TCP port"):
        host_and_port(address)
    assert not is_dialable(address)


PARTS = st.sampled_from(
    ["ip4", "ip6", "dns", "dns4", "tcp", "p2p", "127.0.0.1", "::1", "1", "x" * 300, "é..", "\ud800", "\0", ""]
)


@settings(derandomize=True, max_examples=300)
@given(st.lists(PARTS, max_size=6).map("/".join) | st.text(max_size=40))
def test_no_text_is_more_than_refused(address: str) -> None:
    if is_dialable(address):
        host, port = host_and_port(address)
        assert host
        assert 0 <= port < 65_536
