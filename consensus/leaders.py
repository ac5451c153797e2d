"""Who leads a view (R13): a fixed order of the validators, drawn from the genesis hash and the epoch, taken
in turn."""

from registry.primitives.digest import Domain, tagged

_ORDER = Domain.CONSENSUS + b"/leaders"


def leader_order(genesis_hash: bytes, epoch: int, n: int) -> tuple[int, ...]:
    """The n indices ascending by SHA-256(domain ‖ genesis_hash ‖ epoch u64be ‖ index u16be)."""
    seed = genesis_hash + epoch.to_bytes(8, "big")
    return tuple(sorted(range(n), key=lambda index: tagged(_ORDER, seed, index.to_bytes(2, "big"))))
