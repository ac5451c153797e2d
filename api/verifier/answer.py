"""Verifying an answer without a network, a clock or a disk: needs only pynacl and cbor2 beside this
project's pure code.

verdict = verify_encoded(saved, trust, question=RecordQuestion("did", did), now_ms=now_ms, max_age_ms=120_000)

What must hold (it fails closed):
- the bytes are an answer, to a question that can be asked and that was asked;
- the header is one that the trusted validators finalized (`consensus.light_client`). Trust comes from
  outside: a genesis document or a checkpoint, moved on to the header's epoch by `follow`; the verdict names
  which;
- the proof leads to what that header commits to, and answers the question (`registry.checking`);
- the header is fresh: at most `max_age_ms` old by the reader's clock.

A verdict holds as of the header's time, never "now". It is *valid*; *invalid*: the answer does not prove what
was asked; or *indeterminate*: nothing false was said, but this verifier cannot conclude. What was proved is
in `finding`, also where only freshness is missing.

**Order.** The first flaw in this order is the verdict, so that all verifiers say the same. What refutes an
answer comes before what leaves it open, as far as the one does not rest on the other. *(open)* marks the
reasons that make an answer indeterminate.

 1. `malformed`: more than 1 MiB, or not one deterministic CBOR value; in JSON: not one strict JSON value
    (`api.answer.encoding`).
 2. `unsupported-version` *(open)*: a map whose `version` is an integer other than 1, whatever else it holds.
 3. `malformed`: not of the form of an answer, or a part outside its bounds.
 4. `impossible-question`: no ledger could hold what is asked for (`api.answer.askable`).
 5. `other-question`: not the question that was asked, where one is given.
 6. `not-final` *(open)*: no certificate, as in every answer at height 0.
 7. `unknown-version` *(open)*: the header's version is not 1.
 8. `wrong-genesis`: the header is of another network. One of height 0 names none, so with a certificate it
    is of another network as well.
 9. `other-epoch` *(open)*: the header's epoch is not the trusted one.
10. `wrong-epoch`: the certificate's epoch is not the trusted one.
11. `wrong-validators`, 12. `not-a-finalization`, 13. `other-block`, 14. `no-quorum`.
15. `unknown-ruleset` *(open)*, then `anchor-too-old` *(open)*.
16. `other-proof`: the proof is of a kind that cannot answer the question (`api.verifier.finding.answers`).
17. The proof, by the kind of question; `impossible` where no tree or map has a proof of that form:
    - *record*: of a record proof `impossible` (the log), then of both kinds `impossible` (the map),
      `state-root`, `known-at-ahead` *(open)*; then of a record proof `not-yet-known` (nothing shown was known
      at K, and it does not begin with the first version), `superfluous`, `successor-left-out`, `body`.
    - *index*: as for a record up to `known-at-ahead` *(open)*; then of an index proof `superfluous`, `page`.
    - *anchor*: as for an index up to `known-at-ahead` *(open)*; then of an index proof `superfluous` (more
      than one entry), `entry` (it is of another root, or of none).
    - *transaction*: `impossible`, `log-root`, `leaf` (index 0, no transaction, or one of another id).
    - *chunk*: as for a record; then of a chunk proof `chunk` (another number), `unreadable` *(open)*,
      `chunk` (a number that the list does not have, or bits that do not lead to its root).
    - *status-list*: as for a record; then of a status list's proof `unreadable` *(open)*, `chunk`.
18. `from-future` *(open)* or `stale` *(open)*.
"""

from collections.abc import Iterable
from dataclasses import replace

from api.answer.encoding import Answer, UnsupportedVersion, read_answer
from api.answer.epoch_proofs import EpochProof
from api.answer.question import Question
from api.verifier.finding import Flawed, check_question, prove
from api.verifier.verdict import AnswerFlaw, Outcome, Verdict
from consensus.header import VERSION
from consensus.light_client import (
    MAX_AGE_MS,
    Boundary,
    FinalHeader,
    Freshness,
    HeaderRefusal,
    HeaderRefused,
    Trust,
    advance,
    verify_header,
)
from registry.primitives import ed25519
from registry.primitives.codec import Malformed
from registry.primitives.ed25519 import Verify
from registry.primitives.validator_set import ValidatorSet
from registry.ruleset import KNOWN_RULESETS

_OF_FRESHNESS = {
    Freshness.FRESH: None,
    Freshness.STALE: AnswerFlaw.STALE,
    Freshness.FROM_FUTURE: AnswerFlaw.FROM_FUTURE,
}


def follow(trust: Trust, proofs: Iterable[EpochProof], verify: Verify = ed25519.verify) -> Trust:
    """Trust moved on over consecutive epochs, from the one after `trust`'s own on. Raises
    `HeaderRefused` or `Malformed`.
    """
    boundaries = [  # all of them, before any signature is looked at: what is malformed anywhere is told first
        Boundary(FinalHeader(proof.header, proof.certificate), ValidatorSet(proof.next_validators))
        for proof in proofs
    ]
    return advance(trust, boundaries, KNOWN_RULESETS, verify)


def verify_encoded(
    data: bytes,
    trust: Trust,
    *,
    question: Question | None,
    now_ms: int,
    max_age_ms: int = MAX_AGE_MS,
    verify: Verify = ed25519.verify,
) -> Verdict:
    """The verdict on the bytes of an answer, in CBOR or in JSON; see `verify_answer`."""
    try:
        answer = read_answer(data)
    except UnsupportedVersion as error:
        return Verdict.from_flaw(AnswerFlaw.UNSUPPORTED_VERSION, str(error))
    except Malformed as error:
        return Verdict.from_flaw(AnswerFlaw.MALFORMED, str(error))
    return verify_answer(
        answer, trust, question=question, now_ms=now_ms, max_age_ms=max_age_ms, verify=verify
    )


def verify_answer(
    answer: Answer,
    trust: Trust,
    *,
    question: Question | None,
    now_ms: int,
    max_age_ms: int = MAX_AGE_MS,
    verify: Verify = ed25519.verify,
) -> Verdict:
    """The verdict on an answer. `question` is what was asked; None accepts the answer's own, as for a
    file that someone hands over, whose question the reader then has to look at. `now_ms` is the
    reader's clock.
    """
    header = answer.header
    try:
        check_question(answer, question)
        freshness = _believe(answer, trust, now_ms, max_age_ms, verify)
    except Flawed as flawed:
        return Verdict.from_flaw(flawed.reason, flawed.detail)
    except HeaderRefused as refused:
        other = header.genesis_hash.hex() if refused.reason is HeaderRefusal.WRONG_GENESIS else ""
        return Verdict.from_flaw(refused.reason, other)
    try:
        finding = prove(answer)
    except Flawed as flawed:
        return replace(
            Verdict.from_flaw(flawed.reason, flawed.detail),
            as_of_ms=header.time_ms,
            height=header.height,
            epoch=header.epoch,
            anchored_by=trust.anchored_by,
        )
    reason = _OF_FRESHNESS[freshness]
    outcome = Outcome.VALID if reason is None else Outcome.INDETERMINATE
    return Verdict(
        outcome, reason, "", finding, header.time_ms, header.height, header.epoch, trust.anchored_by
    )


def _believe(answer: Answer, trust: Trust, now_ms: int, max_age_ms: int, verify: Verify) -> Freshness:
    header = answer.header
    if answer.certificate is None:
        raise Flawed(AnswerFlaw.NOT_FINAL)
    is_known = header.version == VERSION and header.genesis_hash == trust.genesis_hash
    if is_known and header.epoch != trust.epoch:
        raise Flawed(AnswerFlaw.OTHER_EPOCH, f"epoch {header.epoch}, trusted is {trust.epoch}")
    final = FinalHeader(header, answer.certificate)
    return verify_header(trust, final, KNOWN_RULESETS, now_ms, max_age_ms, verify).freshness
