"""Multiaddrs that this transport can listen on and dial: /ip4, /ip6, /dns, /dns4 or /dns6, then /tcp."""

from multiaddr import Multiaddr
from multiaddr.exceptions import Error as MultiaddrError

_HOSTS = ("ip4", "ip6", "dns", "dns4", "dns6")


def host_and_port(address: str) -> tuple[str, int]:
    """The host (an address or a name) and the TCP port of a multiaddr; raises ValueError for any other kind.

    A trailing /p2p/<peer id> is allowed: the peer id is authenticated by the handshake, not by the address.
    """
    try:
        parts = [(protocol.name, value) for protocol, value in Multiaddr(address).items()]
    except (MultiaddrError, ValueError) as error:
        raise ValueError(f"{address!r} is not a multiaddr: {error}") from error
    if [name for name, _ in parts[2:]] not in ([], ["p2p"]):
        raise ValueError(f"{address!r} names more than a host and a TCP port")
    match parts[:2]:
        case [(host_kind, str(host)), ("tcp", str(port))] if host_kind in _HOSTS:
            return host, int(port)
        case _:
            raise ValueError(f"{address!r} does not name a host and a TCP port")


def is_dialable(address: str) -> bool:
    """Whether `host_and_port` reads the address: a peer set may name other transports."""
    try:
        host_and_port(address)
    except ValueError:
        return False
    return True
