"""The report on a credential: four answers, one sentence for the whole, and a next step for whatever is not
valid (decision 0120).

    report = report_of(credential, facts, shipped_policy("employer"), now_ms=now_ms)
    report.outcome, report.sentence
    report.document()                           # for programs

It shows what is proved and by whom; what the credential says of itself is shown as its claim. Texts may hold
foreign characters: whoever shows them makes them inert (`api.inert`).

**The form for programs** is an object of

- `id`: the credential's own, or null; null as well where the signature is wrong, as all that it says;
- `outcome`: `valid`, `invalid` or `indeterminate`, under the policy named in `policy`; `sentence` says why;
- `questions`: four objects of `question` (`real`, `still-good`, `behind-it`, `counts-here`), `words`,
  `outcome` and `sentence`; the outcome is null where it is not shown, because the signature is wrong;
- `checks`: objects of `question`, `aspect`, `outcome`, `reason` (a code, or null), `sentence`, `detail` and
  `remedy`;
- `proofs`: objects of `place`, `suite`, `signer` and `outcome`, one for each proof;
- `names`: what the credential calls its `issuer`, `achievement`, `subject` and `kind`, null where it says
  nothing, and `registered`, the member that answers for the issuer (`member`, `name`, `country`) or null;
  `names` is null where the signature is wrong;
- `asOfMs`: the time of the oldest answer of the registry, or null; `anchoredMs`: since when it provably
  exists, or null;
- `evidence`: what was looked up: objects of `what`, `source`, `askedMs`, `sha256` (hexadecimal, or null),
  `height` and `found` (null for what was had, else the code of the reason).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from api.credentials.excerpt import MAX_NAME_EXCERPT, detail_of, shortened
from api.credentials.flaw import CredentialFlaw
from api.credentials.secured import Claims, Secured, schema_references
from api.verifier.credential.check import Aspect, Check, together
from api.verifier.credential.facts import Facts, LookedUp
from api.verifier.credential.judging import Judgement, judgement
from api.verifier.credential.policy import Policy
from api.verifier.credential.proofs import ProofVerdict
from api.verifier.credential.questions import (
    ReaderQuestion,
    deciding,
    is_about_proofs,
    is_signed_wrongly,
    question_of,
    weighty,
)
from api.verifier.credential.requirements import counting, holder_check, policy_checks
from api.verifier.credential.sentences import NOT_SHOWN, Said, answer, do_not_accept, whole
from api.verifier.credential.standing import IssuerStanding, names_check, standing_of
from api.verifier.verdict import Outcome


@dataclass(frozen=True, slots=True)
class ReaderAnswer:
    """The answer to one question; `outcome` is None where it is not shown, because the signature is wrong."""

    question: ReaderQuestion
    outcome: Outcome | None
    sentence: str


@dataclass(frozen=True, slots=True)
class CredentialReport:
    """What was found about one credential under a policy, named by `policy`.

    `checks` are those that are shown. `claims` and `standing` are None where nothing it says is shown;
    `as_of_ms` is None where the registry was not asked.
    """

    outcome: Outcome
    sentence: str
    policy: str
    answers: tuple[ReaderAnswer, ...]
    checks: tuple[Check, ...]
    proofs: tuple[ProofVerdict, ...] = ()
    claims: Claims | None = None
    standing: IssuerStanding | None = None
    as_of_ms: int | None = None
    anchored_ms: int | None = None
    evidence: tuple[LookedUp, ...] = ()

    @property
    def id(self) -> str | None:
        """The credential's own; None where it has none, or nothing it says is shown."""
        return None if self.claims is None else self.claims.id

    @property
    def first_flaw(self) -> Check | None:
        """The check that people are told of first: an invalid one, else one that is open."""
        return _first(self.checks, Outcome.INVALID) or _first(self.checks, Outcome.INDETERMINATE)

    def checks_of(self, question: ReaderQuestion) -> tuple[Check, ...]:
        """The checks that are shown under a question."""
        return tuple(check for check in self.checks if question_of(check) is question)

    def document(self) -> dict[str, Any]:
        """The form for programs, as the module says it."""
        return {
            "id": self.id,
            "outcome": self.outcome.value,
            "sentence": self.sentence,
            "policy": self.policy,
            "questions": [_answer_document(each) for each in self.answers],
            "asOfMs": self.as_of_ms,
            "anchoredMs": self.anchored_ms,
            "checks": [check_document(check) for check in self.checks],
            "proofs": [_proof_document(proof) for proof in self.proofs],
            "names": None if self.claims is None else _names_document(self.claims, self.standing),
            "evidence": [_evidence_document(found) for found in self.evidence],
        }


def report_of(
    credential: Secured, facts: Facts, policy: Policy, *, now_ms: int, as_of_ms: int | None = None
) -> CredentialReport:
    """Judges a credential and says what follows. `now_ms` is the reader's clock, `as_of_ms` the time of the
    registry's oldest answer, None where it was not asked.
    """
    judged = judgement(credential, facts, now_ms=now_ms)
    if is_signed_wrongly(judged.checks):
        about_proofs = tuple(check for check in judged.checks if is_about_proofs(check))
        return replace(
            _of_nothing_believed(about_proofs, policy),
            proofs=judged.proofs,
            as_of_ms=as_of_ms,
            evidence=facts.evidence,
        )
    claims, standing = judged.covered, standing_of(judged.covered, facts)
    checks = (*judged.checks, *_further(judged, facts, policy, now_ms))
    decisive = counting(policy, checks)
    names_status = any(check.aspect is Aspect.STATUS for check in checks)
    said = Said(claims.issuer or "", names_status, standing, facts.anchored_ms, as_of_ms, policy.name)
    outcome = together(decisive)
    answers = tuple(_answered(question, checks, decisive, said) for question in ReaderQuestion)
    sentence = whole({each.question: each.outcome for each in answers}, decisive, said)
    of_registry = (standing, as_of_ms, facts.anchored_ms, facts.evidence)
    return CredentialReport(
        outcome, sentence, policy.name, answers, checks, judged.proofs, claims, *of_registry
    )


def report_of_unreadable(check: Check, policy: Policy) -> CredentialReport:
    """The report on something that could not be read as a credential: one check says why."""
    return _of_nothing_believed((check,), policy)


def check_document(check: Check) -> dict[str, Any]:
    """A check for programs."""
    return {
        "question": question_of(check).code,
        "aspect": check.aspect.value,
        "outcome": check.outcome.value,
        "reason": check.code,
        "sentence": None if check.reason is None else check.reason.sentence,
        "detail": check.detail,
        "remedy": None if check.reason is None else check.reason.remedy,
    }


def _further(judged: Judgement, facts: Facts, policy: Policy, now_ms: int) -> Iterator[Check]:
    """The checks of a report that are no part of judging."""
    yield from _unasked_schemas(judged.covered, facts)
    yield from names_check(judged.covered, facts)
    yield holder_check(judged.covered, facts)
    yield from policy_checks(policy, judged, judged.covered, facts, now_ms)


def _unasked_schemas(claims: Claims, facts: Facts) -> Iterator[Check]:
    """Schemas that nobody looked for: not looked up is told, so that it never looks like conforming."""
    for reference in schema_references(claims):
        if reference.url not in facts.schemas:
            told = detail_of(reference.place, shortened(reference.url, MAX_NAME_EXCERPT), "not looked up")
            yield Check(Aspect.SCHEMA, CredentialFlaw.SCHEMA_UNREACHABLE, told)


def _of_nothing_believed(checks: tuple[Check, ...], policy: Policy) -> CredentialReport:
    """Q2 of `questions`: the first question is answered, and no other."""
    outcome, first = together(checks), deciding([check for check in checks if check.reason])
    sentence = do_not_accept(first, outcome)
    answers = tuple(
        ReaderAnswer(question, outcome, sentence)
        if question is ReaderQuestion.REAL
        else ReaderAnswer(question, None, NOT_SHOWN)
        for question in ReaderQuestion
    )
    return CredentialReport(outcome, sentence, policy.name, answers, checks)


def _answered(
    question: ReaderQuestion, checks: Sequence[Check], decisive: Sequence[Check], said: Said
) -> ReaderAnswer:
    of_question = decisive if question is ReaderQuestion.COUNTS_HERE else weighty(question, checks)
    return ReaderAnswer(question, together(of_question), answer(question, of_question, said))


def _first(checks: Sequence[Check], outcome: Outcome) -> Check | None:
    told = (check for check in checks if check.reason and check.outcome is outcome)
    return next((check for check in told if check.aspect is not Aspect.OTHER_PROOF), None)


def _answer_document(answered: ReaderAnswer) -> dict[str, Any]:
    return {
        "question": answered.question.code,
        "words": answered.question.words,
        "outcome": None if answered.outcome is None else answered.outcome.value,
        "sentence": answered.sentence,
    }


def _proof_document(proof: ProofVerdict) -> dict[str, Any]:
    return {
        "place": proof.place,
        "suite": proof.suite,
        "signer": shortened(proof.signer, MAX_NAME_EXCERPT) or None,
        "outcome": proof.outcome.value,
    }


def _evidence_document(found: LookedUp) -> dict[str, Any]:
    return {
        "what": found.what,
        "source": found.source,
        "askedMs": found.asked_ms,
        "sha256": None if found.sha256 is None else found.sha256.hex(),
        "height": found.height,
        "found": found.found or None,
    }


def _names_document(claims: Claims, standing: IssuerStanding | None) -> dict[str, Any]:
    registered = None
    if standing is not None:
        registered = {"member": standing.member, "name": standing.name, "country": standing.country}
    names = claims.names
    return {
        "issuer": names.issuer or None,
        "achievement": names.achievement or None,
        "subject": names.subject or None,
        "kind": names.kind or None,
        "registered": registered,
    }
