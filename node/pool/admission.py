"""Whether a transaction may wait for a block: what one view of the ledger can say without executing it.

Checked here are form, network, validity window, replay, the signer's key and the signature, and that it lists
exactly the attachments that its operations name. Authority and the operations themselves are judged by
execution alone, since transactions before it in a block may matter. A transaction that is refused here can
become valid only if the ledger changes.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from api.ports import View
from node.ledger.block_time import BlockTime
from node.ledger.candidates import WaitingTransaction
from node.ledger.decoding import DecodedTransactions
from node.wording.times import format_time
from registry.authority import Signer, Signers
from registry.carrying import attachments_of, contents_of
from registry.draft import BlockDraft, Draft
from registry.kind import NamedContent
from registry.kinds.did.record import DID_RECORD
from registry.primitives.ed25519 import Verify
from registry.rejection import Refused, RejectionReason, TransactionReason
from registry.ruleset import CURRENT
from registry.tables import Reader, Table
from registry.transaction import Transaction

LATE_MS = 30_000
"""What ended longer ago, or is valid for more than so much too long, no honest node sends on. Less may come
of the time on the way, and of clocks that differ."""

_CHANGING = frozenset(
    {TransactionReason.REPLAYED, TransactionReason.KEY_INACTIVE, TransactionReason.SIGNER_DEACTIVATED}
)
"""What a block that became final meanwhile may have brought about."""

REMEMBERED = 8_192
"""Records of signers and their members held decoded; beyond it all are read again."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """A transaction that may wait, the addresses of the attachments that a block with it needs, and what is
    said of those that its operations name."""

    waiting: WaitingTransaction
    attachments: tuple[bytes, ...]
    contents: Mapping[bytes, NamedContent[Any]]


@dataclass(frozen=True, slots=True)
class NotAdmitted:
    """A transaction that may not, and why. `id` is None where the bytes have none. `is_late`: an honest node
    may have admitted it a moment before, by its clock or by its last block."""

    id: bytes | None
    reason: RejectionReason
    detail: str
    is_late: bool = False


class Admission:
    """Judges transactions as of one view; from any thread. Made anew for each view."""

    def __init__(
        self,
        reader: Reader,
        genesis_hash: bytes,
        decoded: DecodedTransactions,
        verify: Verify,
        remembered: int = REMEMBERED,
    ) -> None:
        self._reader = reader
        self._genesis_hash = genesis_hash
        self._decoded = decoded
        self._verify = verify
        self._block = BlockDraft(reader)  # remembers the signers' records it has read
        self._signers = Signers(0)
        self._remembered = remembered

    def judge(self, data: bytes, time: BlockTime) -> Admitted | NotAdmitted:
        """Whether the encoded transaction may wait for the next block."""
        transaction: Transaction | None = None
        try:
            transaction = self._decoded.decode(data)
            return self._judge(transaction, time)
        except Refused as refused:
            if transaction is None:
                return NotAdmitted(None, refused.reason, refused.detail)
            is_late = _is_late(refused.reason, transaction, time)
            return NotAdmitted(transaction.id, refused.reason, refused.detail, is_late)

    def prepare(self, data: bytes, time_ms: int) -> None:
        """Does ahead of time what executing the transaction in a block of that time would do first.

        It is decoded and its signature checked with the key of this view; both are remembered. What is wrong
        with it is for execution to say.
        """
        with suppress(Refused):
            transaction = self._decoded.decode(data)
            signer = self._signer_of(transaction, time_ms)
            self._verify(signer.public_key, transaction.message, transaction.signature)

    def _signer_of(self, transaction: Transaction, time_ms: int) -> Signer:
        """The signer, with its records remembered; that there is none is not: names that are on no ledger
        cost nothing, and a signer may be on it by the next look. Raises `Refused`."""
        if self._block.remembered > self._remembered:
            self._block = BlockDraft(self._reader)
        block, signers = self._block, self._signers
        if signers.time_ms != time_ms:
            self._signers = signers = Signers(time_ms)  # one time for all transactions of one request
        try:
            return signers.of(transaction, Draft(block))
        except Refused as refused:
            if refused.reason is TransactionReason.UNKNOWN_SIGNER:
                block.forget((DID_RECORD, transaction.did))
            raise

    def _judge(self, transaction: Transaction, time: BlockTime) -> Admitted:
        payload, next_ms = transaction.payload, time.next_ms
        if payload.genesis_hash != self._genesis_hash:
            raise Refused(TransactionReason.WRONG_GENESIS, payload.genesis_hash.hex())
        # First of all, for it holds for ever: whoever sends again what is final has sent it in time.
        if self._reader.get(Table.TRANSACTION, transaction.id) is not None:
            raise Refused(TransactionReason.REPLAYED, transaction.id.hex())
        if payload.valid_until_ms <= next_ms:
            raise Refused(TransactionReason.EXPIRED, _until(payload.valid_until_ms, time))
        if payload.valid_until_ms > next_ms + CURRENT.limits.replay_window_ms:
            raise Refused(TransactionReason.VALID_TOO_LONG, _until(payload.valid_until_ms, time))
        signer = self._signer_of(transaction, next_ms)
        if not self._verify(signer.public_key, transaction.message, transaction.signature):
            raise Refused(TransactionReason.BAD_SIGNATURE)
        waiting = WaitingTransaction(
            transaction.id, transaction.encoded, signer.member_did, payload.valid_until_ms
        )
        return Admitted(waiting, attachments_of(transaction), contents_of(transaction))


def _is_late(reason: RejectionReason, transaction: Transaction, time: BlockTime) -> bool:
    until_ms = transaction.payload.valid_until_ms
    match reason:
        case TransactionReason.EXPIRED:
            return time.next_ms - until_ms <= LATE_MS
        case TransactionReason.VALID_TOO_LONG:
            return until_ms - time.next_ms - CURRENT.limits.replay_window_ms <= LATE_MS
        case _:
            return reason in _CHANGING


def _until(until_ms: int, time: BlockTime) -> str:
    return f"Its valid_until is {format_time(until_ms)}. {time.told()}"


class Admissions:
    """The admission by the newest view, which `view` gives; made once for each. Belongs to the event loop."""

    def __init__(self, view: Callable[[], View], decoded: DecodedTransactions, verify: Verify) -> None:
        self._view = view
        self._decoded = decoded
        self._verify = verify
        self._made: tuple[View, Admission] | None = None

    def newest(self) -> Admission:
        """What judges now."""
        view = self._view()
        if self._made is None or self._made[0] is not view:
            self._made = (view, Admission(view.reader, view.genesis_hash, self._decoded, self._verify))
        return self._made[1]
