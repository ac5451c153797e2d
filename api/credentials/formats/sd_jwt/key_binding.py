"""A holder's proof that the key which an SD-JWT names is theirs: the token behind the last `~` (KB-JWT).

- B1 It is signed by the key in `cnf.jwk` of the issuer's token, with an algorithm that is read.
- B2 Its `sd_hash` is the SHA-256 of all that stands before it, so that it belongs to these disclosures.
- B3 Its `aud` and `nonce` are those of whoever asked for it. Where nobody asked, it shows that the holder
  signed for somebody once: anybody who got it there can hand it on.
- B4 Wrong is never taken for missing: an SD-JWT with a wrong one is refused, though one without is not.

Source: RFC 9901, §4.3, §7.3; RFC 7800, §3.2.
"""

from dataclasses import dataclass

from api.credentials.did_methods.did_jwk import did_jwk_of
from api.credentials.did_methods.key_material import MalformedKeyError, from_jwk
from api.credentials.document import Document, load
from api.credentials.excerpt import detail_of, excerpt
from api.credentials.flaw import INCONCLUSIVE, CredentialFlaw, Flaw
from api.credentials.formats.jose.compact import CompactJws
from api.credentials.formats.jose.header import algorithm_of, extension_flaw
from api.credentials.formats.jose.token_proof import verify_token
from api.credentials.formats.jose.token_type import KEY_BINDING_TYPE, type_flaw
from api.credentials.formats.sd_jwt.serialization import SdJwtParts, digest_text
from api.credentials.numeric_date import numeric_date
from api.credentials.period import ClaimedDate
from api.credentials.sd_jwt_vc.claims import holder_jwk


@dataclass(frozen=True, slots=True)
class KeyBinding:
    """A holder's token that fits the SD-JWT before it: by whose key (did:jwk), for whom, and when."""

    holder: str
    audience: str
    nonce: str
    issued: ClaimedDate

    def holder_for(self, audience: str | None, nonce: str | None) -> str | Flaw:
        """The did:jwk whose key whoever presents it now holds; why that is not shown. `audience` and
        `nonce` are what the one who asked gave; None where nobody asked (B3).
        """
        if audience is None or nonce is None:
            told = "the holder's proof was not asked for now, and may have been handed on"
            return Flaw(CredentialFlaw.HOLDER_UNPROVED, told)
        for name, wanted, found in (("aud", audience, self.audience), ("nonce", nonce, self.nonce)):
            if wanted != found:
                told = detail_of(
                    f"{name} of the holder's proof is {excerpt(found)}", f"not {excerpt(wanted)}"
                )
                return Flaw(CredentialFlaw.HOLDER_PROOF_WRONG, told)
        return self.holder


def read_key_binding(parts: SdJwtParts, token: Document) -> KeyBinding | Flaw | None:
    """The holder's proof behind an SD-JWT whose payload is `token`; why it is wrong; None where there is
    none. Raises `DocumentError` where its payload is no JSON object.
    """
    jws = parts.holder_token
    if jws is None:
        return None
    payload = load(jws.payload)
    return _signature_flaw(jws, token) or _binding(payload, parts, token)


def _binding(payload: Document, parts: SdJwtParts, token: Document) -> KeyBinding | Flaw:
    """B2, B3."""
    if payload.get("sd_hash") != digest_text(parts.bound):
        return _wrong("sd_hash is of other disclosures, or of another credential")
    audience, nonce = payload.get("aud"), payload.get("nonce")
    if not isinstance(audience, str) or not isinstance(nonce, str) or not audience or not nonce:
        return _wrong("aud and nonce must be texts")
    issued = numeric_date(payload.get("iat"), "/iat")
    jwk = holder_jwk(token)
    if isinstance(issued, Flaw) or not isinstance(jwk, dict):
        return _wrong(issued.detail if isinstance(issued, Flaw) else "cnf holds no key")
    return KeyBinding(did_jwk_of(jwk), audience, nonce, issued)


def _signature_flaw(jws: CompactJws, token: Document) -> Flaw | None:
    """B1."""
    algorithm = algorithm_of(jws.header)
    wrong_type = type_flaw(jws.header, frozenset({KEY_BINDING_TYPE}), KEY_BINDING_TYPE)
    for flaw in (wrong_type, extension_flaw(jws.header), algorithm):
        if isinstance(flaw, Flaw):
            return _unread(flaw) if flaw.reason in INCONCLUSIVE else _wrong(flaw.detail)
    try:
        key = from_jwk(holder_jwk(token))
    except MalformedKeyError as error:
        return _wrong(f"cnf holds no key: {error}")
    if key.multikey is None:
        return Flaw(
            CredentialFlaw.HOLDER_UNPROVED, detail_of("the holder's key cannot be read", key.algorithm)
        )
    wrong_signature = verify_token(jws, key.multikey)
    return None if wrong_signature is None else _wrong(wrong_signature.detail or "another key signed it")


def _unread(flaw: Flaw) -> Flaw:
    """A proof that another verifier may know how to check."""
    return Flaw(
        CredentialFlaw.HOLDER_UNPROVED, detail_of("the holder's proof cannot be checked", flaw.detail)
    )


def _wrong(why: str) -> Flaw:
    return Flaw(CredentialFlaw.HOLDER_PROOF_WRONG, detail_of(why))
