"""Transactions in: one as COSE_Sign1, or up to a thousand as a CBOR array of byte strings.

The node answers as soon as it holds a transaction. With `wait=final` it answers once the transaction is
final, within ten seconds at most; when they are over, or there is no place to wait, the answer is the same
as without. A transaction that is taken is never answered with "send it again". Posting it again is harmless:
its id is the same.
"""

from contextlib import suppress

from aiohttp import hdrs, web

from api.interface.media import CBOR, COSE, OCTETS
from api.interface.problem_document import document
from api.interface.response import encoding_of, structured
from api.limits import client_of
from api.ports import (
    Accepted,
    Busy,
    Dropped,
    Final,
    MissingAttachment,
    NotAccepted,
    SubmitOutcome,
    TransactionStatus,
    Waiting,
)
from api.problems import ProblemError, RequestFault
from api.routes.v1.types import BatchItem, Standing, StoredAttachment, SubmittedBatch, TransactionState
from api.web.media import content_type
from api.web.request import Request
from api.web.service import ServerContext
from api.web.waiting import NoPlaceError
from registry.attachments import Attachment as AttachmentBytes
from registry.attachments import address_of
from registry.primitives import codec
from registry.primitives.shape import blob, decode_as, list_of


async def post(service: ServerContext, request: Request) -> web.StreamResponse:
    """POST /v1/transactions."""
    media = content_type(request.http.headers.get(hdrs.CONTENT_TYPE), (COSE, CBOR))
    waits = request.query("wait").choice("wait", "final") is not None
    _ = encoding_of(request)  # an answer that could not be given is refused before anything is done
    service.require_ready()
    if media == COSE:
        return await _post_one(service, request, waits)
    if waits:
        raise ProblemError(RequestFault.MALFORMED_QUERY, "A batch cannot be waited for.", where="query.wait")
    return await _post_batch(service, request)


async def put_attachment(service: ServerContext, request: Request) -> web.StreamResponse:
    """PUT /v1/attachments/{address}: salt and content, to be named by a transaction that follows."""
    request.query()
    content_type(request.http.headers.get(hdrs.CONTENT_TYPE), (OCTETS,))
    address = request.hash_in_path("address")
    service.require_ready()
    attachment = await request.body(service.limits.attachment_bytes)
    if address_of(attachment) != address:
        raise ProblemError(
            RequestFault.WRONG_ADDRESS,
            f"Its address is {address_of(attachment).hex()}.",
            where="path.address",
        )
    try:
        AttachmentBytes.decode(attachment)
    except codec.Malformed as error:
        raise ProblemError(RequestFault.MALFORMED_BODY, str(error), where="body") from None
    await service.node.offer_attachment(attachment)
    return structured(request, StoredAttachment(address.hex(), len(attachment)), status=202)


async def _post_one(service: ServerContext, request: Request, waits: bool) -> web.StreamResponse:
    data = await request.body(service.limits.transaction_bytes)
    (outcome,) = await service.node.submit((data,))
    if not isinstance(outcome, Accepted):
        raise _problem_error(outcome, "body")
    transaction_id = outcome.transaction_id
    if waits:
        standing = await _until_final(service, request, transaction_id)
    else:
        standing = service.node.standing(transaction_id)
    return _standing(request, transaction_id, standing or Waiting())


async def _until_final(
    service: ServerContext, request: Request, transaction_id: bytes
) -> TransactionStatus | None:
    """Where the transaction stands after the wait; None where there was no place to wait: it is taken all the
    same, and whoever sent it is told where to ask.
    """
    with suppress(NoPlaceError):
        coming = service.node.wait_final(transaction_id, service.limits.final_wait_s)
        return await service.waits.until(request.http, coming)
    return None


async def _post_batch(service: ServerContext, request: Request) -> web.StreamResponse:
    limits = service.limits
    data = await request.body(limits.batch_bytes)
    shape = list_of(blob(max_bytes=limits.transaction_bytes), limits.batch_transactions, 1)
    try:
        transactions = decode_as(shape, data, limit=limits.batch_bytes)
    except codec.Malformed as error:
        raise ProblemError(RequestFault.MALFORMED_BODY, str(error), where="body") from None
    service.charge(client_of(request.http.remote), len(transactions) - 1)
    outcomes = await service.node.submit(transactions)
    results = [_item(outcome, f"body[{place}]") for place, outcome in enumerate(outcomes)]
    accepted = sum(item.problem is None for item in results)
    if accepted == 0:
        _raise_if_all_busy(outcomes)
    return structured(request, SubmittedBatch(accepted, results), status=202)


def _raise_if_all_busy(outcomes: tuple[SubmitOutcome, ...]) -> None:
    """A batch of which nothing was kept for want of room is 503, so that the sender slows down."""
    delays = [outcome.retry_after_s for outcome in outcomes if isinstance(outcome, Busy)]
    if len(delays) == len(outcomes):
        raise ProblemError(RequestFault.BUSY, retry_after_s=max(delays))


def _item(outcome: SubmitOutcome, where: str) -> BatchItem:
    if isinstance(outcome, Accepted):
        return BatchItem(transaction_id=outcome.transaction_id.hex())
    problem = _problem_error(outcome, where).problem
    return BatchItem(problem=document(problem))


def _problem_error(outcome: NotAccepted | MissingAttachment | Busy, where: str) -> ProblemError:
    match outcome:
        case NotAccepted(reason, detail):
            return ProblemError(reason, detail, where=where)
        case MissingAttachment(address):
            return ProblemError(
                RequestFault.MISSING_ATTACHMENT, f"Its address is {address.hex()}.", where=where
            )
        case Busy(retry_after_s):
            return ProblemError(RequestFault.BUSY, where=where, retry_after_s=retry_after_s)


def standing(service: ServerContext, request: Request, transaction_id: bytes) -> web.Response:
    """Where a transaction stands that is not final yet."""
    held = service.node.standing(transaction_id)
    if held is None:
        raise ProblemError(RequestFault.UNKNOWN_TRANSACTION, where="path.id")
    return _standing(request, transaction_id, held)


def _standing(request: Request, transaction_id: bytes, standing: TransactionStatus) -> web.Response:
    """202 while a transaction is pending, 200 once it is final; one that was dropped is a problem."""
    name = transaction_id.hex()
    match standing:
        case Dropped(reason, detail):
            raise ProblemError(reason, detail, where="transaction")
        case Final(height, index):
            response = structured(request, Standing(name, TransactionState.FINAL, height, index))
        case Waiting():
            response = structured(request, Standing(name, TransactionState.PENDING), status=202)
    response.headers[hdrs.LOCATION] = f"/v1/transactions/{name}"
    return response
