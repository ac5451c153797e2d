"""Indexes."""

from registry.index import INDEX_RECORD
from registry.ruleset import CURRENT
from tests.registry.kinds import DID, LONGEST_DID, OWN_DID, Examples

EXAMPLES = Examples(
    kind=next(kind for kind in CURRENT.kinds if kind.record is INDEX_RECORD),
    ids=(
        "members/network",
        f"dids-by-sponsor/{DID}",
        f"schemas-by-owner/{OWN_DID}",
        f"status-lists-by-issuer/{DID}",
        f"anchors-by-issuer/{DID}",
    ),
    others=(
        "",
        "members",
        "members/",
        f"members/{DID}",
        f"Members/{DID}",
        "dids-by-sponsor/network",
        f"dids-by-owner/{DID}",
        f"/{DID}",
        DID,
    ),
    longest_id=max((relation.index_id(LONGEST_DID) for relation in CURRENT.relations), key=len),
)
