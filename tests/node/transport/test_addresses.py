"""Which multiaddrs are a host and a port."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.transport.addresses import host_and_port, host_and_port_to_listen_at, is_dialable, multiaddr
from node.transport.identity import PeerIdentity
from node.wording.hosts import WrongAddress

PEER_ID = PeerIdentity.from_seed(bytes(32)).peer_id


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/ip4/127.0.0.1/tcp/4001", ("127.0.0.1", 4001)),
        ("/ip6/::1/tcp/65535", ("::1", 65_535)),
        ("/dns/node.example.edu/tcp/4001", ("node.example.edu", 4001)),
        ("/dns4/node.example.edu/tcp/4001", ("node.example.edu", 4001)),
        ("/dns6/node.example.edu/tcp/4001", ("node.example.edu", 4001)),
        (f"/ip4/10.0.0.1/tcp/4001/p2p/{PEER_ID}", ("10.0.0.1", 4001)),
    ],
)
def test_a_host_and_a_tcp_port(address: str, expected: tuple[str, int]) -> None:
    assert host_and_port(address) == host_and_port_to_listen_at(address) == expected
    assert is_dialable(address)


@pytest.mark.parametrize(("address", "host"), [("/ip4/0.0.0.0/tcp/0", "0.0.0.0"), ("/ip6/::/tcp/0", "::")])
def test_every_interface_and_any_port_are_only_listened_on(address: str, host: str) -> None:
    assert host_and_port_to_listen_at(address) == (host, 0)
    assert multiaddr(host, 0) == address
    assert not is_dialable(address)
    assert not is_dialable(address.replace("tcp/0", "tcp/1"))


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("/ip4/127.0.0.1/tcp/99999", "there is no port '99999'"),
        ("/ip4/127.0.0.1/tcp/65536", "there is no port '65536'"),
        ("/ip4/127.0.0.1/tcp/", "there is no port ''"),
        ("/ip4/127.0.0.300/tcp/1", "'127.0.0.300' is no IPv4 address"),
        ("/ip4/::1/tcp/1", "'::1' is no IPv4 address"),
        ("/ip6/127.0.0.1/tcp/1", "'127.0.0.1' is no IPv6 address"),
        ("/ip6/::1%lo/tcp/1", "'::1%lo' is no IPv6 address"),
        ("/dns4/127.1/tcp/1", "'127.1' is neither an IP address nor a host name"),
    ],
)
def test_what_is_wrong_is_told(address: str, what: str) -> None:
    for read in (host_and_port, host_and_port_to_listen_at):
        with pytest.raises(WrongAddress) as caught:
            read(address)
        assert caught.value.what == what


@pytest.mark.parametrize(
    "address",
    [
        "",
        "127.0.0.1:4001",
        "/ip4/127.0.0.1",
        "/ip4/127.0.0.1/udp/4001",
        "/ip4/127.0.0.1/tcp/4001/ws",
        "/tcp/4001/ip4/127.0.0.1",
        "/ip4/127.0.0.1/udp/4001/quic-v1",
        "/unix/tmp/socket",
    ],
)
def test_anything_else_is_refused(address: str) -> None:
    with pytest.raises(WrongAddress, match="no multiaddr that names a host and a TCP port"):
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
        assert 0 < port < 65_536
