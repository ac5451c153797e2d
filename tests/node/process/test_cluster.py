"""Four nodes over the transport in memory order what clients give them; one that was away catches up."""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from api.ports import Accepted, Dropped, Final, MissingAttachment, NotAccepted, Waiting
from consensus import delivery
from consensus.timing import Timing
from node.ledger.opening import WrongNetwork
from node.links import network as peers
from node.links.frames import FrameKind
from node.process.clock import CLOCK, Clock
from node.process.identity import GuardLost
from node.storage.failure import Damage, DamageReason
from node.storage.store import Store
from node.storage.turns import TurnWrites
from registry.attachments import Attachment
from registry.kinds.anchor.reasons import AnchorReason
from registry.primitives.map_proof import map_root_from
from registry.rejection import TransactionReason
from registry.rows import Damaged
from registry.ruleset import CURRENT
from registry.tables import Table
from tests.node.process.cluster import Cluster, cluster, genesis

WAIT_S = 20.0
NO_RECORD = bytes(32)
"""A key that no record has, whose path leads to the root of the map all the same."""


async def order(network: Cluster, at: int, transaction: bytes) -> Final:
    """Gives a transaction to one node and waits until it is final there."""
    (outcome,) = await network.nodes[at].service.submit([transaction])
    assert isinstance(outcome, Accepted), outcome
    standing = await network.nodes[at].service.wait_final(outcome.transaction_id, WAIT_S)
    assert isinstance(standing, Final), standing
    return standing


async def agree(network: Cluster, height: int) -> None:
    """Waits until every node has that height, and compares their blocks and states there."""
    headers = []
    for node in network.nodes.values():
        assert await node.service.wait_above(height - 1, WAIT_S)
        block = node.service.view().block(height)
        assert block is not None
        headers.append(block.header)
    assert len(set(headers)) == 1


async def test_a_transaction_given_to_one_node_is_final_on_all_under_one_root(tmp_path: Path) -> None:
    async with cluster(tmp_path) as network:
        transaction = network.anchor()
        final = await order(network, 0, transaction)  # a start may make empty blocks before it (R12)
        assert final.index == 1
        await agree(network, final.height)
        view = network.nodes[3].service.view()
        block = view.block(final.height)
        assert block is not None
        assert block.transactions == (transaction,)
        shown = map_root_from(view.prove(NO_RECORD), NO_RECORD, None)
        assert (view.header.state_root, view.certificate is not None) == (shown, True)


async def test_a_batch_is_ordered_once_however_often_and_wherever_it_is_sent(tmp_path: Path) -> None:
    async with cluster(tmp_path) as network:
        batch = [network.anchor(member) for member in (0, 1, 2, 3, 0, 1)]
        outcomes = [await network.nodes[at].service.submit(batch) for at in (0, 2, 0)]
        assert outcomes[0] == outcomes[1] == outcomes[2]
        accepted = [one for one in outcomes[0] if isinstance(one, Accepted)]
        assert len(accepted) == 6
        service = network.nodes[1].service
        places = [await network.nodes[0].service.wait_final(one.transaction_id, WAIT_S) for one in accepted]
        assert all(isinstance(place, Final) for place in places)
        last = max(place.height for place in places if isinstance(place, Final))
        await agree(network, last)
        assert [service.standing(one.transaction_id) for one in accepted] == places
        again = await network.nodes[3].service.submit(batch)
        assert again == outcomes[0]


async def eventually(is_so: Callable[[], bool]) -> None:
    for _ in range(int(WAIT_S / 0.01)):
        if is_so():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came to be so")


async def test_what_a_client_gives_once_more_is_sent_on_where_the_node_it_came_from_is_gone(
    tmp_path: Path,
) -> None:
    """The node that has it from there does not vote: only it can bring the transaction to a leader."""
    network = Cluster(tmp_path, genesis(4))
    try:
        transaction = network.anchor()
        network.start(0)
        follower = network.start(1, vote=False)
        await eventually(lambda: len(follower.links.linked) == 1)
        (given,) = await network.nodes[0].service.submit([transaction])
        assert isinstance(given, Accepted)
        await eventually(lambda: isinstance(follower.service.standing(given.transaction_id), Waiting))
        await network.stop(0)
        assert await follower.service.submit([transaction]) == (given,)
        for index in (0, 2, 3):
            network.start(index)
        assert isinstance(await follower.service.wait_final(given.transaction_id, 2 * WAIT_S), Final)
    finally:
        await network.stop_all()


async def test_heavy_transactions_of_one_member_go_into_blocks_of_their_own(tmp_path: Path) -> None:
    """However their member rests between them, all become final."""
    async with cluster(tmp_path) as network:
        heavy = [network.anchors(0, CURRENT.limits.operations) for _ in range(3)]
        await order(network, 0, network.anchor(1))
        service = network.nodes[2].service
        outcomes = await service.submit([*heavy, network.anchor(1)])
        standings = [
            await service.wait_final(outcome.transaction_id, WAIT_S)
            for outcome in outcomes
            if isinstance(outcome, Accepted)
        ]
        finals = [standing for standing in standings if isinstance(standing, Final)]
        assert len(finals) == 4
        assert len({final.height for final in finals[:3]}) == 3


async def test_refusals_name_their_reason(tmp_path: Path) -> None:
    async with cluster(tmp_path) as network:
        service = network.nodes[0].service
        good = network.anchor()
        forged = good[:-1] + bytes([good[-1] ^ 1])
        stranger = network.anchor(member=9)
        late = network.anchor(valid_ms=-1)
        outcomes = await service.submit([b"no transaction", forged, stranger, late])
        reasons = [one.reason for one in outcomes if isinstance(one, NotAccepted)]
        assert reasons == [
            TransactionReason.MALFORMED,
            TransactionReason.BAD_SIGNATURE,
            TransactionReason.UNKNOWN_SIGNER,
            TransactionReason.EXPIRED,
        ]


async def test_what_execution_rejects_is_dropped_and_its_sender_is_told(tmp_path: Path) -> None:
    async with cluster(tmp_path) as network:
        service = network.nodes[0].service
        root = bytes(32)
        await order(network, 0, network.anchor(root=root))
        (outcome,) = await service.submit([network.anchor(root=root)])
        assert isinstance(outcome, Accepted)
        standing = await service.wait_final(outcome.transaction_id, WAIT_S)
        assert isinstance(standing, Dropped)
        assert standing.reason is AnchorReason.ANCHOR_EXISTS


async def test_an_attachment_travels_to_every_node_before_its_transaction_is_final(tmp_path: Path) -> None:
    async with cluster(tmp_path) as network:
        schema = b'{"$id":"https://example.org/a","$schema":"https://json-schema.org/draft/2020-12/schema"}'
        attachment = Attachment(bytes(16), schema)
        transaction = network.schema(attachment)
        service = network.nodes[1].service
        assert await service.submit([transaction]) == (MissingAttachment(attachment.address),)
        await service.offer_attachment(attachment.encode())
        place = await order(network, 1, transaction)
        await agree(network, place.height)
        for node in network.nodes.values():
            held = node.service.view().reader.get(Table.ATTACHMENT, attachment.address)
            assert held == attachment.encode()


@pytest.mark.parametrize("missed", [2, 9], ids=["block by block", "by a range"])
async def test_a_node_that_was_away_catches_up_and_goes_on(tmp_path: Path, missed: int) -> None:
    async with cluster(tmp_path) as network:
        await order(network, 0, network.anchor())
        await network.stop(3)
        for _ in range(missed):
            place = await order(network, 1, network.anchor(1))
        network.start(3)
        await agree(network, place.height)
        # It votes again: with another node away its vote is needed.
        await network.stop(0)
        place = await order(network, 3, network.anchor(3))
        await agree(network, place.height)


async def test_a_range_is_read_and_verified_beside_the_event_loop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: dict[str, set[int]] = {}

    def watch(module: ModuleType, name: str) -> None:
        function = getattr(module, name)

        def watched(*args: Any) -> Any:
            threads.setdefault(name, set()).add(threading.get_ident())
            return function(*args)

        monkeypatch.setattr(module, name, watched)

    async with cluster(tmp_path) as network:
        await order(network, 0, network.anchor())
        await network.stop(3)
        for _ in range(9):
            place = await order(network, 1, network.anchor(1))
        watch(delivery, "_is_proved")
        watch(peers, "decode_range")
        network.start(3)
        await agree(network, place.height)
    assert set(threads) == {"_is_proved", "decode_range"}
    assert all(threading.get_ident() not in idents for idents in threads.values())


async def test_all_nodes_restart_and_go_on_where_they_were(tmp_path: Path) -> None:
    async with cluster(tmp_path) as network:
        place = await order(network, 0, network.anchor())
        await agree(network, place.height)
        await network.stop_all()
        for index in range(4):
            view = network.start(index).service.view()
            assert view.header.height >= place.height
        after = await order(network, 2, network.anchor(2))
        assert after.height > place.height
        await agree(network, after.height)


async def test_an_observer_follows_without_a_vote(tmp_path: Path) -> None:
    async with cluster(tmp_path) as network:
        await network.stop(2)
        observer = network.start(2, vote=False)
        place = await order(network, 0, network.anchor())
        assert await observer.service.wait_above(place.height - 1, WAIT_S)
        assert observer.service.view().header.state_root == network.nodes[0].service.view().header.state_root


async def test_what_an_observer_sent_and_was_lost_is_sent_again_though_no_view_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with cluster(tmp_path, timing=Timing(delta_ms=100)) as network:
        place = await order(network, 0, network.anchor())
        await network.stop(3)
        network.start(3, vote=False)
        await agree(network, place.height)
        transport = network.transports[3]
        send = transport.send
        lost: list[str] = []

        def losing(peer: str, sent: bytes) -> bool:
            if sent[0] == FrameKind.TRANSACTIONS and len(lost) < 3:
                lost.append(peer)
                return True
            return send(peer, sent)

        monkeypatch.setattr(transport, "send", losing)
        await order(network, 3, network.anchor())
        assert sorted(lost) == ["peer0", "peer1", "peer2"]


async def test_start_up_refuses_what_it_must(tmp_path: Path) -> None:
    async with cluster(tmp_path, size=1, timing=Timing(heartbeat_ms=1_000_000)) as network:
        await order(network, 0, network.anchor())
        await network.stop(0)
        with pytest.raises(WrongNetwork):
            network.start(0, document=genesis(1, name="another"))
        with pytest.raises(GuardLost):
            network.start(0, consensus_key="a key without a guard")


async def test_a_node_whose_ledger_is_dated_ahead_of_its_clock_starts_and_goes_on(tmp_path: Path) -> None:
    timing = Timing(heartbeat_ms=1_000_000)
    async with cluster(tmp_path, size=1, timing=timing) as network:
        await order(network, 0, network.anchor())
        await network.stop(0)
        behind_ms = 1_800_000
        node = network.start(0, clock=Clock(CLOCK.monotonic_ms, lambda: CLOCK.wall_ms() - behind_ms))
        assert b"matricula_final_height 1.0" in node.service.metrics()
        before = node.service.view().header
        assert await order(network, 0, network.anchor()) == Final(2, 1)
        assert node.service.view().header.time_ms == before.time_ms + 1


async def test_a_record_changed_on_the_disk_is_found_before_anything_is_served(tmp_path: Path) -> None:
    async with cluster(tmp_path, size=1) as network:
        await order(network, 0, network.anchor())
        await network.stop(0)
        store = Store.open(network.folder(0))
        key, row = next(store.reader.scan(Table.RECORD))
        turn = TurnWrites()
        first_hash = 8  # behind the count of versions
        changed = bytes([row[first_hash] ^ 1])
        turn.put(Table.RECORD, key, row[:first_hash] + changed + row[first_hash + 1 :])
        store.commit(turn)
        store.close()
        with pytest.raises(Damage) as damage:
            network.start(0)
        assert damage.value.reason is DamageReason.CONTENT


async def test_a_row_found_damaged_while_the_node_runs_stops_it_as_damage(tmp_path: Path) -> None:
    async with cluster(tmp_path, size=1) as network:
        network.nodes[0].tasks.fail(Damaged("a stored row cannot be read"))
        with pytest.raises(Damage) as damage:
            await network.ended(0)
        assert damage.value.reason is DamageReason.CONTENT


async def test_what_a_node_does_shows_in_its_metrics(tmp_path: Path) -> None:
    async with cluster(tmp_path) as network:
        service = network.nodes[0].service
        await order(network, 0, network.anchor())
        await service.submit([b"no transaction"])
        network.nodes[0].telemetry.clients.answered("/v1/head", 200, 0.001)
        shown = {
            (sample.name, *sample.labels.values()): sample.value
            for family in text_string_to_metric_families(service.metrics().decode())
            for sample in family.samples
        }
    assert shown["matricula_final_height",] >= 1
    assert shown["matricula_final_transactions_total",] == 1
    assert shown["matricula_votes",] == 1
    assert shown["matricula_peers_linked",] == 3
    assert shown["matricula_turn_commit_seconds_count",] >= 1
    assert shown["matricula_execution_seconds_count",] + shown["matricula_build_seconds_count",] >= 1
    assert shown["matricula_pool_refusals_total", TransactionReason.MALFORMED.value] == 1
    assert shown["matricula_requests_total", "/v1/head", "200"] == 1
