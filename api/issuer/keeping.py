"""Where an issuer's drafts, credentials and anchor proofs are kept: the port, and what stands in a proof."""

import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from api.credentials.anchoring import AnchorProof, AnchorTextError
from api.credentials.document import Document
from api.credentials.secured import Secured, UnsignedCredential


class KeptProof(NamedTuple):
    """What is kept beside a credential that is anchored: who anchored it, the batch's root, the way to it."""

    issuer: str
    root: bytes
    proof: AnchorProof

    def encode(self) -> bytes:
        """The bytes that are kept: a JSON object."""
        document = {"issuer": self.issuer, "root": self.root.hex(), **self.proof.to_json()}
        return json.dumps(document, indent=2).encode() + b"\n"

    @classmethod
    def from_json(cls, document: Document) -> "KeptProof":
        """Reads what `encode` wrote; raises ValueError."""
        members = dict(document)
        issuer, root = members.pop("issuer", None), members.pop("root", None)
        if not isinstance(issuer, str) or not isinstance(root, str):
            raise AnchorTextError("issuer and root must be texts")
        return cls(issuer, bytes.fromhex(root), AnchorProof.from_json(members))


class Keeping(Protocol):
    """A place where everything has a name: a folder on a disk, a bucket, a table.

    What is kept is there whole or not at all, whatever interrupts it, and stays as it was kept first. Reading
    raises what the place raises: an error of the system, or a sentence on what was found instead.
    """

    def draft(self, name: str) -> UnsignedCredential:
        """What is to be signed, under that name."""

    def credential(self, name: str) -> Secured:
        """The credential under that name, signed or not: that, and not a presentation of some."""

    def signed(self, name: str) -> Secured:
        """What lies under the name of a signed credential, whoever put it there."""

    def proof(self, name: str) -> KeptProof | None:
        """The anchor proof beside the credential of that name; None where there is none."""

    def is_taken(self, name: str) -> bool:
        """Whether anything has that name."""

    def is_file(self, name: str) -> bool:
        """Whether what has that name can be read."""

    def keep(self, name: str, content: bytes) -> None:
        """Keep it; durable when this returns. Raises FileExistsError where something has that name."""

    def same(self, names: Sequence[str]) -> list[str]:
        """These names in their order, each thing once that has several of them."""

    def signed_name(self, name: str) -> str:
        """The name of the signed credential that a draft becomes."""

    def proof_name(self, name: str) -> str:
        """The name of the anchor proof of a credential."""

    def is_made(self, name: str) -> bool:
        """Whether it is the name of what was made here: a signed credential, or an anchor proof."""

    def signed_beside(self, names: Sequence[str]) -> Iterator[str]:
        """The names of all signed credentials that are kept with these."""
