"""Signing drafts: only what `matricula credential verify` would call valid (docs/decisions/0088)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from api.credentials.document import MAX_BYTES, Document, DocumentError
from api.credentials.flaw import CredentialFlaw
from api.credentials.formats.data_integrity import eddsa_jcs
from api.credentials.formats.table import read_credential
from api.credentials.secured import Secured
from api.credentials.w3c.claims import W3cClaims
from api.verifier.credential import Check, Facts, judge, judge_draft
from node.cli.issue.credential.batch import Draft
from node.cli.issue.credential.report import check_told
from node.wording.counted import counted
from node.wording.explained import Explained
from node.wording.times import format_time
from registry.primitives.reason import as_clause, in_sentence


def accepted(*, even_if_expired: bool) -> frozenset[CredentialFlaw]:
    """The flaws with which a draft is signed: those of time alone, which passes or has passed on purpose."""
    expired = {CredentialFlaw.EXPIRED} if even_if_expired else set()
    return frozenset({CredentialFlaw.NOT_YET_VALID, *expired})


@dataclass(frozen=True, slots=True)
class SigningBatch:
    """Drafts of one issuer that are signed together, and what they are judged by: `facts` is what the
    registry proves, `now_ms` the time, `accepts` the flaws with which a draft is signed all the same.
    """

    drafts: Sequence[Draft]
    facts: Facts
    now_ms: int
    accepts: frozenset[CredentialFlaw]

    @property
    def created(self) -> str:
        """The time that their proofs are dated at, in whole seconds."""
        return format_time(self.now_ms // 1000 * 1000)

    def judge(self) -> list[str]:
        """That each would be valid once it is signed; what is to be said all the same, in lines. Raises
        Explained.
        """
        remarks, flaws = list[str](), list[tuple[Draft, Check]]()
        for draft in self.drafts:
            checks = judge_draft(W3cClaims(draft.document), self.facts, now_ms=self.now_ms)
            for check in checks:
                if check.reason is None:
                    continue
                if check.reason in self.accepts:
                    remarks.append(f"{draft.file}: {check_told(check)}")
                else:
                    flaws.append((draft, check))
        if flaws:
            raise _flawed(flaws)
        return remarks

    def signed(self, draft: Draft, seed: bytes, key_id: str) -> bytes:
        """The bytes of the file that holds the signed credential, read back and found valid. `seed` is of the
        issuer's key, 32 bytes, `key_id` its DID URL.

        Raises Explained where a verifier could not read them; that they are judged otherwise than the draft
        is a defect of this software and ends the command.
        """
        signed = eddsa_jcs.sign(draft.document, seed, verification_method=key_id, created=self.created)
        content = _encoded(signed)
        reread = _reread(draft, content)
        checks = judge(reread, self.facts, now_ms=self.now_ms)
        unexpected = [
            check for check in checks if check.reason is not None and check.reason not in self.accepts
        ]
        if unexpected or reread.claims.document != signed:
            raise AssertionError(f"what was signed for {draft.file} does not verify: {unexpected}")
        return content


def _flawed(flaws: Sequence[tuple[Draft, Check]]) -> Explained:
    draft, check = flaws[0]
    if check.reason is None:
        raise AssertionError("a flaw has a reason")
    files = counted(len({each.file for each, _ in flaws}), "file")
    others = f" ({len(flaws)} flaws in {files})" if len(flaws) > 1 else ""
    return Explained(
        f"it would not be valid: {in_sentence(check_told(check))}{others}",
        where=draft.file,
        do=f"{as_clause(check.reason.correction)}; nothing was signed",
    )


def _encoded(signed: Document) -> bytes:
    """The file's bytes: indented, for people look into it, unless only without that it is short enough."""
    indented = json.dumps(signed, indent=2, ensure_ascii=False).encode() + b"\n"
    if len(indented) <= MAX_BYTES:
        return indented
    return json.dumps(signed, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def _reread(draft: Draft, content: bytes) -> Secured:
    try:
        return read_credential(content)
    except DocumentError as error:
        what = f"no verifier could read it once it is signed: {error}".removesuffix(".")
        do = "make it smaller or less deep: the proof repeats its @context; nothing was signed"
        raise Explained(what, where=draft.file, do=do) from error
