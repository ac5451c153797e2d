"""Sending a transaction until it is proved to be in the ledger (rule C4 of `api.client.asking`)."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.client.asking import Client
from api.client.foreign_json import decode_json
from api.client.outcome import (
    Checked,
    Failed,
    Failure,
    FailureKind,
    NoAnswer,
    NodeFault,
    NotInLedger,
    TransactionRejected,
)
from api.interface.media import CBOR, COSE, JSON, OCTETS
from api.problems import RequestFault
from api.routes.v1 import types
from api.verifier.verdict import AnswerFlaw
from registry.attachments import Attachment
from registry.primitives import codec
from registry.rejection import RejectionReason
from registry.transaction import Transaction

_MAX_REPLY_BYTES = 64 * 1024
_MAX_ITEM_BYTES = 2 * 1024


async def submit(client: Client, transaction: bytes, attachments: Sequence[Attachment] = ()) -> Checked:
    """The proof that the transaction is in the ledger, once it is.

    Raises `TransactionRejected` where every node refuses it for a reason of the registry, `NotInLedger` where
    it is not proved to be in the ledger after all rounds, `Forked` as questions do, and
    `registry.rejection.Refused` for bytes that are no transaction.
    """
    transaction_id = Transaction.decode(transaction).id
    offer = _Offer(transaction, attachments)
    failures: list[Failure] = []
    for round_number in range(client.settings.rounds):
        pause_s = 0
        rejected = 0
        nodes = client.nodes
        for node in nodes:
            try:
                await offer.make(client, node)
            except Failed as failed:
                failures.append(client.note(node, failed))
                pause_s = max(pause_s, failed.retry_after_s)
                rejected += _is_rejection(failed)
                continue
            try:
                checked = await client.transaction(transaction_id)
            except NoAnswer as nothing:  # not final yet, or the node says what is not so
                failures += nothing.failures
            else:
                return Checked(checked.verdict, checked.answer, checked.node, (*failures, *checked.failures))
        if rejected == len(nodes):
            return await _final_after_all(client, transaction_id, failures)
        if round_number + 1 < client.settings.rounds:
            await client.pause(min(max(1, pause_s), client.settings.max_pause_s))
    raise NotInLedger(failures, may_count=offer.may_count)


async def _final_after_all(client: Client, transaction_id: bytes, failures: list[Failure]) -> Checked:
    """The proof of a transaction that all nodes refuse: it may have become final before this was sent, and
    have expired since. Raises `TransactionRejected`.
    """
    try:
        checked = await client.transaction(transaction_id)
    except NoAnswer:
        raise TransactionRejected(failures) from None
    return Checked(checked.verdict, checked.answer, checked.node, (*failures, *checked.failures))


async def submit_batch(client: Client, transactions: Sequence[bytes]) -> types.SubmittedBatch:
    """What the first node that takes a batch says of each transaction: a node's word, to be proved by
    `Client.transaction`.

    Attachments must have been sent before. Raises `NoAnswer`.
    """
    failures: list[Failure] = []
    body = codec.encode(list(transactions))
    for node in client.nodes:
        try:
            response = await client.send(
                "POST",
                node,
                "/v1/transactions",
                accept=JSON,
                limit=_MAX_REPLY_BYTES + len(transactions) * _MAX_ITEM_BYTES,
                body=body,
                media_type=CBOR,
            )
            return decode_json(response.body, types.SubmittedBatch)
        except codec.Malformed as error:
            failures.append(client.note(node, Failed(FailureKind.LIED, AnswerFlaw.MALFORMED, str(error))))
        except Failed as failed:
            failures.append(client.note(node, failed))
    raise NoAnswer(failures)


@dataclass(slots=True)
class _Offer:
    """A transaction with its attachments. `may_count`: a node has it, or may have it."""

    transaction: bytes
    attachments: Sequence[Attachment]
    may_count: bool = False

    async def make(self, client: Client, node: str) -> None:
        """Sends the transaction, and its attachments where the node lacks them. Raises `Failed`."""
        try:
            await self._post(client, node)
        except Failed as failed:
            if failed.reason is not RequestFault.MISSING_ATTACHMENT or not self.attachments:
                raise
            await self._give_attachments(client, node)
            await self._post(client, node)

    async def _post(self, client: Client, node: str) -> None:
        try:
            await client.send(
                "POST",
                node,
                "/v1/transactions?wait=final",
                accept=JSON,
                limit=_MAX_REPLY_BYTES,
                body=self.transaction,
                media_type=COSE,
                wait_s=client.settings.final_wait_s,
            )
        except Failed as failed:
            self.may_count |= failed.reason is not NodeFault.UNREACHABLE  # a refusal is a node's word as well
            raise
        self.may_count = True

    async def _give_attachments(self, client: Client, node: str) -> None:
        for attachment in self.attachments:
            await client.send(
                "PUT",
                node,
                f"/v1/attachments/{attachment.address.hex()}",
                accept=JSON,
                limit=_MAX_REPLY_BYTES,
                body=attachment.encode(),
                media_type=OCTETS,
            )


def _is_rejection(failed: Failed) -> bool:
    return isinstance(failed.reason, RejectionReason)
