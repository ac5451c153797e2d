"""Indexes: for each relation of authority, the log of the records that came under it.

The executor appends to an index whenever it creates a record, so enumerating an index is complete by
construction. An index is a record of kind `index` whose id is `RELATION/SUBJECT`.
"""

from enum import StrEnum


class Relation(StrEnum):
    """What the entries of an index have in common with its subject."""

    MEMBERS = "members"
    """All members of the network; the subject is `NETWORK_ID`."""
    DIDS_BY_SPONSOR = "dids-by-sponsor"
    SCHEMAS_BY_OWNER = "schemas-by-owner"
    STATUS_LISTS_BY_ISSUER = "status-lists-by-issuer"
    ANCHORS_BY_ISSUER = "anchors-by-issuer"


def index_id(relation: Relation, subject: str) -> str:
    """The id of an index record."""
    return f"{relation.value}/{subject}"
