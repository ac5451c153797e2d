"""Which of the key files at hand speaks for a DID today: the ledger says which of its keys are active
(decision 0083).

So whoever rotates a key keeps the new file beside the old one and goes on with the same command.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from api.client import NoAnswer
from api.issuer.key import KeysInForce
from api.verifier.verdict import AnswerFlaw
from node.cli.asking.connection import Connection
from node.cli.asking.proved import look_up
from node.files.keystore import KeyPurpose, KeystoreError, KeystoreFault, public_key_of
from node.setup.config import INSTITUTION_FRAGMENT
from node.wording.explained import Explained
from registry.kinds.did.record import DID_RECORD, Did, Key, Purpose
from registry.primitives import ed25519

ON_LEDGER = {
    KeyPurpose.INSTITUTION: Purpose.CAPABILITY_INVOCATION,
    KeyPurpose.CREDENTIAL: Purpose.ASSERTION_METHOD,
}
"""What a key file's purpose is called on the ledger."""
_SIGNS = {KeyPurpose.INSTITUTION: "transactions", KeyPurpose.CREDENTIAL: "credentials"}


@dataclass(frozen=True, slots=True)
class NamedKey:
    """A key file, and the name of its key: `DID#FRAGMENT`."""

    id: str
    file: Path


def current_key(
    connection: Connection, did: str, fragment: str | None, place: Path, purpose: KeyPurpose
) -> NamedKey:
    """The key in `place`, a file or a folder of them, that the ledger knows as active; of several the one
    that became so last. `fragment` leaves only that one to choose.

    Raises Explained where there is none, KeystoreError, NoAnswer and Forked.
    """
    files = {ed25519.to_multikey(public_key): file for public_key, file in _keys_in(place, purpose)}
    if not files:
        do = "name the file that holds it with --key FILE"
        raise Explained(f"no key that signs {_SIGNS[purpose]} is here", where=place, do=do)
    try:
        known = look_up(connection, DID_RECORD, did)
    except NoAnswer as error:
        if not _has_not_begun(error) or len(files) > 1:
            raise
        (file,) = files.values()  # there is nothing but the genesis document yet, and what it calls the key
        return NamedKey(f"{did}#{fragment or INSTITUTION_FRAGMENT}", file)
    body: Did | None = known.body
    if body is None:
        do = "name the DID as it is registered with --as DID"
        raise Explained(f"the ledger has no DID {did}", where=known.checked.node, do=do)
    keys = KeysInForce.of(body, ON_LEDGER[purpose], known.as_of_ms)
    chosen = keys.newest(files.keys(), fragment)
    if chosen is None:
        raise _none_is_active(did, place, purpose, keys.active)
    return NamedKey(f"{did}#{chosen.fragment}", files[chosen.multikey])


def _has_not_begun(error: NoAnswer) -> bool:
    """Whether all nodes answer that the network has no block yet."""
    return all(failure.reason is AnswerFlaw.NOT_FINAL for failure in error.failures)


def _none_is_active(did: str, place: Path, purpose: KeyPurpose, active: Sequence[Key]) -> Explained:
    what = f"no key in {place} is an active one of {did} that signs {_SIGNS[purpose]}"
    if not active:
        do = "sign as its controller, or add a key with another one: see `matricula did show DID`"
        return Explained(f"{what}; it has none", do=do)
    names = " or ".join(f"{did}#{key.fragment}" for key in active)
    return Explained(what, do=f"name the file that holds {names}: --key FILE --as {did}")


def _keys_in(place: Path, purpose: KeyPurpose) -> Iterator[tuple[bytes, Path]]:
    """Public key and file of each key of that purpose; a file that was named has to be one."""
    if not place.is_dir():
        yield public_key_of(place, purpose), place
        return
    for file in sorted(place.glob("*.key")):
        try:
            yield public_key_of(file, purpose), file
        except KeystoreError as error:
            if error.fault is not KeystoreFault.OTHER_PURPOSE:
                raise
