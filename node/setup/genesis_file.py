"""The genesis document as a file: what every node and every client starts from."""

from pathlib import Path

from node.files.bounded import read_file, wrong_file
from node.files.expected import GENESIS
from node.wording.explained import Explained
from registry.genesis import GenesisDocument
from registry.primitives.codec import Malformed


class GenesisFileError(Explained):
    """There is no genesis document where one is needed."""


def read_genesis(file: Path) -> GenesisDocument:
    """The genesis document in a file. Raises GenesisFileError where there is none, WrongFile, OSError."""
    try:
        content = read_file(file, GENESIS)
    except FileNotFoundError as error:
        raise GenesisFileError("there is no genesis document", where=file, do=GENESIS.get) from error
    try:
        return GenesisDocument.decode(content)
    except Malformed as error:
        raise wrong_file(content, GENESIS, file, str(error)) from error
