"""What a transport waits for and what it bounds: two frozen tables, so that tests can shorten every interval.

Units are last in a name: `_s` seconds, `_bytes`, `_per_s`.
"""

from dataclasses import dataclass

from node.wording.units import KIB, MIB


@dataclass(frozen=True, slots=True)
class TransportTimings:
    """Every interval of the transport, in seconds. The defaults notice a dead link within six seconds."""

    heartbeat_s: float = 1.0
    """An idle link sends a heartbeat this often; one that brings ten times as many is at fault."""
    silence_s: float = 4.5
    """A link that brought nothing for this long, heartbeats included, is down."""
    write_s: float = 4.0
    """A write that takes longer closes its connection."""
    dial_s: float = 3.0
    """A dial may take this long from the socket to the open stream."""
    backoff_first_s: float = 0.1
    """The pause after the first failed dial; it doubles with each further failure."""
    backoff_cap_s: float = 2.0
    """The longest pause between two dials."""
    second_dial_s: float = 3.0
    """The lower peer id of a pair dials first; the higher one once it had no session for this long."""
    rival_s: float = 2.5
    """How long a session has to show that it lives when another connection with its peer's key comes."""
    backoff_jitter: float = 0.3
    """Each pause is stretched or shortened by up to this share, so that peers do not dial in step."""
    handshake_s: float = 5.0
    """A stranger must have proved its key within this time, or its socket is closed."""
    bulk_idle_s: float = 10.0
    """A bulk stream on which the other side neither reads nor writes for this long is reset."""
    bulk_s: float = 60.0
    """A bulk stream is served for at most this long."""
    penalty_s: float = 10.0
    """A peer that broke the protocol, or that `drop` named, is kept out for this long."""


@dataclass(frozen=True, slots=True)
class TransportLimits:
    """Every bound of the transport. A peer that passes one loses its link, is refused, or is made to wait."""

    frame_bytes: int = MIB
    """The longest consensus frame; a longer one is refused before it is buffered."""
    batch_bytes: int = 60 * KIB
    """Small frames are joined into one write up to this size."""
    outbox_bytes: int = 8 * MIB
    """Frames queued towards one peer; beyond it `send` answers False."""
    inbox_bytes: int = 4 * MIB
    """Frames received from one peer that the node has not taken yet; beyond it the socket is not read."""
    inbound_bytes_per_s: int = 24 * MIB
    """Sustained bytes accepted from one peer over all its streams; a peer above it waits."""
    inbound_burst_bytes: int = 8 * MIB
    """Bytes accepted from one peer at once, above the sustained rate."""
    inbound_operations_per_s: int = 10_000
    """Socket reads and multiplexer frames accepted from one peer, and the burst; a peer above it waits."""
    inbound_frames_per_s: int = 100_000
    """Consensus frames accepted from one peer, and the burst; a peer above it waits."""
    session_buffer_bytes: int = 4 * MIB
    """Bytes of one peer that wait unread in all its streams; beyond it the socket is not read."""
    streams_per_peer: int = 32
    """Streams that a peer may have open at once; more ends the connection."""
    handshakes: int = 64
    """Strangers in the handshake at once; one more, and the oldest is closed."""
    knocks_burst: int = 30
    """Connections accepted from one network address at once, before any key is known …"""
    knocks_per_s: float = 5.0
    """… and in the long run; more are closed unheard."""
    links_burst: int = 5
    """New links accepted from one peer at once …"""
    links_per_s: float = 0.5
    """… and in the long run: a peer that comes and goes faster is turned away."""
    request_bytes: int = MIB
    """The longest body of a bulk request."""
    answer_bytes: int = 8 * MIB
    """The longest answer to a bulk request."""
    chunk_bytes: int = 64 * KIB
    """Bulk bodies and answers are written in pieces of at most this size (never above 1 MiB)."""
    bulk_bytes_per_s: int = 16 * MIB
    """Bulk bytes written to one peer; votes keep the rest of the line."""
    requests_per_peer: int = 4
    """Bulk requests outstanding towards one peer (more wait), and served for one peer (more are refused)."""

    def __post_init__(self) -> None:
        if not 0 < self.chunk_bytes <= MIB:
            raise ValueError("chunk_bytes lies between 1 and 1 MiB")
        if self.inbox_bytes < self.frame_bytes or self.outbox_bytes < self.frame_bytes:
            raise ValueError("inbox_bytes and outbox_bytes hold at least one frame of frame_bytes")
        if self.inbound_burst_bytes < self.chunk_bytes:
            raise ValueError("inbound_burst_bytes holds at least one chunk")


def check_frame(frame: bytes, limits: TransportLimits) -> None:
    """Raise ValueError unless `frame` may be sent: an empty one is a heartbeat, a long one is refused."""
    if not 0 < len(frame) <= limits.frame_bytes:
        raise ValueError(f"a frame holds 1 to {limits.frame_bytes} bytes, not {len(frame)}")


def check_body(body: bytes, limits: TransportLimits) -> None:
    """Raise ValueError unless `body` may be sent as a request."""
    if len(body) > limits.request_bytes:
        raise ValueError(f"a request holds at most {limits.request_bytes} bytes, not {len(body)}")


def check_answer(answer: bytes, limits: TransportLimits) -> None:
    """Raise ValueError unless `answer` may be sent back."""
    if len(answer) > limits.answer_bytes:
        raise ValueError(f"an answer holds at most {limits.answer_bytes} bytes, not {len(answer)}")
