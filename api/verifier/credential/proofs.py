"""Judging the proofs of a credential, however many there are and in whatever order (decision 0086).

Rules:

- S1 The issuer's own proof for `assertionMethod` decides. Of several the best one does: a new proof beside
  one whose key has ended makes the credential valid.
- S2 Every other proof is told with its own verdict (`Aspect.OTHER_PROOF`) and has no say: anybody can put a
  proof beside a good one, and must not be able to turn it. So a forged one is told as invalid and the
  credential stays valid; and no endorsement makes valid what its issuer did not sign. What is not even an
  object with a type is no proof, and a flaw of the form.
- S3 A proof of another suite, or bound to an earlier one that is not there, is indeterminate: another
  verifier may know. It decides only where the issuer has no proof that can be judged.
  A proof by somebody else's key is that of another issuer; but where the issuer is no DID, nobody can say
  whose its keys are, and a proof that has nothing against it leaves the question open.
- S4 A proof counts between its own `created` and `expires`, with the tolerance of `validity`.
- S5 How a proof names its key is its format's business. A key is one of the registry's record of a DID, by
  its fragment, or one that the DID lists by another method, by its whole id. Where a proof names only a DID,
  the keys of that DID for assertion are tried, at most 8, and the first that made the proof counts.
- S6 A key counts while it is active. From the beginning of a compromise on it counts only for what was
  anchored before. After it ended in any other way, what was anchored before counts, and of the rest nobody
  can say. Of a DID of another method a key counts if it is listed for assertion now, for there is no
  timeline.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from api.credentials.did_methods.keys import DidKeys
from api.credentials.excerpt import MAX_EXCERPT, MAX_NAME_EXCERPT, detail_of, excerpt, shortened
from api.credentials.flaw import INCONCLUSIVE, CredentialFlaw, Flaw
from api.credentials.secured import Claims, Proof, ProvedClaims, Secured
from api.verifier.credential.candidate_keys import CandidateKey, candidates
from api.verifier.credential.check import Aspect, Check, together
from api.verifier.credential.facts import Facts, is_looked_up
from api.verifier.credential.validity import OF_PROOF, judge_period
from api.verifier.verdict import Outcome
from registry.kinds.did.record import Did


class _Rank(IntEnum):
    """How much a proof says about whether the issuer signed: the lowest decides (S1, S3)."""

    GOOD = 0
    OPEN = 1
    BAD = 2
    UNJUDGED = 3
    """The issuer's, or of nobody that it names, of another suite, or bound to one that is not there."""
    BESIDE_THE_POINT = 4
    """The issuer's for another purpose, or of nobody that it names and malformed."""
    UNJUDGED_OF_OTHER = 5
    OF_OTHER = 6


_OWN_RANKS: Final = {
    Outcome.VALID: _Rank.GOOD,
    Outcome.INDETERMINATE: _Rank.OPEN,
    Outcome.INVALID: _Rank.BAD,
}


@dataclass(frozen=True, slots=True)
class _JudgedProof:
    """A proof, how much it says, and its checks."""

    proof: Proof
    rank: _Rank
    checks: tuple[Check, ...]

    @property
    def is_open(self) -> bool:
        """Whether nothing is against it: it is good, or cannot be judged."""
        return together(self.checks) is not Outcome.INVALID

    def verdict(self) -> "ProofVerdict":
        """What follows from it by itself."""
        signer = self.proof.key.partition("#")[0]
        return ProofVerdict(self.proof.place, self.proof.suite, signer, together(self.checks))

    def beside(self) -> Check:
        """The one check that tells of it beside the proof that decides (S2)."""
        place, outcome = self.proof.place, together(self.checks)
        found = next(check for check in self.checks if check.outcome is outcome)
        told = found.detail.removeprefix(f"{place}: ") if found.aspect is Aspect.SIGNATURE else ""
        return Check(Aspect.OTHER_PROOF, found.reason, detail_of(place, _named(self.proof.key), told))


@dataclass(frozen=True, slots=True)
class ProofVerdict:
    """What follows from one proof by itself: its place, its suite, and the DID that made it as it is named,
    "" where it names none.
    """

    place: str
    suite: str
    signer: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class JudgedProofs:
    """The checks of the proof that decides, and one for each other proof. `covered` is what the credential
    says as far as the proof that decides covers it. `verdicts`: one for each proof, in order.
    """

    checks: tuple[Check, ...]
    covered: Claims
    verdicts: tuple[ProofVerdict, ...]


def signers_of(secured: Secured) -> tuple[str, ...]:
    """The DIDs beside the issuer whose keys are needed to verify proofs."""
    named = [proof.key.partition("#")[0] for proof in secured.proofs if proof.flaw is None]
    others = [signer for signer in named if signer != secured.claims.issuer and is_looked_up(signer)]
    return tuple(dict.fromkeys(others))


def judge_proofs(secured: ProvedClaims, facts: Facts, now_ms: int) -> JudgedProofs:
    """All proofs of a credential, judged."""
    if secured.unproved is not None:
        unread = Check.from_flaw(Aspect.SIGNATURE, secured.unproved)
        return JudgedProofs((unread,), secured.claims, ())
    issuer = secured.claims.issuer
    judging = _Judging(issuer, facts, now_ms)
    judged = [judging.judge(proof) for proof in secured.proofs]
    first = min(judged, key=lambda each: each.rank)
    checks = (*_deciding(first, issuer), *(each.beside() for each in _others(judged, first)))
    return JudgedProofs(checks, first.proof.covered, tuple(each.verdict() for each in judged))


def _deciding(first: _JudgedProof, issuer: str | None) -> tuple[Check, ...]:
    """The checks that stand for the proof that says most."""
    match first.rank:
        case _Rank.OF_OTHER if issuer is not None and not is_looked_up(issuer) and first.is_open:
            told = detail_of(
                excerpt(issuer, MAX_EXCERPT), f"is no DID, and {_named(first.proof.key)} may be its key"
            )
            return (Check(Aspect.SIGNATURE, CredentialFlaw.METHOD_UNSUPPORTED, told),)
        case _Rank.OF_OTHER:
            told = f"signed by {_named(first.proof.key)}"
            return (Check(Aspect.ISSUER, CredentialFlaw.OTHER_ISSUER, told),)
        case _Rank.UNJUDGED_OF_OTHER:
            told = f"none is by {excerpt(issuer, MAX_NAME_EXCERPT)}"
            return (Check(Aspect.SIGNATURE, CredentialFlaw.NO_READABLE_PROOF, told),)
        case _:
            return tuple(check for check in first.checks if check.aspect is not Aspect.ISSUER)


def _others(judged: Sequence[_JudgedProof], first: _JudgedProof) -> list[_JudgedProof]:
    """The proofs that are told beside the one that decides: all of them, where none is the issuer's."""
    if first.rank in (_Rank.OF_OTHER, _Rank.UNJUDGED_OF_OTHER):
        return list(judged)
    return [each for each in judged if each is not first]


@dataclass(frozen=True, slots=True)
class _Judging:
    """What all proofs of one credential are judged with."""

    issuer: str | None
    facts: Facts
    now_ms: int

    def judge(self, proof: Proof) -> _JudgedProof:
        """One proof by itself."""
        signer = proof.key.partition("#")[0]
        period = judge_period(proof.period, OF_PROOF, self.now_ms)
        checks = [check for check in period if check.reason is not None]
        if proof.flaw is not None:
            checks.append(Check.from_flaw(Aspect.SIGNATURE, proof.flaw))
            return _JudgedProof(proof, self._rank_flawed(signer, proof.flaw), tuple(checks))
        identity = self._identity(signer)
        if isinstance(identity, Check):
            checks.append(identity)
        else:
            keys = candidates(identity, proof.key, self.facts, self.now_ms)
            checks += _tried(proof, keys, "" if checks else period[0].detail)
        rank = _OWN_RANKS[together(checks)] if signer == self.issuer else _Rank.OF_OTHER
        return _JudgedProof(proof, rank, tuple(checks))

    def _identity(self, signer: str) -> Did | DidKeys | Check:
        """Whoever signed."""
        identities = self.facts.identities
        if signer != self.issuer and signer not in identities and is_looked_up(signer):
            return Check(Aspect.ISSUER, CredentialFlaw.NOT_LOOKED_UP)
        identity = identities.get(signer)
        if isinstance(identity, Flaw):
            return Check.from_flaw(Aspect.ISSUER, identity)
        return identity or Check(Aspect.ISSUER, CredentialFlaw.UNKNOWN_ISSUER)

    def _rank_flawed(self, signer: str, flaw: Flaw) -> _Rank:
        """How much a proof says that cannot be verified: one that names nobody is nobody's, not another's."""
        is_others = signer not in ("", self.issuer)
        if flaw.reason in INCONCLUSIVE:
            return _Rank.UNJUDGED_OF_OTHER if is_others else _Rank.UNJUDGED
        if is_others:
            return _Rank.OF_OTHER
        is_own = bool(signer) and flaw.reason is not CredentialFlaw.PROOF_PURPOSE
        return _Rank.BAD if is_own else _Rank.BESIDE_THE_POINT


def _named(method: str) -> str:
    """A key as a message names it."""
    return excerpt(method, MAX_NAME_EXCERPT) if method else "it names no key"


def _tried(proof: Proof, keys: tuple[CandidateKey, ...], tolerated: str) -> tuple[Check, ...]:
    """The checks of signature and key by the first key that made the proof (S5); by one of an algorithm that
    is not known here, if none of the others did; else by the first.
    """
    if not keys:
        return (Check(Aspect.KEY, CredentialFlaw.UNKNOWN_KEY, _named(proof.key)),)
    failed = list[tuple[Check, Check]]()
    for key in keys:
        signature = _check_signature(proof, key, tolerated)
        if signature.reason is None:
            return signature, key.standing
        failed.append((signature, key.standing))
    return next((pair for pair in failed if pair[0].outcome is Outcome.INDETERMINATE), failed[0])


def _check_signature(proof: Proof, key: CandidateKey, tolerated: str) -> Check:
    if key.multikey is None:
        return Check(Aspect.SIGNATURE, CredentialFlaw.KEY_UNREADABLE, shortened(key.algorithm, MAX_EXCERPT))
    flaw = proof.verify(key.multikey)
    if flaw is not None:
        return Check.from_flaw(Aspect.SIGNATURE, flaw)
    return Check(Aspect.SIGNATURE, None, detail_of(tolerated, proof.remark))
