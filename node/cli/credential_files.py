"""Credentials in files: read whole, bounded and strictly."""

from pathlib import Path

from api.credentials.document import MAX_BYTES, Document, DocumentError, load
from node.bounded_files import read_at_most
from node.explained import Explained


def read_credential(file: Path) -> Document:
    """The document in a file, signed or not. Raises Explained."""
    data = read_at_most(file, MAX_BYTES)
    try:
        return load(data)
    except DocumentError as error:
        raise Explained(f"not a credential: {error}", where=file, do="is it a credential in JSON?") from error


def read_one_credential(file: Path) -> Document:
    """A credential that is to be signed. Raises Explained."""
    return read_credential(file)
