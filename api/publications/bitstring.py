"""A Bitstring Status List credential, secured with eddsa-rdfc-2022, without a JSON-LD processor.

Its members, their order and its `@context` are fixed, so its canonical N-Quads (RDFC-1.0) are a template too:
ten lines for the credential, five for the proof's configuration, sorted. A test holds them equal to what a
JSON-LD processor makes under the pinned contexts (decision 0132). Signed are SHA-256(proof configuration) ‖
SHA-256(credential).

`ttl` is in milliseconds. The proof is dated like the list.

Sources: W3C Bitstring Status List 1.0, §2.2; W3C Data Integrity EdDSA Cryptosuites 1.0, §3.2; RDF Dataset
Canonicalization 1.0, §4 and §5.
"""

import json
from typing import Any, Final

from api.base64url import from_text, to_text
from api.credentials.document import DocumentError, Json, load
from api.credentials.multikey import KeyTextError, base58_decode, base58_encode
from api.credentials.timestamp import TimestampError, second_text, timestamp_ms
from api.publications.fault import PublicationError, PublicationFault
from api.publications.statement import TTL_MS, ParsedPublication, StatusStatement
from registry.kinds.status_list.record import StatusPurpose
from registry.primitives.codec import Malformed
from registry.primitives.digest import sha256

_CONTEXT: Final = "https://www.w3.org/ns/credentials/v2"
_SUITE: Final = "eddsa-rdfc-2022"
_MULTIBASE: Final = "u"
"""Base64url without padding (W3C Controlled Identifiers 1.0, §2.4)."""

_CREDENTIALS: Final = "https://www.w3.org/2018/credentials#"
_STATUS: Final = "https://www.w3.org/ns/credentials/status#"
_SECURITY: Final = "https://w3id.org/security#"
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_CREATED: Final = "http://purl.org/dc/terms/created"
_PURPOSES: Final = {purpose.name.lower(): purpose for purpose in StatusPurpose}


def message(statement: StatusStatement, packed: bytes) -> bytes:
    """The 64 bytes that are signed."""
    return sha256(proof_quads(statement).encode()) + sha256(credential_quads(statement, packed).encode())


def encode(statement: StatusStatement, packed: bytes, signature: bytes) -> bytes:
    """The credential's bytes: JSON without white space."""
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": _SUITE,
        "created": second_text(statement.from_ms),
        "verificationMethod": statement.key,
        "proofPurpose": "assertionMethod",
        "proofValue": base58_encode(signature),
    }
    document = {**_credential(statement, packed), "proof": proof}
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()


def parse(data: bytes) -> ParsedPublication:
    """The parts of a credential. What else may be in it shows when it is encoded again. Raises
    `PublicationError`.
    """
    try:
        document: Json = load(data)
        match document:
            case {
                "id": str(url),
                "issuer": str(issuer),
                "validFrom": str(begin),
                "validUntil": str(end),
                "credentialSubject": {"statusPurpose": str(purpose), "encodedList": str(encoded)},
                "proof": {"verificationMethod": str(key), "proofValue": str(value)},
            } if purpose in _PURPOSES and encoded.startswith(_MULTIBASE):
                times_ms = timestamp_ms(begin), timestamp_ms(end)
                statement = StatusStatement(url, issuer, key, _PURPOSES[purpose], *times_ms)
                return ParsedPublication(statement, from_text(encoded[1:]), base58_decode(value))
    except (DocumentError, TimestampError, Malformed, KeyTextError) as error:
        raise PublicationError(PublicationFault.MALFORMED, str(error)) from None
    raise PublicationError(PublicationFault.MALFORMED, "a member is missing or has another form")


def credential_quads(statement: StatusStatement, packed: bytes) -> str:
    """The canonical N-Quads of the credential without its proof."""
    list_, credential = f"<{statement.url}#list>", f"<{statement.url}>"
    return _joined(
        _quad(list_, _TYPE, f"<{_STATUS}BitstringStatusList>"),
        _quad(list_, f"{_STATUS}encodedList", f'"{_MULTIBASE}{to_text(packed)}"^^<{_SECURITY}multibase>'),
        _quad(list_, f"{_STATUS}statusPurpose", f'"{statement.purpose.name.lower()}"'),
        _quad(list_, f"{_STATUS}ttl", f'"{TTL_MS}"^^<{_XSD}integer>'),
        _quad(credential, _TYPE, f"<{_CREDENTIALS}VerifiableCredential>"),
        _quad(credential, _TYPE, f"<{_STATUS}BitstringStatusListCredential>"),
        _quad(credential, f"{_CREDENTIALS}credentialSubject", list_),
        _quad(credential, f"{_CREDENTIALS}issuer", f"<{statement.issuer}>"),
        _quad(credential, f"{_CREDENTIALS}validFrom", _date(statement.from_ms)),
        _quad(credential, f"{_CREDENTIALS}validUntil", _date(statement.until_ms)),
    )


def proof_quads(statement: StatusStatement) -> str:
    """The canonical N-Quads of the proof's configuration."""
    proof = "_:c14n0"
    return _joined(
        _quad(proof, _CREATED, _date(statement.from_ms)),
        _quad(proof, _TYPE, f"<{_SECURITY}DataIntegrityProof>"),
        _quad(proof, f"{_SECURITY}cryptosuite", f'"{_SUITE}"^^<{_SECURITY}cryptosuiteString>'),
        _quad(proof, f"{_SECURITY}proofPurpose", f"<{_SECURITY}assertionMethod>"),
        _quad(proof, f"{_SECURITY}verificationMethod", f"<{statement.key}>"),
    )


def _credential(statement: StatusStatement, packed: bytes) -> dict[str, Any]:
    return {
        "@context": [_CONTEXT],
        "id": statement.url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": statement.issuer,
        "validFrom": second_text(statement.from_ms),
        "validUntil": second_text(statement.until_ms),
        "credentialSubject": {
            "id": f"{statement.url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": statement.purpose.name.lower(),
            "ttl": TTL_MS,
            "encodedList": _MULTIBASE + to_text(packed),
        },
    }


def _quad(subject: str, predicate: str, object_: str) -> str:
    return f"{subject} <{predicate}> {object_} .\n"


def _joined(*quads: str) -> str:
    """In the order of code points, as RDFC-1.0 asks: all are ASCII."""
    return "".join(sorted(quads))


def _date(time_ms: int) -> str:
    return f'"{second_text(time_ms)}"^^<{_XSD}dateTime>'
