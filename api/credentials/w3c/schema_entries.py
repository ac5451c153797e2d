"""The schemas that a credential names in `credentialSchema`.

- G1 An entry without a type or without a URL as its `id` is a flaw of the form (M6 of `data_model`), and told
  there alone.
- G2 A digest is compared where it is a SHA-256: `digestSRI` (`sha256-` and base64), or `digestMultibase`
  (base58btc or base64url of a multihash). With any other the reference has none. Where the entry gives none,
  that of a `relatedResource` with the same URL counts.

Source: VC JSON Schema 1.0, §2; VC Data Model 2.0, §4.11, §5.3; Multihash (https://multiformats.io/multihash/).
"""

from base64 import b64decode, urlsafe_b64decode
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

from api.credentials.document import Document, Json, as_list, each_with_place
from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.multikey import KeyTextError, base58_decode
from api.credentials.secured import MAX_SCHEMAS, SchemaReference
from api.credentials.url import is_url

_SRI: Final = "sha256-"
_MULTIHASH_SHA256: Final = b"\x12\x20"
_MAX_DIGEST_TEXT: Final = 128


def read_schemas(credential: Document) -> tuple[SchemaReference | Flaw, ...]:
    """The references of a credential, in order, and a flaw for what is beyond the first 4."""
    named = credential.get("credentialSchema", [])
    digests = _related(credential.get("relatedResource", []))
    read: list[SchemaReference | Flaw] = list(islice(_references(named, digests), MAX_SCHEMAS))
    count = len(as_list(named))
    if count > MAX_SCHEMAS:
        told = f"/credentialSchema has {count} entries, of which {MAX_SCHEMAS} are looked up"
        read.append(Flaw(CredentialFlaw.SCHEMA_UNSUPPORTED, told))
    return tuple(read)


def _related(resources: Json) -> Mapping[str, bytes | None]:
    """The digests of other resources, by their URLs."""
    entries = [entry for entry in as_list(resources) if isinstance(entry, dict)]
    return {url: _digest(entry) for entry in entries if isinstance(url := entry.get("id"), str)}


def _references(named: Json, digests: Mapping[str, bytes | None]) -> Iterator[SchemaReference]:
    """G1."""
    for place, entry in each_with_place(named, "/credentialSchema"):
        if isinstance(entry, dict) and is_url(url := entry.get("id")):
            types = [name for name in as_list(entry.get("type")) if isinstance(name, str)]
            if types:
                digest = _digest(entry) or digests.get(url)
                yield SchemaReference(types[0], url, place, digest)


def _digest(entry: Document) -> bytes | None:
    """G2."""
    sri, multibase = entry.get("digestSRI"), entry.get("digestMultibase")
    if isinstance(sri, str) and sri.startswith(_SRI):
        return _sha256(_decoded(sri.removeprefix(_SRI), is_url_safe=False))
    if isinstance(multibase, str) and multibase.startswith("u"):
        return _of_multihash(_decoded(multibase[1:], is_url_safe=True))
    if isinstance(multibase, str) and multibase.startswith("z"):
        return _of_multihash(_base58(multibase))
    return None


def _decoded(text: str, *, is_url_safe: bool) -> bytes:
    """The bytes of a base64 text; none where it is damaged or too long for a digest."""
    if len(text) > _MAX_DIGEST_TEXT or not text.isascii():
        return b""
    padded = text + "=" * (-len(text) % 4)
    try:
        return urlsafe_b64decode(padded) if is_url_safe else b64decode(padded, validate=True)
    except ValueError:
        return b""


def _base58(text: str) -> bytes:
    try:
        return base58_decode(text)
    except KeyTextError:
        return b""


def _of_multihash(data: bytes) -> bytes | None:
    return _sha256(data[2:]) if data[:2] == _MULTIHASH_SHA256 else None


def _sha256(digest: bytes) -> bytes | None:
    return digest if len(digest) == 32 else None
