"""The DID methods whose DIDs are their own keys, and what a credential's reader is told of all others.

A DID that the registry holds is judged by the registry's record, whatever its method. Of the rest, did:key
and did:jwk need no look-up, and a did:web is fetched and read (`did_web`, `did_document`).
"""

from collections.abc import Callable, Mapping
from typing import Final

from api.credentials.did_methods.did_jwk import DID_JWK, keys_of_did_jwk
from api.credentials.did_methods.did_key import DID_KEY, keys_of_did_key
from api.credentials.did_methods.fault import DidError, DidFault
from api.credentials.did_methods.keys import DidKeys
from api.credentials.excerpt import MAX_NAME_EXCERPT, detail_of, excerpt, shortened
from api.credentials.flaw import CredentialFlaw, Flaw

_SELF_CONTAINED: Final[Mapping[str, Callable[[str], DidKeys]]] = {
    DID_KEY: keys_of_did_key,
    DID_JWK: keys_of_did_jwk,
}
_REASONS: Final = {
    DidFault.METHOD_UNSUPPORTED: CredentialFlaw.METHOD_UNSUPPORTED,
    DidFault.DID_MALFORMED: CredentialFlaw.DID_MALFORMED,
}
"""All other faults are of a document that was fetched."""


def is_self_contained(did: str) -> bool:
    """Whether the DID tells its keys by itself, so that nothing is looked up."""
    return did.startswith(tuple(_SELF_CONTAINED))


def keys_in_did(did: str) -> DidKeys:
    """The keys that a DID tells by itself; raises `DidError`, also for a DID of any other method, and for
    what is no DID.
    """
    for prefix, keys_of in _SELF_CONTAINED.items():
        if did.startswith(prefix):
            return keys_of(did)
    raise DidError(DidFault.METHOD_UNSUPPORTED, _method_of(did))


def flaw_of(did: str, error: DidError) -> Flaw:
    """What is said of a credential whose issuer's DID gives no keys. A method that is not read here, and a
    document that is wrong today, leave the question open; a DID that is none does not.
    """
    reason = _REASONS.get(error.fault, CredentialFlaw.DID_DOCUMENT_WRONG)
    return Flaw(reason, detail_of(shortened(did, MAX_NAME_EXCERPT), error.detail))


def _method_of(did: str) -> str:
    """The method's name, for people; of what is no DID, how it begins."""
    scheme, _, rest = did.partition(":")
    return excerpt(f"{scheme}:{rest.partition(':')[0]}" if scheme == "did" else did)
