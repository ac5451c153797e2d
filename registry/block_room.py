"""What the transactions of a block pay while it is executed, and whether the block has room for them.

Units are those of `registry.cost`, to which the lengths of the records that are read are added here: these
are known from the state alone.
"""

from collections.abc import Iterable, Mapping

from registry.cost import cost_of, cost_of_contents, cost_of_operations, records_of, records_read
from registry.draft import BlockDraft, RecordReference
from registry.kind import Carried
from registry.kinds.parameters.record import Parameters
from registry.operation import Operation
from registry.rejection import Refused, TransactionReason
from registry.ruleset import Ruleset
from registry.transaction import Transaction


class BlockRoom:
    """The units and bytes of the transactions that a block has accepted so far, and what room is left.

    Each method that gives units raises `Refused` (too-costly, block-full) where the transaction, with the
    units that it was charged before, does not fit.
    """

    def __init__(self, block: BlockDraft, parameters: Parameters, ruleset: Ruleset) -> None:
        self._block = block
        self._parameters = parameters
        self._ruleset = ruleset
        self._transactions = 0
        self._bytes = 0
        self.cost = 0
        """Units of the transactions accepted so far."""

    def trial(self) -> "BlockRoom":
        """The same room, in which transactions are counted that do not become part of the block."""
        room = BlockRoom(self._block, self._parameters, self._ruleset)
        room._transactions, room._bytes, room.cost = self._transactions, self._bytes, self.cost
        return room

    def at_least(self, transaction: Transaction) -> int:
        """Units that a transaction costs whatever the state is that it finds."""
        return self._fitting(transaction, cost_of(transaction, self._ruleset))

    def by_itself(self, transaction: Transaction) -> int:
        """Units of a transaction without what it carries and the attachments that it names."""
        read = self._cost_of_bodies(records_read(transaction, self._ruleset))
        return self._fitting(transaction, cost_of(transaction, self._ruleset) + read)

    def with_carried(self, transaction: Transaction, carried: Carried, cost: int) -> int:
        """`cost`, and the units of what the transaction may set going, of the bodies that are read for it and
        of judging it."""
        if not (carried.operations or carried.reads or carried.units):
            return cost
        cost += carried.units + cost_of_operations(carried.operations, self._ruleset)
        return self._fitting(transaction, cost + self._cost_of_bodies(carried.reads))

    def with_contents(
        self,
        transaction: Transaction,
        operations: Iterable[Operation],
        contents: Mapping[bytes, bytes],
        cost: int,
    ) -> int:
        """`cost`, and the units of the attachments, given by address, that the operations name."""
        if not contents:
            return cost
        return self._fitting(transaction, cost + cost_of_contents(operations, contents, self._ruleset))

    def check_held(self, held: tuple[Operation, ...], cost: int) -> None:
        """That a block has room for what is put on the ledger to be applied later. For itself an approval
        pays about as much as the proposal, `cost`: both for the record and the subjects. Raises `Refused`
        (too-costly).
        """
        cost += cost_of_operations(held, self._ruleset)
        cost += self._cost_of_bodies(records_of(held, self._ruleset))
        if cost > self._parameters.block_cost:
            what = f"{cost} units of {self._parameters.block_cost} once it is approved"
            raise Refused(TransactionReason.TOO_COSTLY, what)

    def accept(self, transaction: Transaction, cost: int) -> None:
        """Count a transaction that has become part of the block."""
        self._transactions += 1
        self._bytes += len(transaction.encoded)
        self.cost += cost

    def _cost_of_bodies(self, records: Iterable[RecordReference]) -> int:
        return sum(map(self._ruleset.costs.of_body, map(self._block.body_length, records)))

    def _fitting(self, transaction: Transaction, cost: int) -> int:
        limits = self._parameters
        if cost > limits.block_cost:
            raise Refused(TransactionReason.TOO_COSTLY, f"{cost} units of {limits.block_cost}")
        if (
            self.cost + cost > limits.block_cost
            or self._transactions >= limits.block_transactions
            or self._bytes + len(transaction.encoded) > limits.block_bytes
        ):
            raise Refused(TransactionReason.BLOCK_FULL)
        return cost
