"""The keys against the network's list: whether other nodes take links from this one, and count its votes."""

from collections.abc import Iterator

from node.cli.operate.checks import Diagnosis, problem, warning
from node.files.keystore import KeyPurpose, KeystoreError, public_key_of
from node.setup.config import LoadedConfig
from node.setup.listed import doubts_about_addresses, doubts_about_port, fault_in_keys
from node.transport.peer_id import peer_id_of
from registry.genesis import GenesisDocument


def check_listed(config: LoadedConfig, document: GenesisDocument) -> Iterator[Diagnosis]:
    """Whether both keys are the ones that the genesis document lists for this institution, and whether the
    addresses there and in the settings are somebody's and lead to the port that the node listens at."""
    network, did = config.settings.network, config.settings.institution.did
    for doubt in (
        *doubts_about_addresses(document.validators, network.overrides),
        *doubts_about_port(document.validators, did, network.listen, network.announce),
    ):
        yield warning("peer", doubt.what, doubt.do)
    folder = config.path(config.settings.keys.directory)
    try:
        consensus = public_key_of(folder / "consensus.key", KeyPurpose.CONSENSUS)
        peer_id = peer_id_of(public_key_of(folder / "peer.key", KeyPurpose.PEER))
    except KeystoreError:
        return  # the check of the key files tells
    fault = fault_in_keys(document.validators, did, consensus, peer_id)
    if fault is not None:
        yield problem("keys", f"{fault.what} ({folder})", fault.do)
