"""did:jwk: the DID is a JWK, and the JWK is the key.

`did:jwk:` and the base64url text of a JSON object. Its one key is `#0`. The text of the object is free, so
one key has many such DIDs; each is one name, and none stands for another.

Source: https://github.com/quartzjer/did-jwk, §2.
"""

from typing import Final

from api.base64url import from_text, to_text
from api.credentials.did_methods.fault import DidError, DidFault
from api.credentials.did_methods.key_material import MalformedKeyError, from_jwk
from api.credentials.did_methods.keys import DidKeys, VerificationKey
from api.credentials.document import Document, DocumentError, canonical, load
from api.credentials.excerpt import detail_of
from registry.primitives.codec import Malformed

DID_JWK: Final = "did:jwk:"
MAX_JWK_BYTES: Final = 8_192
_PUBLIC_MEMBERS: Final = ("kty", "crv", "x", "y")
"""What a public key of an elliptic curve is; all else in a JWK is said of it."""


def keys_of_did_jwk(did: str) -> DidKeys:
    """Its one key, for assertion and for authentication; raises `DidError`."""
    text = did.removeprefix(DID_JWK)
    if text == did:
        raise DidError(DidFault.DID_MALFORMED, "It does not begin with did:jwk:.")
    try:
        material = from_jwk(_jwk(text))
    except MalformedKeyError as error:
        raise DidError(DidFault.DID_MALFORMED, detail_of("did:jwk", str(error))) from None
    key = VerificationKey(f"{did}#0", material.multikey, material.algorithm, did)
    return DidKeys(did, (key,), (key,))


def did_jwk_of(jwk: Document) -> str:
    """The DID that stands for the public key of a JWK of an elliptic curve, whatever else the JWK says: its
    members in the order of RFC 8785.
    """
    public: Document = {name: jwk[name] for name in _PUBLIC_MEMBERS if name in jwk}
    return DID_JWK + to_text(canonical(public))


def _jwk(text: str) -> Document:
    """The JWK in the method-specific part, bounded before it is parsed."""
    if len(text) > 4 * MAX_JWK_BYTES // 3:
        raise DidError(DidFault.DID_MALFORMED, f"Its JWK has more than {MAX_JWK_BYTES} bytes.")
    try:
        return load(from_text(text))
    except Malformed as error:
        raise DidError(DidFault.DID_MALFORMED, f"did:jwk: {error}") from None
    except DocumentError as error:
        raise DidError(DidFault.DID_MALFORMED, detail_of("did:jwk", str(error))) from None
