"""Judging the proofs of a credential, however many there are and in whatever order (decision 0086).

Rules:

- S1 The issuer's own proof for `assertionMethod` decides. Of several the best one does: a new proof beside
  one whose key has ended makes the credential valid.
- S2 Every other proof is told with its own verdict (`Aspect.OTHER_PROOF`) and has no say: anybody can put a
  proof beside a good one, and must not be able to turn it. So a forged one is told as invalid and the
  credential stays valid; and no endorsement makes valid what its issuer did not sign. What is not even an
  object with a type is no proof, and a flaw of the form.
- S3 A proof of another suite or one bound to an earlier proof is indeterminate: another verifier may know. It
  decides only where the issuer has no proof that can be judged.
- S4 A proof counts between its own `created` and `expires`, with the tolerance of `validity`.
- S5 A `verificationMethod` of `#` and a fragment is a key of the issuer's.
- S6 A key counts while it is active. From the beginning of a compromise on it counts only for what was
  anchored before. After it ended in any other way, what was anchored before counts, and of the rest nobody
  can say.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from api.credentials import eddsa_jcs
from api.credentials.document import Document, each_with_place
from api.credentials.eddsa_jcs import ASSERTION, DataIntegrityProof, ProofError
from api.credentials.excerpt import MAX_NAME_EXCERPT, detail_of, excerpt
from api.credentials.url import is_url
from api.verifier.credential.check import Aspect, Check, CredentialFlaw, together
from api.verifier.credential.facts import Facts
from api.verifier.credential.validity import OF_PROOF, judge_period
from api.verifier.verdict import Outcome
from registry.kinds.did.record import Did, Key, KeyState, Purpose
from registry.names import is_did
from registry.primitives import ed25519
from registry.primitives.codec import Malformed
from registry.primitives.ed25519 import UnknownAlgorithm


class _Rank(IntEnum):
    """How much a proof says about whether the issuer signed: the lowest decides (S1, S3)."""

    GOOD = 0
    OPEN = 1
    BAD = 2
    UNJUDGED = 3
    """The issuer's, or of nobody that it names, of another suite or bound to an earlier one."""
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
    """A proof's place, the DID URL of its key ("" where it names none), and its checks."""

    place: str
    method: str
    rank: _Rank
    checks: tuple[Check, ...]

    def beside(self) -> Check:
        """The one check that tells of it beside the proof that decides (S2)."""
        outcome = together(self.checks)
        found = next(check for check in self.checks if check.outcome is outcome)
        told = found.detail.removeprefix(f"{self.place}: ") if found.aspect is Aspect.SIGNATURE else ""
        return Check(Aspect.OTHER_PROOF, found.reason, detail_of(self.place, _named(self.method), told))


def signers_of(credential: Document, issuer: str | None) -> tuple[str, ...]:
    """The DIDs beside the issuer whose keys proofs of the known suite name, as far as the registry can hold
    them.
    """
    try:
        found = eddsa_jcs.proofs(credential)
    except ProofError:
        return ()
    signers = []
    for proof in found:
        signer = _method(proof, issuer).partition("#")[0]
        if signer != issuer and is_did(signer) and eddsa_jcs.is_known(proof):
            signers.append(signer)
    return tuple(dict.fromkeys(signers))


@dataclass(frozen=True, slots=True)
class JudgedProofs:
    """The checks of the proof that decides, and one for each other proof. `signed` is the credential as the
    proof that decides covers it: what stands in `@context` behind the proof's own is signed by nobody, and
    defines nothing (rule P2 of `api.credentials.eddsa_jcs`).
    """

    checks: tuple[Check, ...]
    signed: Document


def judge_proofs(credential: Document, issuer: str | None, facts: Facts, now_ms: int) -> JudgedProofs:
    """All proofs of a credential, judged."""
    try:
        found = eddsa_jcs.proofs(credential)
    except ProofError as error:
        unread = Check(Aspect.SIGNATURE, CredentialFlaw.NO_READABLE_PROOF, detail_of(str(error)))
        return JudgedProofs((unread,), credential)
    places = [place for place, _ in each_with_place(credential["proof"], "/proof")]
    judging = _Judging(credential, issuer, facts, now_ms)
    judged = [judging.judge(proof, place) for proof, place in zip(found, places, strict=True)]
    first = min(judged, key=lambda proof: proof.rank)
    signed = _as_signed(credential, found[judged.index(first)])
    match first.rank:
        case _Rank.OF_OTHER:
            told = f"signed by {_named(first.method)}"
            deciding: tuple[Check, ...] = (Check(Aspect.ISSUER, CredentialFlaw.OTHER_ISSUER, told),)
        case _Rank.UNJUDGED_OF_OTHER:
            told = f"none is by {excerpt(issuer, MAX_NAME_EXCERPT)}"
            deciding = (Check(Aspect.SIGNATURE, CredentialFlaw.NO_READABLE_PROOF, told),)
        case _:
            deciding = tuple(check for check in first.checks if check.aspect is not Aspect.ISSUER)
            judged = [proof for proof in judged if proof is not first]
    return JudgedProofs((*deciding, *(proof.beside() for proof in judged)), signed)


def _as_signed(credential: Document, proof: Document) -> Document:
    return {**credential, "@context": proof["@context"]} if "@context" in proof else credential


@dataclass(frozen=True, slots=True)
class _Judging:
    """What all proofs of one credential are judged with."""

    credential: Document
    issuer: str | None
    facts: Facts
    now_ms: int

    def judge(self, proof: Document, place: str) -> _JudgedProof:
        """One proof by itself."""
        method = _method(proof, self.issuer)
        signer, _, fragment = method.partition("#")
        period = judge_period(proof, OF_PROOF, self.now_ms, place)
        checks = [check for check in period if check.reason is not None]
        try:
            read = eddsa_jcs.read_proof(proof)
        except ProofError as error:
            checks.append(_unreadable(proof, place, error))
            return _JudgedProof(place, method, self._rank_unread(signer, error), tuple(checks))
        misused = _misused(read, method, place)
        if misused is not None:
            is_others = signer not in ("", self.issuer)
            rank = _Rank.OF_OTHER if is_others else _Rank.BESIDE_THE_POINT
            return _JudgedProof(place, method, rank, (*checks, misused))
        did = self._record(signer)
        if isinstance(did, Check):
            checks.append(did)
        elif (key := did.key(fragment)) is None:
            checks.append(Check(Aspect.KEY, CredentialFlaw.UNKNOWN_KEY, _named(method)))
        else:
            tolerated = "" if checks else period[0].detail
            told = detail_of(tolerated, _unsigned_contexts(self.credential, proof))
            checks += (_check_signature(self.credential, read, key, told), _check_key(key, self.facts))
        rank = _OWN_RANKS[together(checks)] if signer == self.issuer else _Rank.OF_OTHER
        return _JudgedProof(place, method, rank, tuple(checks))

    def _record(self, signer: str) -> Did | Check:
        """The record of whoever signed."""
        if signer != self.issuer and signer not in self.facts.signers and is_did(signer):
            return Check(Aspect.ISSUER, CredentialFlaw.NOT_LOOKED_UP)
        did = self.facts.did if signer == self.issuer else self.facts.signers.get(signer)
        return did or Check(Aspect.ISSUER, CredentialFlaw.UNKNOWN_ISSUER)

    def _rank_unread(self, signer: str, error: ProofError) -> _Rank:
        is_others = signer not in ("", self.issuer)
        if error.fault.indeterminate:
            return _Rank.UNJUDGED_OF_OTHER if is_others else _Rank.UNJUDGED
        if is_others:
            return _Rank.OF_OTHER
        return _Rank.BAD if signer else _Rank.BESIDE_THE_POINT


def _method(proof: Document, issuer: str | None) -> str:
    """The DID URL of the key that a proof names (S5); "" where it names none, or adds a path or query."""
    method = proof.get("verificationMethod")
    if not isinstance(method, str):
        return ""
    if method.startswith("#") and issuer is not None:
        return issuer + method
    signer, _, fragment = method.partition("#")
    is_plain = not (signer.startswith("did:") and ("/" in signer or "?" in signer))
    return method if is_plain and fragment and is_url(method) else ""


def _named(method: str) -> str:
    """A key as a message names it."""
    return excerpt(method, MAX_NAME_EXCERPT) if method else "it names no key"


def _unreadable(proof: Document, place: str, error: ProofError) -> Check:
    """What is said of a proof that cannot be read."""
    if error.fault.indeterminate:
        suite = [excerpt(proof[name]) for name in ("type", "cryptosuite") if name in proof]
        told = detail_of(place, str(error), *suite)
        return Check(Aspect.SIGNATURE, CredentialFlaw.NO_READABLE_PROOF, told)
    return Check(Aspect.SIGNATURE, CredentialFlaw.PROOF_MALFORMED, detail_of(place, error.detail))


def _misused(read: DataIntegrityProof, method: str, place: str) -> Check | None:
    """A proof for another purpose, or by a key that cannot be told."""
    if read.purpose != ASSERTION:
        told = detail_of(f"{place}/proofPurpose", excerpt(read.purpose))
        return Check(Aspect.SIGNATURE, CredentialFlaw.PROOF_PURPOSE, told)
    if not method:
        told = detail_of(
            f"{place}/verificationMethod", excerpt(read.verification_method), "it names no key of a DID"
        )
        return Check(Aspect.SIGNATURE, CredentialFlaw.PROOF_MALFORMED, told)
    return None


def _check_signature(credential: Document, proof: DataIntegrityProof, key: Key, tolerated: str) -> Check:
    try:
        eddsa_jcs.verify(credential, proof, ed25519.from_multikey(key.multikey))
    except (UnknownAlgorithm, Malformed) as error:
        return Check(Aspect.SIGNATURE, CredentialFlaw.KEY_UNREADABLE, detail_of(str(error)))
    except ProofError as error:
        return Check(Aspect.SIGNATURE, CredentialFlaw.WRONG_SIGNATURE, detail_of(str(error)))
    return Check(Aspect.SIGNATURE, None, tolerated)


def _unsigned_contexts(credential: Document, proof: Document) -> str:
    """What a reader is told where `@context` goes on behind what the proof covers."""
    contexts, covered = credential.get("@context"), proof.get("@context")
    if "@context" not in proof or not isinstance(contexts, list):
        return ""
    count = len(covered) if isinstance(covered, list) else 1
    return (
        f"/@context from entry {count} on is not signed and does not count" if count < len(contexts) else ""
    )


def _check_key(key: Key, facts: Facts) -> Check:
    """S6."""
    if key.purpose is not Purpose.ASSERTION_METHOD:
        return Check(Aspect.KEY, CredentialFlaw.KEY_PURPOSE, key.fragment)
    state = key.state_at(facts.as_of_ms)
    if state is None:
        return Check(Aspect.KEY, CredentialFlaw.KEY_NOT_YET, key.fragment)
    if state is KeyState.ACTIVE:
        return Check(Aspect.KEY, None, key.fragment)
    if facts.anchored_ms is not None and key.state_at(facts.anchored_ms) is KeyState.ACTIVE:
        return Check(Aspect.KEY, None, f"{key.fragment}, anchored before it ended")
    ended = CredentialFlaw.KEY_COMPROMISED if state is KeyState.COMPROMISED else CredentialFlaw.KEY_ENDED
    return Check(Aspect.KEY, ended, f"{key.fragment} is {state.name.lower()}")
