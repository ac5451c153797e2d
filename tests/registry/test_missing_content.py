"""What a block lacks is named at once, and is waited for only where that can help."""

from registry.attachments import Attachment
from registry.execution import MissingContent, Rejected
from registry.rejection import TransactionReason
from tests.registry.rejections import Scene


def lacking(scene: Scene, name: str, *parts: bytes) -> bytes:
    """A transaction that publishes a schema for each of these and whose attachments nobody holds."""
    signed = scene.by_issuer()
    for place, part in enumerate(parts):
        signed.build.publish_schema(scene.issuer, f"{name}-{place}", "1.0.0", Attachment(bytes(16), part))
    data = signed.bytes()
    scene.held.clear()
    return data


def test_all_that_a_block_lacks_is_named_at_once() -> None:
    scene = Scene()
    first, second = lacking(scene, "first", b"a", b"b"), lacking(scene, "second", b"b", b"c")
    found = scene.attempt(first, second)
    addresses = {part: Attachment(bytes(16), part).address for part in (b"a", b"b", b"c")}
    assert isinstance(found, MissingContent)
    assert len(found.addresses) == 3
    assert set(found.addresses) == set(addresses.values())


def test_what_no_attachment_can_mend_is_a_verdict_without_them() -> None:
    scene = Scene()
    first = lacking(scene, "first", b"a")
    malformed = scene.attempt(first, b"no transaction")
    assert isinstance(malformed, Rejected)
    assert (malformed.index, malformed.reason) == (2, TransactionReason.MALFORMED)
    costly = scene.attempt(*(lacking(scene, f"n{number}", *map(bytes, range(16))) for number in range(130)))
    assert isinstance(costly, Rejected)
    assert costly.reason is TransactionReason.BLOCK_FULL
