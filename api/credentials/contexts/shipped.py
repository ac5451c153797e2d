"""Contexts that come with the libraries which are installed anyway: files beside their code.

The files are read and the code is not run: of `openbadgeslib` nothing is imported. What they hold is compared
with the pin like everything else.
"""

from importlib.metadata import PackageNotFoundError, distribution
from importlib.resources.abc import Traversable
from typing import Final, cast

_W3C: Final = "pyld", "documentloader/frozen/bundled"
_1EDTECH: Final = "openbadgeslib", "ob3/contexts"

_FILES: Final[dict[str, tuple[tuple[str, str], str]]] = {
    "https://www.w3.org/2018/credentials/v1": (_W3C, "credentials-v1.jsonld"),
    "https://www.w3.org/ns/credentials/v2": (_W3C, "credentials-v2.jsonld"),
    "https://www.w3.org/ns/did/v1": (_W3C, "did-v1.jsonld"),
    "https://w3id.org/security/suites/ed25519-2020/v1": (_W3C, "security-ed25519-2020-v1.jsonld"),
    "https://w3id.org/security/data-integrity/v2": (_1EDTECH, "security-data-integrity-v2.json"),
    "https://w3id.org/security/multikey/v1": (_1EDTECH, "security-multikey-v1.json"),
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json": (_1EDTECH, "ob-v3p0-context-3.0.1.json"),
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json": (_1EDTECH, "ob-v3p0-context-3.0.2.json"),
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json": (_1EDTECH, "ob-v3p0-context-3.0.3.json"),
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json": (_1EDTECH, "ob-v3p0-extensions.json"),
    "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json": (_1EDTECH, "clr_context_2.0.1.json"),
}


def shipped_urls() -> tuple[str, ...]:
    """The URLs of the contexts that are shipped."""
    return tuple(_FILES)


def shipped_bytes(url: str) -> bytes | None:
    """The file of a context; None where none is shipped, or the library that ships it is not installed."""
    if url not in _FILES:
        return None
    (library, folder), name = _FILES[url]
    try:
        located = distribution(library).locate_file(f"{library}/{folder}/{name}")
    except PackageNotFoundError:
        return None
    file = cast("Traversable", located)  # a path of the file system, of which the library promises less
    return file.read_bytes() if file.is_file() else None
