"""The registry of the tests of proofs: a DID with five versions, a DID with one, an index with six entries,
a status list, some other records; and true proofs from it."""

from collections.abc import Callable

from registry.checking import (
    Found,
    ProofFlaw,
    Unproved,
    check_record,
    chunks_of,
)
from registry.kinds.status_list.record import CHUNK_BYTES
from registry.primitives.merkle import inclusion_proof, leaf_hash, root_of
from registry.proofs import (
    AbsenceProof,
    ChunkProof,
    IndexProof,
    RecordProof,
)
from registry.record_log import VersionLeaf
from tests.registry.recorded import Registry, StoredLog

MANY, ONE, NONE, INDEX = "did:web:many.example", "did:web:one.example", "did:web:none.example", "dids/many"


def example(versions: int = 5) -> Registry:
    registry = Registry()
    for number in range(12):
        registry.write("schema", f"schema-{number}", b"schema")
    registry.write("did", ONE, b"only")
    for number in range(versions):
        registry.write("did", MANY, b"version %d" % number)
        registry.enter(INDEX, f"did:web:{number}.example")
    registry.enter(INDEX, "did:web:same-time.example", registry.time_ms)
    return registry


REGISTRY = example()
COMMITTED = REGISTRY.committed()
VERSIONS: list[VersionLeaf] = REGISTRY.logs["did", MANY].leaves
ENTRIES = tuple(REGISTRY.logs["index", INDEX].leaves)
TIMES = [version.time_ms for version in VERSIONS]


def flaw_of(check: Callable[[], object]) -> ProofFlaw | None:
    try:
        check()
    except Unproved as unproved:
        return unproved.flaw
    return None


def check_many(proof: RecordProof | AbsenceProof, known_at_ms: int | None = None) -> ProofFlaw | None:
    return flaw_of(lambda: check_record(proof, "did", MANY, known_at_ms, COMMITTED))


def prove_many(known_at_ms: int | None = None) -> RecordProof:
    proof = REGISTRY.prove_record("did", MANY, known_at_ms)
    assert isinstance(proof, RecordProof)
    return proof


def prove_index(known_at_ms: int | None = None, first: int = 0, limit: int = 1_000) -> IndexProof:
    proof = REGISTRY.prove_index(INDEX, known_at_ms, first, limit)
    assert isinstance(proof, IndexProof)
    return proof


def found_at(number: int) -> Found:
    return Found(
        number, VERSIONS[number], b"version %d" % number, VERSIONS[number + 1] if number < 4 else None
    )


BITS = b"".join(bytes([number]) * CHUNK_BYTES for number in range(131))
BITS_SIZE = 8 * len(BITS)
BITS_TREE = StoredLog()
for chunk in chunks_of(BITS):
    BITS_TREE.append(chunk, chunk)
BITS_ROOT = root_of(map(leaf_hash, chunks_of(BITS)))


def chunk_proof(number: int) -> ChunkProof:
    path = inclusion_proof(number, 131, BITS_TREE.node)
    return ChunkProof(prove_many(), number, chunks_of(BITS)[number], path)
