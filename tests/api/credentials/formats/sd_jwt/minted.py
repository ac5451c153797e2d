"""SD-JWTs made for tests, right and wrong."""

import json
from typing import Any

from api.base64url import to_text
from api.credentials.formats.sd_jwt.serialization import digest_text
from tests.api.credentials.did_methods.keys import P256_JWK
from tests.api.credentials.formats.jose.credentials import BEGIN_S, END_S
from tests.api.credentials.formats.jose.minted import ED25519_DID, token, without

AUDIENCE = "https://verifier.example"
NONCE = "n-0S6_WzA2Mj"


def disclosure(*parts: Any) -> str:
    """The text of one: salt and value, or salt, name and value."""
    return to_text(json.dumps(list(parts)).encode())


GIVEN = disclosure("s1", "given_name", "Zoë")
FAMILY = disclosure("s2", "family_name", "Example")
DECOY = digest_text("a decoy")


def payload(**changed: Any) -> dict[str, Any]:
    """The issuer's payload, changed; a member that is changed to `...` is left out."""
    return without(
        {
            "iss": ED25519_DID,
            "iat": BEGIN_S,
            "exp": END_S,
            "vct": "https://university.example/hydrology",
            "cnf": {"jwk": P256_JWK},
            "_sd_alg": "sha-256",
            "_sd": [digest_text(GIVEN), DECOY, digest_text(FAMILY)],
            **changed,
        }
    )


def sd_jwt(
    whole: Any = None,
    disclosures: tuple[str, ...] = (GIVEN, FAMILY),
    *,
    typ: Any = "dc+sd-jwt",
    **header: Any,
) -> str:
    """An SD-JWT without a holder's proof."""
    issued = token(payload() if whole is None else whole, typ=typ, **header)
    return "".join(f"{part}~" for part in (issued, *disclosures))


def holders(bound: str, *, typ: Any = "kb+jwt", alg: Any = "ES256", claims: Any = None, **header: Any) -> str:
    """A holder's proof for what stands before it."""
    whole = {
        "iat": BEGIN_S + 60,
        "aud": AUDIENCE,
        "nonce": NONCE,
        "sd_hash": digest_text(bound),
        **(claims or {}),
    }
    return token(without(whole), typ=typ, alg=alg, kid=..., **header)


def presented(bound: str | None = None, **changed: Any) -> str:
    """An SD-JWT with a holder's proof."""
    whole = sd_jwt() if bound is None else bound
    return whole + holders(whole, **changed)
