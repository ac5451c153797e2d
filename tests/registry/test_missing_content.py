"""What a block lacks is named at once, and is waited for only where that can help."""

from registry.attachments import Attachment
from registry.execution import MissingContent, Rejected
from registry.rejection import TransactionReason
from tests.registry.network import UNIVERSITY, Signed
from tests.registry.rejections import Scene
from tests.registry.rejections.admission import network_with


def lacking(scene: Scene, name: str, *parts: bytes) -> bytes:
    """A transaction that publishes a schema for each of these and whose attachments nobody holds."""
    data = publishing(scene.by_issuer(), name, *parts)
    scene.held.clear()
    return data


def publishing(signed: Signed, name: str, *parts: bytes) -> bytes:
    """A transaction that publishes a schema for each of these."""
    for place, part in enumerate(parts):
        signed.build.publish_schema(signed.did, f"{name}-{place}", "1.0.0", Attachment(bytes(16), part))
    return signed.bytes()


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


def test_nor_is_a_block_waited_for_that_is_too_long_or_has_too_many_transactions() -> None:
    for limits in ({"block_transactions": 2}, {"block_bytes": 64 * 1024, "block_cost": 10_000_000}):
        network = network_with(**limits)
        signers = [network.signed_by(UNIVERSITY) for _ in range(60)]
        made = [publishing(signer, f"n{n}", *map(bytes, range(16))) for n, signer in enumerate(signers)]
        network.held.clear()
        verdict = network.attempt(*made)
        assert isinstance(verdict, Rejected)
        assert verdict.reason is TransactionReason.BLOCK_FULL
        taken = made[: verdict.index - 1]
        assert len(taken) == 2 or sum(map(len, taken)) <= 64 * 1024 < sum(map(len, made[: verdict.index]))
