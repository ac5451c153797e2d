"""What operations cost, in integer units fixed by the ruleset.

One unit is about a microsecond of execution on the reference machine, signatures included, rounded up.
Costs are known from the transaction alone (and the length of a schema's content), so a block's cost is
checked before anything is executed. `scripts/costliest_block` measures, for each kind of operation, a
block filled to the cap.
"""

from typing import Final

from registry.operations.did import (
    AddKey,
    DeactivateDid,
    RegisterDid,
    ReportCompromised,
    RetireKey,
    RotateKey,
)
from registry.operations.schema import PublishSchema, SetSchemaState
from registry.operations.status_list import AnchorBatch, CreateStatusList, UpdateStatusList
from registry.operations.union import Operation
from registry.records.status_list import CHUNK_BITS
from registry.transaction import Transaction

TRANSACTION: Final = 200
"""Decoding, one signature, the replay rule, authority, a leaf in the ledger log."""
BYTES_PER_UNIT: Final = 64
"""Bytes of a transaction that are hashed, compared and stored for one unit."""
CONTENT_BYTES_PER_UNIT: Final = 1
"""Bytes of a schema that are read for one unit."""
SIGNATURE: Final = 100
"""Checking a proof of possession."""
RECORD: Final = 100
"""A new version of a record: encoding, its log, its place in the map."""
INDEX_ENTRY: Final = 80
STATUS_INDEX: Final = 1
STATUS_CHUNK: Final = 40
"""Reading and writing a chunk of a status list and its path to the root."""


def cost_of(transaction: Transaction) -> int:
    """Units of a transaction, the content of schemas excepted."""
    operations = sum(map(_cost_of_operation, transaction.payload.operations))
    return TRANSACTION + len(transaction.encoded) // BYTES_PER_UNIT + operations


def cost_of_content(length: int) -> int:
    """Units of reading a schema's content of `length` bytes."""
    return length // CONTENT_BYTES_PER_UNIT


def _cost_of_operation(operation: Operation) -> int:
    match operation:
        case RegisterDid():
            return RECORD + INDEX_ENTRY + SIGNATURE * len(operation.keys)
        case AddKey() | RotateKey():
            return RECORD + SIGNATURE
        case RetireKey() | ReportCompromised() | DeactivateDid() | SetSchemaState():
            return RECORD
        case PublishSchema() | CreateStatusList() | AnchorBatch():
            return RECORD + INDEX_ENTRY
        case UpdateStatusList():
            indices = (*operation.set_indices, *operation.clear_indices)
            chunks = len({index // CHUNK_BITS for index in indices})
            return RECORD + STATUS_INDEX * len(indices) + STATUS_CHUNK * chunks
