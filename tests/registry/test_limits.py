"""Exactly at a limit everything is still accepted; the cases of `rejections` are one step beyond."""

from collections.abc import Callable

from registry.cost import cost_of, records_read
from registry.draft import BlockDraft
from registry.execution import ExecutionResult, Receipt, Rejected
from registry.kinds.did.operations import RegisterDid
from registry.kinds.did.record import DID_RECORD, Key, KeyPeriod, KeyState
from registry.kinds.schema.record import SCHEMA_RECORD, schema_id
from registry.kinds.usage.record import USAGE_RECORD, Usage
from registry.record_type import encode_body
from registry.rejection import TransactionReason
from registry.ruleset import CURRENT
from registry.transaction import Transaction
from tests.registry.kinds.schema.rejections import CONTENT, attachment, publishing
from tests.registry.network import ASSERT, UNIVERSITY, Network, multikey, owned
from tests.registry.rejections import Scene
from tests.registry.rejections.admission import network_with, registrations


def test_a_transaction_is_valid_from_an_hour_to_a_millisecond_before_its_end() -> None:
    scene = Scene()
    for number, valid_for_ms in enumerate((CURRENT.limits.replay_window_ms, 1)):
        signed = scene.by_issuer()
        signed.build.anchor(scene.issuer, bytes([number]) * 32, 1)
        scene.commit(signed.bytes(valid_for_ms))


def cost(network: Network, data: bytes) -> int:
    """Units of a transaction on a network's last state."""
    transaction = Transaction.decode(data)
    lengths = map(BlockDraft(network.store).body_length, records_read(transaction, CURRENT))
    return cost_of(transaction, CURRENT) + sum(map(CURRENT.costs.of_body, lengths))


def taken_with(limits: Callable[[Network, list[bytes]], dict[str, int]]) -> int:
    """How many of three registrations a block takes whose limits are worked out from them."""
    trial = network_with()
    network = network_with(**limits(trial, registrations(trial, 3)))
    execution = network.execution()
    answers = [execution.add(data) for data in registrations(network, 3)]
    refused = {answer.reason for answer in answers if isinstance(answer, Rejected)}
    assert refused <= {
        TransactionReason.BLOCK_FULL,
        TransactionReason.BYTE_QUOTA,
        TransactionReason.RECORD_QUOTA,
    }
    return sum(isinstance(answer, Receipt) for answer in answers)


def test_a_block_may_be_filled_to_its_cost_and_no_further() -> None:
    def units(network: Network, made: list[bytes]) -> int:
        return sum(cost(network, data) for data in made)

    assert taken_with(lambda network, made: {"block_cost": units(network, made)}) == 3
    assert taken_with(lambda network, made: {"block_cost": units(network, made) - 1}) == 2


def test_a_block_may_be_filled_to_its_count() -> None:
    assert taken_with(lambda *_: {"block_transactions": 3}) == 3
    assert taken_with(lambda *_: {"block_transactions": 2}) == 2


def test_a_member_may_use_its_quotas_up() -> None:
    def size(network: Network, made: list[bytes]) -> int:
        """The transactions, and the records that they make."""
        network.commit(*made)
        stored = sum(map(len, made))
        for data in made:
            (operation,) = Transaction.decode(data).payload.operations
            assert isinstance(operation, RegisterDid)
            stored += len(encode_body(DID_RECORD, network.body(DID_RECORD, operation.did)))
        return stored

    assert taken_with(lambda network, made: {"byte_quota": size(network, made)}) == 3
    assert taken_with(lambda network, made: {"byte_quota": size(network, made) - 1}) == 2
    assert taken_with(lambda *_: {"record_quota": 3}) == 3
    assert taken_with(lambda *_: {"record_quota": 2}) == 2


def test_a_block_may_be_filled_to_its_bytes() -> None:
    network = network_with(block_bytes=64 * 1024, block_cost=10_000_000)
    made = registrations(network, 200)
    execution = network.execution()
    taken = 0
    for data in made:
        if isinstance(execution.add(data), Receipt):
            taken += 1
    assert sum(map(len, made[:taken])) <= 64 * 1024 < sum(map(len, made[: taken + 1]))


def test_attachments_count_in_the_bytes_stored() -> None:
    scene = Scene()
    before: Usage = scene.body(USAGE_RECORD, UNIVERSITY)
    data = publishing(scene).bytes()
    scene.commit(data)
    body = scene.body(SCHEMA_RECORD, schema_id(scene.issuer, "diploma"))
    stored = before.stored_bytes + len(data) + len(attachment().encode())
    stored += len(encode_body(SCHEMA_RECORD, body))
    assert scene.body(USAGE_RECORD, UNIVERSITY) == Usage(before.records + 1, stored)


def test_a_schema_may_have_128_kib_and_64_versions() -> None:
    scene = Scene()
    padding = b" " * (128 * 1024 - len(CONTENT))
    assert isinstance(scene.attempt(publishing(scene, CONTENT + padding).bytes()), ExecutionResult)
    signed = scene.by_issuer()
    for patch in range(64):
        signed.build.publish_schema(scene.issuer, "diploma", f"1.0.{patch}", attachment())
    scene.commit(signed.bytes())


def test_a_did_has_room_for_32_keys() -> None:
    network = Network()
    signed = network.signed_by(UNIVERSITY)
    keys = [owned(f"key {number}", fragment=f"key-{number}") for number in range(1, 33)]
    did = signed.build.register_did(UNIVERSITY, keys)
    network.commit(signed.bytes())
    assert len(network.body(DID_RECORD, did).keys) == 32


def test_a_compromise_may_have_begun_just_now_and_be_moved_back_twice() -> None:
    scene = Scene()
    added = scene.time_ms
    now = scene.next_time_ms
    signed = scene.by_issuer()
    for since_ms in (now, now - 1, now - 2):
        signed.build.report_compromised(scene.issuer, "key-2", since_ms)
    scene.commit(signed.bytes())
    reports = (KeyPeriod(KeyState.COMPROMISED, since_ms) for since_ms in (now, now - 1, now - 2))
    periods = (KeyPeriod(KeyState.ACTIVE, added), *reports)
    expected = Key("key-2", ASSERT, multikey("credentials"), periods)
    assert scene.body(DID_RECORD, scene.issuer).key("key-2") == expected
