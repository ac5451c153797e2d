"""Status List Tokens as CBOR Web Tokens.

Rules:

- W1 The bytes are a COSE_Sign1 with its tag, 18, and no other tag in front.
- W2 The protected header says the type, `application/statuslist+cwt`, and the algorithm. The key may be named
  in either header. No label stands in both. What `crit` names would have to be understood, and nothing is.
- W3 EdDSA (-8, -19) and ES256 (-7, -9) are verified. A token with any other algorithm is read, and its
  signature left open.
- W4 `kid` names the key as it does in a JWT (H2 of `api.credentials.formats.jose.header`).

Source: IETF Token Status List, §5.2; RFC 8392, §7.2; RFC 9052, §3, §4.2, §4.4; RFC 9596, §2; RFC 9864.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from api.credentials.excerpt import detail_of
from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.formats.jose.header import key_of
from api.credentials.multikey import KeyTextError
from api.credentials.period import ValidityPeriod
from api.credentials.public_key import KeyAlgorithm, PublicKey
from api.credentials.status.cbor_reading import CborItem, read_cbor
from api.credentials.status.published import PublishedList
from api.credentials.status.token_claims import (
    SecuredStatusToken,
    StatusTokenClaims,
    packed_values,
    shown,
    token_claims,
    token_list,
)
from api.credentials.status.unpacking import malformed
from registry.primitives import codec
from registry.primitives.codec import Malformed

_COSE_SIGN1: Final = b"\xd2"
_CWT_TAG: Final = b"\xd8\x3d"
_ALG, _CRIT, _KID, _TYPE = 1, 2, 4, 16
_TYPES: Final = frozenset({"application/statuslist+cwt", "statuslist+cwt"})
_ALGORITHMS: Final = {
    -8: KeyAlgorithm.ED25519,
    -19: KeyAlgorithm.ED25519,
    -7: KeyAlgorithm.P256,
    -9: KeyAlgorithm.P256,
}
_CLAIMS: Final = {1: "iss", 2: "sub", 4: "exp", 5: "nbf", 6: "iat", 65_533: "status_list", 65_534: "ttl"}
_ALWAYS: Final = ValidityPeriod((), (), ())

_Headers: TypeAlias = Mapping[int | str, CborItem]


@dataclass(frozen=True, slots=True)
class CwtProof:
    """The signature of a token, as `api.credentials.secured.Proof`."""

    covered: StatusTokenClaims
    key: str
    algorithm: KeyAlgorithm | None
    flaw: Flaw | None
    signed_bytes: bytes
    signature: bytes
    place: str = "the signature"
    period: ValidityPeriod = _ALWAYS
    remark: str = ""

    @property
    def suite(self) -> str:
        """The form and the algorithm."""
        return "CWT" if self.algorithm is None else f"CWT {self.algorithm.jose[0]}"

    def verify(self, multikey: bytes) -> Flaw | None:
        """See `api.credentials.secured.Proof`."""
        try:
            key = PublicKey.from_multikey(multikey)
        except KeyTextError as error:
            return Flaw(CredentialFlaw.KEY_UNREADABLE, detail_of(str(error)))
        if key.algorithm is not self.algorithm:
            return Flaw(CredentialFlaw.ALGORITHM_MISMATCH, f"the key is for {key.algorithm.curve}")
        is_right = key.verify(self.signed_bytes, self.signature)
        return None if is_right else Flaw(CredentialFlaw.WRONG_SIGNATURE)


@dataclass(frozen=True, slots=True)
class _Sign1:
    """The parts of a COSE_Sign1 (W1)."""

    protected_bytes: bytes
    protected: _Headers
    unprotected: _Headers
    payload: bytes
    signature: bytes

    def header(self, label: int) -> CborItem:
        return self.protected.get(label, self.unprotected.get(label))

    def signed_bytes(self) -> bytes:
        return codec.encode(["Signature1", self.protected_bytes, b"", self.payload])


def is_cwt(data: bytes) -> bool:
    """Whether some bytes begin as a COSE_Sign1 or a CWT does: as no text begins."""
    return data.startswith((_COSE_SIGN1, _CWT_TAG))


def read_status_list_cwt(data: bytes, issuer: str) -> PublishedList:
    """The list in a token; `issuer` as in T3 of `token_claims`. Raises `ListError`."""
    try:
        sign1 = _sign1(data)
        _require_headers(sign1)
        said = _claims(sign1.payload)
    except Malformed as error:
        raise malformed("the CWT", str(error)) from None
    compressed = packed_values(said)
    if not isinstance(compressed, bytes):
        raise malformed("status_list/lst", f"{shown(compressed)}, not bytes")
    claims = token_claims(said, issuer)
    return token_list(SecuredStatusToken(claims, (_proof(sign1, claims),)), said, compressed)


def _sign1(data: bytes) -> _Sign1:
    """W1."""
    if data.startswith(_CWT_TAG):
        raise Malformed("the tag of a CWT stands in front, and a Status List Token has none")
    if not data.startswith(_COSE_SIGN1):
        raise Malformed("it is no COSE_Sign1 with its tag")
    match read_cbor(data[1:]):
        case [bytes(protected), dict(unprotected), bytes(payload), bytes(signature)]:
            return _Sign1(protected, _headers(protected), unprotected, payload, signature)
    raise Malformed("it has not the four parts of a COSE_Sign1")


def _headers(protected: bytes) -> _Headers:
    found = read_cbor(protected)
    if not isinstance(found, dict):
        raise Malformed("the protected header is no map")
    return found


def _require_headers(sign1: _Sign1) -> None:
    """W2."""
    if sign1.protected.keys() & sign1.unprotected.keys():
        raise Malformed("a label stands in both headers")
    kind = sign1.protected.get(_TYPE)
    if not isinstance(kind, str) or kind not in _TYPES:
        raise Malformed(f"the type is {shown(kind)}, not application/statuslist+cwt")
    if _ALG not in sign1.protected:
        raise Malformed("the protected header names no algorithm")


def _claims(payload: bytes) -> dict[str, object]:
    found = read_cbor(payload)
    if not isinstance(found, dict):
        raise Malformed("the payload is no map")
    return {name: found[label] for label, name in _CLAIMS.items() if label in found}


def _proof(sign1: _Sign1, claims: StatusTokenClaims) -> CwtProof:
    """W3."""
    named = sign1.protected[_ALG]
    algorithm = _ALGORITHMS.get(named) if type(named) is int else None
    key = _key(sign1.header(_KID), claims.issuer)
    flaw = key if isinstance(key, Flaw) else _flaw(sign1, algorithm)
    told_key = "" if isinstance(key, Flaw) else key
    return CwtProof(claims, told_key, algorithm, flaw, sign1.signed_bytes(), sign1.signature)


def _flaw(sign1: _Sign1, algorithm: KeyAlgorithm | None) -> Flaw | None:
    if _CRIT in sign1.protected or _CRIT in sign1.unprotected:
        return Flaw(CredentialFlaw.SUITE_UNSUPPORTED, "crit asks for what is not done here")
    if algorithm is None:
        return Flaw(CredentialFlaw.SUITE_UNSUPPORTED, f"alg of COSE is {shown(sign1.protected[_ALG])}")
    return None


def _key(kid: CborItem, issuer: str) -> str | Flaw:
    """W4."""
    if kid is None:
        return key_of({}, issuer)
    return key_of({"kid": kid.decode("utf-8", "replace") if isinstance(kid, bytes) else ""}, issuer)
