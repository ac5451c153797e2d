"""Drafts, credentials and anchor proofs in files, named by their paths. What is made lies beside what it is
made of.
"""

import errno
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from api.credentials.secured import Secured, UnsignedCredential
from api.issuer.keeping import KeptProof
from node.cli.issue.credential.files import (
    ANCHOR_SUFFIX,
    SIGNED_SUFFIX,
    anything_in,
    credential_in,
    draft_in,
    proof_in,
)
from node.files.durable import write_whole


class Files:
    """The disk, as `api.issuer.keeping.Keeping`."""

    def draft(self, name: str) -> UnsignedCredential:
        """See `draft_in`."""
        return draft_in(Path(name))

    def credential(self, name: str) -> Secured:
        """See `credential_in`."""
        return credential_in(Path(name))

    def signed(self, name: str) -> Secured:
        """See `anything_in`."""
        return anything_in(Path(name))

    def proof(self, name: str) -> KeptProof | None:
        """See `proof_in`."""
        path = Path(self.proof_name(name))
        return proof_in(path) if path.exists() else None

    def is_taken(self, name: str) -> bool:
        """Also by a link that leads nowhere."""
        return os.path.lexists(name)

    def is_file(self, name: str) -> bool:
        """Whether it is an ordinary file."""
        return Path(name).is_file()

    def keep(self, name: str, content: bytes) -> None:
        """See `write_whole`."""
        write_whole(Path(name), content, replace=False)

    def same(self, names: Sequence[str]) -> list[str]:
        """By the file to which each leads."""
        return list({os.path.realpath(name): name for name in names}.values())

    def signed_name(self, name: str) -> str:
        """Raises OSError for `.` and `/`."""
        file = Path(name)
        if not file.name:
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), name)
        return str(file.with_name(file.name.removesuffix(".json") + SIGNED_SUFFIX))

    def proof_name(self, name: str) -> str:
        """The file's name, and more."""
        file = Path(name)
        return str(file.with_name(file.name + ANCHOR_SUFFIX))

    def is_made(self, name: str) -> bool:
        """Told by the end of the name."""
        return name.endswith((SIGNED_SUFFIX, ANCHOR_SUFFIX))

    def signed_beside(self, names: Sequence[str]) -> Iterator[str]:
        """In the folders of these files."""
        folders = dict.fromkeys(Path(name).parent for name in names)
        found = (path for folder in folders for path in sorted(folder.glob(f"*{SIGNED_SUFFIX}")))
        return (str(path) for path in found if path.is_file())
