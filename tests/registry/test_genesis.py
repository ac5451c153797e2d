"""The genesis document and the block at height 0."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from registry.genesis import GenesisDocument, GenesisMember, genesis_block_state
from registry.id_forms import NETWORK_ID
from registry.kinds.did.record import DID_RECORD, Did, DidState, Key, KeyPeriod, KeyState
from registry.kinds.member.record import MEMBER_RECORD, Member, MemberState
from registry.kinds.parameters.record import PARAMETERS_RECORD
from registry.kinds.validators.record import VALIDATORS_RECORD
from registry.primitives import ed25519
from registry.primitives.codec import Malformed, decode, encode
from registry.primitives.digest import Domain, tagged
from registry.primitives.merkle import EMPTY_ROOT, leaf_hash
from registry.primitives.validator_set import ValidatorSet
from registry.record_log import ledger_leaf
from registry.roles import Role
from registry.state import State
from registry.tables import MemoryStore
from tests.registry.impossible_keys import MIXED_ORDER, NO_POINT, ORDER_8
from tests.registry.network import (
    AGENCY,
    DOCUMENT,
    INVOKE,
    START_MS,
    UNIVERSITY,
    Network,
    founder,
    multikey,
)

Change = Callable[[], GenesisDocument]


def test_a_document_has_one_encoding_and_a_hash() -> None:
    assert GenesisDocument.decode(DOCUMENT.encode()) == DOCUMENT
    assert DOCUMENT.genesis_hash == tagged(Domain.GENESIS, DOCUMENT.encode())
    assert replace(DOCUMENT, name="other").genesis_hash != DOCUMENT.genesis_hash


def test_the_block_at_height_0() -> None:
    genesis = genesis_block_state(DOCUMENT)
    leaf = leaf_hash(ledger_leaf(0, 0, START_MS, bytes(32)))
    roots = genesis.roots
    assert (roots.transactions_root, roots.log_size, roots.log_root) == (EMPTY_ROOT, 1, leaf)
    assert (genesis.receipts, genesis.cost, genesis.next_validators) == ((), 0, None)
    store = MemoryStore()
    store.apply(genesis.writes)
    assert State.rebuild(store).state_root == roots.state_root


def test_founders_get_their_records() -> None:
    network = Network()
    key = Key("key-1", INVOKE, multikey(AGENCY), (KeyPeriod(KeyState.ACTIVE, START_MS),))
    active = ((DidState.ACTIVE, START_MS),)
    assert network.body(DID_RECORD, AGENCY) == Did(AGENCY, None, (key,), (), (), None, active)
    found = founder(AGENCY, Role.OPERATOR, Role.ACCREDITOR)
    assert network.body(MEMBER_RECORD, AGENCY) == Member(
        found.names, "PT", "Norte", (), found.roles, None, ((MemberState.ACTIVE, START_MS),)
    )
    assert network.body(PARAMETERS_RECORD, NETWORK_ID) == DOCUMENT.parameters
    assert network.body(VALIDATORS_RECORD, NETWORK_ID) == DOCUMENT.validators


FIRST = DOCUMENT.members[0]


@pytest.mark.parametrize(
    "change",
    [
        lambda: replace(DOCUMENT, members=(FIRST, FIRST)),
        lambda: replace(DOCUMENT, members=(replace(FIRST, key=b"\x80\x24" + bytes(33)),)),
        lambda: replace(DOCUMENT, members=(replace(FIRST, key=b"\xed\x01" + bytes(31)),)),
        lambda: replace(DOCUMENT, members=(replace(FIRST, recovery_key=b"\xed\x01" + bytes(31)),)),
        lambda: replace(
            DOCUMENT,
            validators=ValidatorSet((replace(DOCUMENT.validators.validators[0], member="did:web:x"),)),
        ),
    ],
    ids=[
        "a member twice",
        "a key on another curve",
        "a short key",
        "a short recovery key",
        "a validator of no member",
    ],
)
def test_a_document_that_contradicts_itself_is_refused(change: Change) -> None:
    with pytest.raises(Malformed):
        change()


NO_KEYS = {
    "of small order": ORDER_8,
    "the identity": (1).to_bytes(32, "little"),
    "of mixed order": MIXED_ORDER,
    "not canonical": b"\xee" + b"\xff" * 30 + b"\x7f",
    "no point": NO_POINT,
}


@pytest.mark.parametrize("key", NO_KEYS.values(), ids=NO_KEYS)
def test_keys_that_no_private_key_has_are_refused_by_name(key: bytes) -> None:
    named: dict[str, Change] = {
        "members[1].key": lambda: _with_member(key=ed25519.to_multikey(key)),
        "members[1].recovery_key": lambda: _with_member(recovery_key=ed25519.to_multikey(key)),
        "validators[0].public_key": lambda: _with_consensus_key(key),
    }
    whose = {
        "members[1].key": f"the key of {AGENCY}",
        "members[1].recovery_key": f"the recovery key of {AGENCY}",
        "validators[0].public_key": f"the consensus key of {UNIVERSITY}",
    }
    for where, change in named.items():
        with pytest.raises(Malformed) as refused:
            change()
        assert str(refused.value) == f"{where}: {whose[where]} is no Ed25519 public key"


def test_a_document_with_such_a_key_is_refused_when_it_is_read() -> None:
    encoded = DOCUMENT.encode().replace(multikey(AGENCY), ed25519.to_multikey(MIXED_ORDER))
    with pytest.raises(Malformed, match=r"^members\[1\]\.key: the key of did:web:agency\.example is no"):
        GenesisDocument.decode(encoded)
    consensus = DOCUMENT.validators.validators[0].public_key
    encoded = DOCUMENT.encode().replace(consensus, ORDER_8)
    with pytest.raises(Malformed, match=r"^validators\[0\]\.public_key: the consensus key of did:web:univ"):
        GenesisDocument.decode(encoded)


def test_a_recovery_key_is_taken() -> None:
    document = _with_member(recovery_key=multikey("recovery"))
    assert GenesisDocument.decode(document.encode()).members[1].recovery_key == multikey("recovery")


def _with_member(**changes: Any) -> GenesisDocument:
    first, second, third = DOCUMENT.members
    return replace(DOCUMENT, members=(first, replace(second, **changes), third))


def _with_consensus_key(key: bytes) -> GenesisDocument:
    (validator,) = DOCUMENT.validators.validators
    return replace(DOCUMENT, validators=ValidatorSet((replace(validator, public_key=key),)))


@pytest.mark.parametrize(
    ("member", "where"),
    [
        (replace(FIRST, did="did:web:UPPER"), "members[0].did"),
        (replace(FIRST, roles=()), "members[0].roles"),
        (replace(FIRST, roles=(Role.ISSUER, Role.OPERATOR)), "members[0].roles"),
        (replace(FIRST, names=()), "members[0].names"),
        (replace(FIRST, country="PRT"), "members[0].country"),
        (replace(FIRST, fragment="a b"), "members[0].fragment"),
        (replace(FIRST, names=(replace(FIRST.names[0], text="x" * 600),) * 2), "members[0].names"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_member_outside_its_bounds_is_refused_with_the_place(member: GenesisMember, where: str) -> None:
    validators = ValidatorSet((replace(DOCUMENT.validators.validators[0], member=member.did),))
    document = replace(DOCUMENT, members=(member,), validators=validators)
    with pytest.raises(Malformed) as refused:
        document.encode()
    assert refused.value.where == where


def test_an_unknown_version_or_ruleset_is_refused() -> None:
    for place in (0, 4):
        fields = decode(DOCUMENT.encode(), limit=10_000)
        assert isinstance(fields, list)
        fields[place] = 9
        with pytest.raises(Malformed):
            GenesisDocument.decode(encode(fields))
