"""The report on a credential: four answers, one sentence, and nothing of what is signed wrongly (Q1 to Q5, T1
to T4, B1 to B3, L1, L3, L4).
"""

from dataclasses import replace
from itertools import product
from typing import Any, Final

import pytest

from api.credentials.did_methods.keys import DidKeys, VerificationKey
from api.credentials.document import Document
from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.formats.data_integrity.reading import secured_document
from api.credentials.w3c.base_context import V2_CONTEXT
from api.verifier.credential import (
    Aspect,
    Check,
    CredentialReport,
    Facts,
    Identity,
    LookedUp,
    Policy,
    report_of,
    report_of_unreadable,
    shipped_policy,
)
from api.verifier.credential.facts import Fetched
from api.verifier.credential.questions import ReaderQuestion, question_of
from api.verifier.verdict import Outcome
from registry.kinds.did.record import KeyPeriod, KeyState
from registry.kinds.member.record import Member, MemberState, Name
from registry.primitives import ed25519
from registry.roles import Role
from tests.api.credentials.samples import SEED
from tests.api.verifier.credential.awarded import (
    BEGIN_MS,
    GOOD,
    ISSUER,
    LIST,
    METHOD,
    NOW_MS,
    UNKNOWN,
    bits,
    did,
    draft,
    proof_of,
    signed,
)

OWN_NAME: Final = "University of Porto Alto"
NAMES: Final = (Name("pt", "Universidade de Porto Alto"), Name("en", OWN_NAME))
MEMBER: Final = Member(NAMES, "PT", "PT-13", (), (Role.ISSUER,), None, ((MemberState.ACTIVE, BEGIN_MS),))
KNOWN: Final = replace(GOOD, identities={ISSUER: replace(did(), sponsor=ISSUER)}, members={ISSUER: MEMBER})
EMPLOYER, ADMISSIONS = shipped_policy("employer"), shipped_policy("admissions")
PROFESSIONAL: Final = shipped_policy("professional-development")
R = ReaderQuestion
V, N, U = Outcome.VALID, Outcome.INVALID, Outcome.INDETERMINATE


def reported(
    document: Document | None = None, facts: Facts = KNOWN, policy: Policy = EMPLOYER, now_ms: int = NOW_MS
) -> CredentialReport:
    """The report on a credential, a good one unless another is given."""
    credential = secured_document(signed() if document is None else document)
    return report_of(credential, facts, policy, now_ms=now_ms, as_of_ms=facts.as_of_ms)


def outcomes(report: CredentialReport) -> tuple[Outcome | None, ...]:
    """The four answers."""
    return tuple(answered.outcome for answered in report.answers)


def by_method(multikey: bytes | None = None) -> dict[str, Identity]:
    """The issuer, whose keys alone are known."""
    held = ed25519.to_multikey(ed25519.public_key(SEED)) if multikey is None else multikey
    return {ISSUER: DidKeys(ISSUER, (VerificationKey(METHOD, held, "Ed25519", ISSUER),), ())}


def test_a_good_one() -> None:
    report = reported()
    assert (report.outcome, outcomes(report)) == (V, (V, V, V, V))
    assert report.sentence == (
        f"It is real, still good and {OWN_NAME} stands behind it. Under the policy 'employer' it counts."
    )
    assert [answered.sentence for answered in report.answers] == [
        "Yes. It is whole, and as its issuer signed it.",
        "Yes. It is within its dates, which are what the issuer says. No list that it names says otherwise, "
        "as of 2027-01-15T08:00:00Z.",
        f"{OWN_NAME} (PT), as the registry records it.",
        "Under the policy 'employer' it counts.",
    ]
    assert report.checks[-4:] == (
        Check(
            Aspect.SCHEMA,
            CredentialFlaw.SCHEMA_UNREACHABLE,
            "/credentialSchema/0: https://registry.example/v1/schemas/micro-credential/1.0.0: not looked up",
        ),
        Check(Aspect.NAMES, None, f"'{OWN_NAME}'"),
        Check(
            Aspect.HOLDER,
            CredentialFlaw.HOLDER_UNPROVED,
            "it is about 'did:key:z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi'",
        ),
        Check(Aspect.POLICY, None, "'employer'"),
    )


def test_t1_nobody_stands_behind_what_is_not_signed_and_names_no_issuer() -> None:
    document = {name: value for name, value in draft().items() if name != "issuer"}
    answered = reported(document).answers[2]
    assert answered.outcome is U
    assert answered.sentence == "Not known. It has no proof that this verifier can read."


def test_for_programs() -> None:
    asked = LookedUp("did-record", ISSUER, NOW_MS, bytes(32), 7)
    document = reported(facts=replace(KNOWN, evidence=(asked,))).document()
    assert {name: document[name] for name in ("id", "outcome", "policy", "asOfMs", "anchoredMs")} == {
        "id": "urn:uuid:6f1f2a86-4f39-4a7e-9c0e-1f6a2f1f0b77",
        "outcome": "valid",
        "policy": "employer",
        "asOfMs": NOW_MS,
        "anchoredMs": None,
    }
    assert [each["question"] for each in document["questions"]] == [
        "real",
        "still-good",
        "behind-it",
        "counts-here",
    ]
    assert document["names"] == {
        "issuer": OWN_NAME,
        "achievement": "Applied hydrology",
        "subject": "Zoë Example",
        "kind": "OpenBadgeCredential",
        "registered": {"member": ISSUER, "name": OWN_NAME, "country": "PT"},
    }
    assert document["proofs"] == [
        {"place": "/proof", "suite": "eddsa-jcs-2022", "signer": ISSUER, "outcome": "valid"}
    ]
    assert document["evidence"] == [
        {
            "what": "did-record",
            "source": ISSUER,
            "askedMs": NOW_MS,
            "sha256": "00" * 32,
            "height": 7,
            "found": None,
        }
    ]
    assert document["checks"][0] == {
        "question": "real",
        "aspect": "form",
        "outcome": "valid",
        "reason": None,
        "sentence": None,
        "detail": "data model 2.0",
        "remedy": None,
    }


REVOKED_AND_CHANGED: Final = {
    **signed(),
    "name": "Doctor of everything",
    "validUntil": "2020-01-01T00:00:00Z",
}


@pytest.mark.parametrize(
    "document",
    [
        REVOKED_AND_CHANGED,
        {**signed(), "proof": {**signed()["proof"], "proofValue": "z6Mk"}},
        {**draft(), "proof": proof_of(draft(), proofPurpose="authentication")},
        {**draft(), "proof": proof_of(draft(), verificationMethod="did:web:stranger.example#a")},
    ],
    ids=["changed", "a damaged proof", "another purpose", "another signer"],
)
@pytest.mark.parametrize("policy", [EMPLOYER, ADMISSIONS, PROFESSIONAL], ids=lambda policy: policy.name)
def test_if_the_signature_is_wrong_nothing_else_is_shown(document: Any, policy: Policy) -> None:
    """Q2."""
    facts = replace(
        KNOWN, lists={LIST: bits(5)}, identities={**KNOWN.identities, "did:web:stranger.example": None}
    )
    report = reported(document, facts, policy)
    assert (report.outcome, outcomes(report)) == (N, (N, None, None, None))
    assert {check.aspect for check in report.checks} <= {Aspect.SIGNATURE, Aspect.OTHER_PROOF, Aspect.ISSUER}
    assert not [check for check in report.checks if check.outcome is V]
    assert report.sentence.startswith("Do not accept it: ")
    told = repr(report.document())
    assert (report.id, report.document()["names"]) == (None, None)
    assert "Doctor" not in told
    assert "revoked" not in told
    assert OWN_NAME not in told


UNREACHABLE: Final = Flaw(CredentialFlaw.DID_UNREACHABLE, ISSUER)
IDENTITIES: dict[str, tuple[Identity, Outcome, Outcome]] = {
    "recorded": (replace(did(), sponsor=ISSUER), V, V),
    "by its method": (by_method()[ISSUER], V, U),
    "unknown": (None, U, U),
    "unreachable": (UNREACHABLE, U, U),
    "ended": (replace(did(KeyPeriod(KeyState.RETIRED, NOW_MS - 5_000)), sponsor=ISSUER), U, V),
    "in other hands": (replace(did(KeyPeriod(KeyState.COMPROMISED, NOW_MS - 5_000)), sponsor=ISSUER), N, V),
}
STATUSES: dict[str, tuple[Any, Outcome]] = {
    "clear": (bits(), V),
    "revoked": (bits(5), N),
    "not there": (None, U),
}
ENDS: dict[str, tuple[dict[str, Any], Outcome]] = {
    "within": ({}, V),
    "over": ({"validUntil": "2026-06-01T00:00:00Z"}, N),
    "beyond": ({"validUntil": "10000-01-01T00:00:00Z"}, U),
}


def worse(*found: Outcome) -> Outcome:
    """What follows from several."""
    return N if N in found else U if U in found else V


@pytest.mark.parametrize(
    ("identity", "status", "end"), list(product(IDENTITIES, STATUSES, ENDS)), ids=lambda name: name
)
def test_for_every_other_combination_each_check_is_shown(identity: str, status: str, end: str) -> None:
    """Q3, Q4: what could not be checked never hides what was, and never looks like a good answer."""
    held, real, behind = IDENTITIES[identity]
    changed, dates = ENDS[end]
    status_bits, listed = STATUSES[status]
    facts = replace(KNOWN, identities={ISSUER: held}, lists={LIST: status_bits})
    report = reported(signed(**changed), facts)
    assert outcomes(report)[:3] == (real, worse(dates, listed), behind)
    assert report.outcome is outcomes(report)[3] is worse(real, dates, listed, behind)
    assert [check.outcome for check in report.checks if check.aspect is Aspect.STATUS] == [listed]
    assert [check.outcome for check in report.checks if check.aspect is Aspect.DATES] == [dates]
    assert ("still good" in report.sentence) is (worse(dates, listed) is V and real is V)
    assert ("it counts." in report.sentence) is (report.outcome is V)
    beginnings = {V: ("Yes.", OWN_NAME), N: ("No.",), U: ("Not known.",)}
    for answered in report.answers[:3]:
        assert answered.outcome is not None
        assert answered.sentence.startswith(beginnings[answered.outcome])


def test_nobody_stands_behind_what_nobody_is_shown_to_have_signed() -> None:
    unsigned = {name: value for name, value in signed().items() if name != "proof"}
    report = reported(unsigned)
    assert outcomes(report) == (U, V, U, U)
    assert report.answers[2].sentence == "Not known. It has no proof that this verifier can read."


def test_a_credential_without_a_list_is_not_called_checked_for_revocation() -> None:
    """T4."""
    report = reported(signed(credentialStatus=...))
    assert report.answers[1].sentence.endswith(
        "It names no status list, so nobody can say whether it was revoked."
    )
    assert "still good" not in report.sentence
    assert report.sentence.startswith("It is real, within its dates and")


def test_dates_are_claims_unless_it_is_anchored() -> None:
    """T3."""
    anchored = replace(KNOWN, has_anchor_proof=True, anchored_ms=NOW_MS - 5_000)
    report = reported(facts=anchored)
    assert report.answers[1].sentence.endswith("It has existed at least since 2027-01-15T07:59:55Z.")
    assert "what the issuer says" not in report.answers[1].sentence
    assert report.anchored_ms == NOW_MS - 5_000


def test_names_are_those_of_the_registry() -> None:
    """B1, B2, T2."""
    for claimed in (OWN_NAME, "  university OF porto\u00a0alto ", "Universidade de Porto Alto"):
        issuer = {"id": ISSUER, "type": "Profile", "name": claimed}
        named = [check for check in reported(signed(issuer=issuer)).checks if check.aspect is Aspect.NAMES]
        assert [check.outcome for check in named] == [V]
    lookalike = {"id": ISSUER, "type": "Profile", "name": "Universitу of Porto Alto"}
    report = reported(signed(issuer=lookalike))
    (differing,) = [check for check in report.checks if check.aspect is Aspect.NAMES]
    assert (differing.reason, differing.detail) == (
        CredentialFlaw.NAMES_DIFFER,
        f"the credential says '{lookalike['name']}', the registry '{OWN_NAME}'",
    )
    assert (report.outcome, outcomes(report)[2]) == (V, V)
    assert OWN_NAME in report.sentence
    assert lookalike["name"] not in report.sentence
    strict = replace(EMPLOYER, must_be_valid=frozenset({Aspect.ISSUER, Aspect.NAMES}))
    assert reported(signed(issuer=lookalike), policy=strict).outcome is U


def test_who_answers_for_somebody_else() -> None:
    """B3."""
    sponsor = "did:web:ministry.example"
    facts = replace(KNOWN, identities={ISSUER: replace(did(), sponsor=sponsor)}, members={sponsor: MEMBER})
    assert reported(facts=facts).answers[2].sentence == (
        f"{ISSUER}, for which {OWN_NAME} (PT) answers, as the registry records it."
    )
    closed = replace(MEMBER, states=(*MEMBER.states, (MemberState.CLOSED, BEGIN_MS + 1)))
    ended = reported(facts=replace(KNOWN, members={ISSUER: closed}))
    assert ended.answers[2].sentence == (
        f"{OWN_NAME} (PT), whose membership has ended, as the registry records it."
    )


def test_who_is_not_registered_counts_where_the_policy_says_so() -> None:
    facts = replace(KNOWN, identities=by_method(), members={})
    award: Any = signed(validFrom="2026-12-01T00:00:00Z")
    unregistered = reported(award, facts)
    assert (unregistered.outcome, outcomes(unregistered)) == (U, (V, V, U, U))
    assert unregistered.sentence == (
        "It is real and still good. Whether it counts under the policy 'employer' stays open: the registry "
        "does not hold the issuer: only the keys of its DID are known."
    )
    taken = reported(award, facts, PROFESSIONAL)
    assert (taken.outcome, outcomes(taken)) == (V, (V, V, U, V))
    assert taken.sentence == (
        "It is real and still good. Under the policy 'professional-development' it counts."
    )
    for identity in (None, UNREACHABLE):
        unknown = reported(award, replace(facts, identities={ISSUER: identity}), PROFESSIONAL)
        assert (unknown.outcome, outcomes(unknown)[0]) == (U, U)


POLICIES: dict[str, tuple[Policy, Facts, dict[str, Any], Outcome, CredentialFlaw | None]] = {
    "an anchor that is not there": (
        replace(ADMISSIONS, must_be_valid=frozenset({Aspect.ANCHOR})),
        KNOWN,
        {},
        U,
        CredentialFlaw.NOT_ANCHORED,
    ),
    "an anchor": (
        replace(ADMISSIONS, must_be_valid=frozenset({Aspect.ANCHOR})),
        replace(KNOWN, has_anchor_proof=True, anchored_ms=NOW_MS - 1),
        {},
        V,
        None,
    ),
    "a wrong anchor nobody asked for": (
        EMPLOYER,
        replace(KNOWN, has_anchor_proof=True),
        {},
        N,
        CredentialFlaw.ANCHOR_UNPROVED,
    ),
    "too old by what it says": (
        replace(PROFESSIONAL, max_age_days=30),
        KNOWN,
        {},
        N,
        CredentialFlaw.TOO_OLD,
    ),
    "young by its anchor": (
        replace(PROFESSIONAL, max_age_days=30),
        replace(KNOWN, has_anchor_proof=True, anchored_ms=NOW_MS - 1),
        {},
        V,
        None,
    ),
    "old by its anchor": (
        replace(PROFESSIONAL, max_age_days=30),
        replace(KNOWN, has_anchor_proof=True, anchored_ms=NOW_MS - 31 * 86_400_000),
        {"validFrom": "2027-01-01T00:00:00Z"},
        N,
        CredentialFlaw.TOO_OLD,
    ),
    "without a date": (
        PROFESSIONAL,
        KNOWN,
        {"validFrom": ..., "type": ["VerifiableCredential"], "@context": [V2_CONTEXT]},
        U,
        CredentialFlaw.UNDATED,
    ),
    "a holder who proved nothing": (
        replace(EMPLOYER, must_be_valid=frozenset({Aspect.HOLDER})),
        KNOWN,
        {},
        U,
        CredentialFlaw.HOLDER_UNPROVED,
    ),
    "a holder who did": (
        replace(EMPLOYER, must_be_valid=frozenset({Aspect.HOLDER})),
        replace(
            KNOWN, proved_holders=frozenset({"did:key:z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi"})
        ),
        {},
        V,
        None,
    ),
    "somebody else who did": (
        replace(EMPLOYER, must_be_valid=frozenset({Aspect.HOLDER})),
        replace(KNOWN, proved_holders=frozenset({"did:key:z6MkOther"})),
        {},
        U,
        CredentialFlaw.HOLDER_UNPROVED,
    ),
    "a schema that was not had": (
        replace(EMPLOYER, must_be_valid=frozenset({Aspect.SCHEMA})),
        KNOWN,
        {},
        U,
        CredentialFlaw.SCHEMA_UNREACHABLE,
    ),
    "no schema to conform to": (
        replace(EMPLOYER, must_be_valid=frozenset({Aspect.SCHEMA})),
        KNOWN,
        {"credentialSchema": ...},
        V,
        None,
    ),
}


@pytest.mark.parametrize(
    ("policy", "facts", "changed", "outcome", "reason"), POLICIES.values(), ids=POLICIES.keys()
)
def test_what_a_policy_asks_for(
    policy: Policy, facts: Facts, changed: dict[str, Any], outcome: Outcome, reason: CredentialFlaw | None
) -> None:
    """L1, L4."""
    report = reported(signed(**changed), facts, policy)
    assert report.outcome is outcome
    flaws = {check.reason for check in report.checks if check.outcome is outcome}
    assert reason in (flaws if reason else {None})


def test_a_policy_waives_nothing_that_is_wrong() -> None:
    """L1."""
    lax = Policy("lax", frozenset())
    for changed, facts in (
        ({}, replace(KNOWN, lists={LIST: bits(5)})),
        ({}, replace(KNOWN, lists={LIST: None})),
        ({"validUntil": "2026-06-01T00:00:00Z"}, KNOWN),
        ({"type": ["OpenBadgeCredential"]}, KNOWN),
        ({}, replace(KNOWN, identities=UNKNOWN)),
    ):
        assert reported(signed(**changed), facts, lax).outcome is not V


OTHER: Final = "did:web:ministry.example"
OTHER_SEED: Final = bytes([9]) * 32
TWO: Final = replace(EMPLOYER, proofs=2)


def signed_by_two(*proofs: Document) -> Document:
    """A credential with the issuer's proof and these."""
    return {**draft(), "proof": [proof_of(draft()), *proofs]}


def test_how_many_proofs_must_hold() -> None:
    """L3: one of each signer counts, and a registered one where the issuer must be registered."""
    endorsed = proof_of(draft(), OTHER_SEED, verificationMethod=f"{OTHER}#credentials-1")
    known = replace(KNOWN, identities={**KNOWN.identities, OTHER: did(seed=OTHER_SEED)})
    keys = DidKeys(
        OTHER,
        (
            VerificationKey(
                f"{OTHER}#credentials-1",
                ed25519.to_multikey(ed25519.public_key(OTHER_SEED)),
                "Ed25519",
                OTHER,
            ),
        ),
        (),
    )
    foreign = replace(KNOWN, identities={**KNOWN.identities, OTHER: keys})

    def reasons(document: Document, facts: Facts, policy: Policy = TWO) -> list[CredentialFlaw | None]:
        return [
            check.reason
            for check in reported(document, facts, policy).checks
            if check.aspect is Aspect.POLICY
        ]

    assert reasons(signed_by_two(endorsed), known) == [None]
    assert reasons(signed_by_two(proof_of(draft())), known) == [CredentialFlaw.TOO_FEW_PROOFS]
    assert reasons(signed_by_two({**endorsed, "created": "2026-02-01T12:00:00Z"}), known) == [
        CredentialFlaw.TOO_FEW_PROOFS
    ]
    assert reasons(signed_by_two(endorsed), KNOWN) == [CredentialFlaw.PROOFS_UNDECIDED]
    assert reasons(signed_by_two(endorsed), foreign) == [CredentialFlaw.TOO_FEW_PROOFS]
    assert reasons(signed_by_two(endorsed), foreign, replace(PROFESSIONAL, proofs=2)) == [None]
    verdicts = reported(signed_by_two(endorsed), known).proofs
    assert [(each.place, each.signer, each.outcome) for each in verdicts] == [
        ("/proof/0", ISSUER, V),
        ("/proof/1", OTHER, V),
    ]


def test_what_cannot_be_read_at_all() -> None:
    check = Check(Aspect.FORM, CredentialFlaw.MEMBER, "/verifiableCredential/0 is 7, no credential")
    report = report_of_unreadable(check, EMPLOYER)
    assert (report.outcome, outcomes(report), report.checks) == (N, (N, None, None, None), (check,))
    envelope = Check(Aspect.SIGNATURE, CredentialFlaw.NO_READABLE_PROOF, "in an envelope")
    assert report_of_unreadable(envelope, EMPLOYER).sentence == (
        "It could not be checked: it has no proof that this verifier can read."
    )


def test_a_schema_that_was_looked_up() -> None:
    (url,) = [schema["id"] for schema in signed()["credentialSchema"]]
    unreachable: Fetched | Flaw = Flaw(CredentialFlaw.SCHEMA_UNREACHABLE, "nobody answers")
    had = Fetched(url, b'{"not": {}}', "application/schema+json", NOW_MS, bytes(32))
    found = {}
    schemas: dict[str, Fetched | Flaw] = {"unreachable": unreachable, "had": had}
    for name, schema in schemas.items():
        report = reported(facts=replace(KNOWN, schemas={url: schema}))
        found[name] = [check for check in report.checks if check.aspect is Aspect.SCHEMA]
    assert [check.reason for check in found["unreachable"]] == [CredentialFlaw.SCHEMA_UNREACHABLE]
    assert len(found["had"]) == 1


@pytest.mark.parametrize("aspect", Aspect)
def test_every_check_belongs_to_a_question(aspect: Aspect) -> None:
    assert question_of(Check(aspect)) in ReaderQuestion
    assert question_of(Check(aspect, CredentialFlaw.OTHER_ISSUER)) is R.REAL


def test_the_first_flaw_is_an_invalid_one() -> None:
    report = reported(facts=replace(KNOWN, lists={LIST: bits(5)}, identities=by_method()))
    assert report.first_flaw is not None
    assert report.first_flaw.reason is CredentialFlaw.REVOKED
