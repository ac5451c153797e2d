"""Operations at the ends of all their ranges: each is accepted, or refused by name. Anything else would end
every node that executes the block.
"""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from registry.execution import MissingContent, Receipt, Rejected
from registry.kinds.anchor.operations import AnchorBatch
from registry.kinds.did.operations import (
    AddKey,
    DeactivateDid,
    NewKey,
    RegisterDid,
    ReportCompromised,
    RetireKey,
    RotateKey,
    UpdateDid,
)
from registry.kinds.did.possession import derived_did, proving_possession
from registry.kinds.did.record import MAX_KEYS, MAX_SEALS, MAX_SERVICES, Purpose, Service
from registry.kinds.schema.operations import PublishSchema, SetSchemaState
from registry.kinds.schema.record import ReleaseState
from registry.kinds.status_list.operations import MAX_INDICES, CreateStatusList, UpdateStatusList
from registry.kinds.status_list.record import MAX_SIZE, MIN_SIZE, StatusPurpose
from registry.names import MAX_DID_LENGTH
from registry.operation import Operation
from registry.primitives.codec import MAX_INTEGER, Malformed
from registry.rejection import Refused
from registry.ruleset import CURRENT
from registry.tables import Table
from registry.transaction import Transaction, sign_transaction
from tests.registry.network import UNIVERSITY, multikey, seed
from tests.registry.rejections import Scene
from tests.registry.rejections.publication import attachment

LONG_DID = "did:web:" + ".".join(["h" * 63, "h" * 63, "h" * 44])
assert len(LONG_DID) == MAX_DID_LENGTH
LONGEST = "n" * 64
NONCE = bytes(16)


def operations(issuer: str) -> list[st.SearchStrategy[Operation]]:
    """Any of the twelve, with fields from the ends of their ranges and from what is on the ledger."""
    dids = st.sampled_from([issuer, UNIVERSITY, LONG_DID])
    fragments = st.sampled_from(["key-1", "key-2", "k", "f" * 64])
    names = st.sampled_from(["a", LONGEST])
    versions = st.sampled_from(["0.0.0", "1.0.0", "9.9.9-" + "a" * 42])
    keys = st.builds(
        NewKey,
        fragments,
        st.sampled_from(Purpose),
        st.sampled_from([multikey("issuer"), multikey("another"), bytes(3), bytes(128)]),
    )
    many_keys = st.lists(keys, min_size=1, max_size=3) | st.just(
        [
            NewKey(f"key-{number}", Purpose.CAPABILITY_INVOCATION, multikey(f"key {number}"))
            for number in range(MAX_KEYS)
        ]
    )
    possessions = st.sampled_from([(), (bytes(64),), (bytes(64),) * MAX_KEYS])
    services = st.sampled_from([(), (Service("f" * 64, "t" * 64, "e" * 256),) * MAX_SERVICES])
    seals = st.sampled_from([(), (bytes(32),) * MAX_SEALS])
    controllers = st.none() | dids
    times = st.sampled_from([0, 1, MAX_INTEGER])
    contents = st.sampled_from([attachment().address, bytes(32)])
    sizes = st.sampled_from([0, 1, MIN_SIZE, MAX_SIZE, 2**32])
    indices = st.sampled_from([(), (0,), (MAX_SIZE - 1,), tuple(range(MAX_INDICES))])
    roots = st.sampled_from([bytes(32), b"\xff" * 32])
    return [
        st.builds(
            RegisterDid,
            dids | st.just(""),
            dids,
            controllers,
            many_keys.map(tuple),
            services,
            seals,
            possessions,
        ),
        st.builds(AddKey, dids, keys, possessions.map(lambda held: held[:1])),
        st.builds(RotateKey, dids, fragments, keys, possessions.map(lambda held: held[:1])),
        st.builds(RetireKey, dids, fragments),
        st.builds(ReportCompromised, dids, fragments, times),
        st.builds(DeactivateDid, dids),
        st.builds(UpdateDid, dids, controllers, services, seals),
        st.builds(PublishSchema, dids, names, versions, contents),
        st.builds(SetSchemaState, dids, names, versions, st.sampled_from(ReleaseState)),
        st.builds(CreateStatusList, dids, names, st.sampled_from(StatusPurpose), sizes),
        st.builds(UpdateStatusList, dids, names, indices, indices),
        st.builds(AnchorBatch, dids, roots, st.sampled_from([1, 2**32])),
    ]


def proved(operation: Operation) -> Operation:
    """The operation with good proofs of possession, and a derived name, where its keys are the test's own."""
    known = {multikey(name): seed(name) for name in ("another", *(f"key {n}" for n in range(MAX_KEYS)))}
    match operation:
        case RegisterDid(keys=keys) if all(key.multikey in known for key in keys):
            named = operation if operation.did else replace(operation, did=derived_did(operation))
            return proving_possession(named, tuple(known[key.multikey] for key in keys), *PROOF)
        case AddKey(key=key) if key.multikey in known:
            return proving_possession(operation, (known[key.multikey],), *PROOF)
        case RotateKey(key=key) if key.multikey in known:
            return proving_possession(operation, (known[key.multikey],), *PROOF)
        case _:
            return operation


SCENE = Scene()
PROOF = (SCENE.genesis_hash, NONCE)
EACH = operations(SCENE.issuer)
ANY = st.one_of(EACH)


def test_all_operations_are_tried() -> None:
    assert len(CURRENT.operations) == len(EACH)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(data=st.data())
def test_every_transaction_is_accepted_or_refused_by_name(data: Any) -> None:
    scene = SCENE
    scene.held[attachment().address] = attachment().encode()
    execution = scene.execution()
    for number in range(data.draw(st.integers(1, 3))):
        wanted = tuple(map(proved, data.draw(st.lists(ANY, min_size=1, max_size=4))))
        addresses = {one.content for one in wanted if isinstance(one, PublishSchema)}
        signer = data.draw(st.sampled_from([(scene.issuer, "issuer"), (UNIVERSITY, UNIVERSITY)]))
        try:
            signed = sign_transaction(
                f"{signer[0]}#key-1",
                seed(signer[1]),
                genesis_hash=scene.genesis_hash,
                nonce=NONCE if number == 0 else bytes([number]) * 16,
                valid_until_ms=scene.next_time_ms + 1,
                operations=wanted,
                attachments=tuple(sorted(addresses)),
            )
        except (Malformed, Refused):
            continue
        assert Transaction.decode(signed).encoded == signed
        assert isinstance(execution.add(signed), Receipt | Rejected | MissingContent)
    executed = execution.finish()
    for (table, key), row in executed.writes.items():
        assert isinstance(table, Table)
        assert key
        assert row
