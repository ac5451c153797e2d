"""Why the API cannot do what was asked, for every error without exception.

Reasons are of three families: what is wrong with a request (`RequestFault`, below), why the registry refuses
a transaction (`RejectionReason`), and why a publication of a status list is refused (`PublicationFault`). A
problem says what happened (the reason's sentence, and `detail`), where (`where`: the place in the request)
and what to do (the reason's remedy). How it is written is the business of the group of routes that was asked:
our own write it as `api.interface.problem_document`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from api.publications.fault import PublicationFault
from registry.id_forms import IdForm
from registry.index import INDEX_RECORD
from registry.primitives.reason import Reason
from registry.record_type import RecordType
from registry.rejection import RejectionReason
from registry.ruleset import CURRENT

_REJECTED_STATUS = 422
_LATER = "Try again in a moment (HTTP: after the seconds in Retry-After), or ask another node (--node)."


def _by_form(forms: Iterable[tuple[str, IdForm]]) -> str:
    """How ids are written, with the names of what has each form."""
    names: dict[str, list[str]] = {}
    for name, form in forms:
        names.setdefault(form.written, []).append(name)
    return "; ".join(f"{written} for {', '.join(alike)}" for written, alike in names.items())


_RECORD_IDS = _by_form(
    (kind.name, kind.id)
    for kind in CURRENT.kinds
    if isinstance(kind.record, RecordType) and kind.record is not INDEX_RECORD
)
_INDEX_IDS = _by_form((relation.name, relation.subject) for relation in CURRENT.relations)


class RequestFault(Reason):
    """Why a request was not answered. One member for each way; `status` is HTTP's. Whoever writes a client
    meets it, and sometimes whoever uses a command.
    """

    status: int

    def __new__(cls, code: str, status: int, sentence: str, remedy: str) -> "RequestFault":
        """A member is its code, with status, sentence and remedy beside it."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.status = status
        member.sentence = sentence
        member.remedy = remedy
        return member

    # What was asked for.
    MALFORMED_REQUEST = (
        "malformed-request",
        400,
        "The server could not read the request as HTTP.",
        "Check the request line and the headers.",
    )
    MALFORMED_PATH = (
        "malformed-path",
        400,
        "A part of the path does not have the form that this resource expects.",
        "Compare the part that `where` names with the interface description at /v1/openapi.json.",
    )
    IMPOSSIBLE_ID = (
        "impossible-id",
        400,
        "No record of this kind can have the id in the path, whatever the ledger holds.",
        "Write the id as it is recorded, percent-encoded once more. A DID is did:web: and a host in lower "
        f"case, its port as %3A8443, or did:matricula: and 52 characters. The ids of records: {_RECORD_IDS}. "
        f"The ids in the paths of indexes: {_INDEX_IDS}.",
    )
    MALFORMED_QUERY = (
        "malformed-query",
        400,
        "A query parameter is unknown, given twice, or has no permitted value.",
        "Compare the parameter that `where` names with the interface description at /v1/openapi.json.",
    )
    MALFORMED_BODY = (
        "malformed-body",
        400,
        "The body is not what its content type says.",
        "Compare the body with the interface description at /v1/openapi.json. It says how to encode it.",
    )
    NO_SUCH_RESOURCE = (
        "no-such-resource",
        404,
        "Nothing is served at this path.",
        "Look for the path in the interface description at /v1/openapi.json.",
    )
    NOT_FINAL = (
        "not-final",
        404,
        "The ledger is not that long yet at this node.",
        "Ask for a height up to that of /v1/headers/latest. Or wait with /v1/changes, or ask another node.",
    )
    KNOWN_AT_AHEAD = (
        "known-at-ahead",
        404,
        "The time in known_at is later than the newest block of this node.",
        "Ask again later, ask another node, or leave known_at out to get the newest state.",
    )
    INDEX_ENDS = (
        "index-ends",
        404,
        "The index has no entry of that number at this node.",
        "Set `from` to at most the number of entries. If another node has more entries, ask that node.",
    )
    NOT_ANCHORED = (
        "not-anchored",
        404,
        "At this node the issuer has anchored other roots and not this one. No single proof can show that.",
        "If it was anchored just now, ask again later. To prove that it was not, ask for all anchors of the "
        "issuer, page by page: /v1/indexes/anchors-by-issuer/{issuer}, or `matricula get index "
        "anchors-by-issuer/DID --verify`. If another node has this root, its answer proves that.",
    )
    NOT_HELD = (
        "not-held",
        404,
        "This node does not hold what was asked for.",
        "Ask another node. An attachment is given out once a final transaction names it.",
    )
    NOT_RECORDED = (
        "not-recorded",
        404,
        "The registry has no such record, or it may not stand for anybody yet.",
        "Compare the id with the issuer's own word. Ask for /v1/records/ to get a proof of what is there.",
    )
    UNKNOWN_TRANSACTION = (
        "unknown-transaction",
        404,
        "This node knows no transaction of this id.",
        "Wait, or ask other nodes. This node may be behind. Only nodes that received it know whether it "
        "waits or was dropped. Sign it again only if all three are true: its valid_until has passed; a "
        "header that you have verified is later than that; several nodes do not know it.",
    )
    METHOD_NOT_ALLOWED = (
        "method-not-allowed",
        405,
        "The path exists, but not with this method.",
        "Use one of the methods that the Allow header lists.",
    )
    NO_RENDITION = (
        "no-rendition",
        406,
        "The schema cannot be written in that draft of JSON Schema without meaning something else.",
        "Leave draft out to get the schema as it was recorded. Its owner can publish a version without what "
        "the detail names.",
    )
    NOT_ACCEPTABLE = (
        "not-acceptable",
        406,
        "The answer exists in none of the media types that Accept names.",
        "Ask for application/json or application/cbor.",
    )
    TOO_SLOW = (
        "too-slow",
        408,
        "The body did not arrive in time.",
        "Send the body without pauses, or a smaller one.",
    )
    WRONG_ADDRESS = (
        "wrong-address",
        409,
        "The attachment's bytes do not have the address in the path.",
        "Compute the address over salt and content exactly as sent, and put it in the path.",
    )
    MISSING_ATTACHMENT = (
        "missing-attachment",
        409,
        "The transaction names an attachment that this node does not hold.",
        "PUT the attachment that the detail names to /v1/attachments/, then send the same transaction again.",
    )
    ENDED = (
        "ended",
        410,
        "What is asked for has ended: the DID is deactivated, or the version of the schema is withdrawn.",
        "Do not rely on it any more. Its whole history, with a proof, is at /v1/records/.",
    )
    TOO_LARGE = (
        "too-large",
        413,
        "The body is larger than this resource takes.",
        "Split it. The limits of a request are stated in /v1/network.",
    )
    UNSUPPORTED_MEDIA_TYPE = (
        "unsupported-media-type",
        415,
        "The body's content type is not one that this resource takes.",
        "Send one of the content types that the detail lists.",
    )
    RATE_LIMITED = (
        "rate-limited",
        429,
        "This client has sent more requests than it may in this time.",
        _LATER + " Clients that ask in batches stay within the limit.",
    )
    NOT_PUBLISHED = (
        "not-published",
        404,
        "This node holds no publication of this status list in this form, or none of that time.",
        "Ask for another form, or ask the list's issuer to publish it (`matricula status publish`). What the "
        "ledger holds of the list is at /v1/status-lists/, with a proof.",
    )

    # What the node can do now.
    INTERNAL = (
        "internal-error",
        500,
        "The node made a mistake. It has been logged.",
        "Ask another node, and tell this node's operator the time of the request.",
    )
    BUSY = ("busy", 503, "The node has no room for more transactions at the moment.", _LATER)
    UNREADY = (
        "unready",
        503,
        "The node is not ready: it is starting, behind, cut off from the others, or has stopped.",
        _LATER + " `matricula doctor` tells the operator of this node what is wrong.",
    )
    PUBLICATION_BEHIND = (
        "publication-behind",
        503,
        "The ledger has had a newer version of the list for more than 5 minutes, so the issuer's signed list "
        "is not served any more.",
        "Do not rely on an earlier copy. Ask again later. If you are its issuer, publish it again: "
        "`matricula status publish NAME`. What the ledger holds of the list is at /v1/status-lists/, with a "
        "proof.",
    )
    PUBLICATION_EXPIRED = (
        "publication-expired",
        503,
        "The issuer's signed list has ended, and there is no newer one.",
        "Ask again later, or ask its issuer to publish it again: `matricula status publish NAME`. What the "
        "ledger holds of the list is at /v1/status-lists/, with a proof.",
    )
    PUBLICATION_KEY_LOST = (
        "publication-without-key",
        503,
        "The key that signed the published list was revoked or reported compromised, so it is not served any "
        "more.",
        "Do not rely on an earlier copy. Ask its issuer to publish it with another key: `matricula status "
        "publish NAME`. What the ledger holds of the list is at /v1/status-lists/, with a proof.",
    )
    TOO_MANY_WAITING = (
        "too-many-waiting",
        503,
        "Too many requests are waiting on this node already.",
        _LATER,
    )


ProblemReason = RequestFault | RejectionReason | PublicationFault


@dataclass(frozen=True, slots=True)
class Problem:
    """One occurrence. `where` is a path into the request, such as `path.height`, `query.since` or `body[3]`;
    empty for the whole.
    """

    reason: ProblemReason
    detail: str = ""
    where: str = ""
    retry_after_s: int | None = None

    @property
    def status(self) -> int:
        """The HTTP status: 422 for every reason of the registry and every publication that is refused."""
        return self.reason.status if isinstance(self.reason, RequestFault) else _REJECTED_STATUS


class ProblemError(Exception):
    """Raised by a handler in place of an answer."""

    def __init__(
        self, reason: ProblemReason, detail: str = "", *, where: str = "", retry_after_s: int | None = None
    ) -> None:
        self.problem = Problem(reason, detail, where, retry_after_s)
        super().__init__(self.problem)


REASONS: Final[Mapping[str, ProblemReason]] = {
    reason.code: reason for reason in (*RequestFault, *PublicationFault, *CURRENT.reasons)
}
"""The reasons of problems by their codes: where a code comes over the wire, the one place to look it up."""
if len(REASONS) != len(RequestFault) + len(PublicationFault) + len(CURRENT.reasons):
    raise AssertionError("two reasons of one name would share a problem type")
