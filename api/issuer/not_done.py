"""What an issuer's work can come to instead of being done."""

from collections.abc import Sequence

from api.client import NotInLedger
from registry.operation import Operation
from registry.primitives.codec import Malformed


class NotDone(Exception):
    """Base of what a person has to act on: `what` is a clause without a full stop, `where` the name of a
    draft, a credential or a key ("" if nowhere), `do` the next step.
    """

    def __init__(self, what: str, *, where: str = "", do: str) -> None:
        super().__init__(what, where, do)
        self.what = what
        self.where = where
        self.do = do

    def __str__(self) -> str:
        return ": ".join(filter(None, (self.what, self.where, self.do)))


class NotTheDraft(NotDone):
    """In the place of a signed credential lies something else."""


class UnfitDraft(NotDone):
    """A draft that nobody can sign as it is, or that would not be valid once it is signed."""


class SharedByTwo(NotDone):
    """Two credentials have what belongs to one alone."""


class UnfitKey(NotDone):
    """A key that the ledger does not know as an active one for credentials, or that signs wrongly."""


class KeptAlready(NotDone):
    """Something is kept under this name, and nothing is ever written over."""


class NotAnchored(NotDone):
    """What cannot be anchored, or has the proof of something else beside it."""


class MalformedPart(Exception):
    """A part of a transaction is outside its bounds. `malformed` says which, by its place among
    `operations`.
    """

    def __init__(self, malformed: Malformed, operations: Sequence[Operation]) -> None:
        super().__init__(str(malformed))
        self.malformed = malformed
        self.operations = tuple(operations)


class NotProved(Exception):
    """A transaction was sent and is not proved to be in the ledger: whoever sends another must know that this
    one may still count, unless no node can have it (`may_count`).
    """

    def __init__(self, transaction_id: bytes, error: NotInLedger) -> None:
        super().__init__(str(error))
        self.transaction_id = transaction_id
        self.error = error

    @property
    def may_count(self) -> bool:
        """Whether a node has the transaction, or may have it."""
        return self.error.may_count
