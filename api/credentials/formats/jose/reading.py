"""Reading a credential that is a token (VC-JWT): data models 1.1 and 2.0, Open Badges 3.0 (decision 0124).

The token is verified as it was written, byte for byte: no canonical form, and nothing in it can be read in
two ways. It is only read here. Issuers of this registry sign documents.
"""

from dataclasses import dataclass
from typing import Final

from api.credentials.document import Document, Json, load
from api.credentials.formats.jose.compact import CompactJws, read_compact, token_text
from api.credentials.formats.jose.envelope import enveloped_text, presented_text
from api.credentials.formats.jose.registered_claims import signature_period
from api.credentials.formats.jose.token_claims import TokenClaims, claims_of_token
from api.credentials.formats.jose.token_proof import TokenProof, token_proof
from registry.primitives.digest import sha256

ENVELOPE: Final = "VC-JWT"
SEPARATOR: Final = "~"
"""What stands behind the token in an SD-JWT."""


class VcJwt:
    """The format."""

    def read(self, data: bytes) -> "SecuredToken | None":
        """A compact JWS, or the envelope of one."""
        text = token_text(data) or enveloped_text(data)
        return None if text is None or SEPARATOR in text else secured_token(read_compact(text))

    def read_draft(self, data: bytes) -> None:
        """None: tokens are only read."""

    def read_presented(self, entry: Json) -> "SecuredToken | None":
        """A text that is a token, or an envelope of one."""
        text = presented_text(entry)
        return None if text is None or SEPARATOR in text else secured_token(read_compact(text))


@dataclass(frozen=True, slots=True)
class SecuredToken:
    """A token and its one signature."""

    jws: CompactJws
    claims: TokenClaims
    proof: TokenProof
    unproved: None = None
    is_signed: bool = True
    unsigned: None = None

    @property
    def proofs(self) -> tuple[TokenProof, ...]:
        """A token has one."""
        return (self.proof,)

    def digest(self) -> bytes:
        """Over the token's own text, without what a file puts around it."""
        return sha256(self.jws.text.encode("ascii"))


def secured_token(jws: CompactJws) -> SecuredToken:
    """A token whose text has been read; raises `DocumentError` where its payload is no JSON object."""
    token: Document = load(jws.payload)
    claims = claims_of_token(jws.header, token)
    return SecuredToken(jws, claims, token_proof(jws, ENVELOPE, claims, signature_period(token)))
