"""Which IP addresses are on the public internet. Pure.

Rules:

- A1 An address is public if IANA's registries call it globally reachable (`ipaddress`), and it lies in none
  of the networks below, which versions of that module judge differently or which lead elsewhere.
- A2 An IPv6 address that stands for an IPv4 one (IPv4-mapped, or the well-known prefix of NAT64) is judged
  as that. Tunnels (6to4, Teredo) and addresses that embed one otherwise are never public: what is behind
  them is decided by a relay.
- A3 Of IPv6 only the part that is given out (2000::/3) is public. An address with a zone is of one link.

Source: IANA IPv4 and IPv6 Special-Purpose Address Registries; RFC 6052, RFC 6598, RFC 6890, RFC 7526.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final, TypeAlias

IpAddress: TypeAlias = IPv4Address | IPv6Address

_SPECIAL_V4: Final = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # shared by the customers of a provider
        "127.0.0.0/8",
        "169.254.0.0/16",  # among them the metadata of cloud machines
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_GIVEN_OUT_V6: Final = IPv6Network("2000::/3")
_SPECIAL_V6: Final = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # protocol assignments, Teredo among them
        "2001:db8::/32",
        "2002::/16",  # 6to4
        "2620:4f:8000::/48",
        "3ffe::/16",  # the first testbed, given back
        "3fff::/20",
    )
)
_NAT64: Final = IPv6Network("64:ff9b::/96")


def is_public(address: IpAddress) -> bool:
    """Whether an address is on the public internet."""
    if isinstance(address, IPv4Address):
        return _is_public_v4(address)
    if address.scope_id is not None:
        return False
    embedded = _embedded(address)
    return _is_public_v6(address) if embedded is None else _is_public_v4(embedded)


def _is_public_v4(address: IPv4Address) -> bool:
    return address.is_global and not any(address in network for network in _SPECIAL_V4)


def _is_public_v6(address: IPv6Address) -> bool:
    special = any(address in network for network in _SPECIAL_V6)
    return address in _GIVEN_OUT_V6 and address.is_global and not special


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that stands behind an IPv6 one (A2)."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None
