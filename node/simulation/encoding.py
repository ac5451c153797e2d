"""Packets as their bytes: what runs that use the real codec carry, and what decides whether an attacker's
packet exists.

Processes hand each other packets as values. That is sound only for packets that survive their encoding: a
receiver never sees what its decoder refuses.
"""

from __future__ import annotations

from consensus.wire import decode_message, decode_range, encode_message, encode_range
from node.simulation.network import (
    ContentAnswer,
    ContentRequest,
    Packet,
    RangeAnswer,
    RangeRequest,
    TransactionPacket,
)
from registry.primitives.codec import Malformed


def recoded(packet: Packet) -> Packet | None:
    """The packet as its receiver decodes it; None if the receiver's decoder refuses it."""
    match packet:
        case TransactionPacket() | RangeRequest() | ContentRequest() | ContentAnswer():
            return packet
        case RangeAnswer(from_height=height, blocks=blocks):
            try:
                return RangeAnswer(height, decode_range(encode_range(blocks)))
            except Malformed:
                return None
        case _:
            try:
                return decode_message(encode_message(packet))
            except Malformed:
                return None
