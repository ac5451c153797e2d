"""Single records as a view of the ledger holds them, for documents that are made of them."""

from typing import Any

from api.documents.did_resolution import Versions
from api.proving.stored import stored_record
from registry.kinds.did.record import DID_RECORD, Did
from registry.record_type import RecordType
from registry.rows import read_body
from registry.tables import Reader


def newest_body(reader: Reader, kind: RecordType[Any], record_id: str) -> Any:
    """The body of a record's last version; None where there is no such record."""
    stored = stored_record(reader, kind, record_id)
    return None if stored is None else read_body(kind, stored.body(stored.log.count - 1))


def did_versions(reader: Reader, did: str) -> Versions | None:
    """All versions of a DID's record; None where there is no such record."""
    stored = stored_record(reader, DID_RECORD, did)
    if stored is None:
        return None
    held = stored

    def body(number: int) -> Did:
        read: Did = read_body(DID_RECORD, held.body(number))
        return read

    return Versions(held.log.count, lambda number: held.log.leaf(number).time_ms, body)
