"""Refused for what an operation would do to a DID."""

from dataclasses import replace

from registry.kinds.did.operations import AddKey, NewKey, RegisterDid, RotateKey
from registry.kinds.did.possession import proving_possession
from registry.kinds.did.reasons import DidReason
from registry.operation import Operation
from registry.primitives.ed25519 import signing_with, to_multikey
from registry.rejection import TransactionReason
from registry.transaction import sign_transaction
from tests.registry.impossible_keys import MIXED_ORDER, NO_POINT, ORDER_8
from tests.registry.network import ASSERT, INVOKE, UNIVERSITY, Network, multikey, owned, seed
from tests.registry.rejections import Outcome, Scene, refused

NONCE = bytes(16)


def signed_raw(network: Network, key_id: str, key: str, operation: Operation) -> bytes:
    """A transaction around an operation that the builder would not make."""
    return sign_transaction(
        key_id,
        signing_with(seed(key)),
        genesis_hash=network.genesis_hash,
        nonce=NONCE,
        valid_until_ms=network.next_time_ms + 1,
        operations=(operation,),
    )


@refused(DidReason.DID_EXISTS)
def registered_twice(scene: Scene) -> Outcome:
    signed = scene.signed_by(UNIVERSITY)
    signed.build.register_did(UNIVERSITY, [owned("a")], did="did:web:a.example")
    signed.build.register_did(UNIVERSITY, [owned("a")], did="did:web:a.example")
    return scene.attempt(signed.bytes())


@refused(DidReason.DID_EXISTS)
def registered_again_after_deactivation(scene: Scene) -> Outcome:
    end = scene.by_issuer()
    end.build.deactivate_did(scene.issuer)
    again = scene.signed_by(UNIVERSITY)
    keys = [owned("issuer"), owned("credentials", ASSERT, "key-2")]
    assert again.build.register_did(UNIVERSITY, keys) == scene.issuer
    return scene.attempt(end.bytes(), again.bytes())


@refused(TransactionReason.NOT_AUTHORISED)
def of_a_did_that_is_not_there(scene: Scene) -> Outcome:
    signed = scene.signed_by(UNIVERSITY)
    signed.build.retire_key("did:web:nobody.example", "key-1")
    return scene.attempt(signed.bytes())


@refused(DidReason.DID_DEACTIVATED)
def changed_after_its_end(scene: Scene) -> Outcome:
    signed = scene.by_issuer()
    signed.build.deactivate_did(scene.issuer)
    signed.build.retire_key(scene.issuer, "key-2")
    return scene.attempt(signed.bytes())


@refused(DidReason.DID_NOT_DERIVED)
def named_by_another_hash(scene: Scene) -> Outcome:
    signed = scene.signed_by(UNIVERSITY)
    signed.build.register_did(UNIVERSITY, [owned("a")], did=scene.issuer)
    return scene.attempt(signed.bytes())


@refused(DidReason.DID_NOT_DERIVED)
def not_named(scene: Scene) -> Outcome:
    operation = RegisterDid("", UNIVERSITY, None, (owned("a").public,), (), (), ())
    proven = proving_possession(operation, (signing_with(seed("a")),), scene.genesis_hash, NONCE)
    return scene.attempt(signed_raw(scene, f"{UNIVERSITY}#key-1", UNIVERSITY, proven))


@refused(DidReason.NO_INVOCATION_KEY)
def registered_with_a_credential_key_only(scene: Scene) -> Outcome:
    signed = scene.signed_by(UNIVERSITY)
    signed.build.register_did(UNIVERSITY, [owned("a", ASSERT)])
    return scene.attempt(signed.bytes())


@refused(DidReason.NO_INVOCATION_KEY)
def last_key_for_transactions_retired(scene: Scene) -> Outcome:
    signed = scene.by_issuer()
    signed.build.retire_key(scene.issuer, "key-1")
    return scene.attempt(signed.bytes())


@refused(DidReason.TOO_MANY_KEYS)
def a_33rd_key(scene: Scene) -> Outcome:
    signed = scene.by_issuer()
    for number in range(3, 34):
        signed.build.add_key(scene.issuer, owned(f"key {number}", fragment=f"key-{number}"))
    return scene.attempt(signed.bytes())


@refused(DidReason.KEY_ID_REUSED)
def name_of_a_retired_key(scene: Scene) -> Outcome:
    signed = scene.by_issuer()
    signed.build.retire_key(scene.issuer, "key-2")
    signed.build.add_key(scene.issuer, owned("a", fragment="key-2"))
    return scene.attempt(signed.bytes())


@refused(DidReason.KEY_REUSED)
def one_key_for_both_purposes(scene: Scene) -> Outcome:
    signed = scene.by_issuer()
    signed.build.add_key(scene.issuer, owned("issuer", ASSERT, "key-3"))
    return scene.attempt(signed.bytes())


@refused(DidReason.KEY_UNSUPPORTED)
def a_key_on_another_curve(scene: Scene) -> Outcome:
    """0x8024 is the multicodec prefix of P-256."""
    operation = AddKey(scene.issuer, NewKey("key-3", ASSERT, b"\x80\x24" + bytes(33)), (bytes(64),))
    return scene.attempt(signed_raw(scene, f"{scene.issuer}#key-1", "issuer", operation))


@refused(DidReason.KEY_UNSUPPORTED)
def a_key_of_31_bytes(scene: Scene) -> Outcome:
    operation = AddKey(scene.issuer, NewKey("key-3", ASSERT, b"\xed\x01" + bytes(31)), (bytes(64),))
    return scene.attempt(signed_raw(scene, f"{scene.issuer}#key-1", "issuer", operation))


IMPOSSIBLE = to_multikey(MIXED_ORDER)


@refused(DidReason.KEY_INVALID)
def added_outside_the_prime_order_subgroup(scene: Scene) -> Outcome:
    operation = AddKey(scene.issuer, NewKey("key-3", ASSERT, IMPOSSIBLE), (bytes(64),))
    return added(scene, operation)


@refused(DidReason.KEY_INVALID)
def added_of_small_order(scene: Scene) -> Outcome:
    key = to_multikey(ORDER_8)
    return added(scene, AddKey(scene.issuer, NewKey("key-3", ASSERT, key), (bytes(64),)))


@refused(DidReason.KEY_INVALID)
def added_as_no_point(scene: Scene) -> Outcome:
    key = to_multikey(NO_POINT)
    return added(scene, AddKey(scene.issuer, NewKey("key-3", ASSERT, key), (bytes(64),)))


@refused(DidReason.KEY_INVALID)
def rotated_to_no_key(scene: Scene) -> Outcome:
    operation = RotateKey(scene.issuer, "key-2", NewKey("key-3", ASSERT, IMPOSSIBLE), (bytes(64),))
    return scene.attempt(signed_raw(scene, f"{scene.issuer}#key-1", "issuer", operation))


@refused(DidReason.KEY_INVALID)
def registered_with_no_key(scene: Scene) -> Outcome:
    keys = (owned("a").public, NewKey("key-2", ASSERT, IMPOSSIBLE))
    operation = RegisterDid("did:web:a.example", UNIVERSITY, None, keys, (), (), ())
    proven = proving_possession(
        operation, (signing_with(seed("a")), signing_with(seed("a"))), scene.genesis_hash, NONCE
    )
    return scene.attempt(signed_raw(scene, f"{UNIVERSITY}#key-1", UNIVERSITY, proven))


def added(scene: Scene, operation: AddKey) -> Outcome:
    """The outcome of an addition whose proof of possession is as given."""
    return scene.attempt(signed_raw(scene, f"{scene.issuer}#key-1", "issuer", operation))


@refused(DidReason.BAD_POSSESSION)
def no_proof(scene: Scene) -> Outcome:
    return added(scene, AddKey(scene.issuer, owned("a", fragment="key-3").public, ()))


@refused(DidReason.BAD_POSSESSION)
def proof_for_another_nonce(scene: Scene) -> Outcome:
    operation = AddKey(scene.issuer, owned("a", fragment="key-3").public, ())
    return added(
        scene, proving_possession(operation, (signing_with(seed("a")),), scene.genesis_hash, b"\x01" * 16)
    )


@refused(DidReason.BAD_POSSESSION)
def proof_for_another_network(scene: Scene) -> Outcome:
    operation = AddKey(scene.issuer, owned("a", fragment="key-3").public, ())
    return added(scene, proving_possession(operation, (signing_with(seed("a")),), bytes(32), NONCE))


@refused(DidReason.BAD_POSSESSION)
def proof_for_another_operation(scene: Scene) -> Outcome:
    operation = AddKey(scene.issuer, owned("a", fragment="key-3").public, ())
    proven = proving_possession(operation, (signing_with(seed("a")),), scene.genesis_hash, NONCE)
    return added(scene, replace(proven, key=NewKey("key-4", INVOKE, multikey("a"))))


@refused(DidReason.BAD_POSSESSION)
def registration_taken_over_by_another_sponsor(scene: Scene) -> Outcome:
    """The proof covers the sponsor: whoever sees a registration cannot put it into a transaction of its
    own."""
    operation = RegisterDid("did:web:a.example", scene.issuer, None, (owned("a").public,), (), (), ())
    proven = proving_possession(operation, (signing_with(seed("a")),), scene.genesis_hash, NONCE)
    taken = replace(proven, sponsor=UNIVERSITY)
    return scene.attempt(signed_raw(scene, f"{UNIVERSITY}#key-1", UNIVERSITY, taken))


@refused(DidReason.KEY_UNKNOWN)
def a_key_the_did_never_had(scene: Scene) -> Outcome:
    signed = scene.by_issuer()
    signed.build.retire_key(scene.issuer, "key-9")
    return scene.attempt(signed.bytes())


@refused(DidReason.KEY_NOT_ACTIVE)
def retired_twice(scene: Scene) -> Outcome:
    signed = scene.by_issuer()
    signed.build.retire_key(scene.issuer, "key-2")
    signed.build.retire_key(scene.issuer, "key-2")
    return scene.attempt(signed.bytes())


@refused(DidReason.PURPOSE_DIFFERS)
def rotated_to_another_purpose(scene: Scene) -> Outcome:
    signed = scene.by_issuer()
    signed.build.rotate_key(scene.issuer, "key-1", owned("a", ASSERT, "key-3"))
    return scene.attempt(signed.bytes())


@refused(DidReason.SINCE_IN_FUTURE)
def compromised_after_the_blocks_time(scene: Scene) -> Outcome:
    signed = scene.by_issuer()
    signed.build.report_compromised(scene.issuer, "key-2", scene.next_time_ms + 1)
    return scene.attempt(signed.bytes())


@refused(DidReason.SINCE_NOT_EARLIER)
def compromise_moved_forward(scene: Scene) -> Outcome:
    signed = scene.by_issuer()
    signed.build.report_compromised(scene.issuer, "key-2", scene.time_ms)
    signed.build.report_compromised(scene.issuer, "key-2", scene.time_ms)
    return scene.attempt(signed.bytes())


@refused(DidReason.TOO_MANY_REPORTS)
def compromise_moved_back_too_often(scene: Scene) -> Outcome:
    signed = scene.by_issuer()
    for earlier in range(4):
        signed.build.report_compromised(scene.issuer, "key-2", scene.time_ms - earlier)
    return scene.attempt(signed.bytes())
