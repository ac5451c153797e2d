"""S1 to S6: which of several proofs decides, and what is told of the others."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from api.credentials.document import Document
from api.credentials.flaw import CredentialFlaw
from api.credentials.formats.data_integrity.reading import secured_document
from api.verifier.credential import Facts, judge, needs_of, overall
from api.verifier.credential.check import Aspect, Check
from api.verifier.credential.proofs import signers_of
from api.verifier.verdict import Outcome
from registry.kinds.did.record import KeyPeriod, KeyState
from tests.api.verifier.credential.awarded import (
    BEGIN_MS,
    GOOD,
    ISSUER,
    METHOD,
    NOW_MS,
    did,
    draft,
    proof_of,
    signed,
)

OTHER = "did:web:ministry.example"
OTHER_METHOD = f"{OTHER}#credentials-1"
OTHER_SEED = bytes([9]) * 32
KNOWN = replace(GOOD, identities={**GOOD.identities, OTHER: did(seed=OTHER_SEED), "did:key:z6Mk": None})
DRAFT = draft(credentialStatus=...)

OWN = proof_of(DRAFT)
FORGED = {**OWN, "created": "2026-02-01T12:00:00Z"}
ENDORSED = proof_of(DRAFT, OTHER_SEED, verificationMethod=OTHER_METHOD)
FORGED_ENDORSEMENT = {**ENDORSED, "created": "2026-02-01T12:00:00Z"}
OTHER_PURPOSE = proof_of(DRAFT, proofPurpose="authentication")
OTHER_SUITE: dict[str, Any] = {**OWN, "cryptosuite": "bbs-2023"}
CHAINED = proof_of(DRAFT, OTHER_SEED, verificationMethod=OTHER_METHOD, previousProof="urn:uuid:1")


def told(
    proofs: Document | Sequence[Document], facts: Facts = KNOWN, document: Document = DRAFT
) -> tuple[Outcome, list[tuple[Aspect, CredentialFlaw | None]]]:
    """The outcome, and the checks of proofs: those of the one that decides, then those of others."""
    proof: Any = list(proofs) if not isinstance(proofs, dict) else proofs
    checks = judge(secured_document({**document, "proof": proof}), facts, now_ms=NOW_MS)
    about = (Aspect.SIGNATURE, Aspect.KEY, Aspect.OTHER_PROOF)
    kept = [
        (check.aspect, check.reason)
        for check in checks
        if check.aspect in about or check.reason is CredentialFlaw.OTHER_ISSUER
    ]
    return overall(checks), kept


SIGNED: list[tuple[Aspect, CredentialFlaw | None]] = [(Aspect.SIGNATURE, None), (Aspect.KEY, None)]
BESIDE: dict[str, tuple[Document, CredentialFlaw | None]] = {
    "an endorsement": (ENDORSED, None),
    "a forged endorsement": (FORGED_ENDORSEMENT, CredentialFlaw.WRONG_SIGNATURE),
    "a forged one of the issuer": (FORGED, CredentialFlaw.WRONG_SIGNATURE),
    "one for another purpose": (OTHER_PURPOSE, CredentialFlaw.PROOF_PURPOSE),
    "one of another suite": (OTHER_SUITE, CredentialFlaw.SUITE_UNSUPPORTED),
    "one of another suite and nobody": ({"type": "X"}, CredentialFlaw.SUITE_UNSUPPORTED),
    "one that is bound to another": (CHAINED, CredentialFlaw.NO_READABLE_PROOF),
    "one without value": ({**OWN, "proofValue": "z"}, CredentialFlaw.PROOF_MALFORMED),
    "one that has expired": (
        proof_of(DRAFT, expires="2026-03-01T00:00:00Z"),
        CredentialFlaw.PROOF_EXPIRED,
    ),
    "one by a key that is not there": (
        proof_of(DRAFT, verificationMethod=f"{ISSUER}#other"),
        CredentialFlaw.UNKNOWN_KEY,
    ),
    "one by somebody unknown": (
        proof_of(DRAFT, OTHER_SEED, verificationMethod="did:key:z6Mk#z6Mk"),
        CredentialFlaw.UNKNOWN_ISSUER,
    ),
    "one by somebody who was not looked up": (
        proof_of(DRAFT, OTHER_SEED, verificationMethod="did:web:third.example#a"),
        CredentialFlaw.NOT_LOOKED_UP,
    ),
}


@pytest.mark.parametrize(("other", "reason"), BESIDE.values(), ids=BESIDE.keys())
def test_the_issuers_own_proof_decides_in_any_order(other: Document, reason: CredentialFlaw | None) -> None:
    """S1, S2: whatever stands beside it is told, and cannot turn it."""
    expected = (Outcome.VALID, [*SIGNED, (Aspect.OTHER_PROOF, reason)])
    assert told([OWN, other]) == expected
    assert told([other, OWN]) == expected


def test_all_of_them_together_in_every_order() -> None:
    proofs = [OWN, ENDORSED, FORGED, OTHER_SUITE]
    expected = {None, CredentialFlaw.WRONG_SIGNATURE, CredentialFlaw.SUITE_UNSUPPORTED}
    for order in permutations(proofs):
        outcome, checks = told(order)
        assert outcome is Outcome.VALID
        assert checks[:2] == SIGNED
        assert {reason for _, reason in checks[2:]} == expected


def test_an_endorsement_is_told_with_whoever_made_it() -> None:
    checks = judge(secured_document({**DRAFT, "proof": [ENDORSED, OWN]}), KNOWN, now_ms=NOW_MS)
    others = [check for check in checks if check.aspect is Aspect.OTHER_PROOF]
    assert others == [Check(Aspect.OTHER_PROOF, None, f"/proof/0: '{OTHER_METHOD}'")]


DECIDING: dict[str, tuple[list[Document], Outcome, list[tuple[Aspect, CredentialFlaw | None]]]] = {
    "forged alone": (
        [FORGED],
        Outcome.INVALID,
        [(Aspect.SIGNATURE, CredentialFlaw.WRONG_SIGNATURE), (Aspect.KEY, None)],
    ),
    "forged, and endorsed": (
        [ENDORSED, FORGED],
        Outcome.INVALID,
        [(Aspect.SIGNATURE, CredentialFlaw.WRONG_SIGNATURE), (Aspect.KEY, None), (Aspect.OTHER_PROOF, None)],
    ),
    "endorsed alone": (
        [ENDORSED],
        Outcome.INVALID,
        [(Aspect.ISSUER, CredentialFlaw.OTHER_ISSUER), (Aspect.OTHER_PROOF, None)],
    ),
    "for another purpose alone": (
        [OTHER_PURPOSE],
        Outcome.INVALID,
        [(Aspect.SIGNATURE, CredentialFlaw.PROOF_PURPOSE)],
    ),
    "of another suite alone": (
        [OTHER_SUITE],
        Outcome.INDETERMINATE,
        [(Aspect.SIGNATURE, CredentialFlaw.SUITE_UNSUPPORTED)],
    ),
    "of another suite, and endorsed": (
        [ENDORSED, OTHER_SUITE],
        Outcome.INDETERMINATE,
        [(Aspect.SIGNATURE, CredentialFlaw.SUITE_UNSUPPORTED), (Aspect.OTHER_PROOF, None)],
    ),
    "forged, and of another suite": (
        [OTHER_SUITE, FORGED],
        Outcome.INVALID,
        [
            (Aspect.SIGNATURE, CredentialFlaw.WRONG_SIGNATURE),
            (Aspect.KEY, None),
            (Aspect.OTHER_PROOF, CredentialFlaw.SUITE_UNSUPPORTED),
        ],
    ),
    "the issuer's, bound to another": (
        [proof_of(DRAFT, previousProof="urn:uuid:1")],
        Outcome.INDETERMINATE,
        [(Aspect.SIGNATURE, CredentialFlaw.NO_READABLE_PROOF)],
    ),
    "only bound to another, of another": (
        [CHAINED],
        Outcome.INDETERMINATE,
        [
            (Aspect.SIGNATURE, CredentialFlaw.NO_READABLE_PROOF),
            (Aspect.OTHER_PROOF, CredentialFlaw.NO_READABLE_PROOF),
        ],
    ),
    "more than eight": (
        [OWN] * 9,
        Outcome.INDETERMINATE,
        [(Aspect.SIGNATURE, CredentialFlaw.NO_READABLE_PROOF)],
    ),
    "none": ([], Outcome.INDETERMINATE, [(Aspect.SIGNATURE, CredentialFlaw.NO_READABLE_PROOF)]),
}


@pytest.mark.parametrize(("proofs", "outcome", "checks"), DECIDING.values(), ids=DECIDING.keys())
def test_what_follows_without_a_good_proof_of_the_issuer(
    proofs: list[Document], outcome: Outcome, checks: list[tuple[Aspect, CredentialFlaw | None]]
) -> None:
    """S2, S3."""
    assert told(proofs) == (outcome, checks)
    assert told(proofs[::-1]) == (outcome, checks)


def test_a_new_proof_stands_in_for_one_whose_key_has_ended() -> None:
    """S1: the best of the issuer's own proofs decides."""
    new_seed = bytes([8]) * 32
    (old,) = did(KeyPeriod(KeyState.COMPROMISED, BEGIN_MS + 1)).keys
    (new,) = did(seed=new_seed).keys
    both = replace(did(), keys=(old, replace(new, fragment="credentials-2")))
    facts = replace(KNOWN, identities={**KNOWN.identities, ISSUER: both})
    renewed = proof_of(DRAFT, new_seed, verificationMethod=f"{ISSUER}#credentials-2")
    assert told(OWN, facts)[0] is Outcome.INVALID
    assert told([OWN, renewed], facts) == (
        Outcome.VALID,
        [*SIGNED, (Aspect.OTHER_PROOF, CredentialFlaw.KEY_COMPROMISED)],
    )


def test_who_else_is_to_be_looked_up() -> None:
    unknown = proof_of(DRAFT, OTHER_SEED, verificationMethod="did:key:z6Mk#z6Mk")
    foreign = {"type": "X", "verificationMethod": "did:web:third.example#a"}
    proofs: Any = [OWN, ENDORSED, FORGED_ENDORSEMENT, unknown, foreign, {"type": "X"}]
    credential: Document = {**DRAFT, "proof": proofs}
    assert signers_of(secured_document(credential)) == (OTHER, "did:key:z6Mk")
    assert needs_of(secured_document(credential)).dids == (ISSUER, OTHER, "did:key:z6Mk")
    assert signers_of(secured_document(DRAFT)) == ()


FAR = "10000-01-01T00:00:00Z"
PERIODS: dict[str, tuple[dict[str, Any], CredentialFlaw | None]] = {
    "no dates": ({"created": ...}, None),
    "within": ({"expires": "2030-01-01T00:00:00Z"}, None),
    "until midnight": ({"expires": "2030-12-31T24:00:00Z"}, None),
    "created now": ({"created": "2027-01-15T08:00:00Z"}, None),
    "created within the tolerance": ({"created": "2027-01-15T08:05:00Z"}, None),
    "created later": ({"created": "2027-01-15T08:05:00.001Z"}, CredentialFlaw.PROOF_NOT_YET),
    "expired": ({"expires": "2027-01-15T07:59:59.999Z"}, CredentialFlaw.PROOF_EXPIRED),
    "expires before it is created": (
        {"created": "2027-01-15T08:02:00Z", "expires": "2027-01-15T08:01:00Z"},
        CredentialFlaw.DATES_CONTRADICT,
    ),
    "created on no date": ({"created": "2026-01-31"}, CredentialFlaw.DATES_UNREADABLE),
    "created by a number": ({"created": 5}, CredentialFlaw.DATES_UNREADABLE),
    "created at null": ({"created": None}, CredentialFlaw.DATES_UNREADABLE),
    "created in other digits": ({"created": "٢٠٢٦-01-31T12:00:00Z"}, CredentialFlaw.DATES_UNREADABLE),
    "expires on no date": ({"expires": "soon"}, CredentialFlaw.DATES_UNREADABLE),
    "expires in a week": ({"expires": "2030-W01-1T00:00:00Z"}, CredentialFlaw.DATES_UNREADABLE),
    "expires too far away": ({"expires": FAR}, CredentialFlaw.DATES_UNSUPPORTED),
}


@pytest.mark.parametrize(("changed", "reason"), PERIODS.values(), ids=PERIODS.keys())
def test_a_proof_counts_in_its_own_time(changed: dict[str, Any], reason: CredentialFlaw | None) -> None:
    """S4: the signature is right in each of them."""
    outcome, checks = told(proof_of(DRAFT, **changed))
    expected = {None: Outcome.VALID, CredentialFlaw.DATES_UNSUPPORTED: Outcome.INDETERMINATE}
    assert outcome is expected.get(reason, Outcome.INVALID)
    assert [found for aspect, found in checks if aspect is Aspect.SIGNATURE and found is not None] == (
        [] if reason is None else [reason]
    )


def test_dates_of_a_proof_are_told_by_name_and_tolerance_where_it_was_used() -> None:
    def details(**changed: Any) -> list[str]:
        checks = judge(secured_document({**DRAFT, "proof": proof_of(DRAFT, **changed)}), KNOWN, now_ms=NOW_MS)
        return [check.detail for check in checks if check.aspect is Aspect.SIGNATURE and check.detail]

    assert details(expires="soon") == ["/proof/expires: 'soon'"]
    assert details(created="2027-01-15T08:00:01Z") == [
        "/proof/created is 1000 ms after this clock, within the tolerance of 5 minutes"
    ]


def test_every_flaw_of_a_proof_is_told_once() -> None:
    """K1: a date that cannot be read hides nothing else, and is told by nothing else."""
    unreadable = (Aspect.SIGNATURE, CredentialFlaw.DATES_UNREADABLE)
    assert told({**proof_of(DRAFT, created="soon", expires=5), "proofValue": "z6Mk"}) == (
        Outcome.INVALID,
        [unreadable, unreadable, (Aspect.SIGNATURE, CredentialFlaw.PROOF_MALFORMED)],
    )
    assert told(proof_of(DRAFT, created="soon")) == (Outcome.INVALID, [unreadable, *SIGNED])
    assert told(proof_of(DRAFT, created="soon", proofPurpose="authentication")) == (
        Outcome.INVALID,
        [unreadable, (Aspect.SIGNATURE, CredentialFlaw.PROOF_PURPOSE)],
    )


METHODS: dict[str, tuple[object, Outcome, list[tuple[Aspect, CredentialFlaw | None]]]] = {
    "a fragment": ("#credentials-1", Outcome.VALID, SIGNED),
    "another fragment": (
        "#credentials-9",
        Outcome.INVALID,
        [(Aspect.KEY, CredentialFlaw.UNKNOWN_KEY)],
    ),
    "a name": ("credentials-1", Outcome.INVALID, [(Aspect.SIGNATURE, CredentialFlaw.PROOF_MALFORMED)]),
    "a path": ("/keys#credentials-1", Outcome.INVALID, [(Aspect.SIGNATURE, CredentialFlaw.PROOF_MALFORMED)]),
    "a path of the issuer": (
        f"{ISSUER}/keys#credentials-1",
        Outcome.INVALID,
        [(Aspect.SIGNATURE, CredentialFlaw.PROOF_MALFORMED)],
    ),
    "a version of the issuer": (
        f"{ISSUER}?versionId=1#credentials-1",
        Outcome.INVALID,
        [(Aspect.SIGNATURE, CredentialFlaw.PROOF_MALFORMED)],
    ),
    "no fragment": (ISSUER, Outcome.INVALID, [(Aspect.SIGNATURE, CredentialFlaw.PROOF_MALFORMED)]),
    "an empty fragment": (
        f"{ISSUER}#",
        Outcome.INVALID,
        [(Aspect.SIGNATURE, CredentialFlaw.PROOF_MALFORMED)],
    ),
    "nothing": ("", Outcome.INVALID, [(Aspect.SIGNATURE, CredentialFlaw.PROOF_MALFORMED)]),
    "a number": (5, Outcome.INVALID, [(Aspect.SIGNATURE, CredentialFlaw.PROOF_MALFORMED)]),
    "left out": (..., Outcome.INVALID, [(Aspect.SIGNATURE, CredentialFlaw.PROOF_MALFORMED)]),
}


@pytest.mark.parametrize(("method", "outcome", "checks"), METHODS.values(), ids=METHODS.keys())
def test_a_relative_method_is_a_key_of_the_issuer(
    method: object, outcome: Outcome, checks: list[tuple[Aspect, CredentialFlaw | None]]
) -> None:
    """S5."""
    assert told(proof_of(DRAFT, verificationMethod=method)) == (outcome, checks)


def test_a_changed_credential() -> None:
    tampered = {**signed(), "name": "Another title"}
    checks = judge(secured_document(tampered), GOOD, now_ms=NOW_MS)
    flawed = [(check.aspect, check.reason) for check in checks if check.reason is not None]
    assert flawed == [(Aspect.SIGNATURE, CredentialFlaw.WRONG_SIGNATURE)]
    assert overall(checks) is Outcome.INVALID


def test_another_issuer_than_the_one_who_signed() -> None:
    other = draft(issuer="did:web:other.example", credentialStatus=...)
    facts = replace(GOOD, identities={ISSUER: did(), "did:web:other.example": None})
    checks = judge(secured_document({**other, "proof": proof_of(other)}), facts, now_ms=NOW_MS)
    assert [(check.aspect, check.reason) for check in checks if check.reason is not None] == [
        (Aspect.ISSUER, CredentialFlaw.UNKNOWN_ISSUER),
        (Aspect.ISSUER, CredentialFlaw.OTHER_ISSUER),
    ]
    assert checks[2].detail == f"signed by '{METHOD}'"
    assert overall(checks) is Outcome.INVALID


@pytest.mark.parametrize(
    ("state", "anchored_ms", "outcome"),
    [
        (KeyState.COMPROMISED, None, Outcome.INVALID),
        (KeyState.COMPROMISED, NOW_MS - 5_000, Outcome.INVALID),
        (KeyState.COMPROMISED, NOW_MS - 5_001, Outcome.VALID),
        (KeyState.RETIRED, None, Outcome.INDETERMINATE),
        (KeyState.RETIRED, NOW_MS - 5_000, Outcome.INDETERMINATE),
        (KeyState.RETIRED, NOW_MS - 5_001, Outcome.VALID),
        (KeyState.REVOKED, None, Outcome.INDETERMINATE),
    ],
)
def test_a_key_that_ended_counts_for_what_was_anchored_before(
    state: KeyState, anchored_ms: int | None, outcome: Outcome
) -> None:
    """S6."""
    ended = did(KeyPeriod(state, NOW_MS - 5_000))
    facts = replace(
        GOOD, identities={ISSUER: ended}, has_anchor_proof=anchored_ms is not None, anchored_ms=anchored_ms
    )
    assert overall(judge(secured_document(signed()), facts, now_ms=NOW_MS)) is outcome


CONTEXTS: Any = DRAFT["@context"]


def covering(document: Document, contexts: Any) -> Document:
    """A proof that covers the document with these contexts."""
    members: Any = {"@context": contexts}
    return proof_of({**document, "@context": contexts}, **members)


def appended(*contexts: Any) -> tuple[Outcome, str]:
    """What becomes of a credential to whose signed `@context` a holder adds more: the outcome, and what is
    told of the signature.
    """
    proof = covering(DRAFT, CONTEXTS)
    checks = judge(
        secured_document({**DRAFT, "@context": [*CONTEXTS, *contexts], "proof": proof}), KNOWN, now_ms=NOW_MS
    )
    (signature,) = [check for check in checks if check.aspect is Aspect.SIGNATURE]
    return overall(checks), signature.detail


@pytest.mark.parametrize("more", ["https://evil.example/x", {"achievement": "https://evil.example/y"}, 7])
def test_what_stands_behind_the_signed_contexts_does_not_count(more: Any) -> None:
    unsigned = f"/@context from entry {len(CONTEXTS)} on is not signed and does not count"
    assert appended(more) == (Outcome.VALID, unsigned)
    assert appended() == (Outcome.VALID, "")


@pytest.mark.parametrize("more", [[], ["https://evil.example/x"]])
def test_no_unsigned_context_defines_a_type(more: list[Any]) -> None:
    bare: Any = {**DRAFT, "@context": CONTEXTS[:1], "type": ["VerifiableCredential", "Doctorate"]}
    proof = covering(bare, bare["@context"])
    checks = judge(
        secured_document({**bare, "@context": [*bare["@context"], *more], "proof": proof}),
        KNOWN,
        now_ms=NOW_MS,
    )
    assert {check.reason for check in checks if check.outcome is Outcome.INVALID} == {CredentialFlaw.CONTEXT}


def test_a_proof_without_contexts_covers_none() -> None:
    checks = judge(secured_document({**DRAFT, "proof": covering(DRAFT, [])}), KNOWN, now_ms=NOW_MS)
    assert CredentialFlaw.CONTEXT in {check.reason for check in checks}
