"""Refused for room, quotas, the signer, authority or attachments, before any operation is applied."""

from dataclasses import replace

from registry.attachments import Attachment
from registry.execution import Execution, Receipt
from registry.kinds.member.record import MEMBER_RECORD, MemberState
from registry.kinds.schema.operations import PublishSchema
from registry.primitives.ed25519 import signing_with
from registry.rejection import TransactionReason
from registry.transaction import sign_transaction
from tests.registry.network import (
    AGENCY,
    AUDITOR,
    DOCUMENT,
    UNIVERSITY,
    Network,
    owned,
    rewritten,
    seed,
)
from tests.registry.rejections import Outcome, Scene, refused
from tests.registry.rejections.envelope import with_part

SCHEMA = Attachment(bytes(16), b'{"$id":"https://university.example/s","$schema":"x"}')


def network_with(**limits: int) -> Network:
    """A network with other parameters."""
    return Network(replace(DOCUMENT, parameters=replace(DOCUMENT.parameters, **limits)))


def registrations(network: Network, count: int) -> list[bytes]:
    """That many transactions, each registering a DID."""
    made = []
    for number in range(count):
        signed = network.signed_by(UNIVERSITY)
        signed.build.register_did(UNIVERSITY, [owned(f"key {number}")])
        made.append(signed.bytes())
    return made


@refused(TransactionReason.TOO_COSTLY)
def costs_more_than_a_block(_: Scene) -> Outcome:
    network = network_with(block_cost=1_000)
    signed = network.signed_by(UNIVERSITY)
    for number in range(10):
        signed.build.register_did(UNIVERSITY, [owned(f"key {number}")])
    return network.attempt(signed.bytes())


@refused(TransactionReason.BLOCK_FULL)
def no_cost_left(_: Scene) -> Outcome:
    network = network_with(block_cost=1_000)
    return network.attempt(*registrations(network, 5))


@refused(TransactionReason.BLOCK_FULL)
def no_place_left(_: Scene) -> Outcome:
    network = network_with(block_transactions=2)
    return network.attempt(*registrations(network, 3))


@refused(TransactionReason.BLOCK_FULL)
def no_bytes_left(_: Scene) -> Outcome:
    network = network_with(block_bytes=64 * 1024, block_cost=10_000_000)
    return network.attempt(*registrations(network, 200))


@refused(TransactionReason.RECORD_QUOTA)
def more_records_than_allowed(_: Scene) -> Outcome:
    network = network_with(record_quota=2)
    first, second, third = registrations(network, 3)
    network.commit(first)
    return network.attempt(second, third)


@refused(TransactionReason.BYTE_QUOTA)
def more_bytes_than_allowed(_: Scene) -> Outcome:
    network = network_with(byte_quota=1_000)
    first, second, third = registrations(network, 3)
    network.commit(first)
    return network.attempt(second, third)


@refused(TransactionReason.UNKNOWN_SIGNER)
def signed_by_nobody(scene: Scene) -> Outcome:
    signed = scene.signed_by("did:web:nobody.example")
    signed.build.anchor("did:web:nobody.example", bytes(32), 1)
    return scene.attempt(signed.bytes())


@refused(TransactionReason.UNKNOWN_SIGNER)
def signed_by_a_did_registered_in_the_same_transaction(scene: Scene) -> Outcome:
    signed = scene.signed_by("did:web:new.example")
    signed.build.register_did(UNIVERSITY, [owned("did:web:new.example")], did="did:web:new.example")
    return scene.attempt(signed.bytes())


@refused(TransactionReason.UNKNOWN_KEY)
def signed_by_a_key_the_did_never_had(scene: Scene) -> Outcome:
    signed = scene.signed_by(f"{scene.issuer}#key-9", "issuer")
    signed.build.anchor(scene.issuer, bytes(32), 1)
    return scene.attempt(signed.bytes())


@refused(TransactionReason.KEY_PURPOSE)
def signed_by_the_credential_key(scene: Scene) -> Outcome:
    signed = scene.signed_by(f"{scene.issuer}#key-2", "credentials")
    signed.build.anchor(scene.issuer, bytes(32), 1)
    return scene.attempt(signed.bytes())


@refused(TransactionReason.KEY_INACTIVE)
def signed_by_a_retired_key(scene: Scene) -> Outcome:
    rotation = scene.by_issuer()
    rotation.build.rotate_key(scene.issuer, "key-1", owned("next", fragment="key-3"))
    scene.commit(rotation.bytes())
    signed = scene.by_issuer()
    signed.build.anchor(scene.issuer, bytes(32), 1)
    return scene.attempt(signed.bytes())


@refused(TransactionReason.KEY_INACTIVE)
def signed_by_a_compromised_key(scene: Scene) -> Outcome:
    report = scene.by_issuer()
    report.build.report_compromised(scene.issuer, "key-1", scene.time_ms)
    signed = scene.by_issuer()
    signed.build.anchor(scene.issuer, bytes(32), 1)
    return scene.attempt(report.bytes(), signed.bytes())


@refused(TransactionReason.SIGNER_DEACTIVATED)
def signed_by_a_deactivated_did(scene: Scene) -> Outcome:
    end = scene.by_issuer()
    end.build.deactivate_did(scene.issuer)
    signed = scene.by_issuer()
    signed.build.anchor(scene.issuer, bytes(32), 1)
    return scene.attempt(end.bytes(), signed.bytes())


@refused(TransactionReason.BAD_SIGNATURE)
def signed_with_another_key(scene: Scene) -> Outcome:
    signed = scene.signed_by(scene.issuer, "thief")
    signed.build.anchor(scene.issuer, bytes(32), 1)
    return scene.attempt(signed.bytes())


@refused(TransactionReason.BAD_SIGNATURE)
def not_signed(scene: Scene) -> Outcome:
    signed = scene.by_issuer()
    signed.build.anchor(scene.issuer, bytes(32), 1)
    return scene.attempt(with_part(signed.bytes(), 3, bytes(64)))


@refused(TransactionReason.NOT_AUTHORISED)
def sponsored_in_another_members_name(scene: Scene) -> Outcome:
    signed = scene.signed_by(AGENCY)
    signed.build.register_did(UNIVERSITY, [owned("a")])
    return scene.attempt(signed.bytes())


@refused(TransactionReason.NOT_AUTHORISED)
def authority_given_by_the_same_transaction(scene: Scene) -> Outcome:
    """The new DID names the signer as its controller, but was not there before."""
    signed = scene.signed_by(UNIVERSITY)
    did = signed.build.register_did(UNIVERSITY, [owned("a")], controller=UNIVERSITY)
    signed.build.add_key(did, owned("b", fragment="key-2"))
    return scene.attempt(signed.bytes())


@refused(TransactionReason.SPONSOR_INACTIVE)
def sponsored_by_a_member_that_has_closed(scene: Scene) -> Outcome:
    member = scene.body(MEMBER_RECORD, UNIVERSITY)
    closed = replace(member, states=(*member.states, (MemberState.CLOSED, scene.time_ms)))
    state = rewritten(scene.state, MEMBER_RECORD, UNIVERSITY, closed)
    signed = scene.by_issuer()
    signed.build.anchor(scene.issuer, bytes(32), 1)
    answer = Execution(state, scene.context, scene.held.get).add(signed.bytes())
    assert not isinstance(answer, Receipt)
    return answer


@refused(TransactionReason.ROLE_MISSING)
def registered_by_an_auditor(scene: Scene) -> Outcome:
    signed = scene.signed_by(AUDITOR)
    signed.build.register_did(AUDITOR, [owned("a")])
    return scene.attempt(signed.bytes())


@refused(TransactionReason.ATTACHMENT_UNLISTED)
def content_that_is_not_listed(scene: Scene) -> Outcome:
    scene.held[SCHEMA.address] = SCHEMA.encode()
    data = sign_transaction(
        f"{scene.issuer}#key-1",
        signing_with(seed("issuer")),
        genesis_hash=scene.genesis_hash,
        nonce=bytes(16),
        valid_until_ms=scene.next_time_ms + 1,
        operations=(PublishSchema(scene.issuer, "diploma", "1.0.0", SCHEMA.address),),
    )
    return scene.attempt(data)


@refused(TransactionReason.ATTACHMENT_UNUSED)
def attachment_that_nothing_names(scene: Scene) -> Outcome:
    signed = scene.by_issuer()
    signed.build.anchor(scene.issuer, bytes(32), 1)
    data = sign_transaction(
        f"{scene.issuer}#key-1",
        signing_with(seed("issuer")),
        genesis_hash=scene.genesis_hash,
        nonce=bytes(16),
        valid_until_ms=scene.next_time_ms + 1,
        operations=signed.build.operations,
        attachments=(SCHEMA.address,),
    )
    return scene.attempt(data)
