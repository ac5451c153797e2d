"""The keys of a node against the validators that its network lists."""

from dataclasses import replace

import pytest

from node.setup.listed import KeysFault, KeysNotListed, doubts_about_addresses, fault_in_keys, require_listed
from registry.primitives.validator_set import ValidatorSet
from tests.node.process.cluster import genesis, member_did

VALIDATORS: ValidatorSet = genesis(4).validators
OWN, OTHER = VALIDATORS.validators[:2]
STRANGER = bytes(32)
OBSERVER = "did:web:observer.example"
NOBODY = "no node of the network takes a link from this one: its peer id new is not listed"


def test_keys_as_they_are_listed() -> None:
    assert fault_in_keys(VALIDATORS, OWN.member, OWN.public_key, OWN.peer_id) is None


@pytest.mark.parametrize(
    ("did", "consensus_key", "peer_id", "what"),
    [
        (
            OWN.member,
            OWN.public_key,
            "new",
            f"peer.key gives the peer id new, and the network lists {OWN.peer_id} for {OWN.member}: "
            "no node takes a link from it",
        ),
        (
            OWN.member,
            OWN.public_key,
            OTHER.peer_id,
            f"consensus.key is that of {OWN.member}, and peer.key that of {OTHER.member}",
        ),
        (
            OWN.member,
            OTHER.public_key,
            OTHER.peer_id,
            f"the keys are those of the node of {OTHER.member}, and the settings name {OWN.member}",
        ),
        (
            OWN.member,
            STRANGER,
            OWN.peer_id,
            f"consensus.key is not the one that the network lists for {OWN.member}: this node cannot vote",
        ),
        (OWN.member, STRANGER, "new", f"{NOBODY}, and other keys are listed for {OWN.member}"),
    ],
    ids=["peer key", "of two institutions", "of another institution", "consensus key", "of another network"],
)
def test_keys_that_no_node_starts_with(did: str, consensus_key: bytes, peer_id: str, what: str) -> None:
    with pytest.raises(KeysNotListed) as refused:
        require_listed(VALIDATORS, did, consensus_key, peer_id, where="keys", votes=True)
    assert (refused.value.what, refused.value.where) == (what, "keys")
    assert refused.value.do


def test_addresses_that_lead_nowhere() -> None:
    wrong = replace(OWN, addresses=("/ip4/192.0.2.7/tcp/4001", "/ip4/192.0.2.7/tcp/99999"))
    validators = ValidatorSet((wrong, *VALIDATORS.validators[1:]))
    overrides = {OTHER.peer_id: ("/ip4/192.0.2.7/tcp/4001",), "mistyped": ("/ip4/192.0.2.7/tcp/4001",)}
    assert [doubt.what for doubt in doubts_about_addresses(validators, overrides)] == [
        f"an address of {OWN.member} in the genesis document cannot be dialled: there is no port '99999'",
        "network.addresses names the peer id 'mistyped', which no validator has",
    ]
    assert not list(doubts_about_addresses(VALIDATORS, {OWN.peer_id: ()}))


def test_an_observer_starts_and_is_told_that_nobody_takes_a_link() -> None:
    fault = require_listed(VALIDATORS, OBSERVER, STRANGER, "new", where="keys", votes=True)
    assert fault is not None
    assert replace(fault, do="") == KeysFault(NOBODY, "", stops=False)


@pytest.mark.parametrize("consensus_key", [None, STRANGER, OWN.public_key])
def test_a_node_that_only_follows_needs_its_peer_key_alone(consensus_key: bytes | None) -> None:
    assert fault_in_keys(VALIDATORS, OWN.member, consensus_key, OWN.peer_id, votes=False) is None
    fault = fault_in_keys(VALIDATORS, member_did(0), consensus_key, "new", votes=False)
    assert fault is not None
    assert fault.stops is (consensus_key == OWN.public_key)
