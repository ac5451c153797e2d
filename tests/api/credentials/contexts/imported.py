"""Contexts as an operator imports them: those of the public vectors, where they are."""

from pathlib import Path
from urllib.parse import quote

from api.credentials.contexts.library import ContextLibrary, FindImported


def in_folder(folder: Path) -> FindImported:
    """Finds files that are named by their URL, percent-encoded, with `.json` behind it."""

    def find(url: str) -> bytes | None:
        file = folder / f"{quote(url, safe='')}.json"
        return file.read_bytes() if file.is_file() else None

    return find


def library_of(vectors: Path) -> ContextLibrary:
    """A library that has imported the contexts of the vectors."""
    return ContextLibrary(in_folder(vectors / "contexts"))
