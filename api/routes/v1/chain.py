"""The chain itself: the network, its validators, headers, the boundaries of its epochs, and what has
changed.
"""

from aiohttp import hdrs, web

from api.answer.epoch_proofs import EpochProof, encode_epoch_proofs
from api.base64url import to_text
from api.credentials.multikey import key_text
from api.interface.media import Encoding
from api.interface.response import encode_struct, encoding_of, from_view, structured
from api.limits import ServerLimits
from api.ports import EpochEnd, View
from api.problems import ProblemError, RequestFault
from api.routes.v1 import types
from api.web.kept import NEVER_CHANGES
from api.web.request import Request
from api.web.service import ServerContext
from api.web.waiting import NoPlaceError
from consensus.header import Header, block_hash, encode_header
from consensus.messages import Block, Certificate
from consensus.wire import BLOCK, CERTIFICATE
from registry.primitives.shape import encode_as
from registry.rejection import Refused
from registry.rows import Damaged
from registry.transaction import Transaction


async def network(service: ServerContext, request: Request) -> web.StreamResponse:
    """GET /v1/network."""
    request.query()
    view = service.dated_view(request)
    return from_view(request, view, lambda encoding: encode_struct(_network(view, service.limits), encoding))


async def validators(service: ServerContext, request: Request) -> web.StreamResponse:
    """GET /v1/validators."""
    request.query()
    view = service.dated_view(request)
    return from_view(request, view, lambda encoding: encode_struct(_validators(view), encoding))


async def latest_header(service: ServerContext, request: Request) -> web.StreamResponse:
    """GET /v1/headers/latest."""
    request.query()
    view = service.dated_view(request)
    return from_view(
        request, view, lambda encoding: encode_struct(header_type(view.header, view.certificate), encoding)
    )


async def header(service: ServerContext, request: Request) -> web.StreamResponse:
    """GET /v1/headers/{height}. A final header never changes; which signatures a node holds for it may
    differ.
    """
    request.query()
    height = request.number_in_path("height")
    view = service.view()
    block = _block(view, height)
    response = structured(request, header_type(block.header, view.certificate_at(height)))
    response.headers[hdrs.CACHE_CONTROL] = NEVER_CHANGES
    response.headers[hdrs.VARY] = hdrs.ACCEPT
    return response


async def block(service: ServerContext, request: Request) -> web.StreamResponse:
    """GET /v1/blocks/{height}: header and transactions, in the bytes that replicas exchange. Whoever
    has all of them can replay the ledger.
    """
    request.query()
    height = request.number_in_path("height")
    view = service.view()
    encoded = await service.aside(request, lambda: encode_as(BLOCK, _block(view, height)))
    if encoding_of(request) is Encoding.CBOR:
        response = web.Response(body=encoded, content_type=Encoding.CBOR.value)
    else:
        response = structured(request, types.EncodedBlock(height, to_text(encoded)))
    response.headers[hdrs.CACHE_CONTROL] = NEVER_CHANGES
    response.headers[hdrs.VARY] = hdrs.ACCEPT
    return response


async def epochs(service: ServerContext, request: Request) -> web.StreamResponse:
    """GET /v1/epochs: the hand-overs from one validator set to the next, from `from` on."""
    first = request.query("from").number("from") or 0
    view = service.dated_view(request)
    limit = service.limits.page_epochs
    return from_view(request, view, lambda encoding: encode_struct(_epochs(view, first, limit), encoding))


async def changes(service: ServerContext, request: Request) -> web.StreamResponse:
    """GET /v1/changes: blocks above `since`; with `wait` it waits that many seconds for the first of them."""
    limits = service.limits
    query = request.query("since", "wait", "limit")
    since = query.number("since")
    if since is None:
        raise ProblemError(RequestFault.MALFORMED_QUERY, "It is needed: 0 for all.", where="query.since")
    wait_s = query.number("wait", int(limits.changes_wait_s)) or 0
    limit = query.number("limit", limits.page_blocks) or limits.page_blocks
    _ = encoding_of(request)
    if wait_s and service.view().header.height <= since:
        try:
            await service.waits.until(request.http, service.node.wait_above(since, wait_s))
        except NoPlaceError:
            raise ProblemError(RequestFault.TOO_MANY_WAITING, retry_after_s=1) from None
    view = service.dated_view(request)
    last = min(view.header.height, since + limit)
    page = (view.header.height, since, last)
    blocks = await service.aside(
        request, lambda: _page(view, since + 1, last, limits.page_transactions), page
    )
    following = blocks[-1].height if blocks else since
    response = structured(request, types.Changes(blocks, following, view.header.height))
    response.headers[hdrs.CACHE_CONTROL] = "no-store"
    return response


def header_type(header: Header, certificate: Certificate | None) -> types.HeaderSummary:
    """A header in the interface's form."""
    following = header.next_validators_hash
    return types.HeaderSummary(
        hash=block_hash(header).hex(),
        height=header.height,
        epoch=header.epoch,
        time_ms=header.time_ms,
        ruleset=header.ruleset,
        parent_hash=header.parent_hash.hex(),
        transactions_root=header.transactions_root.hex(),
        log_size=header.log_size,
        log_root=header.log_root.hex(),
        state_root=header.state_root.hex(),
        validators_hash=header.validators_hash.hex(),
        next_validators_hash=None if following is None else following.hex(),
        proposer=header.proposer,
        encoded=to_text(encode_header(header)),
        certificate=None if certificate is None else to_text(encode_as(CERTIFICATE, certificate)),
    )


def _block(view: View, height: int) -> Block:
    if height > view.header.height:
        detail = f"The last final height is {view.header.height}."
        raise ProblemError(RequestFault.NOT_FINAL, detail, where="path.height")
    block = view.block(height)
    if block is None:
        raise ProblemError(RequestFault.NOT_HELD, f"The block of height {height} is not kept here.")
    return block


def _page(view: View, first: int, last: int, transactions: int) -> list[types.BlockSummary]:
    """The blocks of these heights, up to the first with which they hold that many transactions."""
    blocks: list[types.BlockSummary] = []
    held = 0
    for height in range(first, last + 1):
        if held >= transactions:
            break
        blocks.append(_changed(_block(view, height)))
        held += len(blocks[-1].transactions)
    return blocks


def _changed(block: Block) -> types.BlockSummary:
    return types.BlockSummary(
        height=block.header.height,
        hash=block_hash(block.header).hex(),
        time_ms=block.header.time_ms,
        transactions=[_id(transaction).hex() for transaction in block.transactions],
    )


def _id(transaction: bytes) -> bytes:
    """The id of a transaction in a final block, which was valid when the block was voted for."""
    try:
        return Transaction.decode(transaction).id
    except Refused as error:
        raise Damaged(f"a transaction in a final block cannot be read: {error}") from error


def _network(view: View, limits: ServerLimits) -> types.NetworkSummary:
    return types.NetworkSummary(
        genesis_hash=view.genesis_hash.hex(),
        genesis_document=to_text(view.genesis_document),
        ruleset=view.header.ruleset,
        epoch=view.header.epoch,
        height=view.header.height,
        time_ms=view.header.time_ms,
        validators=view.validators.n,
        quorum=view.validators.quorum,
        limits=types.Sizes(
            transaction_bytes=limits.transaction_bytes,
            batch_transactions=limits.batch_transactions,
            batch_bytes=limits.batch_bytes,
            attachment_bytes=limits.attachment_bytes,
            final_wait_seconds=int(limits.final_wait_s),
            changes_wait_seconds=int(limits.changes_wait_s),
            page_entries=limits.page_entries,
            page_blocks=limits.page_blocks,
            page_epochs=limits.page_epochs,
            requests_per_second=limits.requests_per_second,
            request_burst=limits.request_burst,
        ),
    )


def _validators(view: View) -> types.Validators:
    held = view.validators
    return types.Validators(
        epoch=view.header.epoch,
        faults=held.faults,
        quorum=held.quorum,
        digest=held.digest().hex(),
        encoded=to_text(held.encode()),
        validators=[
            types.ValidatorSummary(
                index=index,
                public_key=key_text(validator.public_key),
                peer_id=validator.peer_id,
                addresses=list(validator.addresses),
                member=validator.member,
            )
            for index, validator in enumerate(held.validators)
        ],
    )


def _epochs(view: View, first: int, limit: int) -> types.Epochs:
    """Boundaries from `first` on, at most `limit`, as far as the view reaches."""
    held: list[EpochEnd] = []
    while len(held) < limit and (boundary := view.boundary(first + len(held))) is not None:
        held.append(boundary)
    proofs = tuple(
        EpochProof(boundary.header, boundary.certificate, boundary.next_validators.validators)
        for boundary in held
    )
    return types.Epochs(
        boundaries=[
            types.EpochSummary(
                epoch=boundary.header.epoch,
                height=boundary.header.height,
                hash=block_hash(boundary.header).hex(),
                next_validators_hash=boundary.next_validators.digest().hex(),
            )
            for boundary in held
        ],
        encoded=to_text(encode_epoch_proofs(proofs)),
        next=first + limit if len(held) == limit else None,
        current=view.header.epoch,
    )
