"""A version of a recorded schema as verifiers fetch it: exact bytes, or the other draft of JSON Schema.

The address is `/schemas/DID/NAME/VERSION`, with `?draft=2019-09` or `?draft=2020-12` for verifiers that know
one draft alone; Accept may name the draft in a profile instead. A version never changes; it can be withdrawn
by its owner, so caches ask again after a day.
"""

import re
from collections import OrderedDict
from typing import Final

from aiohttp import hdrs, web

from api.documents.schema_rendition import NoRendition, SchemaDraft, schema_in_draft
from api.interface.proof_link import with_proof_link
from api.problems import ProblemError, RequestFault
from api.proving.records import newest_body
from api.web.did_in_path import did_in_path
from api.web.exact_bytes import exact_bytes
from api.web.media import preferred
from api.web.request import Request
from api.web.service import ServerContext
from registry.attachments import SALT_SIZE
from registry.kinds.schema.record import SCHEMA_ID, SCHEMA_RECORD, Release, ReleaseState, Schema, schema_id
from registry.rows import Damaged
from registry.tables import Reader, Table

JSON: Final = "application/json"
SCHEMA_JSON: Final = "application/schema+json"
MAX_AGE_S: Final = 86_400
_MAX_KEPT = 32
_BEFORE_SCHEMA = 1  # "schemas"
_PROFILE: Final = re.compile(r'profile="?https://json-schema\.org/draft/(2019-09|2020-12)/schema#?"?')
_DRAFTS: Final = {draft.short_name: draft for draft in SchemaDraft}


class KeptRenditions:
    """The renditions that were made last, or what was in the way: a version of a schema never changes."""

    def __init__(self, _: ServerContext) -> None:
        self._held: OrderedDict[tuple[bytes, SchemaDraft], bytes | str] = OrderedDict()

    def in_draft(self, address: bytes, recorded: bytes, wanted: SchemaDraft | None) -> bytes:
        """The schema of this address in a draft; raises `ProblemError`. Called on the thread that works
        aside.
        """
        if wanted is None:
            return recorded
        made = self._held.pop((address, wanted), None) or _in_draft(recorded, wanted)
        self._held[address, wanted] = made
        if len(self._held) > _MAX_KEPT:
            self._held.popitem(last=False)
        if isinstance(made, str):
            raise ProblemError(RequestFault.NO_RENDITION, made)
        return made


async def schema(service: ServerContext, request: Request) -> web.StreamResponse:
    """GET /schemas/{did}/{name}/{version}."""
    wanted = _wanted(request)
    owner = did_in_path(request.raw_parts[_BEFORE_SCHEMA], request.part("did"))
    record_id = schema_id(owner, request.part("name"))
    fault = SCHEMA_ID.fault(record_id)
    if fault is not None:
        raise ProblemError(RequestFault.IMPOSSIBLE_ID, f"It is no such id: {fault}.", where="path")
    reader = service.dated_view(request).reader
    release = _release(reader, record_id, request.part("version"))
    recorded = _content(reader, release)
    kept = service.part(KeptRenditions)
    body = await service.aside(request, lambda: kept.in_draft(release.content, recorded, wanted))
    media = preferred(request.http.headers.get(hdrs.ACCEPT, ""), {SCHEMA_JSON: SCHEMA_JSON}) or JSON
    response = exact_bytes(request, body, media, max_age_s=MAX_AGE_S)
    return with_proof_link(response, SCHEMA_RECORD.name, record_id)


def _wanted(request: Request) -> SchemaDraft | None:
    """The draft that the query names, else the one in a profile of Accept; None for the schema's own."""
    named = request.query("draft").choice("draft", *_DRAFTS)
    if named is None:
        profile = _PROFILE.search(request.http.headers.get(hdrs.ACCEPT, ""))
        named = None if profile is None else profile[1]
    return None if named is None else _DRAFTS[named]


def _release(reader: Reader, record_id: str, version: str) -> Release:
    """Raises `ProblemError`."""
    body: Schema | None = newest_body(reader, SCHEMA_RECORD, record_id)
    release = None if body is None else body.release(version)
    if release is None:
        raise ProblemError(RequestFault.NOT_RECORDED, where="path")
    if release.state is ReleaseState.WITHDRAWN:
        raise ProblemError(RequestFault.ENDED, "Its owner has withdrawn this version.", where="path.version")
    return release


def _content(reader: Reader, release: Release) -> bytes:
    attachment = reader.get(Table.ATTACHMENT, release.content)
    if attachment is None:
        raise Damaged(f"the content {release.content.hex()} of a schema is missing")
    return attachment[SALT_SIZE:]


def _in_draft(recorded: bytes, wanted: SchemaDraft) -> bytes | str:
    """The rendition, or what is in the way."""
    try:
        return schema_in_draft(recorded, wanted)
    except NoRendition as error:
        return f"What is in the way: {error}."
