"""The validators of the network. The genesis document makes them."""

from typing import Final

from registry.id_forms import ONE_OF_A_NETWORK
from registry.kind import Kind
from registry.kinds.validators.record import VALIDATORS_RECORD

KIND: Final = Kind(
    record=VALIDATORS_RECORD,
    id=ONE_OF_A_NETWORK,
    layout="`[[public key, peer id, [address, …], member], …]`",
)
