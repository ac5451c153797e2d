"""A status list as a state of the ledger has it, for whoever compares a publication with it."""

from api.ports import View
from api.proving.stored import StoredRecord, stored_record
from api.publications.check import LedgerList, ListVersion
from registry.kinds.did.record import DID_RECORD, Did
from registry.kinds.status_list.record import STATUS_LIST_RECORD, StatusList
from registry.names import owner_of
from registry.rows import read_body


def ledger_list(view: View, list_id: str) -> LedgerList | None:
    """The list and its owner's record in this state; None where there is no such list. Raises `Damaged`."""
    stored = stored_record(view.reader, STATUS_LIST_RECORD, list_id)
    if stored is None:
        return None

    def version(number: int) -> ListVersion:
        body: StatusList = read_body(STATUS_LIST_RECORD, stored.body(number))
        return ListVersion(stored.log.leaf(number).time_ms, body.root)

    newest: StatusList = read_body(STATUS_LIST_RECORD, _newest(stored))
    owner = _owner(view, owner_of(list_id))
    return LedgerList(list_id, newest, owner, view.header.time_ms, stored.log.count, version)


def _owner(view: View, did: str) -> Did | None:
    stored = stored_record(view.reader, DID_RECORD, did)
    if stored is None:
        return None
    body: Did = read_body(DID_RECORD, _newest(stored))
    return body


def _newest(stored: StoredRecord) -> bytes:
    return stored.body(stored.log.count - 1)
