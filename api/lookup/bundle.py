"""An evidence bundle: credentials, what was looked up for them and when they were judged, in one file that
can be judged again without a network (decision 0128).

A bundle is a ZIP archive, stored without compression. `evidence.json` lists what there is:

    {"version": 1, "judgedMs": …, "credentials": ["<sha256>", …],
     "evidence": [{"kind": …, "what": …, "name": …, "source": …, "atMs": …, "mediaType": …, "height": …,
                   "sha256": …, "bytes": …, "fault": …, "detail": …}, …]}

and `objects/<sha256>` are the bytes, each named by its hash in lower-case hexadecimal. Where something could
not be had, `sha256` and `bytes` are null and `fault` is the code of a `FetchFault`.

Rules:

- B1 The same bundle has the same bytes: no time of writing, no order but that of looking up.
- B2 A bundle that is read is bounded: its size, the number of its entries, no compression, no two entries of
  one name, each object has the hash that names it.
- B3 Nothing in a bundle is believed because it is there. The registry's answers are verified again from the
  trust that the reader brings, as of their own time; what came from the web is what somebody says that a
  server gave.
- B4 What is not in a bundle was not looked up, and says so.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from api.lookup.evidence import EvidenceKind, Exhibit
from api.lookup.fault import FetchFault
from api.lookup.wanted import MIB
from registry.primitives.reason import Reason

MAX_BUNDLE_BYTES: Final = 64 * MIB
MAX_OBJECTS: Final = 512
VERSION: Final = 1
_INDEX: Final = "evidence.json"
_OBJECTS: Final = "objects/"
_MAX_INDEX_BYTES: Final = MIB
_FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)
_FAULTS: Final = {fault.code: fault for fault in FetchFault}


class BundleFault(Reason):
    """Why an evidence bundle cannot be judged. Whoever was given it meets it."""

    MALFORMED = (
        "bundle-malformed",
        "It is no evidence bundle, or it is damaged.",
        "Ask whoever gave it for the file as it was written.",
    )
    UNPROVED = (
        "bundle-unproved",
        "An answer of the registry in it does not hold.",
        "Do not rely on the bundle. Judge the credential itself.",
    )
    NOT_IN_IT = (
        "not-in-bundle",
        "It lacks an answer of the registry that the credential needs.",
        "Judge the credential itself.",
    )


class BundleError(Exception):
    """A bundle refused, with the reason and what is known of this occurrence."""

    def __init__(self, fault: BundleFault, detail: str = "") -> None:
        super().__init__(fault.with_detail(detail))
        self.fault = fault
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Bundle:
    """The credentials as they were given, what was looked up for them, and the reader's clock then."""

    credentials: tuple[bytes, ...]
    evidence: tuple[Exhibit, ...]
    judged_ms: int


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    kind: EvidenceKind
    what: str
    name: str
    source: str
    at_ms: int
    media_type: str
    height: int | None
    sha256: str | None
    bytes: int | None
    fault: str | None
    detail: str


class _Index(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    version: int
    judged_ms: int
    credentials: list[str]
    evidence: list[_Entry]


def encode_bundle(bundle: Bundle) -> bytes:
    """The bytes of a bundle (B1)."""
    found = [*bundle.credentials, *(each.data for each in bundle.evidence if each.data is not None)]
    objects = {hashlib.sha256(data).hexdigest(): data for data in found}
    index = {
        "version": VERSION,
        "judgedMs": bundle.judged_ms,
        "credentials": [hashlib.sha256(data).hexdigest() for data in bundle.credentials],
        "evidence": [evidence_to_json(each) for each in bundle.evidence],
    }
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo(_INDEX, _FIRST_DAY), json.dumps(index, indent=1))
        for name, data in objects.items():
            archive.writestr(zipfile.ZipInfo(_OBJECTS + name, _FIRST_DAY), data)
    return written.getvalue()


def evidence_to_json(evidence: Exhibit) -> dict[str, Any]:
    """What was looked up, without its bytes."""
    sha256 = evidence.sha256
    return {
        "kind": evidence.kind.value,
        "what": evidence.what,
        "name": evidence.name,
        "source": evidence.source,
        "atMs": evidence.at_ms,
        "mediaType": evidence.media_type,
        "height": evidence.height,
        "sha256": None if sha256 is None else sha256.hex(),
        "bytes": None if evidence.data is None else len(evidence.data),
        "fault": None if evidence.fault is None else evidence.fault.code,
        "detail": evidence.detail,
    }


def decode_bundle(data: bytes) -> Bundle:
    """Reads what `encode_bundle` wrote (B2). Raises BundleError."""
    if len(data) > MAX_BUNDLE_BYTES:
        raise _malformed(f"it has more than {MAX_BUNDLE_BYTES} bytes")
    members = _members(data)
    index = _index(members.pop(_INDEX, b""))
    objects = dict(_objects(members))
    credentials = tuple(_object(objects, name) for name in index.credentials)
    return Bundle(credentials, tuple(_evidence(each, objects) for each in index.evidence), index.judged_ms)


def _members(data: bytes) -> dict[str, bytes]:
    """The files of the archive by name."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            names = {info.filename for info in infos}
            if len(infos) > MAX_OBJECTS or len(names) != len(infos):
                raise _malformed("it has too many files, or two of one name")
            if any(info.compress_type != zipfile.ZIP_STORED for info in infos):
                raise _malformed("a file in it is compressed")
            if sum(info.file_size for info in infos) > MAX_BUNDLE_BYTES:
                raise _malformed("its files have more bytes than it has")
            return {info.filename: archive.read(info) for info in infos}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise _malformed(str(error)[:100]) from None


def _index(data: bytes) -> _Index:
    if len(data) > _MAX_INDEX_BYTES:
        raise _malformed("its list is too long")
    try:
        index = msgspec.json.decode(data, type=_Index)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise _malformed(str(error)[:100]) from None
    if index.version != VERSION:
        raise _malformed(f"its version is {index.version}")
    return index


def _objects(members: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    for name, data in members.items():
        if not name.startswith(_OBJECTS) or hashlib.sha256(data).hexdigest() != name[len(_OBJECTS) :]:
            raise _malformed("a file in it has another name than its hash")
        yield name[len(_OBJECTS) :], data


def _object(objects: Mapping[str, bytes], name: str) -> bytes:
    if name not in objects:
        raise _malformed("a file that it lists is missing")
    return objects[name]


def _evidence(entry: _Entry, objects: Mapping[str, bytes]) -> Exhibit:
    data = None if entry.sha256 is None else _object(objects, entry.sha256)
    fault = None if entry.fault is None else _FAULTS.get(entry.fault, FetchFault.NOT_FETCHED)
    if (data is None) == (fault is None) or (data is not None and len(data) != entry.bytes):
        raise _malformed("an entry of its list contradicts itself")
    return Exhibit(
        entry.kind,
        entry.what,
        entry.name,
        entry.source,
        entry.at_ms,
        data,
        entry.media_type,
        entry.height,
        fault,
        entry.detail,
    )


def _malformed(detail: str) -> BundleError:
    return BundleError(BundleFault.MALFORMED, detail)
