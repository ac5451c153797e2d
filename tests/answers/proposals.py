"""Answers about proposals in each of their states, and about indexes of two pages."""

from collections.abc import Iterator
from dataclasses import replace

from api.answer.encoding import Answer
from api.answer.question import IndexQuestion, Question, RecordQuestion, TransactionQuestion
from registry.checking import ProofFlaw
from registry.kinds.anchor.entry import ANCHORS_BY_ISSUER
from registry.kinds.pending.record import PENDING_BY_SUBJECT
from registry.proofs import IndexProof
from registry.ruleset import CURRENT
from registry.transaction import Transaction
from tests.answers.example import Example, accepted, changed_proof, refused, with_proof
from tests.answers.proposed import (
    COMPLETED_MS,
    END_MS,
    MISTAKE,
    PROPOSED_MS,
    RECALL,
    REISSUE,
    proposed,
)
from tests.answers.scenario import PAGE_ENTRIES
from tests.registry.network import AGENCY, UNIVERSITY

PROPOSALS = PENDING_BY_SUBJECT.index_id(UNIVERSITY)
ANCHORS = ANCHORS_BY_ISSUER.index_id(UNIVERSITY)
ALL_ANCHORS = ("pending-anchors-at-k", "pending-anchors-at-k-last")
"""The pages that prove, together, which roots the issuer anchored, and so which not."""

QUESTIONS: dict[str, tuple[str, Question]] = {
    "pending": (
        "A proposal that two keys approved: it is completed, and its record says by whom.",
        RecordQuestion("pending", RECALL),
    ),
    "pending-at-k": (
        "The same at K, the time at which it was proposed: open, with one approval; its successor is shown.",
        RecordQuestion("pending", RECALL, PROPOSED_MS),
    ),
    "pending-at-k-before": (
        "A millisecond before it was completed it was open.",
        RecordQuestion("pending", RECALL, COMPLETED_MS - 1),
    ),
    "pending-withdrawn": ("A proposal that was withdrawn.", RecordQuestion("pending", MISTAKE)),
    "pending-dropped": (
        "An open proposal whose first approval was dropped when another came: dropped_ms says when.",
        RecordQuestion("pending", REISSUE),
    ),
    "pending-not-dropped-yet": (
        "The same a millisecond earlier: dropped_ms is null, although the key had retired in block 3 and its "
        "approval did not count.",
        RecordQuestion("pending", REISSUE, COMPLETED_MS - 1),
    ),
    "pending-not-yet": (
        "K lies before the proposal.",
        RecordQuestion("pending", RECALL, PROPOSED_MS - 1),
    ),
    "pending-absent": (
        "The DID never had a proposal of this name.",
        RecordQuestion("pending", f"{UNIVERSITY}/pending/recall"),
    ),
    "open-proposals": (
        "The open proposals of a proposer: two of the four that it made.",
        RecordQuestion("open-proposals", UNIVERSITY),
    ),
    "open-proposals-at-k": (
        "The same when three were open.",
        RecordQuestion("open-proposals", UNIVERSITY, PROPOSED_MS),
    ),
    "open-proposals-absent": (
        "A DID that never proposed anything.",
        RecordQuestion("open-proposals", AGENCY),
    ),
    "pending-index-page": (
        "The first page of the proposals that concern a DID: more follow.",
        IndexQuestion(PROPOSALS, 0),
    ),
    "pending-index-last-page": ("The second page: the last.", IndexQuestion(PROPOSALS, PAGE_ENTRIES)),
    "pending-index-at-k": (
        "The first page at K: three proposals were all, and the fourth is shown as the one that came later.",
        IndexQuestion(PROPOSALS, 0, COMPLETED_MS),
    ),
    "pending-anchors-page": (
        "The first page of an issuer's anchors: more follow.",
        IndexQuestion(ANCHORS, 0),
    ),
    "pending-anchors-last-page": ("The second page: the last.", IndexQuestion(ANCHORS, PAGE_ENTRIES)),
    ALL_ANCHORS[0]: (
        "The first page at a K that is stated. With the next one it proves that no other root was anchored.",
        IndexQuestion(ANCHORS, 0, END_MS),
    ),
    ALL_ANCHORS[1]: (
        "The page after it, at the same K, which is the last.",
        IndexQuestion(ANCHORS, PAGE_ENTRIES, END_MS),
    ),
}


def honest(name: str) -> Answer:
    """The honest answer to one of the questions."""
    return proposed().answer(QUESTIONS[name][1])


def examples() -> Iterator[Example]:
    """All of them."""
    for name, (says, question) in QUESTIONS.items():
        yield accepted(name, says, proposed().answer(question))
    for written in proposed().written:
        if written.name in ("propose", "approve"):
            question = TransactionQuestion(Transaction.decode(written.data).id)
            says = f"Transaction {written.name!r} of transactions.json, in the ledger."
            yield accepted(f"pending-transaction-{written.name}", says, proposed().answer(question))
    yield from _hidden_endings()
    yield from _hidden_entries()


def _hidden_endings() -> Iterator[Example]:
    answer, kind = honest("pending"), CURRENT.records["pending"]
    alone = proposed().versions(kind, RECALL, 0, 1, 0)
    yield refused(
        "pending-completion-hidden",
        "A completed proposal as if it were open: its first version alone.",
        with_proof(answer, alone),
        ProofFlaw.SUCCESSOR_LEFT_OUT,
    )
    yield refused(
        "pending-completion-denied",
        "The same, with a count that says that there is no later version.",
        with_proof(answer, replace(alone, count=1, path=())),
        ProofFlaw.STATE_ROOT,
    )
    yield refused(
        "pending-older-body",
        "The last version, with the body of the one before it.",
        changed_proof(answer, body=alone.body),
        ProofFlaw.BODY,
    )
    withdrawn = proposed().versions(kind, MISTAKE, 0, 1, 0)
    yield refused(
        "pending-withdrawal-hidden",
        "A withdrawn proposal as if it were open.",
        with_proof(honest("pending-withdrawn"), withdrawn),
        ProofFlaw.SUCCESSOR_LEFT_OUT,
    )


def _hidden_entries() -> Iterator[Example]:
    for name in ("pending-index-page", "pending-anchors-page"):
        first = honest(name)
        assert isinstance(first.proof, IndexProof)
        shortened = replace(first.proof, count=PAGE_ENTRIES, path=())
        says = "The first page as if it were the last: a smaller count."
        yield refused(f"{name}-cut", says, with_proof(first, shortened), ProofFlaw.STATE_ROOT)
    last = honest("pending-anchors-last-page")
    yield refused(
        "pending-anchors-other-page",
        "The last page in place of the first.",
        replace(honest("pending-anchors-page"), proof=last.proof),
        ProofFlaw.PAGE,
    )
