"""The contexts that can be read here: those that are shipped, and those that an operator has imported.

Rules:

- L1 A context is never fetched. One that is not there is not known, and a document that names it cannot be
  judged by what it means.
- L2 A URL of `PINS` stands for bytes of a hash that stands there, whoever brings them; others are
  refused.
- L3 For any other URL the operator's file is the pin: whoever imports it says what the URL stands for.
- L4 A context holds all that it says: one that names another by a URL, or takes one in by `@import`, is
  refused.
- L5 What has been read does not change while the process runs, so that two documents that name the same URL
  mean the same.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from api.credentials.contexts.pins import PINS
from api.credentials.contexts.shipped import shipped_bytes, shipped_urls
from api.credentials.document import Document, DocumentError, Json, as_list, canonical, load
from api.credentials.url import is_url
from registry.primitives.digest import sha256
from registry.primitives.reason import Reason

MAX_CONTEXT_BYTES: Final = 256 * 1024
_IMPORT: Final = "@import"

FindImported: TypeAlias = Callable[[str], bytes | None]
"""(url) -> the file that an operator has imported for it; None where there is none."""


class ContextFault(Reason):
    """Why a file is not taken for the context of a URL. An operator who imports it meets this."""

    NOT_A_URL = (
        "context-not-a-url",
        "A context is named by a URL.",
        "Give the URL as credentials name it, with https:// at its beginning.",
    )
    NOT_A_CONTEXT = (
        "not-a-context",
        "The file holds no JSON-LD context.",
        "Give the JSON file that stands at the URL: an object with the member @context.",
    )
    OTHER_BYTES = (
        "context-other-bytes",
        "The file is not what this URL stands for.",
        "Get the file again from whoever publishes it. If they have changed it, credentials that were signed "
        "before mean what the earlier file says: wait for a release that knows the new one.",
    )
    NAMES_ANOTHER = (
        "context-names-another",
        "The context takes in another one by its URL, which is not supported.",
        "Import a context that holds all its terms itself.",
    )
    UNREADABLE = (
        "context-unreadable",
        "The file of the context cannot be read.",
        "Let the user under which this runs read the file, or import the context again.",
    )


class ContextError(ValueError):
    """A context refused, with the reason."""

    def __init__(self, fault: ContextFault, detail: str = "") -> None:
        super().__init__(f"{fault.sentence} {detail}".rstrip())
        self.fault = fault
        self.detail = detail


class ContextOrigin(StrEnum):
    """Who brought a context."""

    SHIPPED = "shipped"
    IMPORTED = "imported"


@dataclass(frozen=True, slots=True, eq=False)
class KnownContext:
    """A context that is there, equal only to itself: a library reads each once. `document` is the whole file,
    which nobody changes; `sha256` that of its RFC 8785 form.
    """

    url: str
    document: Document
    sha256: str
    origin: ContextOrigin

    @property
    def local(self) -> Json:
        """What stands in the place of its URL."""
        return self.document["@context"]


def read_context(url: str, data: bytes, origin: ContextOrigin = ContextOrigin.IMPORTED) -> KnownContext:
    """The context of a URL in some bytes (L2 to L4); raises `ContextError`."""
    if not is_url(url):
        raise ContextError(ContextFault.NOT_A_URL, url[:100])
    try:
        document = load(data, limit=MAX_CONTEXT_BYTES)
    except DocumentError as error:
        raise ContextError(ContextFault.NOT_A_CONTEXT, str(error)) from None
    digest = sha256(canonical(document)).hex()
    if digest not in PINS.get(url, (digest,)):
        raise ContextError(ContextFault.OTHER_BYTES, f"Its SHA-256 is {digest}, not {PINS[url][-1]}.")
    _refuse_others(document.get("@context"))
    return KnownContext(url, document, digest, origin)


class ContextLibrary:
    """What a process knows. `find_imported` looks where an operator's files are, once for each URL."""

    def __init__(self, find_imported: FindImported = lambda url: None) -> None:
        self._find_imported = find_imported
        self._read: dict[str, KnownContext] = {}

    def find(self, url: str) -> KnownContext | None:
        """The context of a URL; None where it is not known (L1). Raises `ContextError` where its file is
        another than it should be.
        """
        if url not in self._read:
            found = self._look(url)
            if found is None:
                return None
            self._read.setdefault(url, found)
        return self._read[url]

    def look_in(self, find_imported: FindImported) -> None:
        """From now on imported contexts come from there. What has been read stays (L5)."""
        self._find_imported = find_imported

    def shipped(self) -> Iterator[KnownContext]:
        """Those that are shipped, as far as their libraries are installed."""
        for url in shipped_urls():
            data = shipped_bytes(url)
            if data is not None:
                yield read_context(url, data, ContextOrigin.SHIPPED)

    def _look(self, url: str) -> KnownContext | None:
        data = shipped_bytes(url)
        if data is not None:
            return read_context(url, data, ContextOrigin.SHIPPED)
        data = self._find_imported(url)
        return None if data is None else read_context(url, data)


CONTEXTS: Final = ContextLibrary()
"""What this process knows: one library for all formats, since a URL means the same in each. The composition
root tells it where imported contexts are.
"""


def _refuse_others(local: Json) -> None:
    """L4, for a context and those that its terms hold."""
    if local is None:
        raise ContextError(ContextFault.NOT_A_CONTEXT, "It has no member @context.")
    for entry in as_list(local):
        if not isinstance(entry, dict):
            fault = ContextFault.NAMES_ANOTHER if isinstance(entry, str) else ContextFault.NOT_A_CONTEXT
            raise ContextError(fault)
        _refuse_imports(entry)


def _refuse_imports(context: Document) -> None:
    if _IMPORT in context:
        raise ContextError(ContextFault.NAMES_ANOTHER, f"It says {_IMPORT}.")
    for definition in context.values():
        if isinstance(definition, dict) and definition.get("@context") is not None:
            _refuse_others(definition["@context"])
