"""What the W3C data model calls a URL: an absolute one, in one text.

Not looked up, not normalised, and bounded by the document that holds it. Blank nodes (`_:b0`), relative
references and texts with white space are no URLs.

Source: VC Data Model 2.0, §4.4; URL Standard; RFC 3986, §3; DID Core 1.0, §3.1.
"""

import re
from typing import Final, TypeGuard
from urllib.parse import urlsplit

from api.credentials.document import Json

_URL: Final = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20\x7f-\xa0"<>\\^`{|}\s]+')
_DID: Final = re.compile(r"did:[a-z0-9]+:(?:[A-Za-z0-9._:-]|%[0-9A-Fa-f]{2})*(?<!:)(?:[/?#].*)?")
_URN: Final = re.compile(r"urn:[A-Za-z0-9][A-Za-z0-9-]*:.+", re.IGNORECASE)


def is_url(found: Json) -> TypeGuard[str]:
    """Whether a JSON value is one absolute URL: with a host for http and https, whole for did and urn."""
    if not isinstance(found, str) or not _URL.fullmatch(found):
        return False
    scheme = found.partition(":")[0].lower()
    if scheme in ("http", "https"):
        return _has_host(found)
    if scheme == "did":
        return _DID.fullmatch(found) is not None
    return scheme != "urn" or _URN.fullmatch(found) is not None


def _has_host(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return bool(parts.hostname) and (parts.port is None or parts.port >= 0)
    except ValueError:
        return False
