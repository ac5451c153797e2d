"""What the server tells of its clients, for metrics and a log. No call says what was asked for, and only a
refusal says by whom.
"""

from enum import StrEnum
from typing import Protocol

from api.problems import ProblemReason, RequestFault


class Refusal(StrEnum):
    """Why a client was turned away. The value is a sentence for people, the name in lower case the label of
    a metric.
    """

    CONNECTIONS = "the server has as many connections as it takes"
    CONNECTIONS_OF_CLIENT = "the client has as many connections as it may"
    NO_REQUEST = "no whole request came on the connection in time"
    TOO_SLOW = "the body did not arrive in time"
    RATE_LIMITED = "the client sent more requests than it may"
    TOO_MANY_WAITING = "too many requests wait already"
    BUSY = "there is no room for more transactions"
    UNREADY = "the node is not ready"


_OF_FAULT = {
    RequestFault.TOO_SLOW: Refusal.TOO_SLOW,
    RequestFault.RATE_LIMITED: Refusal.RATE_LIMITED,
    RequestFault.TOO_MANY_WAITING: Refusal.TOO_MANY_WAITING,
    RequestFault.BUSY: Refusal.BUSY,
    RequestFault.UNREADY: Refusal.UNREADY,
}


class Watcher(Protocol):
    """Who is told. Every method is cheap and none waits."""

    def connected(self, count: int) -> None:
        """So many connections are open now."""

    def began(self) -> None:
        """A request is being answered from now on."""

    def answered(self, route: str, status: int, seconds: float) -> None:
        """It was answered: the route's template, never the path; the status; the seconds it took."""

    def refused(self, refusal: Refusal, client: str) -> None:
        """A client (an IPv4 address, or an IPv6 network of 64 bits) was turned away."""


class Unwatched:
    """Is told, and does nothing."""

    def connected(self, count: int) -> None:
        """See `Watcher`."""

    def began(self) -> None:
        """See `Watcher`."""

    def answered(self, route: str, status: int, seconds: float) -> None:
        """See `Watcher`."""

    def refused(self, refusal: Refusal, client: str) -> None:
        """See `Watcher`."""


def refusal_of(reason: ProblemReason) -> Refusal | None:
    """The refusal that a problem stands for; None where the request was at fault."""
    return _OF_FAULT.get(reason) if isinstance(reason, RequestFault) else None
