"""Status lists as their issuers sign them: taken from the issuer, and served byte by byte as they are.

A list has one URL, `/status/ISSUER/NAME`, and Accept chooses the form. A credential is called
`application/json` unless Accept names `application/vc`, because there are clients that take nothing whose
type does not say JSON (decision 0134). Nothing is logged of who reads which list.
"""

from http import HTTPStatus
from typing import Final

from aiohttp import hdrs, web

from api.credentials.timestamp import TimestampError, timestamp_ms
from api.ports import PublishedOnce, StoredPublication
from api.problems import ProblemError, RequestFault
from api.publications.fault import PublicationError
from api.publications.form import MAX_PUBLICATION_BYTES, PublicationForm
from api.publications.statement import TTL_MS
from api.publications.withheld import Withheld
from api.web.media import content_type, preferred
from api.web.request import Request
from api.web.service import ServerContext
from registry.kinds.status_list.record import STATUS_LIST_RECORD, status_list_id
from registry.ruleset import CURRENT

MAX_TAKING: Final = 16
"""Publications that wait to be checked at one time."""
MAX_AGE: Final = f"max-age={TTL_MS // 1_000}"
JSON: Final = "application/json"
VC: Final = PublicationForm.BITSTRING.media_type
JWT: Final = PublicationForm.JWT.media_type
CWT: Final = PublicationForm.CWT.media_type

_OFFERED: Final = {
    JSON: (PublicationForm.BITSTRING, JSON),
    VC: (PublicationForm.BITSTRING, VC),
    "application/ld+json": (PublicationForm.BITSTRING, JSON),
    JWT: (PublicationForm.JWT, JWT),
    CWT: (PublicationForm.CWT, CWT),
    "application/*": (PublicationForm.BITSTRING, JSON),
    "*/*": (PublicationForm.BITSTRING, JSON),
}
_TAKEN: Final = {
    VC: PublicationForm.BITSTRING,
    JSON: PublicationForm.BITSTRING,
    JWT: PublicationForm.JWT,
    CWT: PublicationForm.CWT,
}
_WITHHELD: Final = {
    Withheld.BEHIND: RequestFault.PUBLICATION_BEHIND,
    Withheld.EXPIRED: RequestFault.PUBLICATION_EXPIRED,
    Withheld.KEY_LOST: RequestFault.PUBLICATION_KEY_LOST,
}
_RETRY_S: Final = 60


class Taking:
    """How many publications are being taken."""

    def __init__(self, _: ServerContext) -> None:
        self.count = 0


async def put(service: ServerContext, request: Request) -> web.StreamResponse:
    """PUT /status/{issuer}/{list}."""
    request.query()
    media = content_type(request.http.headers.get(hdrs.CONTENT_TYPE), tuple(_TAKEN))
    list_id = _list_id(request)
    service.require_ready()
    data = await request.body(MAX_PUBLICATION_BYTES)
    taking = service.part(Taking)
    if taking.count >= MAX_TAKING:
        raise ProblemError(RequestFault.TOO_MANY_WAITING, retry_after_s=1)
    taking.count += 1
    try:
        await service.node.publications.publish(list_id, _TAKEN[media], data)
    except PublicationError as error:
        raise ProblemError(error.fault, error.detail, where="body") from None
    finally:
        taking.count -= 1
    return web.Response(status=HTTPStatus.NO_CONTENT)


async def get(service: ServerContext, request: Request) -> web.StreamResponse:
    """GET /status/{issuer}/{list}."""
    time_ms = _time_asked(request)
    list_id = _list_id(request)
    form, media = _form(request)
    service.dated_view(request)
    publications = service.node.publications
    if time_ms is not None:
        return _answer(request, publications.published_at(list_id, form, time_ms), media)
    return _answer(request, publications.published(list_id, form), media)


def _answer(
    request: Request, found: StoredPublication | PublishedOnce | Withheld | None, media: str
) -> web.Response:
    match found:
        case None:
            raise ProblemError(RequestFault.NOT_PUBLISHED, where="path")
        case Withheld():
            raise ProblemError(_WITHHELD[found], where="path", retry_after_s=_RETRY_S)
        case PublishedOnce(digest, from_ms):
            told = f"One of {from_ms} was published, SHA-256 {digest.hex()}. Its bytes are not kept any more."
            raise ProblemError(RequestFault.NOT_PUBLISHED, told, where="query")
    tag = f'"{found.digest[:16].hex()}"'
    headers = {hdrs.ETAG: tag, hdrs.CACHE_CONTROL: MAX_AGE, hdrs.VARY: hdrs.ACCEPT}
    if _is_held(request.http.headers.get(hdrs.IF_NONE_MATCH), tag):
        return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    return web.Response(body=found.data, content_type=media, headers=headers)


def _is_held(asked: str | None, tag: str) -> bool:
    """Whether the client holds these bytes already (RFC 9110 §13.1.2)."""
    tags = [] if asked is None else [item.strip().removeprefix("W/") for item in asked.split(",")]
    return tag in tags or tags == ["*"]


def _list_id(request: Request) -> str:
    list_id = status_list_id(request.part("issuer"), request.part("list"))
    fault = CURRENT.fault_of_id(STATUS_LIST_RECORD.name, list_id)
    if fault is not None:
        raise ProblemError(RequestFault.IMPOSSIBLE_ID, f"It is no such id: {fault}.", where="path")
    return list_id


def _form(request: Request) -> tuple[PublicationForm, str]:
    accept = request.http.headers.get(hdrs.ACCEPT)
    chosen = _OFFERED[JSON] if accept is None else preferred(accept, _OFFERED)
    if chosen is None:
        offered = ", ".join((JSON, VC, JWT, CWT))
        told = f"Accept was {accept[:128] if accept else ''!r}; offered are {offered}."
        raise ProblemError(RequestFault.NOT_ACCEPTABLE, told, where="headers.accept")
    return chosen


def _time_asked(request: Request) -> int | None:
    """The time whose list is wanted: `timestamp`, a dateTimeStamp (Bitstring Status List 1.0, §2.4), or
    `time`, seconds since 1970 (Token Status List, §8.4).
    """
    query = request.query("timestamp", "time")
    seconds, stamp = query.number("time"), query.text("timestamp")
    if seconds is not None and stamp is not None:
        raise ProblemError(
            RequestFault.MALFORMED_QUERY, "Only one of timestamp and time is taken.", where="query.time"
        )
    if stamp is None:
        return None if seconds is None else 1_000 * seconds
    try:
        return timestamp_ms(stamp)
    except TimestampError as error:
        raise ProblemError(RequestFault.MALFORMED_QUERY, str(error), where="query.timestamp") from None
