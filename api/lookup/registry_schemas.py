"""Schemas that the registry holds, by the URL at which nodes serve them.

- C1 A URL names a version of a recorded schema if its path ends in `/schemas/DID/NAME/VERSION`. The DID is
  taken as it stands there, and percent-decoded once only where it is none. The host has no say: what is
  recorded counts wherever it is served, and a `?draft=` changes nothing of what conforms.
- C2 The record proves the hash of the schema's bytes, and the bytes are taken from whoever has them.
- C3 A version that its owner has withdrawn is still what the credential was made by: it is judged.

Source: `docs/api.md`, decision 0128.
"""

import re
from typing import Final, NamedTuple
from urllib.parse import unquote, urlsplit

from api.answer.question import RecordQuestion
from api.lookup.registry import RegistrySource
from registry.attachments import SALT_SIZE
from registry.checking import Found
from registry.kinds.schema.record import SCHEMA_ID, SCHEMA_RECORD, Schema, schema_id
from registry.record_type import decode_body

_PATH: Final = re.compile(r"/schemas/(?P<did>[^/]+)/(?P<name>[^/]+)/(?P<version>[^/]+)")
_QUERIES: Final = frozenset({"", "draft=2019-09", "draft=2020-12"})


class RecordedVersion(NamedTuple):
    """A version of a schema: the id of its record, and its number."""

    record_id: str
    version: str


def version_at(url: str) -> RecordedVersion | None:
    """The recorded version that a URL may name; None for any other URL (C1)."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    found = _PATH.search(parts.path)
    if found is None or found.end() != len(parts.path) or parts.query not in _QUERIES:
        return None
    ids = (schema_id(did, found["name"]) for did in (found["did"], unquote(found["did"])))
    record_id = next((name for name in ids if SCHEMA_ID.fault(name) is None), None)
    return None if record_id is None else RecordedVersion(record_id, found["version"])


async def recorded_schema(registry: RegistrySource, url: str) -> bytes | None:
    """The exact bytes of the recorded schema that a URL names; None where it names none. Raises what the
    source raises, and Malformed.
    """
    named = version_at(url)
    if named is None:
        return None
    finding = (await registry.ask(RecordQuestion(SCHEMA_RECORD.name, named.record_id))).finding
    body: Schema | None = decode_body(SCHEMA_RECORD, finding.body) if isinstance(finding, Found) else None
    release = None if body is None else body.release(named.version)
    held = None if release is None else await registry.attachment(release.content)
    return None if held is None else held[SALT_SIZE:]
