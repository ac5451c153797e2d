"""A cryptosuite: how a document becomes the bytes that a proof signs.

The signed bytes are SHA-256(canonical proof configuration) ‖ SHA-256(canonical document without proofs). The
proof configuration is the proof without its value, under a `@context`, so that one signature fixes the
meaning of both. Suites differ in the canonical form, in the algorithm of the key, and in which `@context`
that is.

Source: W3C Verifiable Credential Data Integrity 1.0, §4.
"""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from api.credentials.document import Document
from api.credentials.public_key import KeyAlgorithm

PROOF_TYPE: Final = "DataIntegrityProof"


class CanonicalForm(Enum):
    """What a document is canonicalised to."""

    JCS = auto()
    """RFC 8785: every member as it is written. A proof names the `@context` that it was made under; where it
    does, the document's begins with the same entries.
    """
    RDFC = auto()
    """What the document says, as RDF. The proof is read under the document's `@context`; one that names
    another was made under another.
    """


@dataclass(frozen=True, slots=True)
class Suite:
    """A cryptosuite by its name: that of a `DataIntegrityProof`, or the type of a proof of its own."""

    name: str
    algorithm: KeyAlgorithm
    form: CanonicalForm
    has_own_type: bool = False

    def is_of(self, proof: Document) -> bool:
        """Whether a proof says that it is made by this suite."""
        if self.has_own_type:
            return proof.get("type") == self.name
        return proof.get("type") == PROOF_TYPE and proof.get("cryptosuite") == self.name

    def head(self) -> Document:
        """How a proof of this suite begins."""
        if self.has_own_type:
            return {"type": self.name}
        return {"type": PROOF_TYPE, "cryptosuite": self.name}
