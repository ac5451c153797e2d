"""The genesis document as a file: what every node and every client starts from."""

from pathlib import Path

from node.bounded_files import read_at_most
from node.explained import Explained
from registry.genesis import MAX_DOCUMENT_BYTES, GenesisDocument
from registry.primitives.codec import Malformed


class GenesisFileError(Explained):
    """There is no genesis document where one is needed."""


def read_genesis(file: Path) -> GenesisDocument:
    """The genesis document in a file. Raises GenesisFileError where there is none, FileTooLong,
    OSError."""
    do = "get it from the network's founders and compare its words: `matricula fingerprint FILE`"
    try:
        return GenesisDocument.decode(read_at_most(file, MAX_DOCUMENT_BYTES))
    except FileNotFoundError as error:
        raise GenesisFileError("there is no genesis document", where=file, do=do) from error
    except Malformed as error:
        raise GenesisFileError(f"not a genesis document: {error}", where=file, do=do) from error
