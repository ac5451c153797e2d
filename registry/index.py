"""Indexes: for each relation of authority, the log of what came under it: records, or things that have none.

The executor appends to an index whenever it creates a record, so enumerating an index is complete by
construction. An index is a record of kind `index` whose id is `RELATION/SUBJECT`. Of a kind that has no
records (`EntryType`), the entry itself is what is recorded, and its id says all of it.
"""

from dataclasses import dataclass
from typing import Any, Final

from registry.id_forms import A_DID, IdForm
from registry.primitives.codec import Malformed
from registry.primitives.shape import Shape
from registry.record_type import RecordType


@dataclass(frozen=True, slots=True)
class Relation:
    """What the entries of an index have in common with its subject, and how subjects are written."""

    name: str
    subject: IdForm = A_DID

    def index_id(self, subject: str) -> str:
        """The id of the subject's index."""
        return f"{self.name}/{subject}"


def _no_body(_: object) -> Any:
    raise Malformed("an index has no bodies: each version of it is one entry")


@dataclass(frozen=True, slots=True, eq=False)
class EntryType:
    """A kind of things that have no record of their own: each is an entry of an index, which says all of it.

    As of a `RecordType`, there is one object for each kind.
    """

    name: str

    def __str__(self) -> str:
        return self.name


INDEX_RECORD: Final[RecordType[Any]] = RecordType("index", Shape(_no_body, _no_body))
"""Has no bodies: each version of an index is one entry."""
