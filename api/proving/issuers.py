"""All who issue, as a view of the ledger holds them: members, and the names that they sponsor."""

from collections.abc import Iterator
from itertools import islice

from api.documents.issuer_registry import ListedIssuer, may_issue
from api.proving.records import newest_body
from api.proving.stored import stored_index
from registry.id_forms import NETWORK_ID
from registry.index import Relation
from registry.kinds.did.record import DID_RECORD, DIDS_BY_SPONSOR
from registry.kinds.member.record import MEMBER_RECORD, MEMBERS
from registry.rows import Damaged
from registry.tables import Reader


def listed_issuers(reader: Reader, limit: int) -> tuple[list[ListedIssuer], bool]:
    """What members who issue sponsor, in the order in which it was recorded, at most `limit` names; and
    whether these are all. Raises `Damaged`.
    """
    found = list(islice(_issuers(reader), limit + 1))
    return found[:limit], len(found) <= limit


def _issuers(reader: Reader) -> Iterator[ListedIssuer]:
    for member_did in _entries(reader, MEMBERS, NETWORK_ID):
        member = newest_body(reader, MEMBER_RECORD, member_did)
        if member is None:
            raise Damaged(f"the index of members names {member_did}, which has no record")
        if not may_issue(member):
            continue
        for did in _entries(reader, DIDS_BY_SPONSOR, member_did):
            yield ListedIssuer(did, newest_body(reader, DID_RECORD, did), member_did, member)


def _entries(reader: Reader, relation: Relation, subject: str) -> Iterator[str]:
    log = stored_index(reader, relation.index_id(subject))
    if log is not None:
        yield from (log.leaf(number).id for number in range(log.count))
