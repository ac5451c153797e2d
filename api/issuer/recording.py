"""Changing the ledger: signing a transaction and seeing it through (decision 0080).

A change ends when its transaction is final *and* its inclusion was proved and checked here; a node's word
alone is never enough.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from api.client import Checked, Client, FailureKind, NotInLedger, TransactionRejected, submit
from api.issuer.key import SigningKey, signature_of
from api.issuer.not_done import MalformedPart, NotProved
from consensus.timing import PRECISION_MS
from registry.build import TransactionBuilder
from registry.checking import InLedger
from registry.kinds.did.record import DID_RECORD
from registry.primitives.codec import Malformed
from registry.record_log import LedgerLeaf
from registry.rejection import TransactionReason
from registry.transaction import Transaction

VALID_FOR_MS = 10 * 60_000
"""How long a transaction may wait to be ordered; the ruleset allows an hour."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A transaction that is proved to be in the ledger, and how long that took from sending it."""

    id: bytes
    leaf: LedgerLeaf
    checked: Checked
    took_ms: int


@dataclass(frozen=True, slots=True)
class Clocks:
    """Milliseconds since 1970, and milliseconds that never go back."""

    now_ms: Callable[[], int]
    monotonic_ms: Callable[[], int]


class Change:
    """One transaction of an issuer: its operations, and the key that signs it.

    It is signed again where it has to be dated anew.
    """

    def __init__(self, genesis_hash: bytes, nonce: bytes, key: SigningKey) -> None:
        self.builder = TransactionBuilder(genesis_hash, nonce)
        self.key = key

    def signed(self, now_ms: int) -> bytes:
        """The transaction, valid from now on for ten minutes. Raises MalformedPart, UnfitKey, what the key
        raises, and `Refused` where it is too long.
        """
        try:
            return self.builder.sign_by(self.key.id, partial(signature_of, self.key), now_ms + VALID_FOR_MS)
        except Malformed as error:
            raise MalformedPart(error, self.builder.operations) from error

    def collect(self, add: Callable[[TransactionBuilder], object]) -> None:
        """Add operations. Raises MalformedPart."""
        try:
            add(self.builder)
        except Malformed as error:
            raise MalformedPart(error, self.builder.operations) from error


async def record(
    client: Client, change: Change, clocks: Clocks, told_ahead: Callable[[int], None]
) -> Recorded:
    """Sign a change, send it, and see it through.

    Where the ledger is dated ahead of the clock here, so that the transaction has expired by it, `told_ahead`
    is told by how many milliseconds, and the change is signed again by the ledger's proved time.

    Raises MalformedPart, UnfitKey, TransactionRejected, NotProved, NoAnswer, Forked, and what the key raises.
    """
    data = change.signed(clocks.now_ms())
    expires_ms = Transaction.decode(data).payload.valid_until_ms
    try:
        return await _see_through(client, change, data, clocks)
    except TransactionRejected as rejected:
        signer = change.key.id.partition("#")[0]
        ahead_ms = await _dated_ahead(client, signer, rejected, clocks, expires_ms)
        if ahead_ms is None:
            raise
        told_ahead(ahead_ms - clocks.now_ms())
        return await _see_through(client, change, change.signed(ahead_ms), clocks)


async def _dated_ahead(
    client: Client, signer: str, rejected: TransactionRejected, clocks: Clocks, expires_ms: int
) -> int | None:
    """The proved time of the ledger, where a transaction has expired by it because that is ahead of the clock
    here.

    Proved, because a node that made one sign for a day in the future could hold the transaction back for as
    long; and past `expires_ms`, because two that are both valid may both count.
    """
    refusals = [failure for failure in rejected.failures if failure.kind is FailureKind.REFUSED]
    if not all(failure.reason is TransactionReason.EXPIRED for failure in refusals):
        return None
    as_of_ms = (await client.record(DID_RECORD, signer)).answer.header.time_ms
    is_ahead = as_of_ms > clocks.now_ms() + PRECISION_MS
    return as_of_ms if is_ahead and as_of_ms >= expires_ms else None


async def _see_through(client: Client, change: Change, data: bytes, clocks: Clocks) -> Recorded:
    """Send a transaction until it is proved to be in the ledger."""
    transaction_id = Transaction.decode(data).id
    begun_ms = clocks.monotonic_ms()
    try:
        checked = await submit(client, data, change.builder.attachments)
    except NotInLedger as error:
        raise NotProved(transaction_id, error) from error
    found = checked.verdict.finding
    if not isinstance(found, InLedger):
        raise AssertionError("the verifier calls valid what is no entry of the ledger")
    return Recorded(transaction_id, found.leaf, checked, clocks.monotonic_ms() - begun_ms)
