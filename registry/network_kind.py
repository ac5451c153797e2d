"""What the records of a network are worth, as its genesis document says."""

from enum import IntEnum
from typing import Final

from registry.primitives.shape import enumeration


class NetworkKind(IntEnum):
    """What the records of a network are worth."""

    PRODUCTION = 1
    SANDBOX = 2
    """For trying out, by the institutions themselves."""
    DEMO = 3
    """On one machine, with keys that anybody may know."""


NETWORK_KIND: Final = enumeration(NetworkKind)
