"""The order of flaws (the list in `api.verifier.answer`): answers with two flaws each, in every rendition."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

import pytest

from api.answer.encoding import MAX_ANSWER_BYTES, Answer, encode_answer
from api.answer.question import (
    AnchorQuestion,
    ChunkQuestion,
    IndexQuestion,
    Question,
    RecordQuestion,
    StatusListQuestion,
    TransactionQuestion,
)
from api.verifier.answer import verify_encoded
from api.verifier.verdict import AnswerFlaw, Verdict, VerdictReason
from consensus.header import Header
from consensus.light_client import TRUSTING_PERIOD_MS, HeaderRefusal, Trust
from consensus.messages import Certificate, VoteKind
from registry.checking import ProofFlaw
from registry.primitives.codec import decode, encode
from registry.primitives.merkle import range_proof
from registry.proofs import AbsenceProof, ChunkProof, IndexProof, RecordProof, StatusListProof
from tests.api.verifier.signed import finalization, header_over
from tests.api.verifier.test_answer import (
    ANCHORS,
    BITS,
    DID,
    EMPTY,
    HEADER,
    INDEX,
    LEAVES,
    LIST,
    LIST_PROOF,
    NOW,
    REGISTRY,
    ROOTS,
    TRANSACTION_ID,
    TRUST,
    anchor_proof,
    chunk_proof,
    example,
)

RECORD_PROOF = REGISTRY.prove_record("did", DID)
assert isinstance(RECORD_PROOF, RecordProof)


@dataclass
class Draft:
    """An answer in the making. Header and certificate are changed after it is known what is signed."""

    question: Question = field(default_factory=lambda: RecordQuestion("did", DID))
    asked: Question | None = None
    proof: Any = RECORD_PROOF
    header: Header = HEADER
    signers: tuple[int, ...] = (0, 1, 3)
    of_certificate: list[Callable[[Certificate], Certificate]] = field(default_factory=list)
    has_certificate: bool = True
    of_members: dict[str, Any] = field(default_factory=dict)
    tail: bytes = b""
    trust: Trust = TRUST
    now_ms: int = NOW

    def verdict(self) -> Verdict:
        certificate = finalization(self.header, self.signers)
        for change in self.of_certificate:
            certificate = change(certificate)
        answer = Answer(
            1, self.question, self.proof, self.header, certificate if self.has_certificate else None
        )
        members = decode(encode_answer(answer), limit=MAX_ANSWER_BYTES)
        assert isinstance(members, dict)
        encoded = encode(members | self.of_members) + self.tail
        return verify_encoded(encoded, self.trust, question=self.asked, now_ms=self.now_ms, max_age_ms=60_000)


Break = Callable[[Draft], None]


def of_header(**changes: Any) -> Break:
    def apply(draft: Draft) -> None:
        draft.header = replace(draft.header, **changes)

    return apply


def of_certificate(change: Callable[[Certificate], Certificate]) -> Break:
    return lambda draft: draft.of_certificate.append(change)


def another_epoch(certificate: Certificate) -> Certificate:
    assert certificate.candidate is not None
    return replace(certificate, epoch=7, candidate=replace(certificate.candidate, epoch=7))


def another_block(certificate: Certificate) -> Certificate:
    assert certificate.candidate is not None
    return replace(certificate, candidate=replace(certificate.candidate, block_hash=bytes(32)))


def as_if(**attributes: Any) -> Break:
    def apply(draft: Draft) -> None:
        for name, given in attributes.items():
            setattr(draft, name, given)

    return apply


LOOK_ALIKE = RecordQuestion("did", DID + "\u200b")
OLD_TRUST = replace(TRUST, checkpoint_time_ms=NOW - TRUSTING_PERIOD_MS - 1)

IN_ORDER: list[tuple[VerdictReason, str, Break]] = [
    (AnswerFlaw.MALFORMED, "one byte more", as_if(tail=b"\0")),
    (AnswerFlaw.UNSUPPORTED_VERSION, "version 2", lambda draft: draft.of_members.update(version=2)),
    (AnswerFlaw.MALFORMED, "one member more", lambda draft: draft.of_members.update(extra=1)),
    (AnswerFlaw.IMPOSSIBLE_QUESTION, "look-alike", as_if(question=LOOK_ALIKE)),
    (AnswerFlaw.OTHER_QUESTION, "another K", as_if(asked=RecordQuestion("did", DID, 5))),
    (AnswerFlaw.NOT_FINAL, "no certificate", as_if(has_certificate=False)),
    (HeaderRefusal.UNKNOWN_VERSION, "header 2", of_header(version=2)),
    (HeaderRefusal.WRONG_GENESIS, "genesis", of_header(genesis_hash=bytes(32))),
    (AnswerFlaw.OTHER_EPOCH, "header of epoch 3", of_header(epoch=3)),
    (HeaderRefusal.WRONG_EPOCH, "certificate of epoch 7", of_certificate(another_epoch)),
    (HeaderRefusal.WRONG_VALIDATORS, "validators", of_header(validators_hash=bytes(32))),
    (
        HeaderRefusal.NOT_A_FINALIZATION,
        "notarization",
        of_certificate(lambda certificate: replace(certificate, kind=VoteKind.NOTARIZE)),
    ),
    (HeaderRefusal.OTHER_BLOCK, "block", of_certificate(another_block)),
    (HeaderRefusal.NO_QUORUM, "two signatures", as_if(signers=(0, 1))),
    (HeaderRefusal.UNKNOWN_RULESET, "ruleset 2", of_header(ruleset=65_535)),
    (HeaderRefusal.ANCHOR_TOO_OLD, "anchor", as_if(trust=OLD_TRUST)),
    (AnswerFlaw.OTHER_PROOF, "ledger proof", as_if(proof=REGISTRY.prove_ledger(0))),
    (ProofFlaw.STATE_ROOT, "state root", of_header(state_root=bytes(32))),
    (AnswerFlaw.STALE, "stale", as_if(now_ms=HEADER.time_ms + 60_001)),
]


def test_each_flaw_alone() -> None:
    for reason, name, spoil in IN_ORDER:
        draft = Draft()
        spoil(draft)
        assert draft.verdict().reason is reason, name


PAIRS = list(combinations(IN_ORDER, 2))


@pytest.mark.parametrize(("first", "second"), PAIRS, ids=[f"{one[1]} + {other[1]}" for one, other in PAIRS])
def test_of_two_flaws_the_first_in_order_is_told(
    first: tuple[VerdictReason, str, Break], second: tuple[VerdictReason, str, Break]
) -> None:
    """However they came about: the second is put in before the first and after it."""
    for order in ((first, second), (second, first)):
        draft = Draft()
        for _, _, spoil in order:
            spoil(draft)
        assert draft.verdict().reason is first[0]


# Flaws of proofs, by the kind of question. K is LEAVES[1]'s time where one is given.


def without_successor(number: int) -> RecordProof:
    """A version shown alone, with a path that leads to the true root."""
    log = REGISTRY.logs["did", DID]
    assert isinstance(RECORD_PROOF, RecordProof)
    return replace(
        RECORD_PROOF,
        body=b"version %d" % number,
        first=number,
        versions=(log.leaves[number],),
        path=range_proof(number, number + 1, 3, log.node),
    )


def all_pages(**changes: Any) -> IndexProof:
    proof = REGISTRY.prove_index(INDEX)
    assert isinstance(proof, IndexProof)
    return replace(proof, **changes)


def spoilt_list() -> tuple[Header, RecordProof]:
    """A list whose body cannot be read, and the header over it."""
    registry = example()
    registry.write("status-list", LIST, b"no status list")
    proof = registry.prove_record("status-list", LIST)
    assert isinstance(proof, RecordProof)
    return header_over(registry.committed()), proof


assert isinstance(LIST_PROOF, RecordProof)
OTHER_HEADER, UNREADABLE = spoilt_list()
AHEAD, EARLY = HEADER.time_ms + 1, LEAVES[0].time_ms
ABSENCE = REGISTRY.prove_record("did", "did:web:x")
assert isinstance(ABSENCE, AbsenceProof)
EMPTY_PROOF = REGISTRY.prove_index(EMPTY)
assert isinstance(EMPTY_PROOF, AbsenceProof)
LEDGER = REGISTRY.prove_ledger(0)
MIDDLE = REGISTRY.prove_index(INDEX, first=1)
assert isinstance(MIDDLE, IndexProof)
BEFORE_ALL = REGISTRY.prove_record("did", DID, 1)
assert isinstance(BEFORE_ALL, RecordProof)
LATE = replace(RECORD_PROOF, body=b"another body")
BOTH = REGISTRY.prove_record("did", DID, EARLY)
assert isinstance(BOTH, RecordProof)
LONG_PATH = (bytes(32),) * 9
OTHER_ROOT = replace(HEADER, state_root=bytes(32), log_root=bytes(32))


def record(proof: Any, known_at_ms: int | None = None, header: Header = HEADER) -> Draft:
    return Draft(RecordQuestion("did", DID, known_at_ms), proof=proof, header=header)


def chunk(proof: Any, number: int = 5, header: Header = HEADER, known_at_ms: int | None = None) -> Draft:
    return Draft(ChunkQuestion(LIST, number, known_at_ms), proof=proof, header=header)


def anchor(proof: Any, number: int, known_at_ms: int | None = None, header: Header = HEADER) -> Draft:
    return Draft(AnchorQuestion(DID, ROOTS[number], known_at_ms), proof=proof, header=header)


TWO_ANCHORS = REGISTRY.prove_index(ANCHORS, first=0, limit=2)
assert isinstance(TWO_ANCHORS, IndexProof)

PROOFS: dict[str, tuple[Draft, VerdictReason]] = {
    "record: impossible log, state root": (
        record(replace(RECORD_PROOF, path=LONG_PATH), header=OTHER_ROOT),
        ProofFlaw.IMPOSSIBLE,
    ),
    "record: impossible map, state root": (
        record(
            replace(RECORD_PROOF, map_path=replace(RECORD_PROOF.map_path, present=b"\0")), header=OTHER_ROOT
        ),
        ProofFlaw.IMPOSSIBLE,
    ),
    "record: impossible log, K ahead": (
        record(replace(RECORD_PROOF, path=LONG_PATH), AHEAD),
        ProofFlaw.IMPOSSIBLE,
    ),
    "record: state root, K ahead": (record(RECORD_PROOF, AHEAD, OTHER_ROOT), ProofFlaw.STATE_ROOT),
    "record: K ahead, body": (record(LATE, AHEAD), ProofFlaw.KNOWN_AT_AHEAD),
    "record: K ahead, successor": (record(without_successor(1), AHEAD), ProofFlaw.KNOWN_AT_AHEAD),
    "record: not yet known, body": (record(LATE, EARLY), ProofFlaw.NOT_YET_KNOWN),
    "record: superfluous, body": (record(replace(BOTH, body=b"another")), ProofFlaw.SUPERFLUOUS),
    "record: superfluous body before the first version": (
        record(replace(BEFORE_ALL, body=b"version 0"), 1),
        ProofFlaw.SUPERFLUOUS,
    ),
    "record: successor, body": (
        record(replace(without_successor(1), body=b"another")),
        ProofFlaw.SUCCESSOR_LEFT_OUT,
    ),
    "record: body, stale": (replace(record(LATE), now_ms=HEADER.time_ms + 99_999), ProofFlaw.BODY),
    "record: K ahead, from the future": (
        replace(record(RECORD_PROOF, AHEAD), now_ms=HEADER.time_ms - 99_999),
        ProofFlaw.KNOWN_AT_AHEAD,
    ),
    "absence: impossible, K ahead": (
        record(replace(ABSENCE, map_path=replace(ABSENCE.map_path, present=b"\0")), AHEAD),
        ProofFlaw.IMPOSSIBLE,
    ),
    "absence: state root, K ahead": (record(ABSENCE, AHEAD), ProofFlaw.STATE_ROOT),
    "index: impossible, K ahead": (
        Draft(IndexQuestion(INDEX, 0, AHEAD), proof=all_pages(path=LONG_PATH)),
        ProofFlaw.IMPOSSIBLE,
    ),
    "index: state root, superfluous": (
        Draft(IndexQuestion(INDEX, 0, 1), proof=all_pages(), header=OTHER_ROOT),
        ProofFlaw.STATE_ROOT,
    ),
    "index: K ahead, page": (Draft(IndexQuestion(INDEX, 0, AHEAD), proof=MIDDLE), ProofFlaw.KNOWN_AT_AHEAD),
    "index: superfluous, page": (Draft(IndexQuestion(INDEX, 1, 1), proof=all_pages()), ProofFlaw.SUPERFLUOUS),
    "index: page, stale": (
        replace(Draft(IndexQuestion(INDEX, 0), proof=MIDDLE), now_ms=HEADER.time_ms + 99_999),
        ProofFlaw.PAGE,
    ),
    "index: absence, state root, K ahead": (
        Draft(IndexQuestion(EMPTY, 3, AHEAD), proof=EMPTY_PROOF, header=OTHER_ROOT),
        ProofFlaw.STATE_ROOT,
    ),
    "index: absence, K ahead": (
        Draft(IndexQuestion(EMPTY, 3, AHEAD), proof=EMPTY_PROOF),
        ProofFlaw.KNOWN_AT_AHEAD,
    ),
    "anchor: impossible, state root": (
        anchor(replace(anchor_proof(1), path=LONG_PATH), 1, header=OTHER_ROOT),
        ProofFlaw.IMPOSSIBLE,
    ),
    "anchor: state root, K ahead": (anchor(anchor_proof(1), 1, AHEAD, OTHER_ROOT), ProofFlaw.STATE_ROOT),
    "anchor: K ahead, superfluous": (anchor(TWO_ANCHORS, 0, AHEAD), ProofFlaw.KNOWN_AT_AHEAD),
    "anchor: K ahead, entry": (anchor(anchor_proof(1), 0, AHEAD), ProofFlaw.KNOWN_AT_AHEAD),
    "anchor: superfluous, entry": (anchor(TWO_ANCHORS, 2), ProofFlaw.SUPERFLUOUS),
    "anchor: entry, before K": (anchor(anchor_proof(1), 0, 1), ProofFlaw.ENTRY),
    "anchor: entry, stale": (
        replace(anchor(anchor_proof(1), 0), now_ms=HEADER.time_ms + 99_999),
        ProofFlaw.ENTRY,
    ),
    "anchor: record, state root": (anchor(RECORD_PROOF, 0, header=OTHER_ROOT), AnswerFlaw.OTHER_PROOF),
    "transaction: impossible, root": (
        Draft(TransactionQuestion(TRANSACTION_ID), proof=replace(LEDGER, path=LONG_PATH), header=OTHER_ROOT),
        ProofFlaw.IMPOSSIBLE,
    ),
    "transaction: root, leaf": (
        Draft(TransactionQuestion(bytes(32)), proof=LEDGER, header=OTHER_ROOT),
        ProofFlaw.LOG_ROOT,
    ),
    "transaction: root, unreadable": (
        Draft(TransactionQuestion(bytes(32)), proof=REGISTRY.prove_ledger(1), header=OTHER_ROOT),
        ProofFlaw.LOG_ROOT,
    ),
    "transaction: leaf, from the future": (
        replace(Draft(TransactionQuestion(bytes(32)), proof=LEDGER), now_ms=HEADER.time_ms - 99_999),
        ProofFlaw.LEAF,
    ),
    "chunk: record without a body, state root": (
        chunk(replace(chunk_proof(5), record=BEFORE_ALL), header=OTHER_ROOT),
        AnswerFlaw.OTHER_PROOF,
    ),
    "chunk: no bits, K ahead": (chunk(LIST_PROOF, known_at_ms=AHEAD), AnswerFlaw.OTHER_PROOF),
    "chunk: whole list, state root": (
        chunk(StatusListProof(LIST_PROOF, BITS), header=OTHER_ROOT),
        AnswerFlaw.OTHER_PROOF,
    ),
    "chunk: K ahead, another number": (chunk(chunk_proof(5), 6, known_at_ms=AHEAD), ProofFlaw.KNOWN_AT_AHEAD),
    "chunk: body, another number": (
        chunk(replace(chunk_proof(5), record=replace(LIST_PROOF, body=b"")), 6),
        ProofFlaw.BODY,
    ),
    "chunk: another number, unreadable": (
        chunk(ChunkProof(UNREADABLE, 5, bytes(128), ()), 6, OTHER_HEADER),
        ProofFlaw.CHUNK,
    ),
    "chunk: unreadable, bits": (
        chunk(ChunkProof(UNREADABLE, 5, bytes(128), LONG_PATH), 5, OTHER_HEADER),
        AnswerFlaw.UNREADABLE,
    ),
    "chunk: behind the end of this list": (chunk(replace(chunk_proof(5), number=128), 128), ProofFlaw.CHUNK),
    "list: chunk for the whole, K ahead": (
        Draft(StatusListQuestion(LIST, AHEAD), proof=chunk_proof(0)),
        AnswerFlaw.OTHER_PROOF,
    ),
    "list: unreadable, bits": (
        Draft(StatusListQuestion(LIST), proof=StatusListProof(UNREADABLE, BITS), header=OTHER_HEADER),
        AnswerFlaw.UNREADABLE,
    ),
    "list: state root, bits": (
        Draft(
            StatusListQuestion(LIST), proof=StatusListProof(LIST_PROOF, bytes(len(BITS))), header=OTHER_ROOT
        ),
        ProofFlaw.STATE_ROOT,
    ),
}


@pytest.mark.parametrize(("draft", "reason"), PROOFS.values(), ids=PROOFS)
def test_the_order_within_a_proof(draft: Draft, reason: VerdictReason) -> None:
    assert draft.verdict().reason is reason


def test_a_header_of_height_0_is_not_final_and_with_a_certificate_of_no_network() -> None:
    first = replace(HEADER, height=0, genesis_hash=bytes(32))
    without = Draft(header=first, has_certificate=False).verdict()
    assert (without.outcome, without.reason) == ("indeterminate", AnswerFlaw.NOT_FINAL)
    signed = Draft(header=first).verdict()
    assert (signed.outcome, signed.reason) == ("invalid", HeaderRefusal.WRONG_GENESIS)
