"""GET /1.0/identifiers/{did}: the HTTPS binding of DID Resolution.

What the specification calls an error is an answer of this protocol: in the form that was asked for, with the
status that the specification gives it. A deactivated DID is 410, whatever is asked of it.
"""

from urllib.parse import unquote

from aiohttp import hdrs, web

from api.documents.ascii_json import ascii_json
from api.documents.did_resolution import (
    Resolution,
    ResolutionError,
    ResolutionFault,
    VersionOptions,
    Versions,
    error_members,
    error_result,
    require_resolvable,
    resolve,
    version_options,
)
from api.inert import inert
from api.interface.problem_document import MEDIA_TYPE
from api.interface.proof_link import with_proof_link
from api.problems import ProblemError, RequestFault
from api.proving.records import did_versions
from api.routes.did_resolution.media import Representation, representation
from api.web.did_in_path import did_in_path
from api.web.exact_bytes import exact_bytes
from api.web.request import Request
from api.web.service import ServerContext
from registry.kinds.did.record import DID_RECORD

MAX_AGE_S = 60
"""How long a cache may keep what was resolved: so long can a stolen key go on to be believed."""
_OPTIONS = ("versionId", "versionTime", "expandRelativeUrls")
_MAX_DETAIL = 256
_PATH_BEFORE = 2  # "1.0", "identifiers"


async def identifier(service: ServerContext, request: Request) -> web.StreamResponse:
    """GET /1.0/identifiers/{did}."""
    wanted = representation(request.http.headers.get(hdrs.ACCEPT))
    did = did_in_path("/".join(request.raw_parts[_PATH_BEFORE:]), request.part("did"))
    try:
        return _resolved(service, request, did, wanted)
    except ResolutionError as error:
        return _told(request, error, wanted)


def _resolved(
    service: ServerContext, request: Request, did: str, wanted: Representation | None
) -> web.StreamResponse:
    require_resolvable(did)
    options = _options(request)
    if wanted is None:
        accept = request.http.headers.get(hdrs.ACCEPT, "")
        raise ResolutionError(ResolutionFault.REPRESENTATION_NOT_SUPPORTED, f"Accept was {accept[:128]!r}")
    versions = _versions(service, request, did)
    return with_proof_link(_answer(request, resolve(did, versions, options), wanted), DID_RECORD.name, did)


def _versions(service: ServerContext, request: Request, did: str) -> Versions:
    """The DID's versions. A name of the web that does not count yet is not resolved: clients take the answer
    for the word of who holds the domain. Raises `ResolutionError`.
    """
    versions = did_versions(service.dated_view(request).reader, did)
    if versions is None:
        raise ResolutionError(ResolutionFault.NOT_FOUND)
    if not versions.body(versions.count - 1).name_counts(did):
        detail = "it is registered, and no other member has attested the domain"
        raise ResolutionError(ResolutionFault.NOT_FOUND, detail)
    return versions


def _options(request: Request) -> VersionOptions:
    """Raises `ResolutionError`: an option that is not known here could change the answer."""
    names = {unquote(pair.partition("=")[0]) for pair in request.http.query_string.split("&") if pair}
    unknown = sorted(names.difference(_OPTIONS))
    if unknown:
        raise ResolutionError(ResolutionFault.FEATURE_NOT_SUPPORTED, f"the option {unknown[0][:64]!r}")
    try:
        query = request.query(*_OPTIONS)
        query.choice("expandRelativeUrls", "true", "false")
    except ProblemError as error:
        raise ResolutionError(ResolutionFault.INVALID_OPTIONS, error.problem.detail) from None
    return version_options(query.text("versionId"), query.text("versionTime"))


def _answer(request: Request, resolution: Resolution, wanted: Representation) -> web.Response:
    status = 410 if resolution.is_deactivated else 200
    if wanted.is_result:
        return exact_bytes(request, resolution.result(), wanted.value, max_age_s=MAX_AGE_S, status=status)
    if resolution.is_deactivated or resolution.document is None:
        raise ProblemError(RequestFault.ENDED, where="path.did")
    body = ascii_json(resolution.document)
    return exact_bytes(request, body, wanted.value, max_age_s=MAX_AGE_S)


def _told(request: Request, error: ResolutionError, wanted: Representation | None) -> web.Response:
    """The error in the form that was asked for; RFC 9457 where that was a document, or nothing there is."""
    fault, detail = error.fault, inert(error.detail, _MAX_DETAIL)
    if wanted is not None and wanted.is_result:
        body, media = error_result(fault, detail), wanted.value
    else:
        body, media = ascii_json(error_members(fault, detail)), MEDIA_TYPE
    return exact_bytes(request, body, media, max_age_s=0, status=fault.status)
