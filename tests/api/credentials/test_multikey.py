"""Ed25519 keys as text."""

import pytest

from api.credentials.multikey import (
    KeyTextError,
    base58_encode,
    key_of_text,
    key_text,
)
from tests.api.credentials.samples import PUBLIC_KEY

TEXT = "z6MkvDqGT54cXesYGvABpF1UapVNwjCqRcafi4Px6Thv5T3Z"


def test_forms() -> None:
    assert key_text(PUBLIC_KEY) == TEXT
    assert key_of_text(TEXT) == PUBLIC_KEY


@pytest.mark.parametrize(
    "text",
    [
        TEXT[:-1],
        TEXT + "\n",
        "z " + TEXT[1:],
        TEXT + "\x1f",
        TEXT[1:],
        "z",
        "z0",
        "z" + "2" * 200_000,
        "z６Mk",
        base58_encode(b"\x80\x24" + bytes(33)),
        base58_encode(b"\xed\x01" + bytes(31)),
    ],
)
def test_refused(text: str) -> None:
    with pytest.raises(KeyTextError):
        key_of_text(text)
