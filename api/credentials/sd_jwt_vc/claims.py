"""A credential of the data model of SD-JWT VC, as `api.credentials.secured.Claims`.

Rules:

- V1 `vct` is a text that is not empty: it says what kind of credential it is. What its type's own document
  says is not fetched.
- V2 `iss` is a URL: a DID, or https. Keys of the latter are found by ways that are not followed here. A token
  without `iss` names its issuer by an X.509 certificate, which is not read.
- V3 What decides whether a credential counts (`iss`, `nbf`, `exp`, `cnf`, `vct`, `vct#integrity`, `status`)
  stands in the token itself: what is disclosed could as well be kept back.
- V4 `nbf` and `exp` begin and end it. `iat` is when it was signed.
- V5 Whom it is about: the key in `cnf`, as a did:jwk, and `sub`.

Source: draft-ietf-oauth-sd-jwt-vc-13, §3.2.2.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from api.credentials.did_methods.did_jwk import did_jwk_of
from api.credentials.document import Document, Json
from api.credentials.excerpt import detail_of, excerpt
from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.numeric_date import numeric_period
from api.credentials.period import ValidityPeriod
from api.credentials.schema import CompiledSchema, SchemaViolation
from api.credentials.secured import ClaimedNames, SchemaReference, StatusEntry
from api.credentials.token_status import status_of_token
from api.credentials.url import is_url

NEVER_DISCLOSED: Final = ("iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "status")
"""V3."""


@dataclass(frozen=True, slots=True)
class SdJwtVcClaims:
    """What a token says with its disclosures (`token`); `plain` is what it says without, `is_by_certificate`
    that its header has a certificate. `wrong_envelope` are flaws of how it lies in its envelope.
    """

    token: Document
    plain: Document
    is_by_certificate: bool
    wrong_envelope: tuple[Flaw, ...]

    @property
    def id(self) -> str | None:
        """`jti`."""
        return _text(self.token.get("jti")) or None

    @property
    def issuer(self) -> str | None:
        """V2."""
        named = self.plain.get("iss")
        return named if is_url(named) else None

    @property
    def issuer_as_written(self) -> str | None:
        """`iss`."""
        named = self.plain.get("iss")
        return named if isinstance(named, str) else None

    @property
    def period(self) -> ValidityPeriod:
        """V4."""
        return numeric_period(self.plain, ("nbf",), ("exp",))

    @property
    def statuses(self) -> tuple[StatusEntry | Flaw, ...]:
        """The entry in `status`."""
        return status_of_token(self.plain, self.issuer)

    @property
    def schemas(self) -> tuple[SchemaReference | Flaw, ...]:
        """None: `vct` names a type, which says more than a schema (V1)."""
        return ()

    @property
    def holders(self) -> tuple[str, ...]:
        """V5."""
        key, subject = holder_jwk(self.plain), self.token.get("sub")
        named = [did_jwk_of(key)] if isinstance(key, dict) else []
        return (*named, *([subject] if is_url(subject) else []))

    @property
    def names(self) -> ClaimedNames:
        """The names of a person as OpenID Connect calls them, and the type."""
        parts = [_text(self.token.get(name)) for name in ("given_name", "family_name")]
        subject = _text(self.token.get("name")) or " ".join(part for part in parts if part)
        return ClaimedNames(subject=subject, kind=_text(self.plain.get("vct")))

    @property
    def data_model(self) -> str:
        """There is one version of it."""
        return "SD-JWT VC"

    def form_flaws(self) -> Iterator[Flaw]:
        """V1 to V3."""
        yield from self.wrong_envelope
        kind = self.plain.get("vct")
        if not isinstance(kind, str) or not kind:
            yield Flaw(CredentialFlaw.TYPE, detail_of("/vct", excerpt(kind)))
        yield from self._issuer_flaws()
        for name in NEVER_DISCLOSED:
            if name in self.token and name not in self.plain:
                yield Flaw(CredentialFlaw.MEMBER, f"/{name} is a disclosure, and must stand in the token")
        if "cnf" in self.plain and not isinstance(self.plain["cnf"], dict):
            yield Flaw(CredentialFlaw.MEMBER, detail_of("/cnf", excerpt(self.plain["cnf"])))

    def violations(self, schema: CompiledSchema) -> tuple[SchemaViolation, ...]:
        """Of the whole token."""
        return schema.violations(self.token)

    def _issuer_flaws(self) -> Iterator[Flaw]:
        """V2."""
        if "iss" not in self.plain and self.is_by_certificate:
            yield Flaw(CredentialFlaw.METHOD_UNSUPPORTED, "its issuer is named by a certificate alone (x5c)")
        elif self.issuer is None:
            yield Flaw(CredentialFlaw.ISSUER_UNNAMED, detail_of("/iss", excerpt(self.plain.get("iss"))))


def holder_jwk(token: Document) -> Json:
    """The JWK in `cnf`; None where it holds none."""
    named = token.get("cnf")
    return named.get("jwk") if isinstance(named, dict) else None


def _text(found: Json) -> str:
    return found if isinstance(found, str) else ""
