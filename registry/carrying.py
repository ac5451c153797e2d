"""Operations beside a transaction's own: those that it proposes, and those that it may set going.

What is proposed only comes onto the ledger, with its attachments. What an approval may set going is applied
by its transaction if that completes the proposal; so it is paid for, and its attachments are needed, before.
"""

from collections.abc import Iterable
from typing import Any, Final

from registry.cost import held_by, records_of, records_read
from registry.draft import Draft, RecordReference
from registry.kind import Carried, NamedContent, carries_nothing
from registry.operation import Operation
from registry.rejection import Refused, TransactionReason
from registry.ruleset import CURRENT, Ruleset
from registry.transaction import Transaction

_NOTHING: Final = Carried()


def carried_by(transaction: Transaction, draft: Draft, ruleset: Ruleset) -> Carried:
    """What a transaction may set going beside its own operations, as of the state before it, and the further
    records that are read for it. Of these each is given once, and none that the transaction reads anyway.
    """
    operations: list[Operation] = []
    reads: dict[RecordReference, None] = {}
    units = 0
    for operation in transaction.payload.operations:
        carries = ruleset.operations[type(operation)].carries
        if carries is carries_nothing:
            continue
        carried = carries(operation, draft)
        operations += carried.operations
        units += carried.units
        reads |= dict.fromkeys(carried.reads) | records_of(carried.operations, ruleset)
    if not reads:
        return _NOTHING
    paid = set(records_read(transaction, ruleset))
    return Carried(tuple(operations), tuple(place for place in reads if place not in paid), units)


def addresses_in(operations: Iterable[Operation], ruleset: Ruleset) -> tuple[bytes, ...]:
    """The addresses of the attachments that operations name, each once."""
    return tuple(contents_in(operations, ruleset))


def contents_in(operations: Iterable[Operation], ruleset: Ruleset) -> dict[bytes, NamedContent[Any]]:
    """The attachments that operations name, by address; of several that name one, the strictest counts."""
    contents: dict[bytes, NamedContent[Any]] = {}
    for operation in operations:
        for content in ruleset.operations[type(operation)].contents:
            address = content.address(operation)
            contents[address] = min(contents.get(address, content), content, key=_max_bytes)
    return contents


def contents_of(transaction: Transaction, ruleset: Ruleset = CURRENT) -> dict[bytes, NamedContent[Any]]:
    """The attachments that a transaction's operations name, and those that it proposes."""
    return contents_in((*transaction.payload.operations, *held_by(transaction, ruleset)), ruleset)


def _max_bytes(content: NamedContent[Any]) -> int:
    return content.max_bytes


def attachments_of(transaction: Transaction, ruleset: Ruleset = CURRENT) -> tuple[bytes, ...]:
    """The addresses that the transaction lists, which must be those that its operations name, and those that
    it proposes. Raises `Refused` (attachment-unlisted, attachment-unused)."""
    listed = transaction.payload.attachments
    named = contents_of(transaction, ruleset)
    if not set(named).issubset(listed):
        raise Refused(TransactionReason.ATTACHMENT_UNLISTED)
    if len(named) != len(listed):
        raise Refused(TransactionReason.ATTACHMENT_UNUSED)
    return listed
