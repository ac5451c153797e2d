"""What is served under /v1: transactions in, answers with proofs and the chain itself out."""

from api.answer.askable import LAST_CHUNK
from api.interface.media import CBOR, COSE, JSON, OCTETS
from api.interface.problem_document import problem_response
from api.limits import ServerLimits
from api.problems import RequestFault
from api.routes.v1 import chain, proofs, transactions, types
from api.web.routing import Method, Parameter, Route, RouteGroup
from registry.primitives.codec import MAX_INTEGER

_NUMBER = {"type": "integer", "minimum": 0, "maximum": MAX_INTEGER}


def _up_to(greatest: int) -> dict[str, object]:
    """A number in a smaller range."""
    return {**_NUMBER, "maximum": greatest}


_HASH = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_LIMITS = ServerLimits()
_LARGE = 8  # tokens of an answer that reads up to thousands of rows
_TEXT = {"type": "string", "minLength": 1, "maxLength": 512}

_TRANSACTION_ID = Parameter(
    "id", _HASH, "The transaction's id, as the registry derives it from what is signed."
)
_HEIGHT = Parameter("height", _NUMBER, "A block's height; the genesis block has 0.")
_KNOWN_AT = Parameter(
    "known_at",
    _NUMBER,
    "K: what the registry knew at this time (ms since 1970). Default: the answer's header.",
)
_IN_FORCE_AT = Parameter(
    "at",
    _NUMBER,
    "T: the time whose state is of interest (ms since 1970). The answer holds the whole timeline; the reader "
    "looks T up in it.",
)

_ROUTES: tuple[Route, ...] = (
    Route(
        Method.POST,
        "/v1/transactions",
        transactions.post,
        "Send a transaction, or a batch of them.",
        query=(
            Parameter(
                "wait", {"enum": ["final"]}, "Answer once the transaction is final, within ten seconds."
            ),
        ),
        answers=(types.Standing, types.SubmittedBatch),
        bodies={
            COSE: "One transaction: a tagged COSE_Sign1.",
            CBOR: "A CBOR array of transactions, each a byte string.",
        },
        statuses=(200, 202),
        faults=(
            RequestFault.MALFORMED_BODY,
            RequestFault.MISSING_ATTACHMENT,
            RequestFault.TOO_LARGE,
            RequestFault.TOO_SLOW,
            RequestFault.UNSUPPORTED_MEDIA_TYPE,
            RequestFault.BUSY,
        ),
        rejects=True,
    ),
    Route(
        Method.GET,
        "/v1/transactions/{id}",
        proofs.transaction,
        "A final transaction with the proof that the ledger holds it; until then, where it stands.",
        path=(_TRANSACTION_ID,),
        answers=(types.Standing,),
        proves=True,
        statuses=(200, 202),
        faults=(RequestFault.UNKNOWN_TRANSACTION, RequestFault.NOT_HELD),
        rejects=True,
    ),
    Route(
        Method.PUT,
        "/v1/attachments/{address}",
        transactions.put_attachment,
        "Send an attachment (salt and content) ahead of the transaction that names it.",
        path=(Parameter("address", _HASH, "The attachment's address."),),
        answers=(types.StoredAttachment,),
        bodies={OCTETS: "Salt (16 bytes) and content."},
        statuses=(202,),
        faults=(
            RequestFault.WRONG_ADDRESS,
            RequestFault.MALFORMED_BODY,
            RequestFault.TOO_LARGE,
            RequestFault.TOO_SLOW,
            RequestFault.UNSUPPORTED_MEDIA_TYPE,
        ),
    ),
    Route(
        Method.GET,
        "/v1/attachments/{address}",
        proofs.attachment,
        "An attachment's bytes, salt first. Its address is its proof.",
        path=(Parameter("address", _HASH, "The attachment's address."),),
        media=(OCTETS,),
        faults=(RequestFault.NOT_HELD,),
    ),
    Route(
        Method.GET,
        "/v1/records/{kind}/{id*}",
        proofs.record,
        "A record as the registry knew it, or its absence, with the proof.",
        path=(
            Parameter("kind", {"enum": list(proofs.KINDS)}, "What the record is about."),
            Parameter("id", _TEXT, "The record's id, percent-encoded."),
        ),
        query=(_KNOWN_AT, _IN_FORCE_AT),
        proves=True,
        faults=(RequestFault.IMPOSSIBLE_ID, RequestFault.KNOWN_AT_AHEAD),
    ),
    Route(
        Method.GET,
        "/v1/status-lists/{id*}/chunks/{chunk}",
        proofs.status_chunk,
        "1,024 entries of a status list, with the proof. One entry alone is never served.",
        path=(
            Parameter("id", _TEXT, "The list's id, percent-encoded."),
            Parameter("chunk", _up_to(LAST_CHUNK), "The chunk's number: index // 1,024."),
        ),
        query=(_KNOWN_AT,),
        proves=True,
        faults=(RequestFault.IMPOSSIBLE_ID, RequestFault.KNOWN_AT_AHEAD),
    ),
    Route(
        Method.GET,
        "/v1/status-lists/{id*}",
        proofs.status_list,
        "A whole status list, with the proof.",
        path=(Parameter("id", _TEXT, "The list's id, percent-encoded."),),
        query=(_KNOWN_AT,),
        proves=True,
        cost=_LARGE,
        faults=(RequestFault.IMPOSSIBLE_ID, RequestFault.KNOWN_AT_AHEAD, RequestFault.TOO_MANY_WAITING),
    ),
    Route(
        Method.GET,
        "/v1/anchors/{issuer}/{root}",
        proofs.anchor,
        "Whether and when an issuer anchored a root, with the proof.",
        path=(
            Parameter("issuer", _TEXT, "The issuer's DID, percent-encoded."),
            Parameter("root", _HASH, "The root over the batch, as its anchor proofs name it."),
        ),
        query=(_KNOWN_AT,),
        proves=True,
        faults=(RequestFault.IMPOSSIBLE_ID, RequestFault.KNOWN_AT_AHEAD, RequestFault.NOT_ANCHORED),
    ),
    Route(
        Method.GET,
        "/v1/indexes/{relation}/{id*}",
        proofs.index,
        "All records, or all anchors, in a relation to one, with the proof that they are all.",
        path=(
            Parameter("relation", {"enum": list(proofs.RELATIONS)}, "What the records have in common."),
            Parameter("id", _TEXT, "Whose relation it is, percent-encoded."),
        ),
        query=(_KNOWN_AT, Parameter("from", _NUMBER, "The first entry of the page; default 0.")),
        proves=True,
        cost=_LARGE,
        faults=(
            RequestFault.IMPOSSIBLE_ID,
            RequestFault.KNOWN_AT_AHEAD,
            RequestFault.INDEX_ENDS,
            RequestFault.TOO_MANY_WAITING,
        ),
    ),
    Route(
        Method.GET,
        "/v1/network",
        chain.network,
        "Which network this is, and its limits.",
        answers=(types.NetworkSummary,),
    ),
    Route(
        Method.GET,
        "/v1/validators",
        chain.validators,
        "The validators of the current epoch.",
        answers=(types.Validators,),
    ),
    Route(
        Method.GET,
        "/v1/headers/latest",
        chain.latest_header,
        "The newest final header, with its certificate.",
        answers=(types.HeaderSummary,),
    ),
    Route(
        Method.GET,
        "/v1/headers/{height}",
        chain.header,
        "A final header.",
        path=(_HEIGHT,),
        answers=(types.HeaderSummary,),
        faults=(RequestFault.NOT_FINAL, RequestFault.NOT_HELD),
    ),
    Route(
        Method.GET,
        "/v1/blocks/{height}",
        chain.block,
        "A final block: its header and its transactions, for whoever replays the ledger.",
        path=(_HEIGHT,),
        answers=(types.EncodedBlock,),
        cost=_LARGE,
        faults=(RequestFault.NOT_FINAL, RequestFault.NOT_HELD),
    ),
    Route(
        Method.GET,
        "/v1/epochs",
        chain.epochs,
        "The hand-overs between validator sets, for a reader that trusts an older one.",
        query=(Parameter("from", _NUMBER, "The first epoch; default 0."),),
        answers=(types.Epochs,),
    ),
    Route(
        Method.GET,
        "/v1/changes",
        chain.changes,
        "Blocks above a height, waiting for the first of them if asked to.",
        query=(
            Parameter("since", _NUMBER, "The height after which to begin; needed."),
            Parameter(
                "wait", _up_to(int(_LIMITS.changes_wait_s)), "Seconds to wait if there is none; default 0."
            ),
            Parameter(
                "limit", _up_to(_LIMITS.page_blocks), "The most blocks wanted; 0 and default: as many."
            ),
        ),
        answers=(types.Changes,),
        faults=(RequestFault.NOT_HELD, RequestFault.TOO_MANY_WAITING),
    ),
)

GROUP = RouteGroup(_ROUTES, (JSON, CBOR), problem_response)
