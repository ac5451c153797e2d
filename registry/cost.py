"""What transactions cost, in integer units fixed by the ruleset (decision 0012).

What a transaction costs is known before it is executed: from the transaction, from the length of the records
that it reads, and from the length of the attachments that it names. `tests/benchmarks/costliest_block.py`
measures a block filled to the cap for each kind of operation.
"""

from registry.attachments import SALT_SIZE
from registry.draft import Place
from registry.kinds.did.record import DID_RECORD
from registry.rejection import Refused
from registry.ruleset import Ruleset
from registry.transaction import Transaction


def cost_of(transaction: Transaction, ruleset: Ruleset) -> int:
    """Units of a transaction, without the bodies that it reads and the attachments that it names."""
    costs, operations = ruleset.costs, ruleset.operations
    units = costs.transaction + len(transaction.encoded) // costs.bytes_per_unit
    for operation in transaction.payload.operations:
        units += operations[type(operation)].cost.of(operation, costs)
    return units


def records_read(transaction: Transaction, ruleset: Ruleset) -> tuple[Place, ...]:
    """The records of unbounded history that a transaction reads, each once: the signer's DID, and what its
    operations read.
    """
    records: dict[Place, None] = {(DID_RECORD, transaction.did): None}
    for operation in transaction.payload.operations:
        for record in ruleset.operations[type(operation)].reads(operation):
            records[record] = None
    return tuple(records)


def cost_of_contents(transaction: Transaction, contents: dict[bytes, bytes], ruleset: Ruleset) -> int:
    """Units of reading the attachments, given by address, that the transaction's operations name. Raises
    `Refused` where one is longer than its operation allows.
    """
    units = 0
    for operation in transaction.payload.operations:
        for content in ruleset.operations[type(operation)].contents:
            length = len(contents[content.address(operation)]) - SALT_SIZE
            if length > content.max_bytes:
                raise Refused(content.too_long, f"{length} bytes")
            units += content.cost(length, ruleset.costs)
    return units
