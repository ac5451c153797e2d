"""Why a publication that is held is not served."""

from enum import StrEnum


class Withheld(StrEnum):
    """Why a publication that is held is not served. The value is the label of a metric."""

    BEHIND = "behind"
    """The ledger has a newer version of the list, and has had it for longer than the ttl."""
    EXPIRED = "expired"
    """Its end has come."""
    KEY_LOST = "key_lost"
    """The key that signed it was revoked or reported compromised, or is not there."""
