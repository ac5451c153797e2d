"""Where a did:web has its document, on the web and in a folder.

A segment `.` or `..` is of the ledger's alphabet, and of a path it would make another one. A DID that has one
has no place here.

Source: https://w3c-ccg.github.io/did-method-web/ (reading a DID).
"""

from dataclasses import dataclass
from typing import Final

from registry.names import WEB_METHOD, fault_of_did

DOCUMENT_NAME: Final = "did.json"
_WELL_KNOWN: Final = ".well-known"
_PORT: Final = "%3A"


class NoWebPlace(ValueError):
    """A DID that no web server has a document for; the text is a clause for people."""


@dataclass(frozen=True, slots=True)
class WebPlace:
    """The host, with `:PORT` where it has one, and the segments of the path to the document."""

    host: str
    path: tuple[str, ...]

    @property
    def folder(self) -> str:
        """A name for a folder with the files of the host: that of the host, a port after a plus sign."""
        return self.host.replace(":", "+")


def web_place(did: str) -> WebPlace:
    """Where the document of a did:web is; raises `NoWebPlace`."""
    fault = fault_of_did(did)
    if fault is not None:
        raise NoWebPlace(fault)
    if not did.startswith(WEB_METHOD):
        raise NoWebPlace("it is no did:web, and has no place on a web server")
    host, *segments = did.removeprefix(WEB_METHOD).split(":")
    if any(segment in (".", "..") for segment in segments):
        raise NoWebPlace("a part of its path is . or .., which leads elsewhere on a web server")
    return WebPlace(host.replace(_PORT, ":"), (*(segments or (_WELL_KNOWN,)), DOCUMENT_NAME))


def did_at(host: str, segments: tuple[str, ...]) -> str | None:
    """The did:web whose document is at these segments of a host's path, without the name of the document;
    None where there is none. `host` is as in `WebPlace`.
    """
    named = () if segments == (_WELL_KNOWN,) else segments
    did = ":".join((WEB_METHOD.removesuffix(":"), host.replace(":", _PORT), *named))
    try:
        place = web_place(did)
    except NoWebPlace:
        return None
    return did if place.path == (*segments, DOCUMENT_NAME) else None
