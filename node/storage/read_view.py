"""One final state of the ledger as the API reads it (`api.ports.View`): a snapshot, and what memory adds.

The ledger's thread makes a view after each durable commit that ends with a finalization; every read uses one
view from its beginning to its end. A view holds on to a snapshot: it is dropped, not kept.
"""

from dataclasses import dataclass, field

from api.ports import EpochEnd
from consensus.header import Header
from consensus.messages import Block, Certificate, VoteKind
from node.storage.chain_records import ChainReader
from node.storage.database import Snapshot
from node.storage.layout import Family
from node.storage.store import Store
from registry.primitives.map_proof import MapProof
from registry.primitives.validator_set import ValidatorSet
from registry.state_map import StateMap
from registry.tables import Table

COLUMNS = (*Table, Family.BLOCK, Family.FINAL, Family.EPOCH, Family.META)


@dataclass(frozen=True, slots=True)
class ReadView:
    """The state after the block of `header`, which `certificate` finalizes (None at height 0 only).

    `validators` is the set of the header's epoch and `state_map` the records' map after the block.
    """

    genesis_hash: bytes
    genesis_document: bytes
    header: Header
    certificate: Certificate | None
    validators: ValidatorSet
    state_map: StateMap
    reader: Snapshot
    _chain: ChainReader = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_chain", ChainReader(self.reader))

    def prove(self, key: bytes) -> MapProof:
        """The path of a record's key through the records' map."""
        return self.state_map.prove(key)

    def block(self, height: int) -> Block | None:
        """The final block at a height from 0 to the view's."""
        return self._chain.block_at(height) if 0 <= height <= self.header.height else None

    def certificate_at(self, height: int) -> Certificate | None:
        """The finalization of that very block; None where it became final through a descendant."""
        row = self._chain.final_row(height) if 0 <= height <= self.header.height else None
        if row is None or row.proof is None or row.proof.certificate.kind is not VoteKind.FINALIZE:
            return None
        return row.proof.certificate

    def boundary(self, epoch: int) -> EpochEnd | None:
        """The end of an epoch, once it is final and within the view."""
        end = self._chain.boundary(epoch)
        if end is None:
            return None
        height, following = end
        block, certificate = self.block(height), self.certificate_at(height)
        if block is None or certificate is None:
            return None
        return EpochEnd(block.header, certificate, following)


def take_snapshot(store: Store) -> Snapshot:
    """What a view reads, as of the last committed turn; called by the thread that commits."""
    return store.snapshot(COLUMNS)
