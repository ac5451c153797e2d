"""Signing drafts: only what a verifier would call valid (docs/decisions/0088)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from api.credentials.document import DocumentError
from api.credentials.flaw import CredentialFlaw
from api.credentials.formats.table import UnknownFormatError, read_credential
from api.credentials.linked_data.refusal import LinkedDataError
from api.credentials.secured import Secured
from api.credentials.timestamp import second_text
from api.issuer.drafts import NamedDraft
from api.issuer.keeping import Keeping
from api.issuer.key import SigningKey, signature_of
from api.issuer.not_done import KeptAlready, UnfitDraft, UnfitKey
from api.verifier.credential import Check, Facts, judge, judge_draft
from registry.kinds.did.record import KeyState, Purpose
from registry.primitives import ed25519
from registry.primitives.reason import as_clause, in_sentence

_NO_CORRECTION = "Make another draft that does not have this."
"""For a flaw with which a draft is usually signed, or that no draft is known to have."""


def accepted(*, even_if_expired: bool) -> frozenset[CredentialFlaw]:
    """The flaws with which a draft is signed: those of time alone, which passes or has passed on purpose."""
    expired = {CredentialFlaw.EXPIRED} if even_if_expired else set()
    return frozenset({CredentialFlaw.NOT_YET_VALID, *expired})


@dataclass(frozen=True, slots=True)
class SigningBatch:
    """Drafts of one issuer that are signed together, and what they are judged by: `facts` is what the
    registry proves, `now_ms` the time, `accepts` the flaws with which a draft is signed all the same, `suite`
    how they are signed: "" as the format prefers.
    """

    drafts: Sequence[NamedDraft]
    facts: Facts
    now_ms: int
    accepts: frozenset[CredentialFlaw]
    suite: str = ""

    @property
    def created(self) -> str:
        """The time that their proofs are dated at, in whole seconds."""
        return second_text(self.now_ms)

    def judge(self) -> list[str]:
        """That each would be valid once it is signed; what is to be said all the same, in lines. Raises
        UnfitDraft.
        """
        remarks, flaws = list[str](), list[tuple[NamedDraft, Check]]()
        for draft in self.drafts:
            checks = judge_draft(draft.draft.claims, self.facts, now_ms=self.now_ms)
            for check in checks:
                if check.reason is None:
                    continue
                if check.reason in self.accepts:
                    remarks.append(f"{draft.name}: {check.told}")
                else:
                    flaws.append((draft, check))
        if flaws:
            raise _flawed(flaws)
        return remarks

    def signed(self, draft: NamedDraft, key: SigningKey) -> bytes:
        """The bytes of the signed credential, read back and found valid.

        Raises UnfitDraft where a verifier could not read them, UnfitKey where the key signs wrongly; that
        they are judged otherwise than the draft is a defect of this software, and ends the work. The key is
        one that `require_active` lets pass.
        """
        content = self._content(draft, key)
        reread = _reread(draft, content)
        checks = judge(reread, self.facts, now_ms=self.now_ms)
        unexpected = [
            check for check in checks if check.reason is not None and check.reason not in self.accepts
        ]
        if unexpected or reread.unsigned != draft.draft:
            raise AssertionError(f"what was signed for {draft.name} does not verify: {unexpected}")
        return content

    def _content(self, draft: NamedDraft, key: SigningKey) -> bytes:
        sign = partial(signature_of, key)
        try:
            return draft.draft.signed(sign, key=key.id, created=self.created, suite=self.suite)
        except LinkedDataError as error:
            what = f"its signature would not cover all that it says: {as_clause(str(error))}"
            do = "name contexts that define every member and type, or sign it with another suite"
            raise UnfitDraft(what, where=draft.name, do=f"{do}; nothing was signed") from error


def sign_and_keep(
    keeping: Keeping,
    batch: SigningBatch,
    key: SigningKey,
    watch: Callable[[Sequence[NamedDraft]], Iterable[NamedDraft]] = iter,
) -> list[str]:
    """The names of the credentials, all signed before the first is kept. One that was kept before an
    interruption is told by its draft the next time (`drafts.unsigned`). `watch` shows how far it is.

    Raises UnfitKey, UnfitDraft, KeptAlready.
    """
    require_active(batch.facts, key)
    contents = [batch.signed(draft, key) for draft in watch(batch.drafts)]
    for draft, content in zip(batch.drafts, contents, strict=True):
        _keep(keeping, draft.signed_name, content)
    return [draft.signed_name for draft in batch.drafts]


def require_active(facts: Facts, key: SigningKey) -> None:
    """That the ledger knows the key as an active one for credentials. Raises UnfitKey."""
    did, _, fragment = key.id.partition("#")
    record = facts.record(did)
    recorded = None if record is None else record.key(fragment)
    do = "see its keys with `matricula did show DID`; nothing was signed"
    if recorded is None:
        raise UnfitKey(f"the ledger has no key {key.id}", where=did, do=do)
    if recorded.multikey != ed25519.to_multikey(key.public_key):
        raise UnfitKey("the ledger has another key under this name", where=key.id, do=do)
    if recorded.purpose is not Purpose.ASSERTION_METHOD:
        raise UnfitKey("the key is for signing transactions, not credentials", where=key.id, do=do)
    state = recorded.state_at(facts.as_of_ms)
    if state is not KeyState.ACTIVE:
        word = "not active yet" if state is None else state.name.lower()
        raise UnfitKey(f"the key is {word}", where=key.id, do=do)


def _keep(keeping: Keeping, name: str, content: bytes) -> None:
    try:
        keeping.keep(name, content)
    except FileExistsError as error:
        do = "it is signed already; move the signed file to another folder to sign again"
        raise KeptAlready("the file is there already", where=name, do=do) from error


def _flawed(flaws: Sequence[tuple[NamedDraft, Check]]) -> UnfitDraft:
    draft, check = flaws[0]
    if check.reason is None:
        raise AssertionError("a flaw has a reason")
    count = len({each.name for each, _ in flaws})
    others = f" ({len(flaws)} flaws in {count} file{'' if count == 1 else 's'})" if len(flaws) > 1 else ""
    return UnfitDraft(
        f"it would not be valid: {in_sentence(check.told)}{others}",
        where=draft.name,
        do=f"{as_clause(check.reason.correction or _NO_CORRECTION)}; nothing was signed",
    )


def _reread(draft: NamedDraft, content: bytes) -> Secured:
    try:
        return read_credential(content)
    except (DocumentError, UnknownFormatError) as error:
        what = f"no verifier could read it once it is signed: {error}".removesuffix(".")
        do = "make it smaller or less deep: the proof repeats its @context; nothing was signed"
        raise UnfitDraft(what, where=draft.name, do=do) from error
