"""`usage` records: what a member has used of its quotas."""

from dataclasses import dataclass
from typing import Final

from registry.primitives.shape import Shape, record, uint
from registry.record_type import RecordType


@dataclass(frozen=True, slots=True)
class Usage:
    """What a member and the DIDs it sponsors have put on the ledger: records created, and bytes of
    transactions, attachments and the bodies of new versions of records, without those of `usage`."""

    records: int
    stored_bytes: int


USAGE: Final[Shape[Usage]] = record(Usage, records=uint(), stored_bytes=uint())

USAGE_RECORD: Final = RecordType("usage", USAGE)
