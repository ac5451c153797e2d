"""Damage that a reader of the API comes upon stops the node: nobody votes on a store that is not whole."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from api.limits import ServerLimits
from api.server import runner
from node.process.assembly import Node
from node.process.clock import CLOCK
from node.storage.failure import Damage, DamageReason
from node.storage.store import Store
from node.storage.turns import TurnWrites
from registry.index import INDEX_RECORD
from registry.kinds.did.record import DID_RECORD
from registry.kinds.member.record import MEMBERS
from registry.record_log import map_key
from registry.tables import Table, u64
from tests.node.process.cluster import cluster, member_did

WHOLE = b"\x00 not what was written"


@asynccontextmanager
async def served(node: Node) -> AsyncIterator[aiohttp.ClientSession]:
    """A node's HTTP side."""
    serving = runner(node.service, ServerLimits(), CLOCK.wall_ms)
    await serving.setup()
    await web.TCPSite(serving, "127.0.0.1", 0).start()
    host, port = serving.addresses[0][:2]
    async with aiohttp.ClientSession(f"http://{host}:{port}") as session:
        yield session
    await serving.cleanup()


def spoil(folder: Path, key: bytes) -> None:
    """Writes a version's row that is whole to the database and no row to us."""
    store = Store.open(folder)
    turn = TurnWrites()
    turn.put(Table.VERSION, key + u64(0), WHOLE)
    store.commit(turn)
    store.close()


MET = {
    "on the event loop": (
        map_key(DID_RECORD.name, member_did(0)),
        f"/v1/records/did/{member_did(0)}",
    ),
    "beside it": (
        map_key(INDEX_RECORD.name, MEMBERS.index_id("network")),
        "/v1/indexes/members/network",
    ),
}


@pytest.mark.parametrize(("key", "path"), MET.values(), ids=MET.keys())
async def test_damage_met_by_a_reader_stops_the_node_and_every_later_start(
    tmp_path: Path, key: bytes, path: str
) -> None:
    async with cluster(tmp_path, size=1) as network:
        await network.stop(0)
        spoil(network.folder(0), key)
        node = network.start(0)
        async with served(node) as client, client.get(path) as answer:
            assert answer.status == 503
            assert (await answer.json(content_type=None))["type"] == "/problems/unready"
        with pytest.raises(Damage) as damage:
            await network.ended(0)
        assert damage.value.reason is DamageReason.CONTENT
        with pytest.raises(Damage) as damage:
            network.start(0)
        assert damage.value.reason is DamageReason.CONTENT
        assert "found by an earlier start" in damage.value.detail


async def test_damage_met_while_a_transaction_is_checked_stops_the_node(tmp_path: Path) -> None:
    async with cluster(tmp_path, size=1) as network:
        await network.stop(0)
        spoil(network.folder(0), map_key(DID_RECORD.name, member_did(0)))
        node = network.start(0)
        kind = {"content-type": "application/cose"}
        async with (
            served(node) as client,
            client.post("/v1/transactions", data=network.anchor(), headers=kind) as answer,
        ):
            assert answer.status == 503
        with pytest.raises(Damage):
            await network.ended(0)


async def test_a_node_that_is_ending_takes_more_bad_news_in_silence(tmp_path: Path) -> None:
    async with cluster(tmp_path, size=1) as network:
        node = network.nodes[0]
        node.tasks.fail(OSError("the first"))
        with pytest.raises(OSError, match="the first"):
            await network.ended(0)
        node.tasks.fail(OSError("the second"))
        node.tasks.fail(OSError("the third"))
