"""Intervals for tests, and keys in the order of which their owners are first to dial.

Pauses are short; limits of patience are long, so that a busy machine changes nothing. A test shortens the one
that it is about.
"""

from node.transport.identity import PeerIdentity
from node.transport.settings import TransportTimings

TIMINGS = TransportTimings(
    heartbeat_s=0.1,
    silence_s=60.0,
    write_s=60.0,
    dial_s=60.0,
    backoff_first_s=0.01,
    backoff_cap_s=0.1,
    second_dial_s=0.2,
    rival_s=1.0,
    handshake_s=60.0,
    bulk_idle_s=60.0,
    penalty_s=0.2,
)


def in_dialling_order(*seeds: bytes) -> list[bytes]:
    """The seeds, sorted by peer id: each one's owner is the first to dial those after it."""
    return sorted(seeds, key=lambda seed: PeerIdentity.from_seed(seed).peer_id)
