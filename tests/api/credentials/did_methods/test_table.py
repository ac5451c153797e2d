"""Which DIDs tell their keys by themselves, and what is said of all others."""

import pytest

from api.credentials.did_methods.fault import DidError, DidFault
from api.credentials.did_methods.table import flaw_of, is_self_contained, keys_in_did
from api.credentials.flaw import CredentialFlaw, Flaw
from tests.api.credentials.did_methods.keys import ED25519_MULTIKEY, ED25519_TEXT
from tests.api.credentials.did_methods.test_did_jwk import did_jwk


@pytest.mark.parametrize("did", [f"did:key:{ED25519_TEXT}", did_jwk({"kty": "RSA", "n": "AA"})])
def test_some_need_no_look_up(did: str) -> None:
    assert is_self_contained(did)
    assert keys_in_did(did).did == did


def test_the_key_is_in_the_did() -> None:
    (key,) = keys_in_did(f"did:key:{ED25519_TEXT}").assertion
    assert key.multikey == ED25519_MULTIKEY


@pytest.mark.parametrize(
    ("did", "told"),
    [
        ("did:web:a.example", "'did:web'"),
        ("did:ion:EiD3", "'did:ion'"),
        ("did:matricula:a", "'did:matricula'"),
        ("DID:key:z6Mk", "'DID:key:z6Mk'"),
        ("https://a.example", "'https://a.example'"),
        ("did:" + "x" * 100_000, "'did:" + "x" * 56 + "…"),
        ("", "''"),
    ],
)
def test_all_others_leave_the_question_open(did: str, told: str) -> None:
    assert not is_self_contained(did)
    with pytest.raises(DidError) as caught:
        keys_in_did(did)
    assert (caught.value.fault, caught.value.detail) == (DidFault.METHOD_UNSUPPORTED, told)
    assert flaw_of(did, caught.value).reason is CredentialFlaw.METHOD_UNSUPPORTED


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (DidFault.METHOD_UNSUPPORTED, CredentialFlaw.METHOD_UNSUPPORTED),
        (DidFault.DID_MALFORMED, CredentialFlaw.DID_MALFORMED),
        (DidFault.OTHER_DOCUMENT, CredentialFlaw.DID_DOCUMENT_WRONG),
        (DidFault.DOCUMENT_MALFORMED, CredentialFlaw.DID_DOCUMENT_WRONG),
        (DidFault.KEY_TWICE, CredentialFlaw.DID_DOCUMENT_WRONG),
        (DidFault.TOO_MANY_KEYS, CredentialFlaw.DID_DOCUMENT_WRONG),
    ],
)
def test_what_is_said_of_a_credential(fault: DidFault, reason: CredentialFlaw) -> None:
    assert flaw_of("did:x:y", DidError(fault, "why")) == Flaw(reason, "did:x:y: why")
