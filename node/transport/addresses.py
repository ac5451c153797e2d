"""Multiaddrs that this transport can listen on and dial: /ip4, /ip6, /dns, /dns4 or /dns6, then /tcp."""

import ipaddress

from node.wording.hosts import (
    WrongAddress,
    check_host,
    check_host_to_dial,
    port_to_dial,
    port_to_listen_at,
    shown,
)

_NAMES = ("dns", "dns4", "dns6")
_FORM = "write it as /ip4/192.0.2.7/tcp/4001 or /dns4/node.example.edu/tcp/4001"


def host_and_port(address: str) -> tuple[str, int]:
    """The host (an address or a name) and the port, 1 to 65535, of a multiaddr that is dialled.

    A trailing /p2p/<peer id> is allowed: the peer id is authenticated by the handshake, not by the address.
    Raises WrongAddress, a ValueError.
    """
    host, port = _parts(address)
    check_host_to_dial(host)
    return host, port_to_dial(port)


def host_and_port_to_listen_at(address: str) -> tuple[str, int]:
    """The host and the port of a multiaddr that is listened on; at port 0 the system chooses one.

    Raises WrongAddress, a ValueError.
    """
    host, port = _parts(address)
    return host, port_to_listen_at(port)


def is_dialable(address: str) -> bool:
    """Whether `host_and_port` reads the address: a peer set may name other transports."""
    try:
        host_and_port(address)
    except WrongAddress:
        return False
    return True


def multiaddr(host: str, port: int) -> str:
    """The multiaddr of an IP address and a port."""
    return f"/ip{6 if ':' in host else 4}/{host}/tcp/{port}"


def _parts(address: str) -> tuple[str, str]:
    """The host, which has the form that its kind asks for, and the port as it is written."""
    match address.split("/"):
        case ["", kind, host, "tcp", port] | ["", kind, host, "tcp", port, "p2p", _]:
            if (kind == "ip4" and _is_ip(host, 4)) or (kind == "ip6" and _is_ip(host, 6)):
                return host, port
            if kind in _NAMES:
                check_host(host)
                return host, port
            if kind in ("ip4", "ip6"):
                raise WrongAddress(f"{shown(host)} is no IPv{kind[2]} address", _FORM)
    raise WrongAddress(f"{shown(address)} is no multiaddr that names a host and a TCP port", _FORM)


def _is_ip(host: str, version: int) -> bool:
    try:
        return ipaddress.ip_address(host).version == version and "%" not in host
    except ValueError:
        return False
