"""Operations at the ends of all their ranges: each is accepted, or refused by name. Anything else would end
every node that executes the block.
"""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from registry.execution import MissingContent, Receipt, Rejected
from registry.kinds.did.operations import (
    AddKey,
    RegisterDid,
    RotateKey,
)
from registry.kinds.did.possession import derived_did, proving_possession
from registry.kinds.did.record import MAX_KEYS
from registry.names import MAX_DID_LENGTH
from registry.operation import Operation
from registry.primitives.codec import Malformed
from registry.primitives.ed25519 import signing_with
from registry.rejection import Refused
from registry.ruleset import CURRENT
from registry.tables import Table
from registry.transaction import Transaction, sign_transaction
from tests.registry.kinds import Ends, all_examples
from tests.registry.kinds.schema.rejections import attachment
from tests.registry.network import UNIVERSITY, multikey, seed
from tests.registry.rejections import Scene

LONG_DID = "did:web:" + ".".join(["h" * 63, "h" * 63, "h" * 44])
assert len(LONG_DID) == MAX_DID_LENGTH
LONGEST = "n" * 64
NONCE = bytes(16)


def operations(issuer: str) -> list[st.SearchStrategy[Operation]]:
    """Any of them, with fields from the ends of their ranges and from what is on the ledger."""
    ends = Ends(
        dids=st.sampled_from([issuer, UNIVERSITY, LONG_DID]),
        names=st.sampled_from(["a", LONGEST]),
        contents=st.sampled_from([attachment().address, bytes(32)]),
    )
    return [operation for examples in all_examples() for operation in examples.boundaries(ends)]


def proved(operation: Operation) -> Operation:
    """The operation with good proofs of possession, and a derived name, where its keys are the test's own."""
    known = {multikey(name): seed(name) for name in ("another", *(f"key {n}" for n in range(MAX_KEYS)))}
    match operation:
        case RegisterDid(keys=keys) if all(key.multikey in known for key in keys):
            named = operation if operation.did else replace(operation, did=derived_did(operation))
            return proving_possession(named, tuple(signing_with(known[key.multikey]) for key in keys), *PROOF)
        case AddKey(key=key) if key.multikey in known:
            return proving_possession(operation, (signing_with(known[key.multikey]),), *PROOF)
        case RotateKey(key=key) if key.multikey in known:
            return proving_possession(operation, (signing_with(known[key.multikey]),), *PROOF)
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
        addresses = {
            named.address(operation)
            for operation in wanted
            for named in CURRENT.operations[type(operation)].contents
        }
        signer = data.draw(st.sampled_from([(scene.issuer, "issuer"), (UNIVERSITY, UNIVERSITY)]))
        try:
            signed = sign_transaction(
                f"{signer[0]}#key-1",
                signing_with(seed(signer[1])),
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
