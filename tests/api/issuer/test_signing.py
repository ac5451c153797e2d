"""Whatever keeps a draft from being signed is told with what to do about it."""

from dataclasses import replace
from typing import Any

import pytest

from api.credentials.document import Document, load
from api.credentials.flaw import CredentialFlaw
from api.credentials.formats.data_integrity import eddsa_jcs
from api.credentials.formats.data_integrity.reading import secured_document
from api.credentials.w3c.claims import W3cClaims
from api.issuer.drafts import NamedDraft
from api.issuer.key import SeedKey
from api.issuer.not_done import UnfitDraft
from api.issuer.signing import SigningBatch, accepted
from api.verifier.credential import Facts, judge_draft
from registry.kinds.status_list.record import StatusPurpose
from registry.primitives.ed25519 import signing_with
from registry.primitives.reason import as_clause
from tests.api.credentials.samples import SEED
from tests.api.verifier.credential.awarded import GOOD, LIST, METHOD, NOW_MS, UNKNOWN, URL, bits, draft

OF_SIGNING = {
    CredentialFlaw.NO_READABLE_PROOF,
    CredentialFlaw.PROOF_MALFORMED,
    CredentialFlaw.PROOF_PURPOSE,
    CredentialFlaw.PROOF_NOT_YET,
    CredentialFlaw.PROOF_EXPIRED,
    CredentialFlaw.WRONG_SIGNATURE,
    CredentialFlaw.OTHER_ISSUER,
    CredentialFlaw.NOT_LOOKED_UP,
    CredentialFlaw.UNKNOWN_KEY,
    CredentialFlaw.KEY_PURPOSE,
    CredentialFlaw.KEY_UNREADABLE,
    CredentialFlaw.KEY_NOT_YET,
    CredentialFlaw.KEY_COMPROMISED,
    CredentialFlaw.KEY_ENDED,
    CredentialFlaw.ANCHOR_UNPROVED,
    CredentialFlaw.UNREGISTERED,
    CredentialFlaw.DID_UNREACHABLE,
    CredentialFlaw.DID_DOCUMENT_WRONG,
    CredentialFlaw.METHOD_UNSUPPORTED,
    CredentialFlaw.ALGORITHM_MISMATCH,
    CredentialFlaw.SUITE_UNSUPPORTED,
    CredentialFlaw.CONTEXT_UNKNOWN,
    CredentialFlaw.TERM_UNDEFINED,
    CredentialFlaw.TYPE_UNDEFINED,
    CredentialFlaw.NOT_COMPACTED,
    CredentialFlaw.TOO_MUCH_WORK,
    CredentialFlaw.SEAL_UNCHECKED,
    CredentialFlaw.STATUS_UNREACHABLE,
    CredentialFlaw.LIST_MALFORMED,
    CredentialFlaw.LIST_OF_OTHER,
    CredentialFlaw.LIST_EXPIRED,
    CredentialFlaw.LIST_UNSIGNED,
    CredentialFlaw.LIST_TOO_SHORT,
    CredentialFlaw.SCHEMA_UNREACHABLE,
    CredentialFlaw.SCHEMA_UNSUPPORTED,
    CredentialFlaw.SCHEMA_CHANGED,
    CredentialFlaw.SCHEMA_UNPROVED,
    CredentialFlaw.SCHEMA_VIOLATED,
    CredentialFlaw.HOLDER_UNPROVED,
    CredentialFlaw.HOLDER_PROOF_WRONG,
    CredentialFlaw.SCHEMA_CHANGED,
    CredentialFlaw.SCHEMA_UNPROVED,
    CredentialFlaw.DID_MALFORMED,
    CredentialFlaw.NAMES_DIFFER,
    CredentialFlaw.NOT_ANCHORED,
    CredentialFlaw.TOO_OLD,
    CredentialFlaw.UNDATED,
    CredentialFlaw.TOO_FEW_PROOFS,
    CredentialFlaw.PROOFS_UNDECIDED,
}
"""Flaws of proofs, their keys and anchors, and of what is looked up elsewhere: a draft has none of them."""


def of_entry(**changed: Any) -> Document:
    """A draft whose status entry is changed."""
    document: Any = draft()
    (entry,) = document["credentialStatus"]
    return {**document, "credentialStatus": [{**entry, **changed}]}


def named(name: str, document: Document) -> NamedDraft:
    """A draft that is kept under a name."""
    return NamedDraft(name, secured_document(document), f"signed {name}")


def holding(list_bits: Any) -> Facts:
    """What is known, with another status list."""
    return replace(GOOD, lists={LIST: list_bits})


F = CredentialFlaw
CORRECTED = {flaw for flaw in CredentialFlaw if flaw.correction}
FLAWED: dict[CredentialFlaw, tuple[Document, Facts]] = {
    F.CONTEXT: ({name: held for name, held in draft().items() if name != "@context"}, GOOD),
    F.TYPE: (draft(type=["OpenBadgeCredential"]), GOOD),
    F.SUBJECT: (draft(credentialSubject=...), GOOD),
    F.ISSUER_UNNAMED: (draft(issuer=...), GOOD),
    F.MEMBER: (draft(name=7), GOOD),
    F.UNKNOWN_ISSUER: (draft(), replace(GOOD, identities=UNKNOWN)),
    F.NOT_YET_VALID: (draft(validFrom="2100-01-01T00:00:00Z", validUntil=...), GOOD),
    F.EXPIRED: (draft(validUntil="2026-02-01T00:00:00Z"), GOOD),
    F.DATES_UNREADABLE: (draft(validUntil="tomorrow"), GOOD),
    F.DATES_UNSUPPORTED: (draft(validUntil="10000-01-01T00:00:00Z"), GOOD),
    F.DATES_CONTRADICT: (draft(validUntil="2020-01-01T00:00:00Z"), GOOD),
    F.REVOKED: (draft(), holding(bits(5))),
    F.SUSPENDED: (of_entry(statusPurpose="suspension"), holding(bits(5, purpose=StatusPurpose.SUSPENSION))),
    F.STATUS_ELSEWHERE: (of_entry(statusListCredential="https://elsewhere.example/1"), GOOD),
    F.STATUS_OF_OTHER: (of_entry(statusListCredential=URL.replace("university", "other")), GOOD),
    F.STATUS_UNKNOWN: (draft(), holding(None)),
    F.STATUS_UNREADABLE: (of_entry(statusListIndex=5), GOOD),
    F.STATUS_UNSUPPORTED: (of_entry(statusSize=16), GOOD),
    F.STATUS_TYPE_UNSUPPORTED: (of_entry(type="NoSuchListEntry"), GOOD),
}
"""A draft for each flaw that drafts have, and what is known about it."""


def test_each_flaw_of_a_draft_has_a_remedy() -> None:
    of_drafts = set(CredentialFlaw) - OF_SIGNING
    assert FLAWED.keys() == of_drafts
    assert of_drafts - accepted(even_if_expired=False) == CORRECTED


@pytest.mark.parametrize("flaw", FLAWED)
def test_a_flawed_draft_is_refused_with_the_remedy_of_its_flaw(flaw: CredentialFlaw) -> None:
    document, facts = FLAWED[flaw]
    found = [check.reason for check in judge_draft(W3cClaims(document), facts, now_ms=NOW_MS) if check.reason]
    assert flaw in found
    flawed, accepts = named("a.json", document), accepted(even_if_expired=False)
    if flaw in accepts:
        assert len(SigningBatch([flawed], facts, NOW_MS, accepts).judge()) == 1
        return
    with pytest.raises(UnfitDraft) as refused:
        SigningBatch([flawed], facts, NOW_MS, accepts).judge()
    do = f"{as_clause(found[0].correction)}; nothing was signed"
    assert (refused.value.where, refused.value.do) == ("a.json", do)


def test_a_flaw_without_a_correction_is_told_with_something_to_do() -> None:
    early = named("a.json", draft(validFrom="2100-01-01T00:00:00Z", validUntil=...))
    assert not F.NOT_YET_VALID.correction
    with pytest.raises(UnfitDraft) as refused:
        SigningBatch([early], GOOD, NOW_MS, frozenset()).judge()
    assert refused.value.do == "make another draft that does not have this; nothing was signed"


def test_the_flaws_and_the_files_are_counted() -> None:
    both, one = named("a.json", draft(type=[], name=7)), named("b.json", draft(name=7))
    accepts = accepted(even_if_expired=False)
    for drafts, told in (
        ([one], ""),
        ([both], " (2 flaws in 1 file)"),
        ([both, one], " (3 flaws in 2 files)"),
    ):
        with pytest.raises(UnfitDraft) as refused:
            SigningBatch(drafts, GOOD, NOW_MS, accepts).judge()
        assert refused.value.what.endswith(told)
        assert ("flaws in" in refused.value.what) == bool(told)


def test_what_is_signed_is_dated_in_whole_seconds_and_is_judged_as_the_draft_was() -> None:
    one = named("a.json", draft())
    batch = SigningBatch([one], GOOD, NOW_MS + 999, accepted(even_if_expired=False))
    assert batch.judge() == []
    signed = load(batch.signed(one, SeedKey(METHOD, SEED)))
    assert batch.created == "2027-01-15T08:00:00Z"
    assert signed == eddsa_jcs.sign(
        draft(), signing_with(SEED), verification_method=METHOD, created="2027-01-15T08:00:00Z"
    )
    with pytest.raises(AssertionError, match="does not verify"):
        batch.signed(one, SeedKey(METHOD, bytes(32)))
