"""Publications of status lists as rows: the exact bytes of the newest, and what was ever published.

Rules:
1. The greatest key of a list and form is the newest publication: keys end with the version of the list whose
   bits it has, and when it begins (`api.publications.check`, P5).
2. What was published is told for ever, by digest; its bytes are kept as long as they are among the newest
   `KEPT_COUNT` of the list and form, and these have at most `KEPT_BYTES` together. The newest always stays.
3. Stored rows that do not decode are damage.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from node.storage.database import RowReader
from node.storage.failure import Damage, DamageReason
from node.storage.layout import Family
from node.storage.turns import TurnWrites
from registry.kinds.status_list.record import STATUS_LIST_RECORD
from registry.primitives.codec import Malformed
from registry.primitives.shape import Shape, blob, decode_as, encode_as, record, text, uint
from registry.record_type import record_key
from registry.tables import u8, u64

KEPT_COUNT: Final = 32
KEPT_BYTES: Final = 4 * 1024 * 1024
LOOKED_BACK: Final = 4 * KEPT_COUNT
"""Rows that a question about the past looks at: of what is older no bytes are kept."""
_PREFIX: Final = 33
_LAST: Final = b"\xff" * 16
_ROW_BYTES: Final = 2_048


@dataclass(frozen=True, slots=True)
class PublicationRow:
    """A publication that was taken: of which list, in which form (its code), the version whose bits it has,
    its times (ms since 1970), its key (a DID URL), and the SHA-256 and the length of its bytes.
    """

    list_id: str
    form: int
    version: int
    from_ms: int
    until_ms: int
    key: str
    digest: bytes
    size: int

    @property
    def stored_under(self) -> bytes:
        """Its key in both families."""
        return _prefix(self.list_id, self.form) + u64(self.version) + u64(self.from_ms)


_ROW: Final[Shape[PublicationRow]] = record(
    PublicationRow,
    list_id=text(512),
    form=uint(255),
    version=uint(),
    from_ms=uint(),
    until_ms=uint(),
    key=text(512),
    digest=blob(32),
    size=uint(),
)


class PublicationRecords:
    """Reads and writes publications; writing is adding to a turn."""

    def __init__(self, rows: RowReader) -> None:
        self._rows = rows

    def newest(self) -> Iterator[PublicationRow]:
        """The newest publication of each list and form: a seek for each."""
        place = b"\xff" * (_PREFIX + len(_LAST))
        while (found := self._rows.floor(Family.PUBLISHED, b"", place)) is not None:
            yield self._read(found[1])
            place = found[0][:_PREFIX]

    def data(self, row: PublicationRow) -> bytes | None:
        """The exact bytes; None where they are not kept any more."""
        return self._rows.get(Family.PUBLICATION, row.stored_under)

    def begun_by(self, list_id: str, form: int, time_ms: int) -> PublicationRow | None:
        """The newest publication that had begun at a time, among the last `LOOKED_BACK`."""
        past = islice(self.backwards(list_id, form), LOOKED_BACK)
        return next((row for row in past if row.from_ms <= time_ms), None)

    def put(self, turn: TurnWrites, row: PublicationRow, data: bytes) -> None:
        """Add a publication, which is the newest of its list and form, and take out what rule 2 gives up."""
        turn.put(Family.PUBLICATION, row.stored_under, data)
        turn.put(Family.PUBLISHED, row.stored_under, encode_as(_ROW, row))
        count, size = 1, row.size
        for older in self.backwards(row.list_id, row.form):
            count, size = count + 1, size + older.size
            if count > KEPT_COUNT or size > KEPT_BYTES:
                if self.data(older) is None:
                    return
                turn.delete(Family.PUBLICATION, older.stored_under)

    def backwards(self, list_id: str, form: int) -> Iterator[PublicationRow]:
        """All publications of a list and form, the newest first: a seek for each."""
        prefix = _prefix(list_id, form)
        place = prefix + _LAST
        while (found := self._rows.floor(Family.PUBLISHED, prefix, place)) is not None:
            yield self._read(found[1])
            number = int.from_bytes(found[0], "big")
            if not number:
                return
            place = (number - 1).to_bytes(len(found[0]), "big")

    def _read(self, data: bytes) -> PublicationRow:
        try:
            return decode_as(_ROW, data, limit=_ROW_BYTES)
        except Malformed as error:
            raise Damage(DamageReason.CONTENT, self._rows.path, f"a publication: {error}") from error


def _prefix(list_id: str, form: int) -> bytes:
    return record_key(STATUS_LIST_RECORD, list_id) + u8(form)
