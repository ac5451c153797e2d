"""Who gets a connection: Noise alone, proved keys of the set alone, in both directions, while listed."""

import asyncio
import logging
from collections.abc import AsyncIterator
from random import Random
from typing import Any

import pytest
from libp2p.crypto.ed25519 import create_new_key_pair
from libp2p.crypto.keys import KeyPair
from libp2p.security.insecure.transport import PLAINTEXT_PROTOCOL_ID, InsecureTransport
from libp2p.security.secio.transport import ID as SECIO_PROTOCOL_ID
from libp2p.security.secio.transport import Transport as SecioTransport
from libp2p.security.tls.transport import PROTOCOL_ID as TLS_PROTOCOL_ID
from libp2p.security.tls.transport import TLSTransport

from node.transport.identity import PeerIdentity
from node.transport.libp2p import Libp2pTransport
from tests.node.transport.peers import TIMINGS, in_dialling_order
from tests.node.transport.recording import RecordingSink
from tests.node.transport.stock_host import noise, send_frame

LISTED, NODE, UNLISTED = *in_dialling_order(bytes([1]) * 32, bytes([2]) * 32), bytes([3]) * 32
LISTED_ID = PeerIdentity.from_seed(LISTED).peer_id


class Victim:
    """A node that lists one peer, and what it has heard."""

    def __init__(self) -> None:
        self.sink = RecordingSink()
        self.transport = Libp2pTransport(
            NODE, ("/ip4/127.0.0.1/tcp/0",), self.sink, timings=TIMINGS, random=Random(0)
        )
        self.received = asyncio.Event()

    async def dialled_by(self, seed: bytes, security: Any = noise) -> str:
        """What comes of it when a stock host dials this node and sends a frame."""
        address = self.transport.addresses[0]
        return await send_frame(seed, security, self.transport.peer_id, address, b"frame", self.received)


@pytest.fixture
async def victim() -> AsyncIterator[Victim]:
    victim = Victim()
    await victim.transport.start()
    victim.transport.set_peers({LISTED_ID: ()})
    yield victim
    await victim.transport.stop()


def refusals(caplog: pytest.LogCaptureFixture) -> set[str]:
    return {record.getMessage() for record in caplog.records if record.name == "node.transport.switch"}


async def assert_listed_peer_gets_through(victim: Victim) -> None:
    dialling = asyncio.create_task(victim.dialled_by(LISTED))
    await victim.sink.until_received(b"frame")
    victim.received.set()
    assert await dialling == "sent"
    assert victim.sink.frames == [(LISTED_ID, b"frame")]


async def test_a_stock_host_with_a_listed_key_gets_through(victim: Victim) -> None:
    await assert_listed_peer_gets_through(victim)


async def test_an_unlisted_key_gets_no_frame_and_no_connection(
    victim: Victim, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="node.transport")
    assert await victim.dialled_by(UNLISTED) != "sent"
    assert refusals(caplog) == {
        f"refused a connection: {PeerIdentity.from_seed(UNLISTED).peer_id} is not admitted"
    }
    assert victim.sink.events == []
    await assert_listed_peer_gets_through(victim)


def plaintext(key_pair: Any) -> dict[str, Any]:
    return {PLAINTEXT_PROTOCOL_ID: InsecureTransport(key_pair)}


def secio(key_pair: Any) -> dict[str, Any]:
    return {SECIO_PROTOCOL_ID: SecioTransport(key_pair)}


def tls(key_pair: Any) -> dict[str, Any]:
    return {TLS_PROTOCOL_ID: TLSTransport(key_pair)}


@pytest.mark.parametrize("security", [plaintext, secio, tls])
async def test_a_dialler_without_noise_is_refused_with_a_listed_key(victim: Victim, security: Any) -> None:
    assert (await victim.dialled_by(LISTED, security)).endswith("failed to negotiate the secure protocol")
    assert victim.sink.events == []
    await assert_listed_peer_gets_through(victim)


class ClaimedKey:
    """Signs with its own key and shows another's public key."""

    def __init__(self, own: Any, claimed: Any) -> None:
        self._own = own
        self._claimed = claimed

    def get_public_key(self) -> Any:
        return self._claimed

    def __getattr__(self, name: str) -> Any:
        return getattr(self._own, name)


def impersonated(key_pair: Any) -> KeyPair:
    claimed = create_new_key_pair(LISTED).public_key
    return KeyPair(ClaimedKey(key_pair.private_key, claimed), claimed)


def impersonating_noise(key_pair: Any) -> Any:
    return noise(impersonated(key_pair))


def impersonating_plaintext(key_pair: Any) -> Any:
    return plaintext(impersonated(key_pair))


@pytest.mark.parametrize(
    ("security", "refusal"),
    [
        (impersonating_noise, "the Noise handshake failed: InvalidSignature()"),
        (impersonating_plaintext, "negotiating a protocol failed: EOFError('the connection was closed')"),
    ],
)
async def test_a_listed_public_key_alone_impersonates_nobody(
    victim: Victim, security: Any, refusal: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="node.transport")
    assert await victim.dialled_by(UNLISTED, security) != "sent"
    assert refusals(caplog) == {f"refused a connection: {refusal}"}
    assert victim.sink.events == []
    await assert_listed_peer_gets_through(victim)


async def test_dialling_an_address_where_another_listed_key_answers_makes_no_link() -> None:
    first, second, third = in_dialling_order(*(bytes([index]) * 32 for index in (4, 5, 6)))
    second_id, third_id = PeerIdentity.from_seed(second).peer_id, PeerIdentity.from_seed(third).peer_id
    at_first, at_second = RecordingSink(), RecordingSink()
    dialler = Libp2pTransport(first, (), at_first, timings=TIMINGS, random=Random(0))
    anywhere = ("/ip4/127.0.0.1/tcp/0",)
    impostor = Libp2pTransport(second, anywhere, at_second, timings=TIMINGS, random=Random(0))
    await impostor.start()
    await dialler.start()
    try:
        impostor.set_peers({dialler.peer_id: ()})
        dialler.set_peers({third_id: impostor.addresses, second_id: impostor.addresses})
        await at_first.until_linked(second_id)
        assert at_first.links == [(second_id, True)]
    finally:
        await dialler.stop()
        await impostor.stop()


async def test_a_node_does_not_stay_connected_to_a_listener_outside_its_set(victim: Victim) -> None:
    at_dialler = RecordingSink()
    dialler = Libp2pTransport(LISTED, (), at_dialler, timings=TIMINGS, random=Random(0))
    await dialler.start()
    try:
        dialler.set_peers({victim.transport.peer_id: victim.transport.addresses})
        await at_dialler.until_linked(victim.transport.peer_id)
        dialler.set_peers({})
        await victim.sink.until_linked(LISTED_ID, up=False)
        assert victim.sink.links == [(LISTED_ID, True), (LISTED_ID, False)]
    finally:
        await dialler.stop()
