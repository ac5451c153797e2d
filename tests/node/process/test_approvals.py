"""Four nodes: what one proposes through one node, another completes through the next, in a later block."""

from pathlib import Path

from node.process.clock import CLOCK
from registry.build import TransactionBuilder
from registry.draft import BlockDraft
from registry.kinds.did.record import Purpose
from registry.kinds.status_list.record import STATUS_LIST_RECORD, StatusPurpose, status_list_id
from tests.node.process.cluster import VALID_MS, Cluster, cluster, member_did
from tests.node.process.test_cluster import agree, order
from tests.registry.network import owned, seed

ISSUER = member_did(0)
RECALL = range(2_000)


def by_second_key(builder: TransactionBuilder) -> bytes:
    """The transaction, signed by the issuer's second key."""
    return builder.sign(f"{ISSUER}#second", seed("second"), CLOCK.wall_ms() + VALID_MS)


def preparation(network: Cluster) -> bytes:
    """A list, and a second key of the issuer."""
    builder = network.builder()
    builder.create_status_list(ISSUER, "degrees", StatusPurpose.REVOCATION)
    builder.add_key(ISSUER, owned("second", Purpose.CAPABILITY_INVOCATION, "second"))
    return network.sign(builder)


async def test_approvals_come_through_different_nodes_in_different_blocks(tmp_path: Path) -> None:
    async with cluster(tmp_path) as network:
        await order(network, 0, preparation(network))
        proposal = network.builder()
        proposal.set_status(ISSUER, "degrees", RECALL)
        proposal.propose(ISSUER, "recall", CLOCK.wall_ms() + 60_000)
        proposed = await order(network, 1, network.sign(proposal))
        await agree(network, proposed.height)
        approval = network.builder()
        approval.approve(ISSUER, "recall")
        completed = await order(network, 2, by_second_key(approval))
        assert completed.height > proposed.height
        await agree(network, completed.height)
        for node in network.nodes.values():
            reader = node.service.view().reader
            body = BlockDraft(reader).body((STATUS_LIST_RECORD, status_list_id(ISSUER, "degrees")))
            assert body.ones == len(RECALL)
