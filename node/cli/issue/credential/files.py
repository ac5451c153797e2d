"""Credentials in files: read whole, bounded and strictly, and told apart from what only looks like one.

Which formats there are is known to `api.credentials.formats.table` alone. A JSON document that says itself
that it is a credential or a presentation is never refused for what else it looks like. What a file is taken
for counts only where it says neither: then the error can name what it is.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from api.credentials.document import Document, DocumentError
from api.credentials.formats.table import UnknownFormatError, read_credential, read_draft
from api.credentials.presentation import held_by, is_credential, is_presentation, presentation_in
from api.credentials.secured import Secured, UnsignedCredential
from api.credentials.wrappers.fault import WrapperError
from api.credentials.wrappers.table import unwrap
from api.issuer.keeping import KeptProof
from api.verifier.credential import Check
from node.cli.issue.credential.presentation import as_judged
from node.files.bounded import (
    FileTooLong,
    WrongFile,
    object_in,
    object_of_kind,
    read_file,
    wrong_file,
    wrong_kind,
)
from node.files.contexts import use_imported
from node.files.expected import ANCHOR_PROOF, CREDENTIAL, WRAPPED_CREDENTIAL
from node.files.foreign import FileKind, of_document, recognise
from registry.primitives.reason import as_clause

ANCHOR_SUFFIX: Final = ".anchor.json"
"""What the proof beside a credential's file adds to its name."""
SIGNED_SUFFIX: Final = ".signed.json"
"""What stands in the place of `.json` in the name of a credential's file once it is signed."""
_MAY_BE_ONE = CREDENTIAL.kinds | {
    FileKind.STATUS_LIST_CREDENTIAL,
    FileKind.ENVELOPED_CREDENTIAL,
    FileKind.JSON,
}
"""What is judged as a credential although it does not say that it is one, if only to say why it is none."""
_AROUND = frozenset(
    {FileKind.PNG, FileKind.BAKED_PNG, FileKind.SVG, FileKind.BAKED_SVG, FileKind.PDF, FileKind.XML}
)
"""What may have a credential in it."""
T = TypeVar("T")


def credential_in(file: Path) -> Secured:
    """The credential in a file, signed or not. Raises WrongFile where it is a presentation, or clearly
    something else, SilentPipe, OSError.
    """
    return _read(_content_of_one(file), read_credential, file)


def draft_in(file: Path) -> UnsignedCredential:
    """A credential that is to be signed. Raises as `credential_in` does."""
    return _read(_content_of_one(file), read_draft, file)


def anything_in(file: Path) -> Secured:
    """What a file holds, also a presentation, read as if it were a credential. Raises as `credential_in`
    does.
    """
    content = read_file(file, CREDENTIAL)
    _object_in(content, file)
    return _read(content, read_credential, file)


def presented_in(file: Path) -> Secured | list[Secured | Check]:
    """What is presented in a file, which may be a picture or a PDF around it. Raises as `presented` does, and
    SilentPipe, OSError.
    """
    try:
        content = read_file(file, CREDENTIAL)
    except FileTooLong as error:
        if error.kind not in _AROUND:
            raise
        content = read_file(file, WRAPPED_CREDENTIAL)
    return presented(content, file)


def presented(content: bytes, where: object) -> Secured | list[Secured | Check]:
    """The credential in some bytes, or the list of those in a presentation, a list or a learner record, which
    comes first itself: for what cannot be judged the check that says why. `where` names the bytes in errors.
    Raises WrongFile where they are clearly something else.
    """
    content = _taken_out(content, where)
    _object_in(content, where)
    found = _read(content, presentation_in, where)
    if found is not None:
        return as_judged(found.credentials)
    credential = _read(content, read_credential, where)
    held = held_by(credential)
    return [credential, *as_judged(held)] if held else credential


def proof_in(file: Path) -> KeptProof:
    """The content of a file that `matricula anchor` wrote. Raises WrongFile, SilentPipe, OSError."""
    content = read_file(file, ANCHOR_PROOF)
    document = object_of_kind(content, ANCHOR_PROOF, file)
    try:
        return KeptProof.from_json(document)
    except ValueError as error:
        raise wrong_file(content, ANCHOR_PROOF, file, str(error)) from error


def _content_of_one(file: Path) -> bytes:
    content = read_file(file, CREDENTIAL)
    document = _object_in(content, file)
    if document is not None and is_presentation(document):
        raise wrong_kind(FileKind.PRESENTATION, CREDENTIAL, file)
    return content


def _taken_out(content: bytes, where: object) -> bytes:
    """What is in a picture or PDF; all else as it is. Raises WrongFile where there is no credential in it."""
    kind = recognise(content)
    if kind not in _AROUND:
        return content
    try:
        found = unwrap(content)
    except WrapperError as error:
        what = f"{kind.phrase} gives no credential: {as_clause(str(error))}"
        raise WrongFile(what, where=where, do=as_clause(error.fault.remedy), kind=kind) from error
    return content if found is None else found.content


def _object_in(content: bytes, file: object) -> Document | None:
    """The JSON object that these bytes are; None where they begin otherwise. Raises WrongFile where they are
    a damaged one, or clearly no credential.
    """
    if content.lstrip(b" \t\r\n")[:1] != b"{":
        return None
    document = object_in(content, CREDENTIAL, file)
    kind = of_document(document)
    if not is_credential(document) and not is_presentation(document) and kind not in _MAY_BE_ONE:
        raise wrong_kind(kind, CREDENTIAL, file)
    return document


def _read(content: bytes, read: Callable[[bytes], T], file: object) -> T:
    use_imported(os.environ)
    try:
        return read(content)
    except UnknownFormatError:
        object_in(content, CREDENTIAL, file)  # says what the file is instead
        raise
    except DocumentError as error:
        if content.lstrip().startswith(b"["):
            object_in(content, CREDENTIAL, file)  # not every file that begins like a list is one
        what = f"this cannot be read as {CREDENTIAL.phrase}: {str(error).removesuffix('.')}"
        do = as_clause(error.fault.remedy)
        raise WrongFile(what, where=file, do=do, kind=recognise(content)) from error
