"""Tokens that other software signs, joserfc: read alike, unchanged and with each character changed."""

import json
from typing import Any

import pytest
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey

from api.base64url import to_text
from api.credentials.did_methods.did_jwk import did_jwk_of
from api.credentials.document import DocumentError
from api.credentials.formats.jose.compact import read_compact
from api.credentials.formats.jose.token_proof import verify_token
from api.credentials.public_key import PublicKey
from tests.api.credentials.did_methods.keys import ED25519_JWK, P256_JWK
from tests.api.credentials.formats.jose.credentials import of_2_0
from tests.api.credentials.formats.judged import found_in
from tests.api.credentials.samples import SEED

KEYS: dict[str, tuple[OKPKey | ECKey, Any]] = {
    "EdDSA": (OKPKey.import_key({**ED25519_JWK, "d": to_text(SEED)}), ED25519_JWK),
    "Ed25519": (OKPKey.import_key({**ED25519_JWK, "d": to_text(SEED)}), ED25519_JWK),
    "ES256": (ECKey.import_key({**P256_JWK, "d": to_text((7).to_bytes(32, "big"))}), P256_JWK),
}
pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated")  # it is what most credentials name


def signed_by_it(algorithm: str) -> str:
    """A credential that it signs, of the key's did:jwk."""
    key, jwk = KEYS[algorithm]
    did = did_jwk_of(jwk)
    header = {"alg": algorithm, "typ": "vc+jwt", "kid": f"{did}#0"}
    payload = json.dumps(of_2_0(issuer=did)).encode()
    return jws.serialize_compact(header, payload, key, algorithms=[algorithm])


def it_takes(text: str, algorithm: str) -> bool:
    """Whether it takes a token for one of the key."""
    try:
        jws.deserialize_compact(text, KEYS[algorithm][0], algorithms=list(KEYS))
    except (JoseError, ValueError):
        return False
    return True


def we_take(text: str, algorithm: str) -> bool:
    """The same, here."""
    try:
        return verify_token(read_compact(text), PublicKey.from_jwk(KEYS[algorithm][1]).multikey) is None
    except DocumentError:
        return False


@pytest.mark.parametrize("algorithm", KEYS)
def test_what_it_signs_is_good(algorithm: str) -> None:
    assert found_in(signed_by_it(algorithm)) == []


@pytest.mark.parametrize("algorithm", KEYS)
def test_each_change_is_found_by_both(algorithm: str) -> None:
    text = signed_by_it(algorithm)
    for place in range(0, len(text), 7):
        changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        assert not we_take(changed, algorithm)
        assert not it_takes(changed, algorithm)
