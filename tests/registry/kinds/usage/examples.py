"""Use of the quotas."""

from registry.kinds.usage import KIND
from registry.kinds.usage.record import Usage
from registry.primitives.codec import MAX_INTEGER
from tests.registry.kinds import DID, LONGEST_DID, OWN_DID, Examples

EXAMPLES = Examples(
    kind=KIND,
    ids=(DID, OWN_DID),
    others=("network", "*"),
    longest_id=LONGEST_DID,
    body=Usage(3, 4_000),
    longest_body=Usage(MAX_INTEGER, MAX_INTEGER),
)
