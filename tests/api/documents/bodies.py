"""Records of DIDs to make documents of."""

from registry.kinds.did.record import Did, DidState, Key, KeyPeriod, KeyState, Purpose, Service
from tests.registry.network import START_MS, multikey

ACTIVE, RETIRED = KeyState.ACTIVE, KeyState.RETIRED
COMPROMISED, REVOKED = KeyState.COMPROMISED, KeyState.REVOKED
ASSERT, INVOKE = Purpose.ASSERTION_METHOD, Purpose.CAPABILITY_INVOCATION
BASE32 = "did:matricula:" + "a" * 52
WEB = "did:web:university.example"


def key(fragment: str, *states: KeyState, purpose: Purpose = ASSERT) -> Key:
    """A key that went through these states, one a second."""
    periods = tuple(KeyPeriod(state, START_MS + 1_000 * place) for place, state in enumerate(states))
    return Key(fragment, purpose, multikey(fragment), periods)


def body(
    *keys: Key,
    sponsor: str = WEB,
    controller: str | None = None,
    services: tuple[Service, ...] = (),
    attested_by: str | None = None,
    ended: bool = False,
) -> Did:
    """The record of a DID."""
    states: tuple[tuple[DidState, int], ...] = ((DidState.ACTIVE, START_MS),)
    if ended:
        states = (*states, (DidState.DEACTIVATED, START_MS + 9_000))
    return Did(sponsor, controller, keys, services, (), attested_by, states)
