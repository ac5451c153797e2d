"""Reading a DID document: the keys that it gives its DID for assertion and for authentication.

- D1 The document is of the DID that was asked for, letter by letter: its `id` says so.
- D2 A key counts for what lists it: `assertionMethod` or `authentication`, by its id or embedded. An embedded
  one counts for nothing else. What is only in `verificationMethod` counts for nothing.
- D3 Each id is a DID URL with a fragment, or `#` and a fragment, which is one of the DID. None is there
  twice. A key whose id lies under another DID is that one's to give, and is passed over; so is a reference to
  what the document does not hold.
- D4 The key stands in the one member that its type names, in the form of that type. A key that cannot be read
  is listed without its bytes: what names it is told that its key cannot be read, and the other keys count.
- D5 At most 64 keys. The bytes were bounded and read strictly before (`api.credentials.document`).
- D6 `expires` and `revoked` of a key end it (`VerificationKey.period`): read here, judged with a clock.

Source: W3C Decentralized Identifiers 1.0, §5.2, §5.3; W3C Controlled Identifiers 1.0, §2.2, §2.3.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, NoReturn

from api.credentials.did_methods.fault import DidError, DidFault
from api.credentials.did_methods.key_material import (
    KeyMaterial,
    MalformedKeyError,
    from_ed25519_base58,
    from_jwk,
    from_multikey_text,
)
from api.credentials.did_methods.keys import MAX_VERIFICATION_KEYS, DidKeys, VerificationKey
from api.credentials.document import Document, Json, each_with_place
from api.credentials.excerpt import MAX_EXCERPT, MAX_NAME_EXCERPT, detail_of, excerpt, shortened
from api.credentials.period import period_of
from api.credentials.url import is_url
from registry.primitives import ed25519

_MATERIAL_MEMBERS: Final = frozenset(
    {
        "publicKeyMultibase",
        "publicKeyJwk",
        "publicKeyBase58",
        "publicKeyBase64",
        "publicKeyHex",
        "publicKeyPem",
        "secretKeyMultibase",
        "secretKeyJwk",
        "privateKeyBase58",
        "privateKeyJwk",
        "privateKeyMultibase",
    }
)
"""Members that hold a key, in whatever form: a second one would be another key, or the private one."""
_RELATIONS: Final = (
    "assertionMethod",
    "authentication",
    "keyAgreement",
    "capabilityInvocation",
    "capabilityDelegation",
)


def read_did_document(document: Document, did: str) -> DidKeys:
    """The keys that a document gives `did`; raises `DidError`."""
    if document.get("id") != did:
        raise DidError(DidFault.OTHER_DOCUMENT, f"Its id is {excerpt(document.get('id'), MAX_NAME_EXCERPT)}.")
    listed = {place: _key(method, place, did) for place, method in _methods(document)}
    _refuse_twice([key.id for key in listed.values()])
    by_id = {key.id: key for place, key in listed.items() if place.startswith("/verificationMethod")}
    assertion, authentication = (
        tuple(_related(document, name, did, by_id, listed)) for name in _RELATIONS[:2]
    )
    return DidKeys(did, assertion, authentication)


def _methods(document: Document) -> list[tuple[str, Document]]:
    """All objects that are keys, each with its place (D5)."""
    methods: list[tuple[str, Document]] = []
    for place, found in each_with_place(document.get("verificationMethod", []), "/verificationMethod"):
        methods.append((place, _object(found, place)))
    for name in _RELATIONS:
        embedded = each_with_place(document.get(name, []), f"/{name}")
        methods += [(place, found) for place, found in embedded if isinstance(found, dict)]
    if len(methods) > MAX_VERIFICATION_KEYS:
        told = f"It has {len(methods)}, and {MAX_VERIFICATION_KEYS} are read."
        raise DidError(DidFault.TOO_MANY_KEYS, told)
    return methods


def _related(
    document: Document,
    name: str,
    did: str,
    by_id: Mapping[str, VerificationKey],
    listed: Mapping[str, VerificationKey],
) -> Iterator[VerificationKey]:
    """The keys of a relation, each once (D2, D3)."""
    seen: set[str] = set()
    for place, found in each_with_place(document.get(name, []), f"/{name}"):
        key = listed[place] if isinstance(found, dict) else by_id.get(_id(found, place, did))
        if key is not None and key.id not in seen and key.id.startswith(f"{did}#"):
            seen.add(key.id)
            yield key


def _refuse_twice(ids: list[str]) -> None:
    """D3."""
    seen: set[str] = set()
    for key_id in ids:
        if key_id in seen:
            raise DidError(DidFault.KEY_TWICE, f"It is {excerpt(key_id, MAX_NAME_EXCERPT)}.")
        seen.add(key_id)


def _key(method: Document, place: str, did: str) -> VerificationKey:
    """One key, whatever it is for."""
    kind = method.get("type")
    controller = method.get("controller")
    if not isinstance(kind, str):
        _refuse(f"{place}/type", kind)
    if not is_url(controller):
        _refuse(f"{place}/controller", controller)
    material = _material(method, kind)
    period = period_of(method, (), ("expires", "revoked"), place)
    key_id = _id(method.get("id"), f"{place}/id", did)
    return VerificationKey(key_id, material.multikey, material.algorithm, controller, period)


def _material(method: Document, kind: str) -> KeyMaterial:
    """D4."""
    reading = _READERS.get(kind)
    unread = KeyMaterial(None, shortened(kind, MAX_EXCERPT))
    if reading is None:
        return unread
    member, read = reading
    others = (_MATERIAL_MEMBERS - {member}) & method.keys()
    try:
        return unread if others else read(method.get(member))
    except MalformedKeyError:
        return unread


def _from_ed25519_multikey(text: Json) -> KeyMaterial:
    """A Multikey text of a type that is for Ed25519 keys alone."""
    material = from_multikey_text(text)
    if material.multikey is None or not material.multikey.startswith(ed25519.MULTIKEY_PREFIX):
        raise MalformedKeyError("the key is of another algorithm than its type")
    return material


_READERS: Final[Mapping[str, tuple[str, Callable[[Json], KeyMaterial]]]] = {
    "Multikey": ("publicKeyMultibase", from_multikey_text),
    "Ed25519VerificationKey2020": ("publicKeyMultibase", _from_ed25519_multikey),
    "JsonWebKey": ("publicKeyJwk", from_jwk),
    "JsonWebKey2020": ("publicKeyJwk", from_jwk),
    "Ed25519VerificationKey2018": ("publicKeyBase58", from_ed25519_base58),
}
"""By the type of a verification method: the member that holds the key, and what reads it."""


def _object(found: Json, place: str) -> Document:
    if not isinstance(found, dict):
        _refuse(place, found)
    return found


def _id(found: Json, place: str, did: str) -> str:
    """An id, resolved against the DID (D3)."""
    if not isinstance(found, str):
        _refuse(place, found)
    whole = f"{did}{found}" if found.startswith("#") else found
    base, _, fragment = whole.partition("#")
    if not base.startswith("did:") or not fragment or not is_url(whole):
        _refuse(place, found)
    return whole


def _refuse(place: str, found: Json) -> NoReturn:
    raise DidError(DidFault.DOCUMENT_MALFORMED, detail_of(place, excerpt(found)))
