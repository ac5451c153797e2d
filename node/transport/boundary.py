"""Where a peer's fault ends: its own connection, never the node.

The libraries below (Noise, protocol buffers, multistream-select, yamux) raise many types of exception on a
peer's bytes, some of them by accident (UnicodeDecodeError, KeyError). At each call into them, and nowhere
else, any exception becomes `PeerFailure`; an exception of our own code is not touched and ends the transport.
"""

from types import TracebackType


class PeerFailure(Exception):
    """This connection cannot go on: the peer broke the protocol, went away, or was too slow."""


class ProtocolViolation(PeerFailure):
    """The peer did what no correct implementation does; it is kept out for `TransportTimings.penalty_s`."""


class PeerDropped(ProtocolViolation):
    """The layers above found fault with what the peer said, and know it."""


class PeerBytes:
    """Stands around library code that works on a peer's bytes: `with PeerBytes("the Noise handshake"):`."""

    def __init__(self, doing: str) -> None:
        self._doing = doing

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, Exception) and not isinstance(error, PeerFailure):
            raise PeerFailure(f"{self._doing} failed: {error!r}") from error
