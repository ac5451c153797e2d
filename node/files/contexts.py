"""The JSON-LD contexts that an operator has imported: files in a folder, each named by its URL.

A file is named by the URL, percent-encoded, with `.json` behind it. The folder is the one that
`MATRICULA_CONTEXTS` names; without it, `~/.local/share/matricula/contexts`.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote

from api.credentials.contexts.library import (
    CONTEXTS,
    MAX_CONTEXT_BYTES,
    ContextError,
    ContextFault,
    KnownContext,
)
from node.files.durable import write_whole

VARIABLE: Final = "MATRICULA_CONTEXTS"
_DEFAULT: Final = ".local/share/matricula/contexts"
_SUFFIX: Final = ".json"
_MAX_NAME: Final = 255  # bytes of a file's name on the file systems in use


class ImportedContexts:
    """The folder, which need not be there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "ImportedContexts":
        """The folder that the environment names, or the one in the user's home."""
        named = environment.get(VARIABLE)
        return cls(Path(named) if named else Path.home() / _DEFAULT)

    def find(self, url: str) -> bytes | None:
        """The file of a context; None where there is none. Raises `ContextError` where it cannot be read."""
        file = self._file(url)
        if file is None:
            return None
        try:
            with file.open("rb") as opened:
                return opened.read(MAX_CONTEXT_BYTES + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ContextError(ContextFault.UNREADABLE, f"{file}: {error.strerror}") from error

    def keep(self, context: KnownContext, data: bytes) -> Path:
        """Keeps the file of a context; where it is. Raises `ContextError` for a URL that is too long to name
        a file, FileExistsError, OSError.
        """
        file = self._file(context.url)
        if file is None:
            raise ContextError(ContextFault.NOT_A_URL, "It is too long to name a file.")
        self.folder.mkdir(parents=True, exist_ok=True)
        write_whole(file, data, replace=False)
        return file

    def urls(self) -> Iterator[str]:
        """The URLs of the contexts whose files are there, in order."""
        with suppress(FileNotFoundError):
            for file in sorted(self.folder.iterdir()):
                if file.suffix == _SUFFIX:
                    yield unquote(file.name.removesuffix(_SUFFIX))

    def _file(self, url: str) -> Path | None:
        name = quote(url, safe="") + _SUFFIX
        return self.folder / name if len(name) <= _MAX_NAME else None


def use_imported(environment: Mapping[str, str]) -> None:
    """From now on this process knows the contexts that were imported."""
    CONTEXTS.look_in(ImportedContexts.of(environment).find)
