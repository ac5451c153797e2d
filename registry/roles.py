"""The words in which it is said who may do what: a member's roles, and a signer's tie to the subject."""

from enum import Enum, IntEnum


class Role(IntEnum):
    """What a member may do in the network."""

    OPERATOR = 1
    """Runs a validator."""
    ACCREDITOR = 2
    """Accredits institutions."""
    ISSUER = 3
    """Issues credentials."""
    AUDITOR = 4
    """Reads everything, cosigns the log, changes nothing."""
    ENDORSER = 5
    """Co-signs what others propose."""


class Tie(Enum):
    """How a signer is tied to the subject of an operation."""

    ITSELF = "itself"
    """The signer is the subject."""
    CONTROLLER = "controller"
    """The subject's record names the signer as its controller."""
    MEMBER_ITSELF = "member-itself"
    """The signer is the subject, and a member."""
    APPROVER = "approver"
    """The signer may approve what a proposal holds. Its own transition judges that, for each operation that
    it holds."""
