"""The forms of proofs: small, read back as they were written, and frozen."""

from dataclasses import replace

import pytest

from registry.primitives.merkle import range_proof
from registry.primitives.shape import Shape, decode_as, encode_as
from registry.proofs import (
    ABSENCE_PROOF,
    CHUNK_PROOF,
    INDEX_PROOF,
    LEDGER_PROOF,
    RECORD_PROOF,
    STATUS_LIST_PROOF,
    AbsenceProof,
    StatusListProof,
)
from tests.frozen import Freeze
from tests.registry.proved import BITS, NONE, REGISTRY, TIMES, VERSIONS, chunk_proof, prove_index, prove_many


def test_a_pair_in_a_long_log_is_small() -> None:
    """100,000 versions: the version, its successor and the range proof take less than 1.2 KB."""
    count = 100_000
    for first in (0, 1, 49_999, 65_535, 99_998):
        path = range_proof(first, first + 2, count, lambda level, index: bytes(32))
        pair = replace(prove_many(), count=count, first=first, versions=tuple(VERSIONS[:2]), path=path)
        alone = len(encode_as(RECORD_PROOF, pair)) - len(
            encode_as(ABSENCE_PROOF, AbsenceProof(pair.map_path))
        )
        assert alone <= 1_200


SHAPES: list[tuple[Shape[object], object]] = [
    (RECORD_PROOF, prove_many(TIMES[2])),  # type: ignore[list-item]
    (ABSENCE_PROOF, REGISTRY.prove_record("did", NONE)),  # type: ignore[list-item]
    (INDEX_PROOF, prove_index()),  # type: ignore[list-item]
    (LEDGER_PROOF, REGISTRY.prove_ledger(7)),  # type: ignore[list-item]
    (CHUNK_PROOF, chunk_proof(3)),  # type: ignore[list-item]
    (STATUS_LIST_PROOF, StatusListProof(prove_many(), BITS)),  # type: ignore[list-item]
]


@pytest.mark.parametrize(
    ("shape", "proof"), SHAPES, ids=["record", "absence", "index", "ledger", "chunk", "list"]
)
def test_encodings_round_trip_and_are_frozen(shape: Shape[object], proof: object, frozen: Freeze) -> None:
    data = encode_as(shape, proof)
    assert decode_as(shape, data, limit=len(data)) == proof
    frozen(f"registry/{type(proof).__name__}", data)
