"""Ed25519 keys as text."""

import pytest

from api.credentials.multikey import (
    KeyTextError,
    base58_encode,
    did_key,
    did_key_method,
    key_of_did_key,
    key_of_text,
    key_text,
)
from tests.api.credentials.samples import PUBLIC_KEY

TEXT = "z6MkvDqGT54cXesYGvABpF1UapVNwjCqRcafi4Px6Thv5T3Z"


def test_forms() -> None:
    assert key_text(PUBLIC_KEY) == TEXT
    assert key_of_text(TEXT) == PUBLIC_KEY
    assert did_key(PUBLIC_KEY) == f"did:key:{TEXT}"
    assert did_key_method(PUBLIC_KEY) == f"did:key:{TEXT}#{TEXT}"
    assert key_of_did_key(f"did:key:{TEXT}") == PUBLIC_KEY
    assert key_of_did_key(f"did:key:{TEXT}#{TEXT}") == PUBLIC_KEY


@pytest.mark.parametrize(
    "url",
    [
        TEXT,
        f"did:web:{TEXT}",
        f"did:key:{TEXT}#other",
        f"did:key:{TEXT[:-1]}",
        f"did:key:{TEXT[1:]}",
        "did:key:z",
        "did:key:z0",
        "did:key:z" + "2" * 200_000,
        "did:key:z６Mk",
        "did:key:" + base58_encode(b"\x80\x24" + bytes(33)),
        "did:key:" + base58_encode(b"\xed\x01" + bytes(31)),
    ],
)
def test_refused(url: str) -> None:
    with pytest.raises(KeyTextError):
        key_of_did_key(url)
