"""Attachments: text and documents beside a transaction, named by the hash of their salted bytes.

An attachment travels and is stored as `salt (16) ‖ content`, at most 1 MiB in all. Its address is
SHA-256(domain ‖ 0x00 ‖ salt ‖ content); the salt keeps the address from confirming a guess about erased
content. A transaction lists the addresses of the attachments that its operations name. Nobody votes for a
block before holding all of them: execution answers `MissingContent` instead of a verdict.
"""

from dataclasses import dataclass
from typing import Final

from registry.primitives.codec import Malformed
from registry.primitives.digest import Domain, tagged

SALT_SIZE: Final = 16
MAX_ATTACHMENT_BYTES: Final = 1024 * 1024
"""An attachment with its salt."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """Salt and content. `salt` is 16 bytes of chance, made by whoever writes the attachment."""

    salt: bytes
    content: bytes

    def __post_init__(self) -> None:
        if len(self.salt) != SALT_SIZE:
            raise Malformed(f"a salt of {len(self.salt)} bytes in place of {SALT_SIZE}")
        if SALT_SIZE + len(self.content) > MAX_ATTACHMENT_BYTES:
            raise Malformed(f"an attachment of more than {MAX_ATTACHMENT_BYTES} bytes")

    def encode(self) -> bytes:
        """The bytes that are sent and stored."""
        return self.salt + self.content

    @classmethod
    def decode(cls, data: bytes) -> "Attachment":
        """The inverse of `encode`. Raises `Malformed`."""
        return cls(data[:SALT_SIZE], data[SALT_SIZE:])

    @property
    def address(self) -> bytes:
        """The 32 bytes by which a transaction names it."""
        return address_of(self.encode())


def address_of(data: bytes) -> bytes:
    """The address of an encoded attachment."""
    return tagged(Domain.ATTACHMENT, data)
