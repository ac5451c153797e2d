"""The files of the pages: which path of a node is which file, and of which media type (decision 0136).

Every path is in a table that is made when the module is loaded. So no path leads out of it, whatever it
holds, and each file is read once. Another page is another call of `_page`, with a folder below `api/pages`.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final

from mnemonic import Mnemonic

HTML: Final = "text/html; charset=utf-8"
_MEDIA: Final = {
    ".html": HTML,
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
}
_START: Final = "index.html"
_PYTHON: Final = "api"


@dataclass(frozen=True, slots=True)
class PageFile:
    """A file that is served: its bytes, and its media type."""

    data: bytes
    media: str


def _page(name: str) -> Iterator[tuple[str, PageFile]]:
    """A page's own files by their paths: `/NAME` is its HTML, the rest lies below."""
    for path, file in _below(resources.files(_PYTHON) / "pages" / name):
        yield f"/{name}" if path == _START else f"/{name}/{path}", file


def _below(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, PageFile]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _below(entry, f"{prefix}{entry.name}/")
            continue
        media = _MEDIA.get(entry.name[entry.name.rfind(".") :])
        if media is not None:
            yield f"{prefix}{entry.name}", PageFile(entry.read_bytes(), media)


def _verifier() -> Iterator[tuple[str, PageFile]]:
    """The verifier in JavaScript, without what is said about it as a package."""
    for path, file in _below(resources.files(_PYTHON) / "javascript"):
        if path.endswith(".js"):
            yield f"/verify/javascript/{path}", file


def _data() -> Iterator[tuple[str, PageFile]]:
    """What the modules need beside themselves: the form of Open Badges, and the words of fingerprints."""
    schema = resources.files(_PYTHON) / "credentials" / "schemas" / "open-badges.v1.json"
    yield "/verify/open-badges.json", PageFile(schema.read_bytes(), _MEDIA[".json"])
    words = json.dumps(Mnemonic("english").wordlist).encode()
    yield "/verify/words.json", PageFile(words, _MEDIA[".json"])


FILES: Final[Mapping[str, PageFile]] = dict([*_page("verify"), *_verifier(), *_data()])
"""All files, by their paths."""
