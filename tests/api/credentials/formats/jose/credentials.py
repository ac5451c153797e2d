"""Small credentials as tokens hold them."""

from typing import Any

from tests.api.credentials.formats.jose.minted import ED25519_DID, without

HOLDER = "did:key:z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi"
BEGIN_S = 1_700_000_000
END_S = 1_900_000_000
BEGIN = "2023-11-14T22:13:20Z"
END = "2030-03-17T17:46:40Z"


def of_2_0(**changed: Any) -> dict[str, Any]:
    """A credential of data model 2.0, changed; a member that is changed to `...` is left out."""
    return without(
        {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "id": "urn:uuid:6f1f2a86-4f39-4a7e-9c0e-1f6a2f1f0b78",
            "type": ["VerifiableCredential"],
            "issuer": ED25519_DID,
            "validFrom": BEGIN,
            "validUntil": END,
            "credentialSubject": {"id": HOLDER, "name": "Zoë"},
            **changed,
        }
    )


def inner_1_1(**changed: Any) -> dict[str, Any]:
    """What stands in `vc` of a token of data model 1.1."""
    return without(
        {
            "@context": ["https://www.w3.org/2018/credentials/v1"],
            "type": ["VerifiableCredential"],
            "credentialSubject": {"name": "Zoë"},
            **changed,
        }
    )


def of_1_1(inner: Any = None, **changed: Any) -> dict[str, Any]:
    """A token of data model 1.1, its own claims changed."""
    return without(
        {
            "iss": ED25519_DID,
            "jti": "urn:uuid:6f1f2a86-4f39-4a7e-9c0e-1f6a2f1f0b79",
            "sub": HOLDER,
            "nbf": BEGIN_S,
            "iat": BEGIN_S,
            "exp": END_S,
            "vc": inner_1_1() if inner is None else inner,
            **changed,
        }
    )
