"""The transport port: what a node asks of the network, and what the network tells the node.

Rules every implementation keeps (one suite of tests runs on all of them):

1. A link to a peer is up only while each side lists the other. Leaving the set takes the link down at once.
   One side that knows where the other listens is enough; if both do, there is one link all the same.
2. Frames of one link arrive whole and in the order sent. Across a reconnect nothing is promised: what was
   queued is dropped.
3. Per peer, calls of the sink are in order and never overlap: up, frames …, down. `on_frames` is awaited;
   while it waits, nothing more is taken from that peer and the peer's own sends come to a stop.
4. Every queue has a bound in bytes. Nothing blocks the caller of `send`.
5. A bulk request has one bounded answer, travels on a stream of its own and does not hold up frames.
6. The transport never runs on half alive: when a part of it ends by itself, or the sink raises, it says
   `on_failed`, once.
7. When `stop` has returned, no call of the sink is under way or to come, and the listening port is free.

Peers are named by their libp2p peer id (base58 text); addresses are multiaddrs. Frames and bodies are opaque.
"""

from collections.abc import Mapping
from enum import Enum, StrEnum
from typing import Protocol


class Channel(Enum):
    """The two protocols between nodes; the value is the libp2p protocol id."""

    CONSENSUS = "/matricula/consensus/1"
    BULK = "/matricula/bulk/1"


class RequestFailure(StrEnum):
    """Why a bulk request has no answer; the value is the sentence for the log."""

    NO_LINK = "the peer is not linked"
    TIMED_OUT = "no answer came in time"
    CUT_OFF = "the stream or its link ended before the answer was complete"
    BUSY = "the peer serves as many requests of ours as it will at one time"
    DECLINED = "the peer declined the request"
    ANSWER_TOO_LONG = "the peer announced an answer above the limit"
    MALFORMED = "the peer answered with bytes outside the protocol"


class RequestFailed(Exception):
    """A bulk request to `peer` ended without an answer, for `reason`."""

    def __init__(self, peer: str, reason: RequestFailure) -> None:
        super().__init__(f"{peer}: {reason.value}")
        self.peer = peer
        self.reason = reason


class Declined(Exception):
    """Raised by `Sink.on_request` to refuse: the peer's request fails with DECLINED, nothing else happens."""


class Sink(Protocol):
    """What the network tells the node; every call is made on the event loop that ran `start`.

    An exception from any of these calls, `Declined` apart, is a defect here and ends the transport (rule 6).
    """

    async def on_frames(self, peer: str, frames: list[bytes]) -> None:
        """Take frames of one peer, in order; return when there is room for more (rule 3)."""

    def on_link(self, peer: str, up: bool) -> None:
        """The link to `peer` came up or went down."""

    def on_rival(self, peer: str) -> None:
        """Connections with the peer's key keep coming while its link lives: the key is used in two places."""

    def on_violation(self, peer: str) -> None:
        """The peer broke a rule of the connection itself; it is kept out for a while."""

    async def on_request(self, peer: str, body: bytes) -> bytes:
        """Answer a bulk request with at most `TransportLimits.answer_bytes` bytes, or raise `Declined`."""

    def on_failed(self, error: BaseException) -> None:
        """The transport has ended by itself: the node must not run on without peers."""


class Transport(Protocol):
    """A node's links to its peers."""

    addresses: tuple[str, ...]
    """The multiaddrs listened on, once started; none where nothing is."""

    async def start(self) -> None:
        """Listen and dial. Raises OSError, or UnknownHost, if the address cannot be listened on."""

    async def stop(self) -> None:
        """End every link and free the port (rule 7); a second call does nothing; there is no new start."""

    def set_peers(self, peers: Mapping[str, tuple[str, ...]]) -> None:
        """Replace the set of peers: peer id → multiaddrs; this node's own id is ignored."""

    def drop(self, peer: str) -> None:
        """Take the link down because of what the peer sent; no new one for `TransportTimings.penalty_s`."""

    def send(self, peer: str, frame: bytes) -> bool:
        """Queue a consensus frame; False if there is no link or the peer's outbox is full.

        Raises ValueError for an empty frame or one above `TransportLimits.frame_bytes`.
        """

    async def request(self, peer: str, body: bytes, *, timeout_s: float) -> bytes:
        """Send one bulk request and return its answer; `RequestFailed` if there is none within `timeout_s`.

        Raises ValueError for a body above `TransportLimits.request_bytes`.
        """
