"""The units of a ruleset, apart from what single operations cost (decision 0012)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Costs:
    """One unit is about a microsecond of execution on the reference machine, signatures included."""

    transaction: int
    """Decoding, one signature, the replay rule, authority, a leaf in the ledger log."""
    bytes_per_unit: int
    """Bytes of a transaction that are hashed, compared and stored for one unit."""
    body_bytes_per_unit: int
    """Bytes of a record's body that are read, and written again, for one unit."""
    content_bytes_per_unit: int
    """Bytes of an attachment's content that are read for one unit."""
    version: int
    """A new version of a record: encoding, its log, its place in the map."""
    index_entry: int
    """A new record's entry in an index."""

    def of_body(self, length: int) -> int:
        """Units of reading and changing a record whose body has `length` bytes."""
        return length // self.body_bytes_per_unit

    def of_content(self, length: int) -> int:
        """Units of reading an attachment's content of `length` bytes."""
        return length // self.content_bytes_per_unit
