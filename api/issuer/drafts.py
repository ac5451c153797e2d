"""The drafts that are to be signed: which they are, what is in them, and what no two may share."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from api.credentials.schema import CompiledSchema
from api.credentials.secured import Claims, UnsignedCredential, status_entries
from api.issuer.keeping import Keeping
from api.issuer.not_done import NotTheDraft, SharedByTwo, UnfitDraft


@dataclass(frozen=True, slots=True)
class NamedDraft:
    """A draft, the name under which it is kept, and the one under which it will be once it is signed."""

    name: str
    draft: UnsignedCredential
    signed_name: str


def unsigned(keeping: Keeping, names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Of these names those to sign, each once, and those that were signed before. What was made here is no
    draft: whoever names all that is in a folder names both.

    Raises NotTheDraft where what is kept in the place of a signed credential is not that credential, signed.
    """
    each = keeping.same(names)
    drafts = [name for name in each if not keeping.is_made(name)] or each
    left_out = {name: None for name in drafts if keeping.is_taken(keeping.signed_name(name))}
    for name in left_out:
        _require_signed(keeping, name)
    return [name for name in drafts if name not in left_out], list(left_out)


def _require_signed(keeping: Keeping, name: str) -> None:
    """That what is kept is the very credential of the draft: else nobody would notice that it was never
    signed. Raises NotTheDraft.
    """
    signed = keeping.signed_name(name)
    if not keeping.is_file(signed):
        what, do = "the path of the signed credential is no ordinary file", "move it away"
        raise NotTheDraft(what, where=signed, do=f"{do}; nothing was signed")
    credential = keeping.signed(signed)
    if not credential.is_signed:
        what, do = "the file that should hold the signed credential is not signed", "move it away"
        raise NotTheDraft(what, where=signed, do=f"{do}; nothing was signed")
    if credential.unsigned != keeping.draft(name):
        raise _changed(name, signed)


def _changed(name: str, signed: str) -> NotTheDraft:
    draft = name.rpartition("/")[2]
    what = f"it does not match {draft}: the draft was changed afterwards, or this is another credential"
    do = (
        "restore the draft. Or replace the signed credential: move its file to another folder, revoke it "
        "by its status entry, and give the draft a new id and a new entry"
    )
    return NotTheDraft(what, where=signed, do=f"{do}; nothing was signed")


def read_draft(keeping: Keeping, name: str, issuer: str, schema: CompiledSchema | None) -> NamedDraft:
    """A draft of that issuer which conforms to the schema. Raises UnfitDraft."""
    draft = keeping.draft(name)
    if draft.is_signed:
        raise UnfitDraft("it is signed already", where=name, do="sign the unsigned credential")
    _require_issuer(draft.claims, name, issuer)
    if schema is not None:
        _require_conforming(draft.claims, name, schema)
    return NamedDraft(name, draft, keeping.signed_name(name))


def _require_issuer(claims: Claims, name: str, issuer: str) -> None:
    written = claims.issuer_as_written
    if written != issuer:
        what = "it names no issuer" if written is None else f"its issuer is {written!r}"
        do = "put the DID that signs into `issuer`, or sign with that issuer's key: --key and --as"
        raise UnfitDraft(f"{what}, the key is of {issuer}", where=name, do=do)


def _require_conforming(claims: Claims, name: str, schema: CompiledSchema) -> None:
    violations = claims.violations(schema)
    if not violations:
        return
    first, *others = violations
    more = f", and {len(others)} more" if others else ""
    raise UnfitDraft(
        f"it does not conform to the schema: {first.message}{more}",
        where=f"{name} at {first.path or 'the top'}",
        do="correct it; nothing was signed",
    )


def require_apart(keeping: Keeping, drafts: Sequence[NamedDraft], signed: Iterable[str]) -> None:
    """That no two drafts, and no draft and a credential that is signed already, share an `id`, a status
    entry, or the name under which they would be kept. Raises SharedByTwo.
    """
    holders: dict[tuple[str, ...], str] = {}
    for name in signed:
        for mark in _marks(keeping.signed(name).claims):
            holders.setdefault(mark, name)
    for draft in drafts:
        for mark in (*_marks(draft.draft.claims), ("file", draft.signed_name)):
            other = holders.setdefault(mark, draft.name)
            if other != draft.name:
                raise _shared(mark, other, draft.name, is_signed=keeping.is_made(other))


def _marks(claims: Claims) -> Iterator[tuple[str, ...]]:
    """What belongs to one credential alone."""
    if claims.id is not None:
        yield "id", claims.id
    for entry in status_entries(claims):
        if entry.list_id:
            yield "entry", str(entry.index), entry.list_id


def _shared(mark: tuple[str, ...], first: str, second: str, *, is_signed: bool) -> SharedByTwo:
    match mark:
        case ("id", name):
            what = f"two credentials have the id {name}"
            do = "give each an id of its own, such as a urn:uuid: `matricula credential template` draws one"
        case ("entry", index, list_id):
            what = f"two credentials name entry {index} of {list_id}: who revokes one of them revokes both"
            do = "draw another entry for one of them"
        case _:
            what, do = "both would be signed into the same file", "give the files different names"
    if is_signed:
        do += ", or move the signed one to another folder if it no longer counts"
    return SharedByTwo(what, where=f"{first} and {second}", do=f"{do}; nothing was signed")
