"""What resolving a DID gives: the version of its record that was asked for, as a document with metadata.

- V1 A version's number is its `versionId`, in decimal digits, from 0 as in answers with proofs.
- V2 `versionTime` asks for the version that the registry knew at that time: the last one recorded then or
  before. A time after the newest block gives the newest version.
- V3 A DID that has ended is told as ended, whichever version is asked for. Nobody takes a key of its past
  for one of now.
- V4 Metadata has whole seconds, as the specification wants, so a `versionTime` without a fraction means the
  end of its second: the `updated` of a version gives that version.

Source: W3C DID Resolution (https://www.w3.org/TR/did-resolution/), resolution and metadata.
"""

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from api.credentials.document import Document, Json
from api.credentials.timestamp import TimestampError, second_text, timestamp_ms
from api.documents.ascii_json import ascii_json
from api.documents.did_document import did_document, is_deactivated
from registry.kinds.did.record import Did
from registry.names import fault_of_did, is_did
from registry.primitives.reason import Reason

DOCUMENT_TYPE: Final = "application/did"
"""The media type of a document (DID Core 1.1), as a resolution result names it."""
_ERRORS: Final = "https://www.w3.org/ns/did#"
_MAX_DIGITS: Final = 15
_METHODS: Final = ("web", "matricula")
_OF_URLS: Final = "/?#"
_SHOWN: Final = 16
_DID_SYNTAX: Final = re.compile(r"did:(?P<method>[a-z0-9]+):(?:[A-Za-z0-9._:-]|%[0-9A-Fa-f]{2})*(?<!:)")
"""DID Core 1.0 §3.1."""
_SECOND_MS: Final = 1_000


class ResolutionFault(Reason):
    """Why a DID is not resolved. Whoever asked for it meets it. `type` is the specification's URI, `status`
    that of HTTP.
    """

    status: int
    type: str

    def __new__(cls, code: str, status: int, error: str, sentence: str, remedy: str) -> "ResolutionFault":
        """A member is its code; `error` is the last part of the specification's URI."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.status = status
        member.type = _ERRORS + error
        member.sentence = sentence
        member.remedy = remedy
        return member

    INVALID_DID = (
        "invalid-did",
        400,
        "INVALID_DID",
        "This is no DID that can be registered.",
        "Write the DID as it is recorded. The detail says what is wrong with it.",
    )
    INVALID_OPTIONS = (
        "invalid-options",
        400,
        "INVALID_OPTIONS",
        "An option has no permitted value, is given twice, or contradicts another.",
        "Give versionId (a number) or versionTime (such as 2026-01-31T12:00:00Z), not both.",
    )
    NOT_FOUND = (
        "not-found",
        404,
        "NOT_FOUND",
        "The registry has no such DID, or had none then.",
        "Compare it with the issuer's own word. `matricula did show DID` proves what is registered.",
    )
    REPRESENTATION_NOT_SUPPORTED = (
        "representation-not-supported",
        406,
        "REPRESENTATION_NOT_SUPPORTED",
        "The DID document exists in none of the media types that Accept names.",
        "Ask for application/did-resolution, application/did, application/did+json, application/did+ld+json "
        "or application/json.",
    )
    METHOD_NOT_SUPPORTED = (
        "method-not-supported",
        501,
        "METHOD_NOT_SUPPORTED",
        "The registry holds no DIDs of this method.",
        "Ask a resolver of that method. The methods of this registry are did:web and did:matricula.",
    )
    FEATURE_NOT_SUPPORTED = (
        "feature-not-supported",
        501,
        "FEATURE_NOT_SUPPORTED",
        "This resolver resolves DIDs, and does not know this option.",
        "Ask for the DID without # and what follows, with no options but versionId, versionTime and "
        "expandRelativeUrls.",
    )


class ResolutionError(Exception):
    """A DID that is not resolved, with the reason and a detail for people."""

    def __init__(self, fault: ResolutionFault, detail: str = "") -> None:
        super().__init__(fault, detail)
        self.fault = fault
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions of a DID's record: how many, and of each by number the time (ms since 1970) at which it
    was recorded, and its body.
    """

    count: int
    time_ms: Callable[[int], int]
    body: Callable[[int], Did]


@dataclass(frozen=True, slots=True)
class VersionOptions:
    """Which version is asked for: by number, by time, or the newest where both are None."""

    number: int | None = None
    time_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Resolution:
    """A document with its metadata. A DID that has ended has no document, except where a version from before
    was asked for.
    """

    document: Document | None
    metadata: Document

    @property
    def is_deactivated(self) -> bool:
        """Whether the DID has ended."""
        return self.metadata.get("deactivated") is True

    def result(self, content_type: str = DOCUMENT_TYPE) -> bytes:
        """The whole result in bytes: document, metadata of it, metadata of the resolution."""
        resolution: Document = {} if self.document is None else {"contentType": content_type}
        return _result(self.document, resolution, self.metadata)


def version_options(version_id: str | None, version_time: str | None) -> VersionOptions:
    """The options as they were written; raises `ResolutionError` (invalid-options, not-found)."""
    if version_id is not None and version_time is not None:
        raise ResolutionError(ResolutionFault.INVALID_OPTIONS, "versionId and versionTime were both given")
    if version_id is not None:
        return VersionOptions(number=_number(version_id))
    if version_time is None:
        return VersionOptions()
    try:
        return VersionOptions(time_ms=_end_of(version_time))
    except TimestampError as error:
        raise ResolutionError(ResolutionFault.INVALID_OPTIONS, f"versionTime: {error}") from None


def require_resolvable(text: str) -> None:
    """Returns where a text is a DID that could be registered; raises `ResolutionError` where not."""
    if is_did(text):
        return
    syntax = _DID_SYNTAX.match(text)
    if syntax is None or (syntax["method"] in _METHODS and syntax.end() == len(text)):
        raise ResolutionError(ResolutionFault.INVALID_DID, fault_of_did(text) or "")
    if syntax["method"] not in _METHODS and (syntax.end() == len(text) or text[syntax.end()] in _OF_URLS):
        raise ResolutionError(ResolutionFault.METHOD_NOT_SUPPORTED, f"did:{syntax['method'][:_SHOWN]}")
    if text[syntax.end()] in _OF_URLS and is_did(text[: syntax.end()]):
        raise ResolutionError(ResolutionFault.FEATURE_NOT_SUPPORTED, "a DID URL is not dereferenced here")
    raise ResolutionError(ResolutionFault.INVALID_DID, fault_of_did(text) or "")


def resolve(did: str, versions: Versions, options: VersionOptions) -> Resolution:
    """The version that the options ask for; raises `ResolutionError` (not-found)."""
    newest = versions.count - 1
    number = _asked_for(versions, options)
    body = versions.body(number)
    has_ended = is_deactivated(versions.body(newest))
    metadata: Document = {"created": second_text(versions.time_ms(0)), "versionId": str(number)}
    if number:
        metadata["updated"] = second_text(versions.time_ms(number))
    if number < newest:
        metadata["nextVersionId"] = str(number + 1)
        metadata["nextUpdate"] = second_text(versions.time_ms(number + 1))
    if has_ended:
        metadata["deactivated"] = True
    return Resolution(None if is_deactivated(body) else did_document(did, body), metadata)


def error_members(fault: ResolutionFault, detail: str) -> Document:
    """The error as RFC 9457 has it, also inside of a result."""
    told: Document = {"type": fault.type, "title": fault.sentence, "status": fault.status}
    told["remedy"] = fault.remedy
    if detail:
        told["detail"] = detail
    return told


def error_result(fault: ResolutionFault, detail: str) -> bytes:
    """The result of a DID that is not resolved, in bytes."""
    return _result(None, {"error": error_members(fault, detail)}, {})


def _result(document: Document | None, resolution: Document, metadata: Document) -> bytes:
    members: dict[str, Json] = {
        "didDocument": document,
        "didResolutionMetadata": resolution,
        "didDocumentMetadata": metadata,
    }
    return ascii_json(members)


def _number(written: str) -> int:
    is_number = written.isascii() and written.isdecimal() and (written == "0" or written[0] != "0")
    if not is_number:
        raise ResolutionError(
            ResolutionFault.INVALID_OPTIONS, "versionId is a whole number without leading zeros"
        )
    if len(written) > _MAX_DIGITS:
        raise ResolutionError(ResolutionFault.NOT_FOUND, "no record has so many versions")
    return int(written)


def _end_of(version_time: str) -> int:
    """V4."""
    time_ms = timestamp_ms(version_time)
    return time_ms if "." in version_time else time_ms + _SECOND_MS - 1


def _asked_for(versions: Versions, options: VersionOptions) -> int:
    if options.number is not None:
        if options.number >= versions.count:
            detail = f"its versions are 0 to {versions.count - 1}"
            raise ResolutionError(ResolutionFault.NOT_FOUND, detail)
        return options.number
    if options.time_ms is None:
        return versions.count - 1
    return _known_at(versions, options.time_ms)


def _known_at(versions: Versions, time_ms: int) -> int:
    """V2."""
    after = bisect_right(range(versions.count), time_ms, key=versions.time_ms)
    if not after:
        detail = f"it was first registered at {second_text(versions.time_ms(0))}"
        raise ResolutionError(ResolutionFault.NOT_FOUND, detail)
    return after - 1
