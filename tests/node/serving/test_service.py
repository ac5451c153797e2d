"""The node as its API sees it: who waits is told, in time, and after the view shows it."""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from api.ports import Accepted, Busy, Dropped, Final, Follows, MissingAttachment, NotAccepted, Waiting
from consensus.timing import Timing
from node.pool.mempool import PoolLimits
from node.process.clock import CLOCK, Clock
from node.storage.guard_records import mark_guard_lost
from node.storage.store import Store
from node.storage.turns import TurnWrites
from registry.attachments import Attachment, address_of
from registry.primitives import ed25519
from registry.rejection import RejectionReason
from registry.ruleset import MAX_ATTACHMENTS, MAX_SCHEMA_BYTES
from tests.node.process.cluster import cluster, member_did, seed

WAIT_S = 20.0
UNKNOWN = bytes(32)


async def until(satisfied: Callable[[], bool]) -> None:
    """Waits until something is so."""
    async with asyncio.timeout(WAIT_S):
        while True:
            if satisfied():
                return
            await asyncio.sleep(0.05)


async def test_a_waiter_finds_what_it_was_told(tmp_path: Path) -> None:
    async with cluster(tmp_path, size=1) as network:
        service = network.nodes[0].service
        (outcome,) = await service.submit([network.anchor()])
        assert isinstance(outcome, Accepted)
        standing = await service.wait_final(outcome.transaction_id, WAIT_S)
        assert standing == Final(service.view().header.height, 1)
        assert service.standing(outcome.transaction_id) == standing
        assert service.standing(UNKNOWN) is None
        assert await service.wait_final(UNKNOWN, WAIT_S) is None


@pytest.mark.parametrize("size", [1, 2, 4])
async def test_what_only_execution_refuses_is_told_and_then_the_network_is_idle(
    tmp_path: Path, size: int
) -> None:
    """The verdict rests on the last final block: no later one will confirm it."""
    async with cluster(tmp_path, size=size) as network:
        service = network.nodes[0].service
        root = bytes(32)
        (first,) = await service.submit([network.anchor(root=root)])
        assert isinstance(first, Accepted)
        assert isinstance(await service.wait_final(first.transaction_id, WAIT_S), Final)
        (second,) = await service.submit([network.anchor(root=root)])
        assert isinstance(second, Accepted)
        standing = await service.wait_final(second.transaction_id, WAIT_S)
        assert isinstance(standing, Dropped)
        assert standing.reason is RejectionReason.ANCHOR_EXISTS
        assert service.health().pool_transactions == 0
        assert service.view().header.height <= 2 + 2 * size


async def test_a_node_that_builds_no_blocks_finds_out_what_will_never_be_final(tmp_path: Path) -> None:
    async with cluster(tmp_path) as network:
        await network.stop(2)
        observer = network.start(2, vote=False).service
        root = bytes(32)
        (first,) = await network.nodes[0].service.submit([network.anchor(root=root)])
        assert isinstance(first, Accepted)
        assert await observer.wait_above(0, WAIT_S)
        (second,) = await observer.submit([network.anchor(root=root)])
        assert isinstance(second, Accepted)
        assert isinstance(await observer.wait_final(second.transaction_id, WAIT_S), Dropped)


async def test_time_runs_out_and_what_is_known_is_answered(tmp_path: Path) -> None:
    async with cluster(tmp_path) as network:
        for index in (1, 2, 3):
            await network.stop(index)
        service = network.nodes[0].service
        height = service.view().header.height
        (outcome,) = await service.submit([network.anchor()])
        assert isinstance(outcome, Accepted)
        assert await service.wait_final(outcome.transaction_id, 0) == Waiting()
        assert await service.wait_above(height, 0) is False
        assert await service.wait_above(height - 1, WAIT_S) is True


async def test_when_the_node_stops_everybody_is_answered(tmp_path: Path) -> None:
    async with cluster(tmp_path) as network:
        for index in (1, 2, 3):
            await network.stop(index)
        service = network.nodes[0].service
        height = service.view().header.height
        (outcome,) = await service.submit([network.anchor()])
        assert isinstance(outcome, Accepted)
        waits = asyncio.gather(
            service.wait_final(outcome.transaction_id, WAIT_S), service.wait_above(height, WAIT_S)
        )
        await asyncio.sleep(0)
        service.close()
        standing, is_above = await waits
        assert (standing, is_above) == (Waiting(), False)
        assert await service.wait_above(height, WAIT_S) is False


async def test_a_node_without_a_quorum_is_not_ready_and_says_why(tmp_path: Path) -> None:
    async with cluster(tmp_path) as network:
        service = network.nodes[0].service
        (outcome,) = await service.submit([network.anchor()])
        assert isinstance(outcome, Accepted)
        await service.wait_final(outcome.transaction_id, WAIT_S)
        health = service.health()
        assert (health.ready, health.reason, health.peers_connected) == (True, "", 3)
        for index in (1, 2):
            await network.stop(index)
        health = service.health()
        assert (health.ready, health.peers_connected) == (False, 1)
        assert health.reason == "The node is linked to 1 validator and needs 2."
        assert (service.unready(), service.unreadable()) == (health.reason, "")
        assert isinstance(service.standing(outcome.transaction_id), Final)


async def test_who_is_linked_and_does_not_vote_counts_for_no_quorum(tmp_path: Path) -> None:
    """Node 3 follows: with all others up the network is ready, and with one more away nobody is."""
    async with cluster(tmp_path, timing=Timing(delta_ms=60, clocks_ms=200)) as network:
        await network.stop(3)
        network.start(3, vote=False)
        follower, services = member_did(3), [network.nodes[index].service for index in range(3)]
        await until(lambda: all(service.not_voting() == (follower,) for service in services))
        assert [network.nodes[index].service.unready() for index in range(4)] == [""] * 4
        health = services[0].health()
        assert (health.not_voting, sorted(health.linked), health.follows) == (
            (follower,),
            [member_did(index) for index in (1, 2, 3)],
            None,
        )
        assert network.nodes[3].service.health().follows is Follows.NO_KEY
        await network.stop(2)
        assert services[0].unready() == (
            "The node is linked to 1 validator that votes and needs 2: "
            f"{follower} is linked and does not vote."
        )
        assert network.nodes[3].service.unready() == "The node is linked to 2 validators and needs 3."
        await network.stop(3)
        network.start(3)
        await until(lambda: not services[0].unready())
        assert services[0].not_voting() == ()


async def test_at_work_and_after_a_start_nobody_who_votes_is_taken_for_one_who_does_not(
    tmp_path: Path,
) -> None:
    """Many rounds of questions go by while the nodes have other work."""
    async with cluster(tmp_path, timing=Timing(delta_ms=60, clocks_ms=150)) as network:
        for restarted in (1, 2):
            for _ in range(8):
                service = network.nodes[0].service
                (outcome,) = await service.submit([network.anchor()])
                assert isinstance(outcome, Accepted)
                assert isinstance(await service.wait_final(outcome.transaction_id, WAIT_S), Final)
                assert all(node.service.not_voting() == () for node in network.nodes.values())
            await network.stop(restarted)
            network.start(restarted)


async def test_why_a_node_follows_is_told(tmp_path: Path) -> None:
    async with cluster(tmp_path, size=1) as network:
        await network.stop(0)
        key = ed25519.public_key(seed("consensus 0"))
        whole = network.start(0, vote=False, unused_key=key)
        assert whole.service.health().follows is Follows.BY_CHOICE
        await network.stop(0)
        stranger = network.start(0, vote=False, unused_key=bytes(32))
        assert stranger.service.health().follows is Follows.NOT_LISTED
        await network.stop(0)
        store = Store.open(network.folder(0))
        mark_guard_lost(store, key, "restored from a backup")
        store.close()
        lost = network.start(0, vote=False, unused_key=key)
        assert lost.service.health().follows is Follows.LOST_GUARD


async def test_a_node_whose_disk_does_not_answer_is_not_ready_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_writing, may_go_on = threading.Event(), threading.Event()
    commit = Store.commit

    def frozen(store: Store, turn: TurnWrites) -> int:
        is_writing.set()
        may_go_on.wait()
        return commit(store, turn)

    async with cluster(tmp_path, size=1) as network:
        service = network.nodes[0].service
        monkeypatch.setattr("node.serving.service.FROZEN_MS", -1)  # the first moment of a write is too long
        monkeypatch.setattr(Store, "commit", frozen)
        (outcome,) = await service.submit([network.anchor()])
        assert isinstance(outcome, Accepted)
        await asyncio.to_thread(is_writing.wait)
        assert service.unready().startswith("The disk has not taken a write for ")
        assert (service.health().ready, service.unreadable()) == (False, "")
        may_go_on.set()
        assert isinstance(await service.wait_final(outcome.transaction_id, WAIT_S), Final)


async def test_a_clock_that_is_set_makes_no_new_block_old(tmp_path: Path) -> None:
    shift_ms = 0
    clock = Clock(CLOCK.monotonic_ms, lambda: CLOCK.wall_ms() + shift_ms)
    async with cluster(tmp_path, size=1, timing=Timing(heartbeat_ms=1_000_000)) as network:
        await network.stop(0)
        service = network.start(0, clock=clock).service
        (outcome,) = await service.submit([network.anchor()])
        assert isinstance(outcome, Accepted)
        assert isinstance(await service.wait_final(outcome.transaction_id, WAIT_S), Final)
        shift_ms = 1_800_000
        assert service.unready() == ""
        await network.stop(0)
        assert "seconds old" in network.start(0, clock=clock).service.unready()


async def test_a_full_pool_is_busy_and_a_full_store_of_attachments_forgets_the_oldest(tmp_path: Path) -> None:
    async with cluster(tmp_path) as network:
        for index in (0, 1, 2, 3):
            await network.stop(index)
        service = network.start(0, pool=PoolLimits(count=2)).service
        outcomes = await service.submit([network.anchor(), network.anchor(), network.anchor(1)])
        assert [type(outcome) for outcome in outcomes] == [Accepted, Busy, Accepted]
        content = Attachment(bytes(16), bytes(1024 * 1024 - 16)).encode()
        changed = [content[:-2] + number.to_bytes(2, "big") for number in range(65)]
        for one in changed:
            await service.offer_attachment(one)
        builder = network.builder()
        for place, name in ((32, "forgotten"), (33, "held")):
            builder.publish_schema(member_did(1), name, "1.0.0", Attachment.decode(changed[place]))
        (outcome,) = await service.submit([network.sign(builder, 1)])
        assert outcome == MissingAttachment(address_of(changed[32]))


async def test_a_member_that_names_too_many_attachments_waits_and_no_other_does(tmp_path: Path) -> None:
    async with cluster(tmp_path) as network:
        for index in (1, 2, 3):
            await network.stop(index)
        service = network.nodes[0].service

        async def publish(member: int, name: str) -> type:
            builder = network.builder()
            for part in range(MAX_ATTACHMENTS):
                content = Attachment(part.to_bytes(16, "big"), name.encode() * MAX_SCHEMA_BYTES)
                builder.publish_schema(member_did(member), f"{name}{part}", "1.0.0", content)
                await service.offer_attachment(content.encode())
            (outcome,) = await service.submit([network.sign(builder, member)])
            return type(outcome)

        assert [await publish(0, name) for name in "abcdefghi"] == [*[Accepted] * 8, Busy]
        assert await publish(1, "j") is Accepted


async def test_a_schema_that_no_block_can_hold_is_refused_at_once(tmp_path: Path) -> None:
    async with cluster(tmp_path, size=1) as network:
        service = network.nodes[0].service
        content = Attachment(bytes(16), bytes(MAX_SCHEMA_BYTES + 1))
        await service.offer_attachment(content.encode())
        (outcome,) = await service.submit([network.schema(content)])
        assert isinstance(outcome, NotAccepted)
        assert outcome.reason is RejectionReason.SCHEMA_TOO_LONG
