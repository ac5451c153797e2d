"""Proofs of status bits: what they show, and every way to lie with them."""

from dataclasses import replace

import pytest

from registry.checking import ProofFlaw, check_chunk, check_status_list
from registry.kinds.status_list.record import CHUNK_BYTES
from registry.proofs import ChunkProof, StatusListProof
from tests.registry.proved import BITS, BITS_ROOT, BITS_SIZE, chunk_proof, flaw_of, prove_many


@pytest.mark.parametrize("number", [0, 1, 64, 130])
def test_every_chunk_of_a_list_is_proved(number: int) -> None:
    assert check_chunk(chunk_proof(number), BITS_SIZE, BITS_ROOT) == bytes([number]) * CHUNK_BYTES


def test_a_whole_list_is_proved() -> None:
    assert check_status_list(StatusListProof(prove_many(), BITS), BITS_SIZE, BITS_ROOT) == BITS


CHUNK_LIES: dict[str, tuple[ChunkProof, int, bytes]] = {
    "another chunk under this number": (replace(chunk_proof(3), number=4), BITS_SIZE, BITS_ROOT),
    "cleared bits": (replace(chunk_proof(3), bits=bytes(CHUNK_BYTES)), BITS_SIZE, BITS_ROOT),
    "a number that the list does not have": (replace(chunk_proof(3), number=131), BITS_SIZE, BITS_ROOT),
    "another root": (chunk_proof(3), BITS_SIZE, bytes(32)),
    "a shorter list": (chunk_proof(3), BITS_SIZE // 2, BITS_ROOT),
}


@pytest.mark.parametrize(("proof", "size", "root"), CHUNK_LIES.values(), ids=CHUNK_LIES)
def test_a_lie_about_a_chunk_fails(proof: ChunkProof, size: int, root: bytes) -> None:
    assert flaw_of(lambda: check_chunk(proof, size, root)) is ProofFlaw.CHUNK


@pytest.mark.parametrize(
    "bits", [BITS[:-CHUNK_BYTES], BITS + bytes(CHUNK_BYTES), bytes(len(BITS)), BITS[:-1], BITS[1:] + BITS[:1]]
)
def test_a_lie_about_a_whole_list_fails(bits: bytes) -> None:
    proof = StatusListProof(prove_many(), bits)
    assert flaw_of(lambda: check_status_list(proof, BITS_SIZE, BITS_ROOT)) is ProofFlaw.CHUNK
