"""What operations cost, in integer units fixed by the ruleset (decision 0012).

One unit is about a microsecond of execution on the reference machine, signatures included. What a
transaction costs is known before it is executed: from the transaction, from the length of the records that
it reads, and from the length of the schemas that it publishes. `tests/benchmarks/costliest_block.py` measures
a block filled to the cap for each kind of operation.
"""

from typing import Final

from registry.draft import Place
from registry.names import schema_id
from registry.operations.did import (
    AddKey,
    DeactivateDid,
    RegisterDid,
    ReportCompromised,
    RetireKey,
    RotateKey,
    UpdateDid,
)
from registry.operations.schema import PublishSchema, SetSchemaState
from registry.operations.status_list import AnchorBatch, CreateStatusList, UpdateStatusList
from registry.operations.union import Operation
from registry.records.kind import Kind
from registry.records.status_list import CHUNK_BITS
from registry.transaction import Transaction

TRANSACTION: Final = 160
"""Decoding, one signature, the replay rule, authority, a leaf in the ledger log."""
BYTES_PER_UNIT: Final = 64
"""Bytes of a transaction that are hashed, compared and stored for one unit."""
BODY_BYTES_PER_UNIT: Final = 2
"""Bytes of a record's body that are read, and written again, for one unit."""
CONTENT_BYTES_PER_UNIT: Final = 1
"""Bytes of a schema's content that are read for one unit."""
RECORD: Final = 50
"""A new version of a record: encoding, its log, its place in the map."""
INDEX_ENTRY: Final = 40
NEW_KEY: Final = 260
"""A proof of possession, that the key is one (60 of these), and one key more in a DID's body."""
STATUS_UPDATE: Final = 100
"""The path from one chunk to the root of the longest list."""
STATUS_CHUNK: Final = 20
"""Each chunk, and its share of the paths to the root."""
STATUS_INDEX: Final = 1


def cost_of(transaction: Transaction) -> int:
    """Units of a transaction, without the bodies that it reads and the content of its schemas."""
    operations = sum(map(_cost_of_operation, transaction.payload.operations))
    return TRANSACTION + len(transaction.encoded) // BYTES_PER_UNIT + operations


def cost_of_body(length: int) -> int:
    """Units of reading and changing a record whose body has `length` bytes."""
    return length // BODY_BYTES_PER_UNIT


def cost_of_content(length: int) -> int:
    """Units of reading a schema's content of `length` bytes."""
    return length // CONTENT_BYTES_PER_UNIT


def records_read(transaction: Transaction) -> tuple[Place, ...]:
    """The records of unbounded history that a transaction reads, each once: of the signer, DIDs,
    schemas."""
    places: dict[Place, None] = {(Kind.DID, transaction.did): None}
    for operation in transaction.payload.operations:
        match operation:
            case AddKey() | RotateKey() | RetireKey() | ReportCompromised() | DeactivateDid() | UpdateDid():
                places[Kind.DID, operation.did] = None
            case PublishSchema() | SetSchemaState():
                places[Kind.SCHEMA, schema_id(operation.owner, operation.name)] = None
    return tuple(places)


def _cost_of_operation(operation: Operation) -> int:
    match operation:
        case RegisterDid():
            return RECORD + INDEX_ENTRY + NEW_KEY * len(operation.keys)
        case AddKey() | RotateKey():
            return RECORD + NEW_KEY
        case RetireKey() | ReportCompromised() | DeactivateDid() | UpdateDid() | SetSchemaState():
            return RECORD
        case PublishSchema() | CreateStatusList() | AnchorBatch():
            return RECORD + INDEX_ENTRY
        case UpdateStatusList():
            indices = (*operation.set_indices, *operation.clear_indices)
            chunks = len({index // CHUNK_BITS for index in indices})
            return RECORD + STATUS_UPDATE + STATUS_INDEX * len(indices) + STATUS_CHUNK * chunks
