"""The proof that whoever adds a key holds it, and the DIDs that are derived from their registration.

Possession: an operation that adds keys ends with one signature by each of them, in their order, over

    domain ‖ 0x00 ‖ genesis_hash (32) ‖ transaction nonce (16) ‖ the operation with no signatures, encoded

so a key can be added only in that network, under that nonce, and with exactly that operation, sponsor
included.

Derived DIDs: did:matricula holds the hash of its registration, encoded with an empty DID and no signatures.
Nobody can register it with other keys, and its absence can be proved.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final, TypeAlias, TypeVar

from registry.kinds.did.operations import (
    ADD_KEY,
    REGISTER_DID,
    ROTATE_KEY,
    AddKey,
    NewKey,
    RegisterDid,
    RotateKey,
)
from registry.names import own_did
from registry.operation import Operation, one_of
from registry.primitives.digest import Domain, tagged
from registry.primitives.ed25519 import Sign
from registry.primitives.shape import Shape, encode_as

KeyAdding: TypeAlias = RegisterDid | AddKey | RotateKey
K = TypeVar("K", RegisterDid, AddKey, RotateKey)

_OPERATION: Final[Shape[Operation]] = one_of(REGISTER_DID, ADD_KEY, ROTATE_KEY)


def new_keys(operation: KeyAdding) -> tuple[NewKey, ...]:
    """The keys that an operation adds."""
    return operation.keys if isinstance(operation, RegisterDid) else (operation.key,)


def possession_message(genesis_hash: bytes, nonce: bytes, operation: KeyAdding) -> bytes:
    """The bytes that each new key signs."""
    bare = encode_as(_OPERATION, replace(operation, possessions=()))
    return b"".join((Domain.POSSESSION, b"\x00", genesis_hash, nonce, bare))


def proving_possession(operation: K, signs: Iterable[Sign], genesis_hash: bytes, nonce: bytes) -> K:
    """The operation with the signatures of its new keys, each made by one of `signs`, in the same order."""
    message = possession_message(genesis_hash, nonce, operation)
    return replace(operation, possessions=tuple(sign(message) for sign in signs))


def derived_did(registration: RegisterDid) -> str:
    """The did:matricula of a registration."""
    bare = encode_as(_OPERATION, replace(registration, did="", possessions=()))
    return own_did(tagged(Domain.DID, bare))
