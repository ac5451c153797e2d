"""The files of a batch that is to be signed: which they are, what is in them, and what no two may share."""

import errno
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from api.credentials.document import Document
from api.credentials.schema import Schema
from api.credentials.secured import status_references
from api.credentials.w3c.claims import W3cClaims
from node.cli.issue.credential.facts import ANCHOR_SUFFIX
from node.cli.issue.credential.files import issuer_as_written, read_credential, read_one_credential
from node.wording.explained import Explained

SIGNED_SUFFIX = ".signed.json"
"""What stands in the place of `.json` in the name of a credential's file once it is signed."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An unsigned credential, and the file that it is in."""

    file: Path
    document: Document

    @property
    def signed_file(self) -> Path:
        """Where it lies once it is signed."""
        return signed_file(self.file)


def signed_file(file: Path) -> Path:
    """Where the credential of a file lies once it is signed: beside it. Raises OSError for `.` and `/`."""
    if not file.name:
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(file))
    return file.with_name(file.name.removesuffix(".json") + SIGNED_SUFFIX)


def unsigned(files: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """The files to sign, each once, and those that were signed before: `awards/*.json` names both.

    Raises Explained where what lies in the place of a signed file is not that credential, signed.
    """
    each = list({os.path.realpath(file): file for file in files}.values())
    named = [file for file in each if not file.name.endswith((SIGNED_SUFFIX, ANCHOR_SUFFIX))] or each
    left_out = [file for file in named if os.path.lexists(signed_file(file))]
    for file in left_out:
        _require_signed(file, signed_file(file))
    return [file for file in named if file not in left_out], left_out


def _require_signed(draft: Path, signed: Path) -> None:
    """That a file holds the very credential of the draft: else nobody would notice that it was never signed.
    Raises Explained.
    """
    if not signed.is_file():
        what, do = "the path of the signed credential is no ordinary file", "move it away"
        raise Explained(what, where=signed, do=f"{do}; nothing was signed")
    found = dict(read_credential(signed))
    if "proof" not in found:
        what, do = "the file that should hold the signed credential is not signed", "move it away"
        raise Explained(what, where=signed, do=f"{do}; nothing was signed")
    del found["proof"]
    if found != read_credential(draft):
        what = (
            f"it does not match {draft.name}: the draft was changed afterwards, or this is another credential"
        )
        do = (
            "restore the draft. Or replace the signed credential: move its file to another folder, revoke it "
            "by its status entry, and give the draft a new id and a new entry"
        )
        raise Explained(what, where=signed, do=f"{do}; nothing was signed")


def read_draft(file: Path, issuer: str, schema: Schema | None) -> Draft:
    """An unsigned credential of that issuer which conforms to the schema. Raises Explained."""
    document = read_one_credential(file)
    if "proof" in document:
        raise Explained("it is signed already", where=file, do="sign the unsigned credential")
    named = issuer_as_written(document)
    if named != issuer:
        what = "it names no issuer" if named is None else f"its issuer is {named!r}"
        do = "put the DID that signs into `issuer`, or sign with that issuer's key: --key and --as"
        raise Explained(f"{what}, the key is of {issuer}", where=file, do=do)
    violations = schema.violations(document) if schema is not None else ()
    if violations:
        first = violations[0]
        more = f", and {len(violations) - 1} more" if len(violations) > 1 else ""
        raise Explained(
            f"it does not conform to the schema: {first.message}{more}",
            where=f"{file} at {first.path or 'the top'}",
            do="correct it; nothing was signed",
        )
    return Draft(file, document)


def signed_beside(files: Sequence[Path]) -> list[Path]:
    """The signed credentials in the folders of these files."""
    folders = dict.fromkeys(file.parent for file in files)
    found = (path for folder in folders for path in sorted(folder.glob(f"*{SIGNED_SUFFIX}")))
    return [path for path in found if path.is_file()]


def require_apart(drafts: Sequence[Draft], signed: Iterable[Path]) -> None:
    """That no two drafts, and no draft and a credential that is signed already, share an `id`, a status
    entry, or the place where they would be kept. Raises Explained.
    """
    holders: dict[tuple[str, ...], Path] = {}
    for file in signed:
        for claim in _claims(read_credential(file)):
            holders.setdefault(claim, file)
    for draft in drafts:
        for claim in (*_claims(draft.document), ("file", str(draft.signed_file))):
            other = holders.setdefault(claim, draft.file)
            if other != draft.file:
                raise _shared(claim, other, draft.file)


def _claims(credential: Document) -> Iterator[tuple[str, ...]]:
    """What belongs to this credential alone."""
    name = credential.get("id")
    if isinstance(name, str):
        yield "id", name
    for entry in status_references(W3cClaims(credential)):
        if entry.list_id:
            yield "entry", str(entry.index), entry.list_id


def _shared(claim: tuple[str, ...], first: Path, second: Path) -> Explained:
    match claim:
        case ("id", name):
            what = f"two credentials have the id {name}"
            do = "give each an id of its own, such as a urn:uuid: `matricula credential template` draws one"
        case ("entry", index, list_id):
            what = f"two credentials name entry {index} of {list_id}: who revokes one of them revokes both"
            do = "draw another entry for one of them"
        case _:
            what, do = "both would be signed into the same file", "give the files different names"
    if first.name.endswith(SIGNED_SUFFIX):
        do += ", or move the signed one to another folder if it no longer counts"
    return Explained(what, where=f"{first} and {second}", do=f"{do}; nothing was signed")
