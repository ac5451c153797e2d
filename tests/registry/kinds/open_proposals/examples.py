"""Which proposals are open."""

from registry.kinds.open_proposals import KIND
from registry.kinds.open_proposals.record import MAX_OPEN, OpenProposal, OpenProposals
from registry.primitives.codec import MAX_INTEGER
from tests.registry.kinds import DID, LONGEST_DID, LONGEST_NAME, OWN_DID, TIME_MS, Examples

EXAMPLES = Examples(
    kind=KIND,
    ids=(DID, OWN_DID),
    others=("network", f"{DID}/pending/a"),
    longest_id=LONGEST_DID,
    body=OpenProposals((OpenProposal("recall", TIME_MS),)),
    longest_body=OpenProposals((OpenProposal(LONGEST_NAME, MAX_INTEGER),) * MAX_OPEN),
)
