"""Twins: two honest replicas with one key and a guard each, neither of which stops when it meets the
other."""

from __future__ import annotations

from collections.abc import Sequence

from node.simulation.process import Process
from node.simulation.seat import ProcessSeat
from tests.byzantine.liar import Liar


def twins(seat: ProcessSeat) -> Sequence[Process]:
    """Both hear everything that is sent to the validator, unless a partition parts them."""
    return [Liar(f"v{seat.validator}{letter}", seat) for letter in "ab"]
