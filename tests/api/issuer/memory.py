"""A keeping place in memory, which may break down before any write, and a key whose seed nobody sees."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from api.credentials.document import load
from api.credentials.formats.table import read_credential, read_draft
from api.credentials.secured import Secured, UnsignedCredential
from api.issuer.keeping import KeptProof
from registry.primitives import ed25519

SIGNED, PROOF = " signed", " proof"


class Crash(Exception):
    """The machine stops."""


@dataclass
class Memory:
    """See `Keeping`. It crashes in the place of the write after `writes` others, or never."""

    kept: dict[str, bytes] = field(default_factory=dict)
    writes: int | None = None

    def draft(self, name: str) -> UnsignedCredential:
        """See `Keeping`."""
        return read_draft(self.kept[name])

    def credential(self, name: str) -> Secured:
        """See `Keeping`."""
        return read_credential(self.kept[name])

    def signed(self, name: str) -> Secured:
        """See `Keeping`."""
        return self.credential(name)

    def proof(self, name: str) -> KeptProof | None:
        """See `Keeping`."""
        content = self.kept.get(self.proof_name(name))
        return None if content is None else KeptProof.from_json(load(content))

    def is_taken(self, name: str) -> bool:
        """See `Keeping`."""
        return name in self.kept

    def is_file(self, name: str) -> bool:
        """See `Keeping`."""
        return name in self.kept

    def keep(self, name: str, content: bytes) -> None:
        """See `Keeping`."""
        if name in self.kept:
            raise FileExistsError(name)
        if self.writes == 0:
            raise Crash(name)
        self.writes = None if self.writes is None else self.writes - 1
        self.kept[name] = content

    def same(self, names: Sequence[str]) -> list[str]:
        """See `Keeping`."""
        return list(dict.fromkeys(names))

    def signed_name(self, name: str) -> str:
        """See `Keeping`."""
        return name + SIGNED

    def proof_name(self, name: str) -> str:
        """See `Keeping`."""
        return name + PROOF

    def is_made(self, name: str) -> bool:
        """See `Keeping`."""
        return name.endswith((SIGNED, PROOF))

    def signed_beside(self, names: Sequence[str]) -> Iterator[str]:
        """See `Keeping`."""
        return (name for name in self.kept if name.endswith(SIGNED))


class SealedKey:
    """A key in a security module: it signs, it counts its signatures, and it gives nothing away."""

    def __init__(self, key_id: str, seed: bytes) -> None:
        self._sign = ed25519.signing_with(seed)
        self.id = key_id
        self.public_key = ed25519.public_key(seed)
        self.signatures = 0

    def sign(self, message: bytes) -> bytes:
        """See `SigningKey`."""
        self.signatures += 1
        return self._sign(message)


class BrokenKey(SealedKey):
    """A key in a module that is broken: its signatures lose their last bytes, or all that they say."""

    def __init__(self, key_id: str, seed: bytes, spoil: Callable[[bytes], bytes]) -> None:
        super().__init__(key_id, seed)
        self._spoil = spoil

    def sign(self, message: bytes) -> bytes:
        """See `SigningKey`."""
        return self._spoil(super().sign(message))


SPOILT: dict[str, Callable[[bytes], bytes]] = {
    "short": lambda signature: signature[:-1],
    "of something else": lambda signature: bytes(len(signature)),
    "nothing": lambda signature: b"",
}
"""What a broken module makes of a signature."""
