"""Reading a credential that is an SD-JWT: one of SD-JWT VC, or one of the W3C data model (decision 0125).

- R1 A payload with `vct` is of SD-JWT VC, whose claims stand at the top. One with `@context` and without
  `vct` is of the W3C data model 2.0 (VC-JOSE-COSE, §3.2).
- R2 The issuer signs the token with the digests. So an anchor commits to the token alone: it proves the
  same for each selection of disclosures, and tells nothing of them.
"""

from dataclasses import dataclass
from typing import Final

from api.credentials.document import Document, Json, load
from api.credentials.flaw import INCONCLUSIVE, Flaw
from api.credentials.formats.jose.compact import token_text
from api.credentials.formats.jose.envelope import enveloped_text, presented_text
from api.credentials.formats.jose.registered_claims import credential_of, signature_period
from api.credentials.formats.jose.token_claims import TokenClaims
from api.credentials.formats.jose.token_proof import TokenProof, token_proof
from api.credentials.formats.jose.token_type import SD_JWT_TYPES, type_flaw
from api.credentials.formats.sd_jwt.disclosing import DisclosureError, disclosed, plain_members
from api.credentials.formats.sd_jwt.key_binding import KeyBinding, read_key_binding
from api.credentials.formats.sd_jwt.serialization import SEPARATOR, SdJwtParts, read_sd_jwt
from api.credentials.numeric_date import numeric_period
from api.credentials.period import ValidityPeriod
from api.credentials.sd_jwt_vc.claims import SdJwtVcClaims
from registry.primitives.digest import sha256

ENVELOPE: Final = "SD-JWT"


class SdJwt:
    """The format."""

    def read(self, data: bytes) -> "SecuredSdJwt | None":
        """A token with `~` behind it, or the envelope of one."""
        return _of_text(token_text(data) or enveloped_text(data))

    def read_draft(self, data: bytes) -> None:
        """None: tokens are only read."""

    def read_presented(self, entry: Json) -> "SecuredSdJwt | None":
        """A text that is such a token, or an envelope of one."""
        return _of_text(presented_text(entry))


@dataclass(frozen=True, slots=True)
class SecuredSdJwt:
    """An SD-JWT, what its issuer's signature covers, and the holder's proof, where one fits it."""

    parts: SdJwtParts
    claims: SdJwtVcClaims | TokenClaims
    proof: TokenProof
    binding: KeyBinding | None
    unproved: None = None
    is_signed: bool = True
    unsigned: None = None

    @property
    def proofs(self) -> tuple[TokenProof, ...]:
        """The issuer's. That of the holder is about who presents it."""
        return (self.proof,)

    def digest(self) -> bytes:
        """R2."""
        return sha256(self.parts.token.text.encode("ascii"))


def _of_text(text: str | None) -> SecuredSdJwt | None:
    return None if text is None or SEPARATOR not in text else secured_sd_jwt(read_sd_jwt(text))


def secured_sd_jwt(parts: SdJwtParts) -> SecuredSdJwt:
    """An SD-JWT whose text has been taken apart; raises `DocumentError` where a payload is no JSON object."""
    payload = load(parts.token.payload)
    plain = plain_members(payload)
    unfitting: Flaw | None = None
    try:
        token = disclosed(payload, parts.disclosures)
    except DisclosureError as error:
        token, unfitting = plain, error.flaw
    bound = read_key_binding(parts, plain)
    if isinstance(bound, Flaw) and bound.reason in INCONCLUSIVE:
        bound = None  # as good as none: nothing speaks against the credential itself
    flaws = (
        type_flaw(parts.token.header, SD_JWT_TYPES, "dc+sd-jwt"),
        bound if isinstance(bound, Flaw) else None,
    )
    claims = _claims(parts, token, plain, tuple(flaw for flaw in flaws if flaw is not None))
    proof = token_proof(parts.token, ENVELOPE, claims, _signature_period(claims), unfitting)
    return SecuredSdJwt(parts, claims, proof, None if isinstance(bound, Flaw) else bound)


def _claims(
    parts: SdJwtParts, token: Document, plain: Document, wrong_envelope: tuple[Flaw, ...]
) -> SdJwtVcClaims | TokenClaims:
    """R1."""
    header = parts.token.header
    if "vct" not in token and "@context" in token:
        return TokenClaims(credential_of(token), header, token, wrong_envelope)
    return SdJwtVcClaims(token, plain, "x5c" in header, wrong_envelope)


def _signature_period(claims: SdJwtVcClaims | TokenClaims) -> ValidityPeriod:
    """When the signature counts: `nbf` and `exp` are the credential's own in SD-JWT VC."""
    if isinstance(claims, SdJwtVcClaims):
        return numeric_period(claims.token, ("iat",), ())
    return signature_period(claims.token)
