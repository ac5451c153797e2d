"""did:key: the DID is the key.

`did:key:` and the key as a Multikey text; its one key is named by the same text as a fragment. The DID stands
for ever, and nobody can take the key back: only that it is this key is known of whoever holds it.

Source: https://w3c-ccg.github.io/did-key-spec/ (0.9), §3.
"""

from typing import Final

from api.credentials.did_methods.fault import DidError, DidFault
from api.credentials.did_methods.key_material import MalformedKeyError, from_multikey_text
from api.credentials.did_methods.keys import DidKeys, VerificationKey
from api.credentials.excerpt import detail_of

DID_KEY: Final = "did:key:"


def keys_of_did_key(did: str) -> DidKeys:
    """Its one key, for assertion and for authentication; raises `DidError`."""
    text = did.removeprefix(DID_KEY)
    if text == did:
        raise DidError(DidFault.DID_MALFORMED, "It does not begin with did:key:.")
    try:
        material = from_multikey_text(text)
    except MalformedKeyError as error:
        raise DidError(DidFault.DID_MALFORMED, detail_of("did:key", str(error))) from None
    key = VerificationKey(f"{did}#{text}", material.multikey, material.algorithm, did)
    return DidKeys(did, (key,), (key,))
