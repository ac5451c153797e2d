"""Who sits where in the network that is attacked: four members, one of them hostile."""

from dataclasses import dataclass

from node.setup.localnet import Localnet

NODES = 4
SEAT = 3
"""Which of the four is hostile: its DID sorts first, so those who ask all in order ask it first."""
HONEST = tuple(number for number in range(NODES) if number != SEAT)
"""The others."""


@dataclass(frozen=True, slots=True)
class Victim:
    """An honest member's node: its peer id, its HTTP API, and host and port that it listens on for peers."""

    peer_id: str
    api_url: str
    host: str
    port: int


def victims_of(localnet: Localnet) -> tuple[Victim, ...]:
    """The honest members, in the order of the nodes."""
    by_member = {one.member: one for one in localnet.genesis.validators.validators}
    victims = []
    for node in (localnet.nodes[number] for number in HONEST):
        validator = by_member[node.profile.did]
        _, _, host, _, port = validator.addresses[0].split("/")[:5]
        victims.append(Victim(validator.peer_id, node.api_url, host, int(port)))
    return tuple(victims)
