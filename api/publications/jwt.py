"""A Status List Token as a JWT (`statuslist+jwt`), signed with EdDSA.

Header and payload are JSON without white space, members in the order of their names. `ttl` is in seconds, and
`sub` is the URL at which the list is published. The list is packed with ZLIB, entry 0 in the least
significant bits.

Sources: IETF Token Status List, §5.1; RFC 7515; RFC 8037.
"""

import json
from typing import Any, Final

from api.base64url import from_text, to_text
from api.credentials.document import Document, DocumentError, load
from api.publications.fault import PublicationError, PublicationFault
from api.publications.statement import TTL_MS, ParsedPublication, StatusStatement
from api.publications.token import PURPOSES, WIDTHS
from registry.primitives.codec import Malformed

_TYPE: Final = "statuslist+jwt"


def message(statement: StatusStatement, packed: bytes) -> bytes:
    """The bytes that are signed: header and payload, joined by a full stop."""
    header = {"alg": "EdDSA", "kid": statement.key, "typ": _TYPE}
    payload = {
        "exp": statement.until_ms // 1_000,
        "iat": statement.from_ms // 1_000,
        "iss": statement.issuer,
        "status_list": {"bits": WIDTHS[statement.purpose], "lst": to_text(packed)},
        "sub": statement.url,
        "ttl": TTL_MS // 1_000,
    }
    return f"{_part(header)}.{_part(payload)}".encode()


def encode(statement: StatusStatement, packed: bytes, signature: bytes) -> bytes:
    """The token's bytes: JWS compact serialisation."""
    return message(statement, packed) + b"." + to_text(signature).encode()


def parse(data: bytes) -> ParsedPublication:
    """The parts of a token. What else may be in it shows when it is encoded again. Raises
    `PublicationError`.
    """
    parts = data.split(b".", 3)
    if len(parts) != 3:
        raise PublicationError(PublicationFault.MALFORMED, "a JWT has three parts")
    try:
        header, payload, signature = (from_text(part.decode("ascii")) for part in parts)
        return _parsed(load(header), load(payload), signature)
    except (UnicodeDecodeError, Malformed, DocumentError) as error:
        raise PublicationError(PublicationFault.MALFORMED, str(error)) from None


def _parsed(header: Document, payload: Document, signature: bytes) -> ParsedPublication:
    match header, payload:
        case {"kid": str(key)}, {
            "exp": int(end),
            "iat": int(begin),
            "iss": str(issuer),
            "status_list": {"bits": int(width), "lst": str(packed)},
            "sub": str(url),
        } if width in PURPOSES:
            statement = StatusStatement(url, issuer, key, PURPOSES[width], 1_000 * begin, 1_000 * end)
            return ParsedPublication(statement, from_text(packed), signature)
    raise PublicationError(PublicationFault.MALFORMED, "a member is missing or has another form")


def _part(members: dict[str, Any]) -> str:
    return to_text(json.dumps(members, separators=(",", ":"), sort_keys=True).encode())
