"""What is kept beside an anchored credential."""

import json

import pytest

from api.credentials.anchoring import AnchorProof
from api.credentials.document import load
from api.issuer.keeping import KeptProof

KEPT = KeptProof("did:web:a.example", bytes(32), AnchorProof(bytes([1]) * 32, 0, 16, (bytes([2]) * 32,)))


def test_what_is_written_is_read() -> None:
    assert KeptProof.from_json(load(KEPT.encode())) == KEPT


@pytest.mark.parametrize(
    "members", [{"issuer": None}, {"issuer": 7}, {"root": "x"}, {"root": None}, {"more": 1}]
)
def test_what_is_no_proof(members: dict[str, object]) -> None:
    document = json.loads(KEPT.encode()) | members
    with pytest.raises(ValueError, match=r"."):
        KeptProof.from_json(document)
