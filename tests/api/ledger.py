"""A ledger in one process, behind the port that the API asks for: real execution, real blocks, certificates
signed by four validators.

It orders what is submitted by itself: at once while `automatic`, else when `seal` is called. Nothing here
waits for a clock: the time of a block is one second after the one before.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from api.ports import (
    Accepted,
    Busy,
    ClockComparison,
    Concern,
    Dropped,
    EpochEnd,
    Final,
    Follows,
    Health,
    MissingAttachment,
    NotAccepted,
    PublicationConcern,
    SubmitOutcome,
    TransactionStatus,
    Waiting,
)
from consensus.header import VERSION, Header, block_hash
from consensus.messages import Block, Candidate, Certificate, VoteKind
from consensus.signing import vote_bytes
from registry.attachments import address_of
from registry.build import OwnedKey, TransactionBuilder
from registry.execution import BlockContext, Execution, ExecutionResult, MissingContent, Receipt, Rejected
from registry.genesis import GenesisDocument, genesis_block_state
from registry.kinds.did.record import Purpose
from registry.primitives import ed25519
from registry.primitives.map_proof import MapProof
from registry.primitives.validator_set import Validator, ValidatorSet
from registry.rejection import Refused
from registry.rows import Damaged, Unreadable
from registry.state_map import StateMap
from registry.tables import Overlay, Reader, Table
from registry.transaction import Transaction
from tests.api.publications_in_memory import PublicationsInMemory
from tests.registry.network import DOCUMENT, UNIVERSITY, seed

VALIDATOR_SEEDS = tuple(seed(f"validator {index}") for index in range(4))
BLOCK_MS = 1_000


@dataclass(frozen=True)
class LedgerView:
    """One final state, as `api.ports.View` asks."""

    genesis_hash: bytes
    genesis_document: bytes
    header: Header
    certificate: Certificate | None
    validators: ValidatorSet
    state_map: StateMap
    reader: Reader
    blocks: tuple[Block | None, ...]
    certificates: tuple[Certificate | None, ...]
    boundaries: tuple[EpochEnd, ...]

    def prove(self, key: bytes) -> MapProof:
        """See `View.prove`."""
        return self.state_map.prove(key)

    def block(self, height: int) -> Block | None:
        """See `View.block`."""
        return self.blocks[height] if height < len(self.blocks) else None

    def certificate_at(self, height: int) -> Certificate | None:
        """See `View.certificate_at`."""
        return self.certificates[height] if height < len(self.certificates) else None

    def boundary(self, epoch: int) -> EpochEnd | None:
        """See `View.boundary`."""
        return self.boundaries[epoch] if epoch < len(self.boundaries) else None


def validators(seeds: Sequence[bytes]) -> ValidatorSet:
    """The set of the validators with these keys."""
    return ValidatorSet(
        tuple(
            Validator(
                ed25519.public_key(secret),
                f"peer{index}",
                (f"/ip4/127.0.0.1/tcp/{7000 + index}",),
                UNIVERSITY,
            )
            for index, secret in enumerate(seeds)
        )
    )


VALIDATORS = validators(VALIDATOR_SEEDS)
GENESIS = replace(DOCUMENT, validators=VALIDATORS)


def certify(
    genesis_hash: bytes,
    header: Header,
    signers: Sequence[int] = (0, 1, 2),
    seeds: Sequence[bytes] = VALIDATOR_SEEDS,
) -> Certificate:
    """A finalization of a header by some of the four validators."""
    candidate = Candidate(header.epoch, header.height, max(0, header.height - 1), block_hash(header))
    content = vote_bytes(genesis_hash, VoteKind.FINALIZE, header.epoch, header.height, candidate)
    signatures = tuple(ed25519.sign(seeds[signer], content) for signer in signers)
    return Certificate(VoteKind.FINALIZE, header.epoch, header.height, candidate, tuple(signers), signatures)


class Ledger:
    """The node behind the API, in one process."""

    def __init__(self, document: GenesisDocument = GENESIS, *, automatic: bool = True) -> None:
        self.automatic = automatic
        self.refusing: Busy | NotAccepted | None = None
        self.condition = ""  # why the node is not ready
        self.halt = ""  # why nothing may be read
        self.lag_ms = 0  # since the last block, by the server's clock
        self.concerns: tuple[Concern, ...] = ()
        self.voting = "confirmed"
        self.clocks = ClockComparison(None, 0, 0, (), ())
        self.linked: tuple[str, ...] = ("did:web:1.example", "did:web:2.example")
        self.not_voting: tuple[str, ...] = ()
        self.follows: Follows | None = None
        self.due: tuple[PublicationConcern, ...] = ()
        self.damages: list[Damaged | Unreadable] = []
        self._publications = PublicationsInMemory(self.view)
        self.document = document
        self.genesis_hash = document.genesis_hash
        self._pending: dict[bytes, Transaction] = {}
        self._dropped: dict[bytes, Dropped] = {}
        self._held: dict[bytes, bytes] = {}
        self._grown = asyncio.Condition()
        self._nonce = 0
        self._waiting = 0
        self._seeds = VALIDATOR_SEEDS
        self._epoch = 0
        executed = genesis_block_state(document)
        header = self._header(None, 0, document.time_ms, executed)
        self.state = executed.state
        self._view = LedgerView(
            genesis_hash=self.genesis_hash,
            genesis_document=document.encode(),
            header=header,
            certificate=None,
            validators=document.validators,
            state_map=executed.map,
            reader=self.state.reader,
            blocks=(Block(header, ()),),
            certificates=(None,),
            boundaries=(),
        )

    # What tests do with it.

    @property
    def now_ms(self) -> int:
        """The time of the last block."""
        return self._view.header.time_ms

    def builder(self) -> TransactionBuilder:
        """A transaction in the making, with a nonce of its own."""
        self._nonce += 1
        return TransactionBuilder(self.genesis_hash, self._nonce.to_bytes(16, "big"))

    def sign(
        self,
        builder: TransactionBuilder,
        did: str = UNIVERSITY,
        *,
        key: OwnedKey | None = None,
        valid_for_ms: int = 60_000,
        holds: bool = True,
    ) -> bytes:
        """The transaction, signed by the first key of a founding member or another `key`; `holds`: with its
        attachments."""
        if holds:
            self._held.update((attachment.address, attachment.encode()) for attachment in builder.attachments)
        key = key or OwnedKey("key-1", Purpose.CAPABILITY_INVOCATION, seed(did))
        return builder.sign(f"{did}#{key.fragment}", key.seed, self.now_ms + BLOCK_MS + valid_for_ms)

    async def until_pending(self, count: int) -> None:
        """Waits until so many transactions are pending."""
        async with self._grown:
            await self._grown.wait_for(lambda: len(self._pending) >= count)

    def commit(self, *transactions: bytes) -> ExecutionResult:
        """The next block with these transactions, which must be valid."""
        execution = self._execution()
        for transaction in transactions:
            receipt = execution.add(transaction)
            assert isinstance(receipt, Receipt), receipt
        return self._append(execution.finish(), transactions)

    async def seal(self) -> None:
        """Orders what is pending, drops what cannot be, and wakes whoever waits."""
        execution = self._execution()
        taken: list[bytes] = []
        for transaction_id, transaction in self._pending.items():
            outcome = execution.add(transaction)
            if isinstance(outcome, Rejected):
                self._dropped[transaction_id] = Dropped(outcome.reason, outcome.detail)
            else:
                taken.append(transaction.encoded)
        self._pending.clear()
        self._append(execution.finish(), taken)
        async with self._grown:
            self._grown.notify_all()

    async def until_waiting(self, count: int) -> None:
        """Waits until so many requests wait for something."""
        async with self._grown:
            await self._grown.wait_for(lambda: self._waiting >= count)

    async def until_waiting_exactly(self, count: int) -> None:
        """Waits until no more requests than that wait, either: some have gone."""
        async with self._grown:
            await self._grown.wait_for(lambda: self._waiting == count)

    def forget(self, height: int) -> None:
        """Keeps the block of that height no longer."""
        blocks = list(self._view.blocks)
        blocks[height] = None
        self._view = replace(self._view, blocks=tuple(blocks))

    def spoil(self, table: Table, key: bytes, row: bytes) -> None:
        """Puts a row in place of another, as no block ever would."""
        spoilt = Overlay(self._view.reader)
        spoilt.put(table, key, row)
        self._view = replace(self._view, reader=spoilt)

    def spoil_block(self, height: int) -> None:
        """Puts bytes that are no transaction into a block."""
        blocks = list(self._view.blocks)
        spoilt = blocks[height]
        assert spoilt is not None
        blocks[height] = replace(spoilt, transactions=(b"no transaction",))
        self._view = replace(self._view, blocks=tuple(blocks))

    def hand_over(self, seeds: Sequence[bytes]) -> None:
        """Ends the epoch with an empty block; the validators with these keys follow."""
        following = validators(seeds)
        self._append(self._execution().finish(), (), following)
        certificate = self._view.certificate
        assert certificate is not None
        boundary = EpochEnd(self._view.header, certificate, following)
        self._view = replace(self._view, boundaries=(*self._view.boundaries, boundary), validators=following)
        self._seeds = tuple(seeds)
        self._epoch += 1

    def forge_boundary(self, epoch: int, seeds: Sequence[bytes], ruleset: int | None = None) -> None:
        """Has the holders of these keys sign an epoch's end, perhaps under another ruleset."""
        boundary = self._view.boundaries[epoch]
        header = boundary.header if ruleset is None else replace(boundary.header, ruleset=ruleset)
        forged = certify(self.genesis_hash, header, seeds=seeds)
        boundaries = list(self._view.boundaries)
        boundaries[epoch] = replace(boundary, header=header, certificate=forged)
        self._view = replace(self._view, boundaries=tuple(boundaries))

    def break_reads(self) -> None:
        """Makes every later use of the view a mistake of ours."""
        del self._view

    def _execution(self) -> Execution:
        header = self._view.header
        context = BlockContext(
            self.genesis_hash,
            block_hash(header),
            self._epoch,
            header.height + 1,
            header.time_ms + BLOCK_MS,
            header.ruleset,
        )
        return Execution(self.state, context, self._held.get)

    def _append(
        self, executed: ExecutionResult, transactions: Sequence[bytes], following: ValidatorSet | None = None
    ) -> ExecutionResult:
        parent = self._view.header
        header = self._header(parent, parent.height + 1, parent.time_ms + BLOCK_MS, executed)
        if following is not None:
            header = replace(header, next_validators_hash=following.digest())
        certificate = certify(self.genesis_hash, header, seeds=self._seeds)
        self.state = executed.state
        self._view = replace(
            self._view,
            header=header,
            certificate=certificate,
            state_map=executed.map,
            reader=self.state.reader,
            blocks=(*self._view.blocks, Block(header, tuple(transactions))),
            certificates=(*self._view.certificates, certificate),
        )
        return executed

    def _header(self, parent: Header | None, height: int, time_ms: int, executed: ExecutionResult) -> Header:
        return Header(
            version=VERSION,
            ruleset=self.document.ruleset,
            genesis_hash=self.genesis_hash if height else bytes(32),
            epoch=self._epoch,
            height=height,
            parent_hash=bytes(32) if parent is None else block_hash(parent),
            time_ms=time_ms,
            transactions_root=executed.roots.transactions_root,
            log_size=executed.roots.log_size,
            log_root=executed.roots.log_root,
            state_root=executed.roots.state_root,
            validators_hash=validators(self._seeds).digest(),
            next_validators_hash=None,
            proposer=height % 4,
        )

    # The port.

    @property
    def publications(self) -> PublicationsInMemory:
        """See `NodePort.publications`."""
        return self._publications

    def view(self) -> LedgerView:
        """See `Node.view`."""
        return self._view

    async def submit(self, transactions: Sequence[bytes]) -> tuple[SubmitOutcome, ...]:
        """See `Node.submit`."""
        outcomes = tuple(self._admit(transaction) for transaction in transactions)
        if self.automatic and self._pending:
            await self.seal()
        async with self._grown:
            self._grown.notify_all()
        return outcomes

    def _admit(self, data: bytes) -> SubmitOutcome:
        if self.refusing is not None:
            return self.refusing
        try:
            transaction = Transaction.decode(data)
        except Refused as refused:
            return NotAccepted(refused.reason, refused.detail)
        if self.standing(transaction.id) is not None:
            return Accepted(transaction.id)
        match self._execution().add(transaction):
            case Rejected(_, reason, detail):
                return NotAccepted(reason, detail)
            case MissingContent(addresses):
                return MissingAttachment(addresses[0])
        self._pending[transaction.id] = transaction
        return Accepted(transaction.id)

    async def offer_attachment(self, attachment: bytes) -> None:
        """See `Node.offer_attachment`."""
        self._held[address_of(attachment)] = attachment

    def standing(self, transaction_id: bytes) -> TransactionStatus | None:
        """See `Node.standing`."""
        place = self._view.reader.get(Table.TRANSACTION, transaction_id)
        if place is not None:
            return Final(int.from_bytes(place[:8], "big"), int.from_bytes(place[8:12], "big"))
        if transaction_id in self._pending:
            return Waiting()
        return self._dropped.get(transaction_id)

    async def wait_final(self, transaction_id: bytes, timeout_s: float) -> TransactionStatus | None:
        """See `Node.wait_final`."""
        await self._wait(lambda: not isinstance(self.standing(transaction_id), Waiting), timeout_s)
        return self.standing(transaction_id)

    async def wait_above(self, height: int, timeout_s: float) -> bool:
        """See `Node.wait_above`."""
        return await self._wait(lambda: self._view.header.height > height, timeout_s)

    async def _wait(self, done: Callable[[], bool], timeout_s: float) -> bool:
        self._waiting += 1
        try:
            async with asyncio.timeout(timeout_s), self._grown:
                self._grown.notify_all()
                await self._grown.wait_for(done)
        except TimeoutError:
            return False
        finally:
            self._waiting -= 1
            self._told = asyncio.ensure_future(self._tell())
        return True

    async def _tell(self) -> None:
        async with self._grown:
            self._grown.notify_all()

    def damaged(self, damage: Damaged | Unreadable) -> None:
        """See `Node.damaged`."""
        self.damages.append(damage)

    def unready(self) -> str:
        """See `Node.unready`."""
        return self.halt or self.condition

    def unreadable(self) -> str:
        """See `Node.unreadable`."""
        return self.halt

    def health(self) -> Health:
        """See `Node.health`."""
        height = self._view.header.height
        pending = len(self._pending)
        return Health(
            not self.condition,
            self.condition,
            0,
            height,
            3,
            pending,
            0,
            self.voting,
            self.concerns,
            self.clocks,
            self.linked,
            self.not_voting,
            self.follows,
            self.due,
        )

    def metrics(self) -> bytes:
        """See `Node.metrics`."""
        return b"# TYPE matricula_height gauge\nmatricula_height 0\n"
