"""Hosts and ports as people write them, checked before anything is looked up or opened.

A name is not looked up here: whether there is such a host is known only where it is dialled or listened at.
"""

import ipaddress
import re

MAX_PORT = 65_535
_MAX_NAME = 253
_LABEL = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0[xX][0-9a-fA-F]*")
_PORT = re.compile(r"0|[1-9][0-9]{0,4}")
_SHOWN = 100


class WrongAddress(ValueError):
    """Nobody can listen at or dial what is written. `what` is a clause, `do` the next step."""

    def __init__(self, what: str, do: str) -> None:
        super().__init__(what)
        self.what = what
        self.do = do


def shown(written: str) -> str:
    """What was written, in quotes and no longer than a line."""
    return repr(written[:_SHOWN])


def check_host(host: str) -> None:
    """Raises WrongAddress unless the text is an IP address or has the form of a host name.

    A name that ends in a number is none: the system would take `127.1` for 127.0.0.1.
    """
    if _ip(host) is not None:
        return
    labels = host.removesuffix(".").split(".")
    if len(host) > _MAX_NAME or not all(map(_LABEL.fullmatch, labels)) or _NUMBER.fullmatch(labels[-1]):
        raise WrongAddress(
            f"{shown(host)} is neither an IP address nor a host name",
            "write an address such as 192.0.2.7, or a name such as node.example.edu",
        )


def check_host_to_dial(host: str) -> None:
    """The same, for a host that others connect to. Raises WrongAddress."""
    check_host(host)
    address = _ip(host)
    if address is not None and (address.is_unspecified or address.is_multicast):
        raise WrongAddress(
            f"{shown(host)} is no address of one machine: nobody can dial it",
            "name the address or the host name at which the others reach the node",
        )


def port_to_dial(written: str) -> int:
    """A port from 1 to 65535. Raises WrongAddress."""
    return _port(written, 1)


def port_to_listen_at(written: str) -> int:
    """A port from 0 to 65535; at 0 the system chooses one. Raises WrongAddress."""
    return _port(written, 0)


def host_port_to_listen_at(written: str) -> tuple[str, int]:
    """The host and the port of `host:port` or `[IPv6 address]:port`. Raises WrongAddress."""
    if not re.search(r":[^:\]]*\Z", written) or _ip(written) is not None:
        raise WrongAddress(f"{shown(written)} names no port", f"write it as {_with_port(written)}")
    host, _, port = written.rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
        if not isinstance(_ip(host), ipaddress.IPv6Address):
            raise WrongAddress(f"{shown(host)} is no IPv6 address", "write it as [::1]:8080")
    else:
        check_host(host)
    return host, port_to_listen_at(port)


def host_port(host: str, port: int) -> str:
    """The inverse: how a host and a port are written."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _ip(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _with_port(written: str) -> str:
    """The same with a port, as an example."""
    host = written.removeprefix("[").removesuffix("]")
    try:
        check_host(host)
    except WrongAddress:
        host = "127.0.0.1"
    return host_port(host, 8080)


def _port(written: str, least: int) -> int:
    if not _PORT.fullmatch(written) or not least <= int(written) <= MAX_PORT:
        do = f"a port is a number from {least} to {MAX_PORT}"
        raise WrongAddress(f"there is no port {shown(written)}", do)
    return int(written)
