"""Anchors: proof that a credential existed when a batch's root was recorded in the ledger (decision 0074).

A batch holds one commitment for each credential, SHA-256(salt ‖ SHA-256(canonical credential, its proofs
included)), with a salt of 32 random bytes each. It is filled up with random commitments to a power of two of
at least 16, so that its size tells nothing about how many awards there were, and shuffled by the
commitments' own order, so that a place in it tells nothing about a learner. The root is the RFC 6962 root
over the commitments. Only the root reaches the ledger; the holder keeps the salt and the path.

Nothing of a credential can be learnt from a root, a path or a commitment without the salt.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from api.credentials.document import Document, canonical
from registry.primitives import merkle
from registry.primitives.digest import sha256

SALT_BYTES = 32
MIN_LEAVES = 16
MAX_LEAVES = 1 << 20


class AnchorTextError(ValueError):
    """The document is no inclusion proof of an anchor."""


@dataclass(frozen=True, slots=True)
class AnchorProof:
    """What a holder keeps for one credential: salt, place in the batch, and audit path to its root, 32 bytes
    each.
    """

    salt: bytes
    index: int
    size: int
    path: tuple[bytes, ...]

    def to_json(self) -> Document:
        """The proof as a JSON object, bytes in lower-case hexadecimal."""
        return {
            "salt": self.salt.hex(),
            "index": self.index,
            "size": self.size,
            "path": [node.hex() for node in self.path],
        }

    @classmethod
    def from_json(cls, document: Document) -> "AnchorProof":
        """Reads what `to_json` wrote; raises `AnchorTextError`."""
        if set(document) != {"salt", "index", "size", "path"}:
            raise AnchorTextError("an anchor proof has the members salt, index, size and path")
        index, size, path = document["index"], document["size"], document["path"]
        if type(index) is not int or type(size) is not int or not 0 <= index < size <= MAX_LEAVES:
            raise AnchorTextError(f"index and size must be whole numbers, 0 <= index < size <= {MAX_LEAVES}")
        if not isinstance(path, list) or len(path) > MAX_LEAVES.bit_length():
            raise AnchorTextError("path must be a list of hashes")
        return cls(_hash(document["salt"]), index, size, tuple(_hash(node) for node in path))


@dataclass(frozen=True, slots=True)
class Batch:
    """A root to be recorded, its number of leaves, and the proof of each credential in the order given."""

    root: bytes
    size: int
    proofs: tuple[AnchorProof, ...]


def credential_hash(credential: Document) -> bytes:
    """SHA-256 of the credential's RFC 8785 form, its proofs included."""
    return sha256(canonical(credential))


def batch(credential_hashes: Sequence[bytes], random_bytes: Callable[[int], bytes]) -> Batch:
    """Builds a batch of at most 2²⁰ credentials; `random_bytes` must be a cryptographic source."""
    if not 1 <= len(credential_hashes) <= MAX_LEAVES:
        raise ValueError(f"a batch has 1 to {MAX_LEAVES} credentials, not {len(credential_hashes)}")
    salts = [random_bytes(SALT_BYTES) for _ in credential_hashes]
    own = [sha256(salt + digest) for salt, digest in zip(salts, credential_hashes, strict=True)]
    size = max(MIN_LEAVES, 1 << (len(own) - 1).bit_length())
    leaves = sorted(own + [random_bytes(32) for _ in range(size - len(own))])
    levels = _levels([merkle.leaf_hash(leaf) for leaf in leaves])
    place = {leaf: index for index, leaf in enumerate(leaves)}
    proofs = tuple(
        AnchorProof(salt, place[leaf], size, _path(levels, place[leaf]))
        for salt, leaf in zip(salts, own, strict=True)
    )
    return Batch(levels[-1][0], size, proofs)


def proves(proof: AnchorProof, digest: bytes, root: bytes) -> bool:
    """Whether the credential of that hash is in the batch of that root."""
    leaf = merkle.leaf_hash(sha256(proof.salt + digest))
    return merkle.verify_inclusion(leaf, proof.index, proof.size, proof.path, root)


def _levels(leaf_hashes: list[bytes]) -> list[list[bytes]]:
    """The levels of a full binary tree, leaves first."""
    levels = [leaf_hashes]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([merkle.node_hash(below[at], below[at + 1]) for at in range(0, len(below), 2)])
    return levels


def _path(levels: list[list[bytes]], index: int) -> tuple[bytes, ...]:
    return tuple(level[(index >> height) ^ 1] for height, level in enumerate(levels[:-1]))


def _hash(value: object) -> bytes:
    if not isinstance(value, str) or len(value) != 64 or not set(value) <= set("0123456789abcdef"):
        raise AnchorTextError("a hash must be 64 lower-case hexadecimal digits")
    return bytes.fromhex(value)
