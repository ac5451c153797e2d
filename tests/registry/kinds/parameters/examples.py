"""A network's parameters."""

from registry.kinds.parameters import KIND
from registry.kinds.parameters.record import Parameters
from registry.primitives.codec import MAX_INTEGER
from tests.registry.kinds import DID, Examples

EXAMPLES = Examples(
    kind=KIND,
    ids=("network",),
    others=("", "Network", "network/", DID, "networ\u043a"),
    longest_id="network",
    body=Parameters(300, 30_000, 512 * 1024, 1_000, 200_000, 10, 20, 500, 10),
    longest_body=Parameters(block_cost=10_000_000, record_quota=MAX_INTEGER, byte_quota=MAX_INTEGER),
)
