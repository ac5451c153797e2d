"""What transactions cost, in integer units fixed by the ruleset (decision 0012).

What a transaction costs is known before it is executed: from the transaction, from the length of the records
that it reads, and from the length of the attachments that it names. What a transaction may set going beside
its own operations, because a proposal holds it, is paid for as if the transaction held it itself, whether it
comes to it or not, and a proposal pays for the body that it makes of what it holds (decision 0116).
`tests/benchmarks/costliest_block.py` measures a block filled to the cap for each kind of operation.
"""

from collections.abc import Iterable, Mapping

from registry.attachments import SALT_SIZE
from registry.draft import RecordReference
from registry.kind import holds_nothing
from registry.kinds.did.record import DID_RECORD
from registry.operation import Operation
from registry.rejection import Refused
from registry.ruleset import Ruleset
from registry.transaction import Transaction


def cost_of(transaction: Transaction, ruleset: Ruleset) -> int:
    """Units of a transaction, without the bodies that it reads, the attachments that it names, and the
    operations that others hold and it may set going.
    """
    costs = ruleset.costs
    length = len(transaction.encoded)
    units = costs.transaction + length // costs.bytes_per_unit
    if held_by(transaction, ruleset):
        units += costs.of_body(length)  # what is held is nearly all of the body that is written
    return units + cost_of_operations(transaction.payload.operations, ruleset)


def held_by(transaction: Transaction, ruleset: Ruleset) -> tuple[Operation, ...]:
    """The operations that a transaction puts on the ledger to be applied later."""
    held: tuple[Operation, ...] = ()
    for operation in transaction.payload.operations:
        holds = ruleset.operations[type(operation)].holds
        if holds is not holds_nothing:
            held += holds(operation)
    return held


def cost_of_operations(operations: Iterable[Operation], ruleset: Ruleset) -> int:
    """Units of operations, apart from the bodies and attachments that they read."""
    units, costs, described = 0, ruleset.costs, ruleset.operations
    for operation in operations:
        units += described[type(operation)].cost.of(operation, costs)
    return units


def records_read(transaction: Transaction, ruleset: Ruleset) -> tuple[RecordReference, ...]:
    """The records of unbounded history that a transaction reads, each once: the signer's DID, and what its
    operations read.
    """
    records: dict[RecordReference, None] = {(DID_RECORD, transaction.did): None}
    records |= records_of(transaction.payload.operations, ruleset)
    return tuple(records)


def records_of(operations: Iterable[Operation], ruleset: Ruleset) -> dict[RecordReference, None]:
    """The records of unbounded history that operations read, each once: a set in their order."""
    records: dict[RecordReference, None] = {}
    for operation in operations:
        for place in ruleset.operations[type(operation)].reads(operation):
            records[place] = None
    return records


def cost_of_contents(
    operations: Iterable[Operation], contents: Mapping[bytes, bytes], ruleset: Ruleset
) -> int:
    """Units of reading the attachments, given by address, that operations name. Raises `Refused` where one is
    longer than its operation allows.
    """
    units = 0
    for operation in operations:
        for content in ruleset.operations[type(operation)].contents:
            length = len(contents[content.address(operation)]) - SALT_SIZE
            if length > content.max_bytes:
                raise Refused(content.too_long, f"{length} bytes")
            units += content.cost(length, ruleset.costs)
    return units
