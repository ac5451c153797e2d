"""Which of several keys signs, and that a seed stays hidden."""

import pytest

from api.issuer.key import KeysInForce, SeedKey
from registry.kinds.did.record import Did, DidState, Key, KeyPeriod, KeyState, Purpose
from registry.primitives import ed25519
from tests.registry.network import ASSERT, INVOKE, UNIVERSITY, multikey

NOW_MS = 1_000


def key(name: str, since_ms: int, purpose: Purpose = ASSERT, *ends: KeyPeriod) -> Key:
    """A key that is active from then on, until it ends."""
    return Key(name, purpose, multikey(name), (KeyPeriod(KeyState.ACTIVE, since_ms), *ends))


KEYS = (
    key("old", 10),
    key("new", 20),
    key("retired", 30, ASSERT, KeyPeriod(KeyState.RETIRED, 40)),
    key("transactions", 50, INVOKE),
)
DID = Did(UNIVERSITY, None, KEYS, (), (), None, ((DidState.ACTIVE, 0),))


@pytest.mark.parametrize(
    ("here", "fragment", "chosen"),
    [
        (("old", "new"), None, "new"),
        (("old", "retired"), None, "old"),
        (("old", "new"), "old", "old"),
        (("old",), "new", None),
        (("retired", "transactions"), None, None),
        ((), None, None),
    ],
)
def test_the_newest_that_is_at_hand(here: tuple[str, ...], fragment: str | None, chosen: str | None) -> None:
    found = KeysInForce.of(DID, ASSERT, NOW_MS).newest([multikey(name) for name in here], fragment)
    assert (None if found is None else found.fragment) == chosen


def test_a_seed_in_memory() -> None:
    seed = bytes([7]) * 32
    in_memory = SeedKey("did:web:a.example#key-1", seed)
    assert ed25519.verify(in_memory.public_key, b"message", in_memory.sign(b"message"))
    assert repr(in_memory) == "SeedKey(id='did:web:a.example#key-1')"
