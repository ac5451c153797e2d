"""Whether a node's keys are those that its network lists, and for whom.

Nodes take links from the peer ids that the validator sets name, and tell a stranger nothing. A node with
another peer key runs, finds every other one and is linked to none; so the keys are compared before it starts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from node.transport.addresses import host_and_port, host_and_port_to_listen_at, is_dialable
from node.wording.explained import Explained
from node.wording.hosts import WrongAddress, shown
from registry.primitives.validator_set import Validator, ValidatorSet

_PUT_BACK = "put {} back from your backup of keys"
_BOTH = "put consensus.key and peer.key back from the backup of this institution's keys"
_OBSERVER = (
    "correct for a node that only serves data; a validator needs the keys that its founding file named"
)


@dataclass(frozen=True, slots=True)
class KeysFault:
    """Why the keys of a node do not fit the network. `stops`: such a node must not be started."""

    what: str
    do: str
    stops: bool


@dataclass(frozen=True, slots=True)
class AddressDoubt:
    """An address that leads nowhere, and what to do about it."""

    what: str
    do: str


class KeysNotListed(Explained):
    """The network lists other keys for this node."""


def fault_in_keys(
    validators: ValidatorSet, did: str, consensus_key: bytes | None, peer_id: str, *, votes: bool = True
) -> KeysFault | None:
    """What is wrong with the keys of the node of institution `did`; None where they are what is listed.

    `consensus_key` is None where there is none; `votes` is False for a node that only follows.
    """
    index = None if consensus_key is None else validators.index_of(consensus_key)
    signer = None if index is None else validators.validators[index]
    linked = next((validator for validator in validators.validators if validator.peer_id == peer_id), None)
    if signer is not None and linked is not signer:
        return _wrong_peer_key(signer, linked, peer_id)
    if linked is None:
        return _unlisted(validators, did, peer_id, votes=votes)
    if linked.member != did:
        what = f"the keys are those of the node of {linked.member}, and the settings name {did}"
        return KeysFault(
            what, f"{_BOTH}, or correct institution.did; never run one key in two places", stops=True
        )
    if signer is None and votes:
        what = (
            f"consensus.key is not the one that the network lists for {linked.member}: this node cannot vote"
        )
        do = f"{_PUT_BACK.format('consensus.key')}; if the key is lost, run with --no-vote"
        return KeysFault(what, do, stops=True)
    return None


def require_listed(
    validators: ValidatorSet,
    did: str,
    consensus_key: bytes | None,
    peer_id: str,
    *,
    where: object,
    votes: bool,
) -> KeysFault | None:
    """The fault that a node may start with, if there is one. Raises KeysNotListed for every other."""
    fault = fault_in_keys(validators, did, consensus_key, peer_id, votes=votes)
    if fault is not None and fault.stops:
        raise KeysNotListed(fault.what, where=where, do=fault.do)
    return fault


def doubts_about_addresses(
    validators: ValidatorSet, overrides: Mapping[str, Sequence[str]]
) -> Iterator[AddressDoubt]:
    """Addresses of the network's list that nobody can dial, and those of the settings (`overrides`, by peer
    id) that are nobody's: the node runs without them.
    """
    for validator in validators.validators:
        for address in validator.addresses:
            try:
                host_and_port(address)
            except WrongAddress as error:
                address_of = f"an address of {validator.member} in the genesis document"
                what = f"{address_of} cannot be dialled: {error.what}"
                yield AddressDoubt(what, "let that node announce another (network.announce in its settings)")
    peer_ids = {validator.peer_id for validator in validators.validators}
    for peer_id in overrides.keys() - peer_ids:
        what = f"network.addresses names the peer id {shown(peer_id)}, which no validator has"
        yield AddressDoubt(what, "write the peer id as the founding.json of that institution has it")


def doubts_about_port(
    validators: ValidatorSet, did: str, listen: str, announced: Sequence[str]
) -> Iterator[AddressDoubt]:
    """Whether the others dial the port that the node of institution `did` listens at. They dial what it
    announces, else what the network lists for it.
    """
    port = host_and_port_to_listen_at(listen)[1]
    listed = (
        address
        for validator in validators.validators
        if validator.member == did
        for address in validator.addresses
    )
    verb = "announces" if announced else "is listed with"
    for address in announced or listed:
        if is_dialable(address) and (dialled := host_and_port(address)[1]) != port:
            what = f"the node listens at {listen} and {verb} {address}: the ports differ"
            do = (
                f"correct if something forwards port {dialled} to port {port}. Otherwise change "
                "network.listen, or announce the right address with network.announce"
            )
            yield AddressDoubt(what, do)


def _wrong_peer_key(signer: Validator, linked: Validator | None, peer_id: str) -> KeysFault:
    if linked is not None:
        what = f"consensus.key is that of {signer.member}, and peer.key that of {linked.member}"
        return KeysFault(what, _BOTH, stops=True)
    what = (
        f"peer.key gives the peer id {peer_id}, and the network lists {signer.peer_id} for {signer.member}: "
        "no node takes a link from it"
    )
    return KeysFault(what, _PUT_BACK.format("peer.key"), stops=True)


def _unlisted(validators: ValidatorSet, did: str, peer_id: str, *, votes: bool) -> KeysFault:
    nobody = f"no node of the network takes a link from this one: its peer id {peer_id} is not listed"
    if any(validator.member == did for validator in validators.validators):
        what = f"{nobody}, and other keys are listed for {did}"
        do = f"{_BOTH}; also check that the genesis document is the one of this network"
        return KeysFault(what, do, stops=votes)
    return KeysFault(nobody, _OBSERVER, stops=False)
