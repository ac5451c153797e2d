"""The driver's turns on a real node: nothing leaves before it is durable; peers at fault lose their link."""

import asyncio
from pathlib import Path

import pytest

from api.ports import Accepted, Final
from consensus.events import HaltReason
from consensus.messages import Vote, VoteKind, VoteMessage
from consensus.signing import vote_bytes
from consensus.wire import encode_message
from node.engine.driver import Halted
from node.links.frames import FrameKind, frame, transactions_frame
from node.observing.misconduct import Misconduct
from node.process.assembly import Node
from node.process.identity import GuardLost
from node.storage.failpoints import FailPoint, FailPoints
from node.storage.guard_records import GuardLoss
from node.transport.memory import MemoryTransport
from node.transport.port import Declined
from registry.primitives import ed25519
from tests.node.process.cluster import Cluster, cluster, member_did, seed

WAIT_S = 20.0
SENT = "sent"


class Trace(FailPoints):
    """Notes every point that is reached, and with `watch` every consensus frame that is sent."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[FailPoint | str] = []

    def reach(self, point: FailPoint) -> None:
        self.seen.append(point)

    def watch(self, transport: MemoryTransport, monkeypatch: pytest.MonkeyPatch) -> None:
        send = transport.send

        def noted(peer: str, sent: bytes) -> bool:
            if sent[0] == FrameKind.CONSENSUS:
                self.seen.append(SENT)
            return send(peer, sent)

        monkeypatch.setattr(transport, "send", noted)


class Listening:
    """A peer's sink that keeps what it is told."""

    def __init__(self) -> None:
        self.links: asyncio.Queue[tuple[str, bool]] = asyncio.Queue()

    async def on_frames(self, peer: str, frames: list[bytes]) -> None:
        """Frames are of no interest here."""

    def on_link(self, peer: str, up: bool) -> None:
        """A link changed."""
        self.links.put_nowait((peer, up))

    def on_rival(self, peer: str) -> None:
        """Nobody else has the key."""
        raise AssertionError

    def on_violation(self, peer: str) -> None:
        """This peer's node breaks no rule."""
        raise AssertionError

    async def on_request(self, peer: str, body: bytes) -> bytes:
        """This peer knows nothing."""
        raise Declined

    def on_failed(self, error: BaseException) -> None:
        """A defect."""
        raise error


async def test_nothing_leaves_between_a_write_and_the_end_of_its_flush_r11(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with cluster(tmp_path) as network:
        await network.stop(1)
        trace = Trace()
        node = network.start(1, failpoints=trace)
        trace.watch(network.transports[1], monkeypatch)
        for _ in range(3):
            (outcome,) = await node.service.submit([network.anchor(1)])
            assert isinstance(outcome, Accepted)
            assert isinstance(await node.service.wait_final(outcome.transaction_id, WAIT_S), Final)
        await network.stop(1)
    writing = False
    for seen in trace.seen:
        if seen is FailPoint.BEFORE_WRITE:
            writing = True
        elif seen is FailPoint.AFTER_FLUSH:
            writing = False
        assert not (writing and seen == SENT)
    assert trace.seen.count(SENT) > trace.seen.count(FailPoint.AFTER_COMMIT) > 0
    in_order = [FailPoint.BEFORE_COMMIT, FailPoint.BEFORE_WRITE, FailPoint.BEFORE_FLUSH]
    in_order += [FailPoint.AFTER_FLUSH, FailPoint.AFTER_COMMIT]
    begin = trace.seen.index(FailPoint.BEFORE_COMMIT)
    commit = [seen for seen in trace.seen[begin:] if seen in in_order][: len(in_order)]
    assert commit == in_order


async def intrude(network: Cluster, index: int, sent: bytes) -> list[tuple[str, bool]]:
    """Takes the place of a stopped node, sends one frame to node 0, and says how the link fared."""
    sink = Listening()
    transport = MemoryTransport(network.links, f"peer{index}", sink)
    transport.set_peers({"peer0": ()})
    await transport.start()
    fared = [await sink.links.get()]
    assert transport.send("peer0", sent)
    fared.append(await sink.links.get())
    await transport.stop()
    return fared


@pytest.mark.parametrize(
    ("sent", "fault"),
    [
        (b"\x07what", Misconduct.MALFORMED_MESSAGE),
        (frame(FrameKind.CONSENSUS, b"no message"), Misconduct.MALFORMED_MESSAGE),
        (frame(FrameKind.TRANSACTIONS, b"no array"), Misconduct.MALFORMED_MESSAGE),
        (
            transactions_frame([b"nothing that a client was ever told is accepted"]),
            Misconduct.FALSE_TRANSACTION,
        ),
    ],
    ids=["an unknown kind", "no message", "no transactions", "no transaction"],
)
async def test_bytes_outside_the_protocol_cost_the_link_and_are_named(
    tmp_path: Path, sent: bytes, fault: Misconduct
) -> None:
    async with cluster(tmp_path) as network:
        await network.stop(3)
        assert await intrude(network, 3, sent) == [("peer0", True), ("peer0", False)]
        (concern,) = network.nodes[0].service.health().concerns
        assert (concern.member, concern.what, concern.count) == (member_did(3), fault.value, 1)


async def test_an_own_vote_that_the_guard_lacks_ends_voting_for_good_r12(
    tmp_path: Path,
) -> None:
    async with cluster(tmp_path) as network:
        await network.stop(3)
        transport = MemoryTransport(network.links, "peer3", sink := Listening())
        transport.set_peers({"peer0": ()})
        await transport.start()
        assert await sink.links.get() == ("peer0", True)
        content = vote_bytes(network.document.genesis_hash, VoteKind.NULLIFY, 0, 5, None)
        forgotten = Vote(VoteKind.NULLIFY, 0, 5, None, 0, ed25519.sign(seed("consensus 0"), content))
        transport.send("peer0", frame(FrameKind.CONSENSUS, encode_message(VoteMessage(forgotten))))
        with pytest.raises(Halted) as halted:
            await network.ended(0)
        assert halted.value.reason is HaltReason.FOREIGN_VOTE
        await transport.stop()
        with pytest.raises(GuardLost) as lost:
            network.start(0)
        assert lost.value.loss is GuardLoss.MARKED
        network.start(0, vote=False)


async def first_ordered(node: Node) -> tuple[bytes, ...]:
    """The first transactions that become final; empty blocks may come before (R12, R14)."""
    height, block = 0, None
    while block is None or not block.transactions:
        assert await node.service.wait_above(height, WAIT_S)
        height += 1
        block = node.service.view().block(height)
    return block.transactions


async def test_a_transaction_that_may_have_been_good_costs_nothing_but_its_check(tmp_path: Path) -> None:
    async with cluster(tmp_path) as network:
        await network.stop(3)
        sink = Listening()
        transport = MemoryTransport(network.links, "peer3", sink)
        transport.set_peers({"peer0": ()})
        await transport.start()
        assert await sink.links.get() == ("peer0", True)
        good = network.anchor(3)
        transport.send("peer0", transactions_frame([network.anchor(3, valid_ms=-1), good]))
        assert await first_ordered(network.nodes[0]) == (good,)
        await transport.stop()
