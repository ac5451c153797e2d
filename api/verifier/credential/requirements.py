"""What a policy makes of the checks of a credential: the checks that it adds, and which of all count.

Rules L1, L3, L4 of `policy`.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from api.credentials.excerpt import detail_of, excerpt
from api.credentials.flaw import CredentialFlaw
from api.credentials.period import ClaimedDate
from api.credentials.secured import Claims
from api.verifier.credential.check import Aspect, Check
from api.verifier.credential.facts import Facts
from api.verifier.credential.judging import Judgement
from api.verifier.credential.policy import Policy
from api.verifier.verdict import Outcome

_DAY_MS: Final = 86_400_000
_ALWAYS: Final = frozenset({Aspect.FORM, Aspect.SIGNATURE, Aspect.KEY, Aspect.DATES, Aspect.STATUS})


def counting(policy: Policy, checks: Sequence[Check]) -> list[Check]:
    """The checks that decide under a policy (L1)."""
    is_verified = any(check.aspect is Aspect.SIGNATURE for check in checks)

    def counts(check: Check) -> bool:
        if check.aspect is Aspect.OTHER_PROOF:
            return False
        if check.outcome is Outcome.INVALID or check.aspect in (*_ALWAYS, Aspect.POLICY):
            return True
        return check.aspect in policy.must_be_valid or (check.aspect is Aspect.ISSUER and not is_verified)

    return [check for check in checks if counts(check)]


def holder_check(claims: Claims, facts: Facts) -> Check:
    """Whether whoever presents it has proved to be the one whom it is about."""
    proved = [holder for holder in claims.holders if holder in facts.proved_holders]
    if facts.holder_flaw is not None:
        return Check.from_flaw(Aspect.HOLDER, facts.holder_flaw)
    if proved:
        return Check(Aspect.HOLDER, None, excerpt(proved[0], 130))
    told = f"it is about {excerpt(claims.holders[0], 130)}" if claims.holders else "it names nobody by an id"
    return Check(Aspect.HOLDER, CredentialFlaw.HOLDER_UNPROVED, detail_of(told))


def policy_checks(
    policy: Policy, judged: Judgement, claims: Claims, facts: Facts, now_ms: int
) -> list[Check]:
    """What a policy asks for beyond the other checks: a check for each thing that is not met, or one valid
    check.
    """
    unmet = [
        *_proof_checks(policy, judged, facts),
        *_anchor_checks(policy, facts),
        *_age_checks(policy, claims, facts, now_ms),
    ]
    return unmet or [Check(Aspect.POLICY, None, detail_of(excerpt(policy.name)))]


def _proof_checks(policy: Policy, judged: Judgement, facts: Facts) -> Iterator[Check]:
    """L3."""
    holding, open_ = _signers(policy, judged, facts, Outcome.VALID), set[str]()
    if policy.proofs > 1 and len(holding) < policy.proofs:
        open_ = _signers(policy, judged, facts, Outcome.INDETERMINATE) - holding
        told = f"{len(holding)} of {policy.proofs}"
        is_open = len(holding) + len(open_) >= policy.proofs
        reason = CredentialFlaw.PROOFS_UNDECIDED if is_open else CredentialFlaw.TOO_FEW_PROOFS
        yield Check(Aspect.POLICY, reason, told)


def _signers(policy: Policy, judged: Judgement, facts: Facts, outcome: Outcome) -> set[str]:
    signers = {proof.signer for proof in judged.proofs if proof.outcome is outcome}
    if Aspect.ISSUER in policy.must_be_valid and outcome is Outcome.VALID:
        return {signer for signer in signers if facts.record(signer) is not None}
    return signers


def _anchor_checks(policy: Policy, facts: Facts) -> Iterator[Check]:
    if Aspect.ANCHOR in policy.must_be_valid and not facts.has_anchor_proof:
        yield Check(Aspect.POLICY, CredentialFlaw.NOT_ANCHORED)


def _age_checks(policy: Policy, claims: Claims, facts: Facts, now_ms: int) -> Iterator[Check]:
    """L4."""
    if policy.max_age_days is None:
        return
    begun = _begun(claims, facts)
    if begun is None:
        yield Check(Aspect.POLICY, CredentialFlaw.UNDATED)
    elif now_ms - begun.time_ms > policy.max_age_days * _DAY_MS:
        days = (now_ms - begun.time_ms) // _DAY_MS
        told = f"{days} days by {begun.place}, and at most {policy.max_age_days} are taken"
        yield Check(Aspect.POLICY, CredentialFlaw.TOO_OLD, detail_of(told))


def _begun(claims: Claims, facts: Facts) -> ClaimedDate | None:
    if facts.anchored_ms is not None:
        return ClaimedDate("its anchor", "", facts.anchored_ms)
    return max(claims.period.begins, key=lambda date: date.time_ms, default=None)
