"""A leader shows a block to one node only and gives its view up: that node's own turn is none the worse."""

from pathlib import Path

import pytest

from api.ports import Accepted, Final
from consensus.messages import Propose, Vote, VoteKind, VoteMessage
from consensus.signing import vote_bytes
from consensus.wire import decode_message, encode_message
from node.links.frames import FrameKind, frame, split
from node.process.assembly import Node
from registry.attachments import Attachment
from registry.primitives import ed25519
from tests.node.process.cluster import Cluster, cluster, member_did, seed

ATTACKER = 3
WAIT_S = 20.0


async def order(network: Cluster, node: Node, transaction: bytes) -> None:
    """A client's transaction becomes final."""
    (outcome,) = await node.service.submit([transaction])
    assert isinstance(outcome, Accepted)
    assert isinstance(await node.service.wait_final(outcome.transaction_id, WAIT_S), Final)


def show_to_one(network: Cluster, chosen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The attacker's next proposal goes to one node; to all, that the view is given up."""
    transport = network.transports[ATTACKER]
    send = transport.send
    given_up: list[int] = []

    def sent(peer: str, data: bytes) -> bool:
        kind, body = split(data)
        message = decode_message(body) if kind is FrameKind.CONSENSUS else None
        if not isinstance(message, Propose) or (given_up and message.candidate.view not in given_up):
            return send(peer, data)
        view = message.candidate.view
        if not given_up:
            given_up.append(view)
            content = vote_bytes(network.document.genesis_hash, VoteKind.NULLIFY, 0, view, None)
            signature = ed25519.sign(seed(f"consensus {ATTACKER}"), content)
            vote = Vote(VoteKind.NULLIFY, 0, view, None, ATTACKER, signature)
            send(chosen, data)
            for other in range(ATTACKER):
                send(f"peer{other}", frame(FrameKind.CONSENSUS, encode_message(VoteMessage(vote))))
        return True

    monkeypatch.setattr(transport, "send", sent)


async def test_a_heavy_transaction_in_it_keeps_nobody_from_proposing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What one node alone was shown is no reason for it to let a member rest: the others would wait for its
    block in vain, and hold that against it."""
    async with cluster(tmp_path) as network:
        attacker = network.nodes[ATTACKER]
        seat = attacker.epochs.seat
        while seat.leaders[seat.replica.view % 4] != ATTACKER:
            await order(network, attacker, network.anchor(0))
        view = seat.replica.view
        show_to_one(network, f"peer{seat.leaders[(view + 1) % 4]}", monkeypatch)
        content = b'{"$id":"https://m.example/","$schema":"https://json-schema.org/draft/2020-12/schema"}'
        large = Attachment(bytes(16), content[:-1] + b',"description":"%s"}' % (b"x" * 60_000))
        builder = network.builder()
        builder.publish_schema(member_did(ATTACKER), "large", "1.0.0", large)
        await attacker.service.offer_attachment(large.encode())
        await order(network, attacker, network.sign(builder, ATTACKER))
        assert seat.replica.final_view == view + 1
