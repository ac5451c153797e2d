"""The real executor behind the simulator's seam: the registry's own rules, over stores in memory.

A process that starts again executes its whole chain anew from height 0, so that every restart is a replay.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from random import Random

from consensus.events import Build, Execute, Executed, Validity
from consensus.header import Header
from consensus.header import block_hash as hash_of
from consensus.messages import Block, FinalBlock
from node.ledger.builder import Attempt, Placement, Rejection
from node.ledger.candidates import ExecutionRejection, WaitingTransaction
from node.simulation.clock import EPOCH_MS
from node.simulation.ledger import Made, Open, Queues, SimulatedLedger, filled, genesis_header, verdicts
from node.simulation.pool import SimulatedBlock
from registry import execution
from registry.attachments import Attachment
from registry.build import TransactionBuilder
from registry.execution import BlockContext, Execution, Receipt
from registry.genesis import GenesisDocument, GenesisMember, genesis_block_state
from registry.kinds.member.record import Name
from registry.kinds.parameters.record import Parameters
from registry.network_kind import NetworkKind
from registry.primitives import ed25519
from registry.primitives.codec import Malformed
from registry.primitives.digest import sha256
from registry.primitives.validator_set import ValidatorSet
from registry.rejection import Refused, TransactionReason
from registry.roles import Role
from registry.ruleset import CURRENT
from registry.state import State
from registry.tables import MemoryStore
from registry.transaction import Transaction

VALID_FOR_MS = 30 * 60 * 1000
SCHEMA = b'{"$id":"https://member.example/%d","$schema":"https://json-schema.org/draft/2020-12/schema"}'


class RegistryApplication:
    """Members of a demonstration network that anchor credentials and, one time in eight, publish a schema."""

    def __init__(self, run: int, validators: ValidatorSet) -> None:
        self._validators = validators
        self._seeds = {
            validator.member: sha256(b"%d/%d" % (run, index))
            for index, validator in enumerate(validators.validators)
        }
        self._document = GenesisDocument(
            version=1,
            name=f"simulation-{run}",
            kind=NetworkKind.DEMO,
            time_ms=EPOCH_MS - 60_000,
            ruleset=CURRENT.number,
            parameters=Parameters(),
            members=tuple(_founder(did, seed) for did, seed in self._seeds.items()),
            validators=validators,
        )
        self.genesis_hash = self._document.genesis_hash
        roots = genesis_block_state(self._document).roots
        self.header = genesis_header(validators, self._document.time_ms, roots)
        self.attachments: dict[bytes, bytes] = {}
        """Everything that clients ever attached, by address: what fetching finds somewhere."""

    def ledger(self, validator: int) -> SimulatedLedger:
        genesis = genesis_block_state(self._document)
        store = MemoryStore()
        store.apply(genesis.writes)
        state = State(store, genesis.map, genesis.ledger)
        template = replace(self.header, genesis_hash=self.genesis_hash, proposer=validator)
        return RegistryLedger(store, state, hash_of(self.header), template, self.attachments)

    def member(self, transaction: bytes) -> str:
        try:
            return Transaction.decode(transaction).did
        except (Malformed, Refused):
            return ""

    def transaction(self, number: int, random: Random, wall_ms: int) -> bytes:
        if random.random() < 0.125:
            return self.publication(number, random, wall_ms)
        member = random.choice(self.members)
        builder = self.builder(number)
        builder.anchor(member, sha256(b"root%d" % number), 1)
        return self.sign(builder, member, wall_ms)

    def publication(self, number: int, random: Random, wall_ms: int) -> bytes:
        member = random.choice(self.members)
        builder = self.builder(number)
        content = Attachment(sha256(b"salt%d" % number)[:16], SCHEMA % number)
        self.attachments[content.address] = content.encode()
        builder.publish_schema(member, f"schema-{number}", "1.0.0", content)
        return self.sign(builder, member, wall_ms)

    def rivals(self, number: int, random: Random, wall_ms: int) -> tuple[bytes, bytes]:
        member = random.choice(self.members)

        def anchor(nonce: bytes) -> bytes:
            builder = TransactionBuilder(self.genesis_hash, sha256(nonce)[:16])
            builder.anchor(member, sha256(b"root%d" % number), 1)
            return self.sign(builder, member, wall_ms)

        return anchor(b"%d/a" % number), anchor(b"%d/b" % number)

    @property
    def members(self) -> list[str]:
        """Who may sign."""
        return sorted(self._seeds)

    def builder(self, number: int) -> TransactionBuilder:
        """The transaction of this number in the making."""
        return TransactionBuilder(self.genesis_hash, sha256(b"%d" % number)[:16])

    def sign(self, builder: TransactionBuilder, member: str, wall_ms: int) -> bytes:
        """The transaction signed by a member, valid from now on."""
        return builder.sign(f"{member}#key-1", self._seeds[member], wall_ms + VALID_FOR_MS)


class RegistryLedger:
    """The final state in a store, and above it an executed branch for every other block."""

    def __init__(
        self,
        store: MemoryStore,
        genesis: State,
        genesis_block: bytes,
        template: Header,
        attachments: dict[bytes, bytes],
    ) -> None:
        self.store = store
        self._template = template
        self._attachments = attachments
        self._held: set[bytes] = set()
        self._open = Open()
        self._tip = genesis_block, 0
        self._states = {genesis_block: genesis}
        self._branches: dict[bytes, execution.ExecutionResult] = {}

    def execute(self, work: Execute) -> Executed:
        header = work.block.header
        state = self._states[header.parent_hash]
        outcome = execution.execute(state, self._context(header), work.block.transactions, self._content)
        match outcome:
            case execution.MissingContent():
                return Executed(work.block_hash, Validity.UNKNOWN, "attachment not held")
            case execution.Rejected(reason=reason):
                return Executed(work.block_hash, Validity.INVALID, reason.value)
            case execution.ExecutionResult(roots=roots):
                if roots != _roots_in(header):
                    return Executed(work.block_hash, Validity.INVALID, "roots")
                self._keep(work.block, outcome)
                return Executed(work.block_hash, Validity.VALID)

    def knows(self, block_hash: bytes) -> bool:
        return block_hash in self._states

    def executed(self, block_hash: bytes) -> SimulatedBlock | None:
        return self._open.get(block_hash)

    def open_ids(self, block_hash: bytes) -> Collection[bytes]:
        return self._open.ids(block_hash)

    def build(self, work: Build, queues: Queues) -> Made:
        header = replace(
            self._template,
            epoch=work.epoch,
            height=work.height,
            parent_hash=work.parent_hash,
            time_ms=work.time_ms,
        )
        under_way = Execution(self._states[work.parent_hash], self._context(header), self._content)
        found = filled(queues, work, lambda waiting: _attempt(under_way, waiting))
        executed = under_way.finish()
        header = replace(
            header,
            transactions_root=executed.roots.transactions_root,
            log_size=executed.roots.log_size,
            log_root=executed.roots.log_root,
            state_root=executed.roots.state_root,
        )
        block = Block(header, tuple(waiting.encoded for waiting in found.taken))
        self._keep(block, executed)
        return Made(block, verdicts(found, work, hash_of(header)))

    def judge(self, waiting: Sequence[WaitingTransaction], time_ms: int) -> tuple[ExecutionRejection, ...]:
        named, height = self._tip
        header = replace(self._template, height=height + 1, parent_hash=named, time_ms=time_ms)
        state, context = self._states[named], self._context(header)
        outcomes = (_attempt(Execution(state, context, self._content), judged) for judged in waiting)
        return tuple(
            ExecutionRejection(one.waiting.id, named, height, one.reason, one.detail)
            for one in outcomes
            if isinstance(one, Rejection)
        )

    def commit(self, blocks: Sequence[FinalBlock]) -> tuple[SimulatedBlock, ...]:
        return tuple(map(self._commit, blocks))

    def lacks(self, transaction: bytes) -> bool:
        return any(address not in self._held for address in _addresses(transaction))

    def hold(self, transaction: bytes) -> None:
        self._held.update(address for address in _addresses(transaction) if address in self._attachments)

    def _commit(self, final: FinalBlock) -> SimulatedBlock:
        name = final.candidate.block_hash
        if name not in self._branches:
            for transaction in final.block.transactions:
                self.hold(transaction)
            executed = self.execute(Execute(name, final.block))
            assert executed.outcome is Validity.VALID, f"a final block is {executed.reason}"
        branch = self._branches.pop(name)
        self.store.apply(branch.writes)
        self._tip = name, final.block.header.height
        self._states[name] = State(self.store, branch.map, branch.ledger)
        for other in self._branches.values():
            if other.overlay.parent is branch.overlay:
                other.overlay.parent = self.store
        committed = self._open.get(name)
        assert committed is not None
        self._open.settle(final.block.header.height)
        return committed

    def _keep(self, block: Block, executed: execution.ExecutionResult) -> None:
        name = hash_of(block.header)
        self._branches[name] = executed
        self._states[name] = executed.state
        receipts = tuple(
            replace(receipt, transaction_id=transaction)
            for receipt, transaction in zip(executed.receipts, block.transactions, strict=True)
        )
        self._open.keep(SimulatedBlock(name, block.header, receipts))

    def _content(self, address: bytes) -> bytes | None:
        return self._attachments.get(address) if address in self._held else None

    def _context(self, header: Header) -> BlockContext:
        return BlockContext(
            genesis_hash=self._template.genesis_hash,
            parent_hash=header.parent_hash,
            epoch=header.epoch,
            height=header.height,
            time_ms=header.time_ms,
            ruleset=header.ruleset,
        )


def _founder(did: str, seed: bytes) -> GenesisMember:
    key = ed25519.to_multikey(ed25519.public_key(seed))
    return GenesisMember(
        did, (Name("en", did),), "PT", "Norte", (), (Role.OPERATOR, Role.ISSUER), "key-1", key, None
    )


def _attempt(under_way: Execution, waiting: WaitingTransaction) -> Attempt:
    """What becomes of a transaction as the next one."""
    match under_way.add(waiting.encoded):
        case Receipt():
            return Placement.TAKEN
        case execution.MissingContent():
            return Placement.MISSING
        case execution.Rejected(_, TransactionReason.BLOCK_FULL, _):
            return Placement.FULL
        case execution.Rejected(_, reason, detail):
            return Rejection(waiting, reason, detail)


def _addresses(transaction: bytes) -> tuple[bytes, ...]:
    """The attachments that an encoded transaction names; none where it is malformed."""
    try:
        return Transaction.decode(transaction).payload.attachments
    except (Malformed, Refused):
        return ()


def _roots_in(header: Header) -> execution.Roots:
    return execution.Roots(header.transactions_root, header.log_size, header.log_root, header.state_root)
