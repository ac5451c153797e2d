"""One listed member of four names attachments and keeps them from others; three honest nodes go on."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from api.ports import Accepted, Concern, Final
from node.links.bulk import GetContents, decode_request, encode_contents
from node.links.frames import transactions_frame
from node.pool.awaiting import ADDRESSES
from node.transport.memory import MemoryTransport
from node.transport.port import Declined
from registry.attachments import Attachment
from registry.ruleset import CURRENT
from registry.tables import Table
from tests.node.process.cluster import Cluster, genesis, member_did

ATTACKER = 3
HONEST = (0, 1, 2)
WAIT_S = 20.0


class Attacker:
    """The sink of the fourth member: it says nothing by itself and gives attachments to whom it likes."""

    def __init__(self) -> None:
        self.held: dict[bytes, bytes] = {}
        self.given_to: set[str] = set()
        self.linked: set[str] = set()
        self.is_linked_to_all = asyncio.Event()

    async def on_frames(self, peer: str, frames: list[bytes]) -> None:
        """It does not listen."""

    def on_link(self, peer: str, up: bool) -> None:
        (self.linked.add if up else self.linked.discard)(peer)
        if len(self.linked) == len(HONEST):
            self.is_linked_to_all.set()

    async def on_request(self, peer: str, body: bytes) -> bytes:
        request = decode_request(body)
        if peer not in self.given_to or not isinstance(request, GetContents):
            raise Declined
        return encode_contents([self.held.get(address) for address in request.addresses])

    def on_rival(self, peer: str) -> None:
        raise AssertionError("there is one of each")

    def on_violation(self, peer: str) -> None:
        raise AssertionError("nobody breaks a rule of the connection")

    def on_failed(self, error: BaseException) -> None:
        raise error

    def publication(self, network: Cluster, name: str) -> bytes:
        """A transaction with as many attachments as it may name."""
        builder = network.builder()
        for number in range(CURRENT.limits.attachments):
            identifier = f"https://member.example/{name}/{number}"
            schema = f'{{"$id":"{identifier}","$schema":"https://json-schema.org/draft/2020-12/schema"}}'
            content = Attachment(bytes(16), schema.encode())
            self.held[content.address] = content.encode()
            builder.publish_schema(member_did(ATTACKER), f"{name}-{number}", "1.0.0", content)
        return network.sign(builder, ATTACKER)


@asynccontextmanager
async def besieged(folder: Path) -> AsyncIterator[tuple[Cluster, Attacker, MemoryTransport]]:
    """Three honest nodes, and the attacker linked to all of them."""
    network, attacker = Cluster(folder, genesis(4)), Attacker()
    transport = MemoryTransport(network.links, f"peer{ATTACKER}", attacker)
    try:
        for index in HONEST:
            network.start(index)
        await transport.start()
        transport.set_peers({f"peer{index}": () for index in HONEST})
        async with asyncio.timeout(WAIT_S):
            await attacker.is_linked_to_all.wait()
        yield network, attacker, transport
    finally:
        await network.stop_all()
        await transport.stop()


async def order(network: Cluster, index: int) -> None:
    """A client's transaction becomes final."""
    service = network.nodes[index].service
    (outcome,) = await service.submit([network.anchor(index)])
    assert isinstance(outcome, Accepted)
    assert isinstance(await service.wait_final(outcome.transaction_id, WAIT_S), Final)


async def until_stored(network: Cluster, index: int, held: Mapping[bytes, bytes]) -> None:
    """All of these are final at a node."""
    service = network.nodes[index].service
    async with asyncio.timeout(WAIT_S):
        while any(service.view().reader.get(Table.ATTACHMENT, one) != data for one, data in held.items()):
            await service.wait_above(service.view().header.height, WAIT_S)


async def test_what_is_given_to_two_nodes_reaches_the_third_from_them(tmp_path: Path) -> None:
    async with besieged(tmp_path) as (network, attacker, transport):
        attacker.given_to = {"peer0", "peer1"}
        for name in ("first", "second", "third"):
            data = transactions_frame([attacker.publication(network, name)])
            for peer in sorted(attacker.given_to):
                transport.send(peer, data)
            await order(network, 2)
        for index in HONEST:
            await until_stored(network, index, attacker.held)
            assert network.nodes[index].service.health().concerns == (), "nobody broke a promise"


async def test_what_is_never_sent_is_bounded_and_its_sender_named(tmp_path: Path) -> None:
    async with besieged(tmp_path) as (network, attacker, transport):
        named = [attacker.publication(network, f"{number}") for number in range(100)]
        for index in HONEST:
            transport.send(f"peer{index}", transactions_frame(named))
        for index in HONEST:
            await order(network, index)
            node = network.nodes[index]
            assert len(node.links.fetching) <= ADDRESSES
            (concern,) = node.service.health().concerns
            assert isinstance(concern, Concern)
            assert (concern.member, concern.kind) == (member_did(ATTACKER), "withheld_attachment")
            assert set(node.links.linked) == {f"peer{other}" for other in range(4) if other != index}
