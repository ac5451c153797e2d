"""The numbers that a network agrees on. The genesis document makes them."""

from typing import Final

from registry.id_forms import ONE_OF_A_NETWORK
from registry.kind import Kind
from registry.kinds.parameters.record import PARAMETERS_RECORD

KIND: Final = Kind(
    record=PARAMETERS_RECORD,
    id=ONE_OF_A_NETWORK,
    layout="`[delta_ms, heartbeat_ms, block bytes, block transactions, block cost, record quota, byte quota, "
    "daily status count, daily status permille]`",
)
