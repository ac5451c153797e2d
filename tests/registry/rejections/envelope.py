"""Refused for what the envelope is, before anything of the ledger is looked at."""

from dataclasses import replace

import cbor2

from registry.primitives.codec import encode
from registry.rejection import TransactionReason
from registry.ruleset import CURRENT
from tests.registry.network import DOCUMENT, UNIVERSITY, Network, owned
from tests.registry.rejections import Outcome, Scene, refused


def valid(scene: Scene) -> bytes:
    """A transaction with which nothing is wrong."""
    signed = scene.by_issuer()
    signed.build.anchor(scene.issuer, bytes(32), 1)
    return signed.bytes()


def envelope(data: bytes) -> list[object]:
    """The four parts of an encoded transaction."""
    parts = cbor2.loads(data[1:])
    assert isinstance(parts, list)
    return parts


def with_part(data: bytes, place: int, part: object) -> bytes:
    """The transaction with one part of its envelope replaced."""
    parts = envelope(data)
    parts[place] = part
    return b"\xd2" + cbor2.dumps(parts, canonical=True)


@refused(TransactionReason.TOO_LONG)
def longer_than_60_kib(scene: Scene) -> Outcome:
    return scene.attempt(valid(scene) + bytes(60 * 1024))


@refused(TransactionReason.MALFORMED)
def no_tag(scene: Scene) -> Outcome:
    return scene.attempt(valid(scene)[1:])


@refused(TransactionReason.MALFORMED)
def tag_written_in_two_bytes(scene: Scene) -> Outcome:
    return scene.attempt(b"\xd8\x12" + valid(scene)[1:])


@refused(TransactionReason.MALFORMED)
def empty(scene: Scene) -> Outcome:
    return scene.attempt(b"")


@refused(TransactionReason.MALFORMED)
def trailing_byte(scene: Scene) -> Outcome:
    return scene.attempt(valid(scene) + b"\x00")


@refused(TransactionReason.MALFORMED)
def second_encoding_of_the_array(scene: Scene) -> Outcome:
    """An array head of two bytes: the same content in other bytes."""
    return scene.attempt(b"\xd2\x98\x04" + valid(scene)[2:])


@refused(TransactionReason.MALFORMED)
def second_encoding_of_the_payload(scene: Scene) -> Outcome:
    data = valid(scene)
    payload = envelope(data)[2]
    assert isinstance(payload, bytes) and payload[0] == 0x86
    return scene.attempt(with_part(data, 2, b"\x98\x06" + payload[1:]))


@refused(TransactionReason.MALFORMED)
def something_unprotected(scene: Scene) -> Outcome:
    return scene.attempt(with_part(valid(scene), 1, {"a": 1}))


@refused(TransactionReason.MALFORMED)
def short_signature(scene: Scene) -> Outcome:
    return scene.attempt(with_part(valid(scene), 3, bytes(63)))


@refused(TransactionReason.MALFORMED)
def unknown_operation(scene: Scene) -> Outcome:
    payload = [1, scene.genesis_hash, bytes(16), scene.next_time_ms + 1, [[99]], []]
    return scene.attempt(with_part(valid(scene), 2, encode(payload)))  # type: ignore[arg-type]


@refused(TransactionReason.MALFORMED)
def no_operation(scene: Scene) -> Outcome:
    payload = [1, scene.genesis_hash, bytes(16), scene.next_time_ms + 1, [], []]
    return scene.attempt(with_part(valid(scene), 2, encode(payload)))  # type: ignore[arg-type]


@refused(TransactionReason.PROTECTED_HEADER)
def another_algorithm(scene: Scene) -> Outcome:
    """−8 is EdDSA, which names no curve."""
    data = valid(scene)
    protected = envelope(data)[0]
    assert isinstance(protected, bytes)
    return scene.attempt(with_part(data, 0, protected.replace(b"\x01\x32", b"\x01\x27", 1)))


@refused(TransactionReason.PROTECTED_HEADER)
def second_encoding_of_the_header(scene: Scene) -> Outcome:
    """The same map with its keys in another order."""
    data = valid(scene)
    protected = envelope(data)[0]
    assert isinstance(protected, bytes)
    return scene.attempt(with_part(data, 0, b"\xa3" + protected[3:] + protected[1:3]))


@refused(TransactionReason.PROTECTED_HEADER)
def empty_header(scene: Scene) -> Outcome:
    return scene.attempt(with_part(valid(scene), 0, b""))


@refused(TransactionReason.PROTECTED_HEADER)
def kid_without_a_fragment(scene: Scene) -> Outcome:
    data = valid(scene)
    protected = envelope(data)[0]
    assert isinstance(protected, bytes)
    start = protected.index(b"\x04\x58") + 1
    return scene.attempt(with_part(data, 0, protected[:start] + encode(scene.issuer.encode())))


@refused(TransactionReason.PROTECTED_HEADER)
def kid_of_257_bytes(scene: Scene) -> Outcome:
    data = valid(scene)
    protected = envelope(data)[0]
    assert isinstance(protected, bytes)
    start = protected.index(b"\x04\x58") + 1
    return scene.attempt(with_part(data, 0, protected[:start] + encode(b"did:web:a#" + b"b" * 247)))


@refused(TransactionReason.UNSUPPORTED_VERSION)
def version_2(scene: Scene) -> Outcome:
    data = valid(scene)
    payload = envelope(data)[2]
    assert isinstance(payload, bytes)
    return scene.attempt(with_part(data, 2, payload.replace(b"\x86\x01", b"\x86\x02", 1)))


@refused(TransactionReason.WRONG_GENESIS)
def made_for_another_network(scene: Scene) -> Outcome:
    other = Network(replace(DOCUMENT, name="another"))
    signed = other.signed_by(UNIVERSITY)
    signed.build.register_did(UNIVERSITY, [owned("a")])
    return scene.attempt(signed.bytes())


@refused(TransactionReason.EXPIRED)
def valid_until_the_blocks_time(scene: Scene) -> Outcome:
    signed = scene.by_issuer()
    signed.build.anchor(scene.issuer, bytes(32), 1)
    return scene.attempt(signed.bytes(valid_for_ms=0))


@refused(TransactionReason.VALID_TOO_LONG)
def valid_for_an_hour_and_a_millisecond(scene: Scene) -> Outcome:
    signed = scene.by_issuer()
    signed.build.anchor(scene.issuer, bytes(32), 1)
    return scene.attempt(signed.bytes(valid_for_ms=CURRENT.limits.replay_window_ms + 1))


@refused(TransactionReason.REPLAYED)
def in_a_later_block(scene: Scene) -> Outcome:
    data = valid(scene)
    scene.commit(data)
    return scene.attempt(data)


@refused(TransactionReason.REPLAYED)
def in_the_same_block(scene: Scene) -> Outcome:
    data = valid(scene)
    return scene.attempt(data, data)


@refused(TransactionReason.REPLAYED)
def with_another_signature(scene: Scene) -> Outcome:
    """The id leaves the signature out, so even one that does not verify is a replay, not a new
    transaction."""
    data = valid(scene)
    scene.commit(data)
    return scene.attempt(with_part(data, 3, bytes(64)))
