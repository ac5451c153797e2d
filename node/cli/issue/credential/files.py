"""Credentials in files: read whole, bounded and strictly, and told apart from what only looks like one.

A document that says itself that it is a credential or a presentation is never refused for what else it looks
like. What a file is taken for counts only where it says neither: then the error can name what it is.
"""

from pathlib import Path

from api.credentials.document import Document
from node.cli.issue.credential.presentation import is_credential, is_presentation
from node.files.bounded import read_object, wrong_kind
from node.files.expected import CREDENTIAL
from node.files.foreign import FileKind, of_document

_MAY_BE_ONE = CREDENTIAL.kinds | {FileKind.STATUS_LIST_CREDENTIAL, FileKind.JSON}
"""What is judged as a credential although it does not say that it is one, if only to say why it is none."""


def read_credential(file: Path) -> Document:
    """The document in a file, signed or not; also a presentation, whose credentials count. Raises WrongFile
    where it is clearly something else, SilentPipe, OSError.
    """
    document = read_object(file, CREDENTIAL)
    kind = of_document(document)
    if not is_credential(document) and not is_presentation(document) and kind not in _MAY_BE_ONE:
        raise wrong_kind(kind, CREDENTIAL, file)
    return document


def read_one_credential(file: Path) -> Document:
    """A credential that is to be signed or anchored. Raises as `read_credential` does, and where it is a
    presentation.
    """
    document = read_credential(file)
    if is_presentation(document):
        raise wrong_kind(FileKind.PRESENTATION, CREDENTIAL, file)
    return document


def issuer_as_written(document: Document) -> str | None:
    """The text in the place of the issuer's URL, for messages: what is wrong with it can only be told of the
    text itself. None where there is none; `issuer_of` says whether it is a URL.
    """
    issuer = document.get("issuer")
    named = issuer.get("id") if isinstance(issuer, dict) else issuer
    return named if isinstance(named, str) else None
