"""Published lists for tests, of every type, signed by one issuer."""

import gzip
import json
import zlib
from base64 import urlsafe_b64encode
from typing import Any, Final

import cbor2

from api.base64url import to_text
from api.credentials.document import Document, canonical
from api.credentials.multikey import base58_encode
from registry.primitives import ed25519
from registry.primitives.digest import sha256

SEED: Final = bytes([7]) * 32
ISSUER: Final = "did:web:university.example"
KEY: Final = f"{ISSUER}#credentials-1"
URL: Final = "https://university.example/status/3"
CREATED: Final = "2026-01-31T12:00:00Z"
CREATED_S: Final = 1_769_860_800
SHORTEST: Final = 131_072
V2: Final = "https://www.w3.org/ns/credentials/v2"
V1: Final = "https://www.w3.org/2018/credentials/v1"


def bits(*ones: int, count: int = SHORTEST) -> bytes:
    """A bitstring of `count` bits, the first one left-most, with these set."""
    data = bytearray(count // 8)
    for index in ones:
        data[index >> 3] |= 0x80 >> (index & 7)
    return bytes(data)


def low_bits(*ones: int, count: int = SHORTEST) -> bytes:
    """The same, the first one right-most."""
    data = bytearray(count // 8)
    for index in ones:
        data[index >> 3] |= 1 << (index & 7)
    return bytes(data)


def encoded(data: bytes) -> str:
    """The `encodedList` of a Bitstring Status List."""
    return "u" + to_text(gzip.compress(data, mtime=0))


def without_left_out(whole: dict[str, Any]) -> Document:
    """The members but those that are `...`."""
    return {name: member for name, member in whole.items() if member is not ...}


def bitstring_list(*ones: int, subject: dict[str, Any] | None = None, **changed: Any) -> Document:
    """An unsigned list credential with these entries set; `...` leaves a member out."""
    whole = {
        "id": f"{URL}#list",
        "type": "BitstringStatusList",
        "statusPurpose": "revocation",
        "encodedList": encoded(bits(*ones)),
        **(subject or {}),
    }
    return without_left_out(
        {
            "@context": [V2],
            "id": URL,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": ISSUER,
            "validFrom": CREATED,
            "credentialSubject": without_left_out(whole),
            **changed,
        }
    )


def list_2021(*ones: int, subject: dict[str, Any] | None = None, **changed: Any) -> Document:
    """An unsigned list of StatusList2021, in plain base64."""
    packed = urlsafe_b64encode(gzip.compress(bits(*ones), mtime=0)).decode()
    whole = {"type": "StatusList2021", "encodedList": packed, **(subject or {})}
    kinds = ["VerifiableCredential", "StatusList2021Credential"]
    changed = {"@context": [V1, "https://w3id.org/vc/status-list/2021/v1"], "type": kinds, **changed}
    return bitstring_list(subject=whole, **{"validFrom": ..., "issuanceDate": CREATED, **changed})


def proved(document: Document, seed: bytes = SEED, **changed: Any) -> bytes:
    """The bytes of a document with a proof; `changed` are members of the proof."""
    configuration = without_left_out(
        {
            "type": "DataIntegrityProof",
            "cryptosuite": "eddsa-jcs-2022",
            "created": CREATED,
            "verificationMethod": KEY,
            "proofPurpose": "assertionMethod",
            **changed,
        }
    )
    signature = ed25519.sign(seed, sha256(canonical(configuration)) + sha256(canonical(document)))
    proof: Document = {**configuration, "proofValue": base58_encode(signature)}
    return json.dumps({**document, "proof": proof}).encode()


def token_said(*ones: int, status_list: dict[str, Any] | None = None, **changed: Any) -> dict[str, Any]:
    """The claims of a token, by their names in a JWT."""
    packed = {"bits": 1, "lst": to_text(zlib.compress(low_bits(*ones))), **(status_list or {})}
    whole = {
        "iss": ISSUER,
        "sub": URL,
        "iat": CREATED_S,
        "status_list": without_left_out(packed),
        **changed,
    }
    return without_left_out(whole)


def jwt(said: dict[str, Any], seed: bytes = SEED, **changed: Any) -> bytes:
    """A token as a JWT; `changed` are members of the header."""
    header = without_left_out({"alg": "EdDSA", "typ": "statuslist+jwt", "kid": KEY, **changed})
    signing_input = ".".join(to_text(json.dumps(part).encode()) for part in (header, said))
    return f"{signing_input}.{to_text(ed25519.sign(seed, signing_input.encode()))}".encode()


LABELS: Final = {"iss": 1, "sub": 2, "exp": 4, "nbf": 5, "iat": 6, "status_list": 65_533, "ttl": 65_534}


def cwt_said(*ones: int, status_list: dict[str, Any] | None = None, **changed: Any) -> dict[int, Any]:
    """The claims of a token, by their labels in a CWT."""
    packed = {"lst": zlib.compress(low_bits(*ones)), **(status_list or {})}
    return {LABELS[name]: claim for name, claim in token_said(status_list=packed, **changed).items()}


def cwt(
    said: Any,
    seed: bytes = SEED,
    *,
    protected: dict[Any, Any] | None = None,
    unprotected: dict[Any, Any] | None = None,
    tag: bytes = b"\xd2",
) -> bytes:
    """A token as a CWT; `...` leaves a label of the protected header out."""
    labels = {1: -8, 4: KEY.encode(), 16: "application/statuslist+cwt", **(protected or {})}
    header = cbor2.dumps({label: found for label, found in labels.items() if found is not ...})
    payload = said if isinstance(said, bytes) else cbor2.dumps(said)
    signature = ed25519.sign(seed, cbor2.dumps(["Signature1", header, b"", payload]))
    return tag + cbor2.dumps([header, unprotected or {}, payload, signature])


def revocation_list(*ids: Any, **changed: Any) -> bytes:
    """A revocation list of 1EdTech."""
    whole = {"id": URL, "issuer": ISSUER, "revokedCredentials": [{"id": name} for name in ids], **changed}
    return json.dumps(without_left_out(whole)).encode()
