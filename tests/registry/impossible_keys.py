"""Public keys that no private key has."""

from nacl.bindings import crypto_core_ed25519_add

from registry.primitives.ed25519 import public_key
from tests.registry.network import seed

ORDER_8 = bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")
"""A point of order 8 (docs/records.md, Ed25519)."""
MIXED_ORDER = crypto_core_ed25519_add(public_key(seed("a")), ORDER_8)
"""The key of `a` plus that point: whoever holds `a` can sign for it, one message in eight."""
NO_POINT = (2).to_bytes(32, "little")
