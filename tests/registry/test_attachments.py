"""Attachments: salted, bounded, addressed by what they hold."""

import pytest

from registry.attachments import Attachment, address_of
from registry.primitives.codec import Malformed
from registry.primitives.digest import Domain, tagged


def test_the_address_covers_salt_and_content() -> None:
    attachment = Attachment(b"s" * 16, b"content")
    assert attachment.encode() == b"s" * 16 + b"content"
    assert attachment.address == address_of(attachment.encode())
    assert attachment.address == tagged(Domain.ATTACHMENT, b"s" * 16 + b"content")
    assert Attachment(b"t" * 16, b"content").address != attachment.address


def test_an_attachment_is_bounded() -> None:
    greatest = Attachment(bytes(16), bytes(1024 * 1024 - 16))
    assert Attachment.decode(greatest.encode()) == greatest
    for data in (bytes(15), bytes(1024 * 1024 + 1)):
        with pytest.raises(Malformed):
            Attachment.decode(data)
