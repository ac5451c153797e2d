"""Four nodes over the transport in memory order what clients give them; one that was away catches up."""

from pathlib import Path

from api.ports import Accepted, Final
from tests.node.cluster import cluster

WAIT_S = 20.0


async def test_a_transaction_given_to_one_node_is_final_on_all_under_one_root(tmp_path: Path) -> None:
    async with cluster(tmp_path) as network:
        (outcome,) = await network.nodes[0].service.submit([network.anchor()])
        assert isinstance(outcome, Accepted)
        assert await network.nodes[0].service.wait_final(outcome.transaction_id, WAIT_S) == Final(1, 1)
        for node in network.nodes.values():
            assert await node.service.wait_above(0, WAIT_S)
            assert node.service.standing(outcome.transaction_id) == Final(1, 1)
        views = [node.service.view() for node in network.nodes.values()]
        assert len({view.header.state_root for view in views}) == 1
