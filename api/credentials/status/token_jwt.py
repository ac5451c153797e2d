"""Status List Tokens as signed JSON Web Tokens.

- N1 The header's `typ` is `statuslist+jwt`, in whatever case, and with `application/` in front or not: so no
  token that is made for something else is read as a list.
- N2 The signature and its header are those of every token (`api.credentials.formats.jose`).

Source: IETF Token Status List, §5.1; RFC 7515, §4.1.9; RFC 8725, §3.11.
"""

from typing import Final

from api.base64url import from_text
from api.credentials.document import Document, DocumentError, load
from api.credentials.excerpt import excerpt
from api.credentials.formats.jose.compact import CompactJws, read_compact, token_text
from api.credentials.formats.jose.token_proof import token_proof
from api.credentials.formats.jose.token_type import type_of
from api.credentials.period import ValidityPeriod
from api.credentials.status.members import require_few_members
from api.credentials.status.published import PublishedList
from api.credentials.status.token_claims import (
    SecuredStatusToken,
    packed_values,
    token_claims,
    token_list,
)
from api.credentials.status.unpacking import malformed
from registry.primitives.codec import Malformed

_TYPE: Final = "statuslist+jwt"
_ALWAYS: Final = ValidityPeriod((), (), ())


def read_status_list_jwt(data: bytes, issuer: str) -> PublishedList:
    """The list in a token; `issuer` as in T3 of `token_claims`. Raises `ListError`."""
    try:
        jws = _jws(data)
        require_few_members(jws.payload)
        said = load(jws.payload)
    except DocumentError as error:
        raise malformed("the JWT", str(error)) from None
    claims = token_claims(said, issuer)
    proof = token_proof(jws, claims.data_model, claims, _ALWAYS)
    return token_list(SecuredStatusToken(claims, (proof,)), said, _compressed(said))


def _jws(data: bytes) -> CompactJws:
    """N1."""
    text = token_text(data)
    if text is None:
        raise malformed("it is no JWT, and no CWT")
    jws = read_compact(text)
    if type_of(jws.header) != _TYPE:
        raise malformed(f"typ is {excerpt(jws.header.get('typ'))}, not {_TYPE}")
    return jws


def _compressed(said: Document) -> bytes:
    packed = packed_values(said)
    try:
        return from_text(packed if isinstance(packed, str) else "")
    except Malformed as error:
        raise malformed("status_list/lst", str(error)) from None
