"""did:web: where the document of such a DID is fetched.

- W1 The host is a name in ASCII: letters, digits and hyphens between dots, in lower or upper case (the URL
  has it in lower case). Another script is written in punycode. A percent sign stands before a port alone.
- W2 An address is no name: what a URL parser would take for an IPv4 address, in whatever notation, is
  refused. Whether a name leads to an address that may be asked is for whoever fetches.
- W3 Each part of the path is one segment of the URL's path, as it is written: unreserved characters, and
  percent-encoded ones but `/`, `\\`, `%`, dots and control characters. `.` and `..` are none.

Source: https://w3c-ccg.github.io/did-method-web/ §3; URL Standard, §3.5 (numbers as hosts).
"""

import re
from typing import Final, NoReturn

from api.credentials.did_methods.fault import DidError, DidFault
from api.credentials.excerpt import detail_of, excerpt

DID_WEB: Final = "did:web:"
MAX_DID_WEB_LENGTH: Final = 1_024
MAX_HOST_LENGTH: Final = 253

_LABEL: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_NUMBER: Final = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
_PORT: Final = re.compile(r"[1-9][0-9]{0,4}")
_SEGMENT: Final = re.compile(r"(?:[A-Za-z0-9._~-]|%[0-9A-Fa-f]{2})+")
_REFUSED_ENCODED: Final = re.compile(r"%(?:[01][0-9A-Fa-f]|7[Ff]|2[EeFf5]|5[Cc])")
_MAX_PORT: Final = 65_535


def did_web_url(did: str) -> str:
    """The https URL of the document of a did:web; raises `DidError`."""
    if not did.startswith(DID_WEB):
        _refuse("It does not begin with did:web:.")
    if len(did) > MAX_DID_WEB_LENGTH:
        _refuse(f"It has more than {MAX_DID_WEB_LENGTH} characters.")
    authority, *path = did[len(DID_WEB) :].split(":")
    host, is_ported, port = _parts(authority)
    _require_host(host)
    if is_ported and not (_PORT.fullmatch(port) and int(port) <= _MAX_PORT):
        _refuse(detail_of("A port is written %3A8443", excerpt(authority)))
    for segment in path:
        _require_segment(segment)
    place = "/".join(path) if path else ".well-known"
    return f"https://{host.lower()}{f':{port}' if is_ported else ''}/{place}/did.json"


def _parts(authority: str) -> tuple[str, bool, str]:
    """Host and port; a percent-encoded colon may have a small letter."""
    host, percent, rest = authority.partition("%")
    if percent and rest[:2] not in ("3A", "3a"):
        _refuse(detail_of("A percent sign stands in its host", excerpt(authority)))
    return host, bool(percent), rest[2:]


def _require_host(host: str) -> None:
    """W1, W2."""
    labels = host.split(".")
    if len(host) > MAX_HOST_LENGTH or not all(_LABEL.fullmatch(label) for label in labels):
        _refuse(detail_of("Its host is no name of letters, digits and hyphens between dots", excerpt(host)))
    if _NUMBER.fullmatch(labels[-1]):
        _refuse(detail_of("Its host is an address, not a name", excerpt(host)))


def _require_segment(segment: str) -> None:
    """W3."""
    is_written_right = _SEGMENT.fullmatch(segment) and not _REFUSED_ENCODED.search(segment)
    if not is_written_right or segment in (".", ".."):
        _refuse(detail_of("A part of its path is none", excerpt(segment)))


def _refuse(detail: str) -> NoReturn:
    raise DidError(DidFault.DID_MALFORMED, detail)
