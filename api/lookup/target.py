"""Where a URL leads, before any name is looked up. Pure.

Rules:

- T1 A URL is one text of printable ASCII, at most 2,048 characters. What readers of URLs take for different
  things (backslashes, white space, control characters, brackets outside of an IPv6 address) is none.
- T2 Only https on its own port, to a name with a dot or a public IP address. Whatever else is wanted is
  permitted by its exact origin: scheme, host and port.
- T3 A host is a name of letters, digits, hyphens and underscores, or an IP address in its one usual form. A
  host that ends in a number and is no such address (decimal, octal, hexadecimal, shortened) is refused:
  libraries read it as an address.
- T4 No user name and no password. A fragment is not sent.

Source: RFC 3986; URL Standard, §3.5 (host parsing); RFC 6454 (origin).
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from api.lookup.addresses import IpAddress, is_public
from api.lookup.fault import FetchError, FetchFault

MAX_URL: Final = 2048
_TEXT: Final = re.compile(r"[!#$%&'()*+,./0-9:;=?@A-Z\[\]_a-z~-]+")
_PORTS: Final = {"https": 443, "http": 80}
_LABEL: Final = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_BRACKETED: Final = re.compile(r"\[[0-9a-fA-F:.]+\](?::[0-9]*)?")
_MAX_NAME: Final = 253
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")


@dataclass(frozen=True, slots=True)
class Origin:
    """A server: scheme, host in lower case (an IPv6 address without brackets), and port."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS.get(self.scheme) else f":{self.port}"
        return f"{self.scheme}://{host}{port}"


@dataclass(frozen=True, slots=True)
class Target:
    """Where to ask: the URL as it is sent, its origin, the host's IP address where it is one, and whether
    the origin was permitted by name: then its addresses may be private.
    """

    url: str
    origin: Origin
    address: IpAddress | None
    is_permitted: bool


def origin_of(text: str) -> Origin:
    """The origin that a text such as `https://node.example:8443` names. Raises FetchError."""
    parts = _split(text)
    if parts.path not in ("", "/") or parts.query:
        raise FetchError(FetchFault.NOT_A_URL, "an origin has no path")
    return _origin(parts)


def target_of(url: str, permitted: Collection[Origin] = ()) -> Target:
    """Where a URL leads. Raises FetchError."""
    parts = _split(url)
    origin = _origin(parts)
    address = _address(origin.host)
    is_permitted = origin in permitted
    if not is_permitted:
        _require_public(origin, address)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(f"{origin}{path}", origin, address, is_permitted)


def _split(url: str) -> SplitResult:
    if len(url) > MAX_URL or not _TEXT.fullmatch(url):
        raise FetchError(FetchFault.NOT_A_URL)
    try:
        parts = urlsplit(url)
    except ValueError:  # brackets without an address in them
        raise FetchError(FetchFault.HOST_MALFORMED) from None
    if "[" in parts.path or "[" in parts.query or "]" in parts.path or "]" in parts.query:
        raise FetchError(FetchFault.NOT_A_URL)
    return parts


def _origin(parts: SplitResult) -> Origin:
    if not parts.scheme or (parts.scheme in _PORTS and not parts.netloc):
        raise FetchError(FetchFault.NOT_A_URL)
    default = _PORTS.get(parts.scheme)
    if default is None:
        raise FetchError(FetchFault.NOT_HTTPS, parts.scheme)
    if "@" in parts.netloc:
        raise FetchError(FetchFault.USER_INFO)
    return Origin(parts.scheme, _host(parts), _port(parts, default))


def _port(parts: SplitResult, default: int) -> int:
    try:
        port = parts.port
    except ValueError:
        raise FetchError(FetchFault.NOT_A_URL) from None
    if port == 0:
        raise FetchError(FetchFault.NOT_A_URL)
    return default if port is None else port


def _host(parts: SplitResult) -> str:
    """T3."""
    host = (parts.hostname or "").lower()
    if "[" in parts.netloc or ":" in host:
        return _host_v6(parts, host)
    if len(host) > _MAX_NAME or not _NAME.fullmatch(host):
        raise FetchError(FetchFault.HOST_MALFORMED)
    if _NUMBER.fullmatch(host.rpartition(".")[2]) and _address(host) is None:
        raise FetchError(FetchFault.HOST_MALFORMED)
    return host


def _host_v6(parts: SplitResult, host: str) -> str:
    """An IPv6 address in its shortest form, however it was written."""
    if not _BRACKETED.fullmatch(parts.netloc) or "%" in host:
        raise FetchError(FetchFault.HOST_MALFORMED)
    try:
        return str(IPv6Address(host))
    except AddressValueError:
        raise FetchError(FetchFault.HOST_MALFORMED) from None


def _address(host: str) -> IpAddress | None:
    """The address that a host is; None for a name."""
    try:
        return IPv6Address(host) if ":" in host else IPv4Address(host)
    except AddressValueError:
        return None


def _require_public(origin: Origin, address: IpAddress | None) -> None:
    """T2."""
    if origin.scheme != "https":
        raise FetchError(FetchFault.NOT_HTTPS)
    if origin.port != _PORTS["https"]:
        raise FetchError(FetchFault.OTHER_PORT, str(origin.port))
    is_private = "." not in origin.host if address is None else not is_public(address)
    if is_private:
        raise FetchError(FetchFault.PRIVATE_ADDRESS, origin.host)
