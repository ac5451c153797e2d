"""Executing a block: from a state and transactions to the next state and the roots that a header commits
to.

1. Execution is a pure function. The same state, context and transactions give the same bytes on every
   machine; nothing of the platform, the time or an order of hashing enters.
2. A transaction is checked in this order: form; network; validity window; replay; cost and room; signer;
   signature; authority of every operation; cost and room with what proposals hold; attachments, and cost and
   room with them; then its operations are applied in their order; quotas. The first finding is the reason.
3. A transaction applies as a whole or leaves no trace. A block with a rejected transaction is invalid.
4. An attachment that is not held is no verdict: `MissingContent`, which names all that the block lacks at
   once. What no attachment can mend is a verdict without them.
5. The ledger log gets a leaf for the parent's header hash (index 0) and one for each transaction (from 1).
6. What a block's transactions add to a member's use of its quotas becomes one version of its `usage`
   record, at the position of the block's last transaction (decision 0011).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import TypeAlias

from registry.authority import Signer, Signers, authorise, authorise_approval
from registry.block_room import BlockRoom
from registry.carrying import addresses_in, attachments_of, carried_by
from registry.cost import held_by
from registry.draft import BlockDraft, Draft, Position
from registry.id_forms import NETWORK_ID
from registry.kind import Carried
from registry.kinds.parameters.record import PARAMETERS_RECORD, Parameters
from registry.kinds.usage.record import USAGE_RECORD, Usage
from registry.operation import Operation
from registry.primitives import ed25519
from registry.primitives.ed25519 import Verify
from registry.primitives.merkle import Frontier, leaf_hash, root_of
from registry.primitives.validator_set import ValidatorSet
from registry.record_log import ledger_leaf
from registry.rejection import Refused, RejectionReason, TransactionReason
from registry.rows import encode_ledger_frontier
from registry.ruleset import RULESETS, Ruleset
from registry.setting import Setting
from registry.state import State
from registry.state_map import StateMap
from registry.tables import FRONTIER_KEY, LEDGER_LOG_KEY, Overlay, Table, Writes, u32, u64
from registry.transaction import Transaction

ContentReader: TypeAlias = Callable[[bytes], bytes | None]
"""Address -> the encoded attachment, or None where it is not held. Whoever holds it has checked its
address."""


@dataclass(frozen=True, slots=True)
class BlockContext:
    """What a block's header says before its roots are known."""

    genesis_hash: bytes
    parent_hash: bytes
    epoch: int
    height: int
    time_ms: int
    ruleset: int


@dataclass(frozen=True, slots=True)
class Roots:
    """What the header commits to; log and state as they are after the block. `log_size` is the number of the
    log's leaves: its root alone does not bind it."""

    transactions_root: bytes
    log_size: int
    log_root: bytes
    state_root: bytes


@dataclass(frozen=True, slots=True)
class Receipt:
    """An accepted transaction: its id, index within the block and cost, the member whose quota it uses, and
    whether it names attachments."""

    transaction_id: bytes
    index: int
    cost: int
    member_did: str
    has_attachments: bool


@dataclass(frozen=True, slots=True)
class Rejected:
    """A transaction that breaks a rule; `index` is the one it would have had, from 1."""

    index: int
    reason: RejectionReason
    detail: str


@dataclass(frozen=True, slots=True)
class MissingContent:
    """No verdict: the attachments with these addresses are named and not held; each once, as first named."""

    addresses: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class ExecutionResult:
    """A valid block's outcome. `overlay` holds its writes over the state it was executed on."""

    roots: Roots
    overlay: Overlay
    map: StateMap
    ledger: Frontier
    next_validators: ValidatorSet | None
    cost: int
    receipts: tuple[Receipt, ...]

    @property
    def writes(self) -> Writes:
        """What to put into the store when the block is final."""
        return self.overlay.writes

    @property
    def state(self) -> State:
        """The state after the block, over the state before."""
        return State(self.overlay, self.map, self.ledger)


class _Missing(Exception):
    """Attachments are not held; becomes `MissingContent`."""

    def __init__(self, addresses: tuple[bytes, ...]) -> None:
        super().__init__(addresses)
        self.addresses = addresses


class Execution:
    """A block under construction: `add` transactions one by one, then `finish` once.

    `contents` gives attachments; `verify` checks signatures (a node passes one that remembers those it has
    checked before). Of `rulesets`, by number, the one that the context names decides. Raises ValueError where
    there is none.
    """

    def __init__(
        self,
        state: State,
        context: BlockContext,
        contents: ContentReader,
        verify: Verify = ed25519.verify,
        rulesets: Mapping[int, Ruleset] = RULESETS,
    ) -> None:
        if context.ruleset not in rulesets:
            raise ValueError(f"ruleset {context.ruleset} is not one that this version executes")
        self._ruleset = rulesets[context.ruleset]
        self._operations = self._ruleset.operations
        self._state = state
        self._context = context
        self._contents = contents
        self._verify = verify
        self._block = BlockDraft(state.reader)
        self._signers = Signers(context.time_ms)
        self._parameters: Parameters = self._block.body((PARAMETERS_RECORD, NETWORK_ID))
        self._room = BlockRoom(self._block, self._parameters, self._ruleset)
        self._usage: dict[str, Usage] = {}
        self._ledger = state.ledger
        self._transaction_leaves: list[bytes] = []
        self._receipts: list[Receipt] = []
        self._append_to_ledger(0, context.parent_hash)

    @property
    def cost(self) -> int:
        """Units of the transactions accepted so far."""
        return self._room.cost

    def add(self, data: bytes | Transaction) -> Receipt | Rejected | MissingContent:
        """Accept the next transaction, encoded or decoded before, or leave everything as it was."""
        index = len(self._receipts) + 1
        try:
            return self._execute(self._decoded(data), index)
        except Refused as refused:
            return Rejected(index, refused.reason, refused.detail)
        except _Missing as missing:
            return MissingContent(missing.addresses)

    def survey(self, transactions: Sequence[bytes | Transaction]) -> Rejected | MissingContent:
        """All that a block lacks of which `transactions`, the rest from the first one that lacks something,
        cannot be executed yet. Rejected where they break a rule that no attachment can mend: a block is
        never waited for in vain because it names more than any valid one can.
        """
        room = self._room.trial()
        missing: dict[bytes, None] = {}
        for index, data in enumerate(transactions, len(self._receipts) + 1):
            try:
                transaction = self._decoded(data)
                room.accept(transaction, room.at_least(transaction))
                carried = carried_by(transaction, Draft(self._block), self._ruleset)
                missing.update(
                    (address, None)
                    for address in self._needed(transaction, carried)
                    if self._content(address) is None
                )
            except Refused as refused:
                return Rejected(index, refused.reason, refused.detail)
        return MissingContent(tuple(missing))

    def finish(self) -> ExecutionResult:
        """The block's outcome. Nothing may be added after it."""
        position = self._position(len(self._receipts))
        usage = Draft(self._block)
        for member, used in self._usage.items():
            usage.put(USAGE_RECORD, member, used)
        self._block.accept(usage, position)
        overlay, ledger = self._block.overlay, self._ledger
        changed = self._state.map.update(self._block.heads())
        overlay.put(Table.LEDGER, FRONTIER_KEY, encode_ledger_frontier(ledger))
        roots = Roots(root_of(self._transaction_leaves), ledger.size, ledger.root(), changed.root)
        return ExecutionResult(roots, overlay, changed, ledger, None, self.cost, tuple(self._receipts))

    def _execute(self, transaction: Transaction, index: int) -> Receipt:
        draft = Draft(self._block)
        self._check_time_and_place(transaction)
        cost = self._room.by_itself(transaction)
        signer = self._authorised(transaction, draft)
        contents, cost = self._pay(transaction, draft, cost)
        listed = {address: contents[address] for address in transaction.payload.attachments}
        self._apply(transaction, draft, contents)
        for address, content in listed.items():
            draft.rows.put(Table.ATTACHMENT, address, content)
        stored = chain((transaction.encoded,), listed.values(), draft.versions().values())
        usage = self._with_use(signer.member_did, len(draft.entries), sum(map(len, stored)))
        receipt = Receipt(transaction.id, index, cost, signer.member_did, bool(listed))
        return self._accept(transaction, draft, receipt, usage)

    def _authorised(self, transaction: Transaction, draft: Draft) -> Signer:
        """Who signed, if that is true and the signer may do all of it. Raises `Refused`."""
        signer = self._signers.of(transaction, draft)
        if not self._verify(signer.public_key, transaction.message, transaction.signature):
            raise Refused(TransactionReason.BAD_SIGNATURE)
        for operation in transaction.payload.operations:
            authorise(self._operations[type(operation)], operation, signer, draft)
        return signer

    def _pay(self, transaction: Transaction, draft: Draft, cost: int) -> tuple[dict[bytes, bytes], int]:
        """The attachments, by address, that applying the transaction may need, and all of its units: `cost`,
        and those of what it carries, holds and names. Raises `Refused` and `_Missing`.
        """
        carried = carried_by(transaction, draft, self._ruleset)
        cost = self._room.with_carried(transaction, carried, cost)
        contents = self._read_contents(transaction, carried)
        held = held_by(transaction, self._ruleset)
        operations = chain(transaction.payload.operations, held, carried.operations)
        cost = self._room.with_contents(transaction, operations, contents, cost)
        if held:
            self._room.check_held(held, cost)
        return contents, cost

    def _decoded(self, data: bytes | Transaction) -> Transaction:
        """The transaction as the block's ruleset reads it. Raises `Refused`."""
        if not isinstance(data, Transaction):
            return Transaction.decode(data, self._ruleset)
        if data.ruleset != self._ruleset.number:
            return Transaction.decode(data.encoded, self._ruleset)
        return data

    def _check_time_and_place(self, transaction: Transaction) -> None:
        payload, now = transaction.payload, self._context.time_ms
        if payload.genesis_hash != self._context.genesis_hash:
            raise Refused(TransactionReason.WRONG_GENESIS, payload.genesis_hash.hex())
        if now >= payload.valid_until_ms:
            raise Refused(
                TransactionReason.EXPIRED, f"valid until {payload.valid_until_ms}, block time {now}"
            )
        if payload.valid_until_ms > now + self._ruleset.limits.replay_window_ms:
            raise Refused(TransactionReason.VALID_TOO_LONG, f"{payload.valid_until_ms - now} ms")
        if self._block.overlay.get(Table.TRANSACTION, transaction.id) is not None:
            raise Refused(TransactionReason.REPLAYED, transaction.id.hex())

    def _read_contents(self, transaction: Transaction, carried: Carried) -> dict[bytes, bytes]:
        """The attachments that the transaction lists, and those that were listed by the proposals it may
        complete."""
        found = {address: self._content(address) for address in self._needed(transaction, carried)}
        contents = {address: content for address, content in found.items() if content is not None}
        if len(contents) < len(found):
            raise _Missing(tuple(address for address in found if address not in contents))
        return contents

    def _needed(self, transaction: Transaction, carried: Carried) -> tuple[bytes, ...]:
        listed = attachments_of(transaction, self._ruleset)
        return (*listed, *addresses_in(carried.operations, self._ruleset)) if carried.operations else listed

    def _content(self, address: bytes) -> bytes | None:
        held = self._block.overlay.get(Table.ATTACHMENT, address)
        return self._contents(address) if held is None else held

    def _with_use(self, member_did: str, records: int, stored_bytes: int) -> Usage:
        """What a member has used of its quotas with this. Raises `Refused`."""
        used = self._usage.get(member_did) or self._block.body((USAGE_RECORD, member_did)) or Usage(0, 0)
        usage = Usage(used.records + records, used.stored_bytes + stored_bytes)
        if usage.stored_bytes > self._parameters.byte_quota:
            raise Refused(TransactionReason.BYTE_QUOTA, member_did)
        if usage.records > self._parameters.record_quota:
            raise Refused(TransactionReason.RECORD_QUOTA, member_did)
        return usage

    def _apply(self, transaction: Transaction, draft: Draft, contents: dict[bytes, bytes]) -> None:
        payload = transaction.payload
        setting = Setting(
            draft=draft,
            genesis_hash=payload.genesis_hash,
            nonce=payload.nonce,
            time_ms=self._context.time_ms,
            did=transaction.did,
            fragment=transaction.fragment,
            contents=contents,
            verify=self._verify,
            is_approved=False,
            approver=partial(self._approver, draft),
        )
        for number, operation in enumerate(payload.operations):
            draft.operation = number
            self._operations[type(operation)].apply(operation, setting)

    def _approver(self, draft: Draft, did: str, fragment: str, operation: Operation) -> bytes:
        """The public key of that name, if it may approve the operation. Raises `Refused`."""
        signer = self._signers.named(did, fragment, draft)
        authorise_approval(self._operations[type(operation)], operation, signer, draft)
        return signer.public_key

    def _accept(self, transaction: Transaction, draft: Draft, receipt: Receipt, usage: Usage) -> Receipt:
        position = self._position(receipt.index)
        self._block.accept(draft, position)
        place = u64(position.height) + u32(position.index) + u64(self._ledger.size)
        self._block.overlay.put(Table.TRANSACTION, transaction.id, place)
        self._append_to_ledger(receipt.index, transaction.encoded)
        self._transaction_leaves.append(leaf_hash(transaction.encoded))
        self._usage[receipt.member_did] = usage
        self._receipts.append(receipt)
        self._room.accept(transaction, receipt.cost)
        return receipt

    def _append_to_ledger(self, index: int, data: bytes) -> None:
        leaf = ledger_leaf(self._context.height, index, self._context.time_ms, data)
        self._ledger, nodes = self._ledger.append(leaf_hash(leaf))
        self._block.store_nodes(LEDGER_LOG_KEY, nodes)

    def _position(self, index: int) -> Position:
        return Position(self._context.height, index, self._context.time_ms)


def execute(
    state: State,
    context: BlockContext,
    transactions: Sequence[bytes | Transaction],
    contents: ContentReader,
    verify: Verify = ed25519.verify,
    rulesets: Mapping[int, Ruleset] = RULESETS,
) -> ExecutionResult | Rejected | MissingContent:
    """The outcome of a whole block: the first transaction that is not accepted decides. Where that one lacks
    attachments, all that the block lacks are named."""
    execution = Execution(state, context, contents, verify, rulesets)
    for place, transaction in enumerate(transactions):
        match execution.add(transaction):
            case Rejected() as rejected:
                return rejected
            case MissingContent():
                return execution.survey(transactions[place:])
    return execution.finish()
