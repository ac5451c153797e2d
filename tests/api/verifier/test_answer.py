"""The verifier's verdicts, over real signatures and proofs: what is proved, and each way to be invalid
or indeterminate.
"""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given as given_that
from hypothesis import settings
from hypothesis import strategies as st

from api.answer.encoding import Answer, answer_from_json, answer_to_json, encode_answer
from api.answer.epoch_proofs import EpochProof
from api.answer.question import (
    AnchorQuestion,
    ChunkQuestion,
    IndexQuestion,
    Question,
    RecordQuestion,
    StatusListQuestion,
    TransactionQuestion,
)
from api.verifier.answer import follow, verify_answer, verify_encoded
from api.verifier.verdict import INCONCLUSIVE, AnswerFlaw, Finding, Outcome, StatusBits, Verdict
from consensus.light_client import TRUSTING_PERIOD_MS, AnchoredBy, HeaderRefusal, HeaderRefused, Trust
from consensus.messages import VoteKind
from registry.checking import Absent, Anchored, Entries, Found, InLedger, NotYet, ProofFlaw, chunks_of
from registry.kinds.anchor.entry import ANCHORS_BY_ISSUER, Anchor, entry_id
from registry.kinds.status_list.record import STATUS_LIST, StatusList, StatusPurpose
from registry.primitives.codec import encode
from registry.primitives.merkle import inclusion_proof, leaf_hash, root_of
from registry.primitives.shape import encode_as
from registry.proofs import ChunkProof, IndexProof, RecordProof, StatusListProof
from registry.proving import prove_entry
from registry.transaction import Transaction
from tests.api.verifier.signed import (
    GENESIS_HASH,
    NEXT_SEEDS,
    boundary_over,
    finalization,
    header_over,
    validators,
)
from tests.registry.network import UNIVERSITY, Network, owned
from tests.registry.recorded import Registry, StoredLog

DID, LIST, INDEX = (
    "did:web:a.example",
    "did:web:a.example/status-lists/list",
    "schemas-by-owner/did:web:a.example",
)
EMPTY = "schemas-by-owner/did:web:x"
BITS = b"".join(bytes([number]) * 128 for number in range(128))


def transaction() -> bytes:
    signed = Network().signed_by(UNIVERSITY)
    signed.build.register_did(UNIVERSITY, [owned("issuer")])
    return signed.bytes()


ANCHORS = ANCHORS_BY_ISSUER.index_id(DID)
ROOTS = tuple(bytes([number]) * 32 for number in range(3))
TRANSACTION = transaction()
TRANSACTION_ID = Transaction.decode(TRANSACTION).id


def bits_tree() -> StoredLog:
    tree = StoredLog()
    for chunk in chunks_of(BITS):
        tree.append(chunk, chunk)
    return tree


def status_list() -> StatusList:
    root = root_of(map(leaf_hash, chunks_of(BITS)))
    return StatusList(StatusPurpose.REVOCATION, 8 * len(BITS), root, 0, 0, 0, 0)


def example() -> Registry:
    registry = Registry()
    registry.write("schema", "s", TRANSACTION)
    for number in range(3):
        registry.write("did", DID, b"version %d" % number)
        registry.enter(INDEX, f"schema-{number}")
    registry.write("status-list", LIST, encode_as(STATUS_LIST, status_list()))
    for root in ROOTS:
        registry.enter(ANCHORS, entry_id(Anchor(root, 16)))
    return registry


REGISTRY = example()
HEADER = header_over(REGISTRY.committed())
CERTIFICATE = finalization(HEADER)
NOW = HEADER.time_ms + 5_000
TRUST = Trust(GENESIS_HASH, 0, validators(), NOW - 86_400_000, AnchoredBy.CHECKPOINT)
LEAVES = REGISTRY.logs["did", DID].leaves
ANCHOR_ENTRIES = REGISTRY.logs["index", ANCHORS].leaves
LIST_PROOF = REGISTRY.prove_record("status-list", LIST)
assert isinstance(LIST_PROOF, RecordProof)
LIST_FOUND = Found(0, LIST_PROOF.versions[0], encode_as(STATUS_LIST, status_list()), None)


def answer(question: Question, proof: Any) -> Answer:
    return Answer(1, question, proof, HEADER, CERTIFICATE)


def chunk_proof(number: int) -> ChunkProof:
    assert isinstance(LIST_PROOF, RecordProof)
    return ChunkProof(
        LIST_PROOF, number, chunks_of(BITS)[number], inclusion_proof(number, 128, bits_tree().node)
    )


def record_at(known_at_ms: int | None) -> Answer:
    return answer(RecordQuestion("did", DID, known_at_ms), REGISTRY.prove_record("did", DID, known_at_ms))


def verdict_on(
    given: Answer, question: Question | None = None, trust: Trust = TRUST, now_ms: int = NOW
) -> Verdict:
    """Both renditions must give the same verdict."""
    verdict = verify_encoded(encode_answer(given), trust, question=question, now_ms=now_ms, max_age_ms=60_000)
    by_json = answer_from_json(answer_to_json(given))
    assert verdict == verify_answer(by_json, trust, question=question, now_ms=now_ms, max_age_ms=60_000)
    return verdict


def anchor_proof(number: int) -> IndexProof:
    return prove_entry(REGISTRY.mapping.prove, ANCHORS, REGISTRY.logs["index", ANCHORS].log(), number)


GOOD: dict[str, tuple[Answer, Finding]] = {
    "record": (record_at(None), Found(2, LEAVES[2], b"version 2", None)),
    "record at K": (record_at(LEAVES[1].time_ms), Found(1, LEAVES[1], b"version 1", LEAVES[2])),
    "record not yet known": (record_at(1), NotYet(LEAVES[0])),
    "absence": (
        answer(RecordQuestion("did", "did:web:x"), REGISTRY.prove_record("did", "did:web:x")),
        Absent(),
    ),
    "index": (
        answer(IndexQuestion(INDEX), REGISTRY.prove_index(INDEX)),
        Entries(0, tuple(REGISTRY.logs["index", INDEX].leaves), is_last=True),
    ),
    "page of an index": (
        answer(IndexQuestion(INDEX, 1), REGISTRY.prove_index(INDEX, first=1, limit=1)),
        Entries(1, (REGISTRY.logs["index", INDEX].leaves[1],), is_last=False),
    ),
    "empty index": (
        answer(IndexQuestion(EMPTY, 7), REGISTRY.prove_index(EMPTY, first=7)),
        Entries(7, (), is_last=True),
    ),
    "anchor": (
        answer(AnchorQuestion(DID, ROOTS[1]), anchor_proof(1)),
        Anchored(1, ANCHOR_ENTRIES[1], 16),
    ),
    "anchor at K": (
        answer(AnchorQuestion(DID, ROOTS[1], ANCHOR_ENTRIES[1].time_ms), anchor_proof(1)),
        Anchored(1, ANCHOR_ENTRIES[1], 16),
    ),
    "anchor not yet known": (
        answer(AnchorQuestion(DID, ROOTS[1], ANCHOR_ENTRIES[0].time_ms), anchor_proof(1)),
        NotYet(ANCHOR_ENTRIES[1]),
    ),
    "no anchors": (
        answer(AnchorQuestion("did:web:x", ROOTS[1]), REGISTRY.prove_index("anchors-by-issuer/did:web:x")),
        Absent(),
    ),
    "transaction": (
        answer(TransactionQuestion(TRANSACTION_ID), REGISTRY.prove_ledger(0)),
        InLedger(0, REGISTRY.ledger.leaves[0]),
    ),
    "chunk": (
        answer(ChunkQuestion(LIST, 5), chunk_proof(5)),
        StatusBits(LIST_FOUND, status_list(), 5 * 1024, bytes([5]) * 128),
    ),
    "status list": (
        answer(StatusListQuestion(LIST), StatusListProof(LIST_PROOF, BITS)),
        StatusBits(LIST_FOUND, status_list(), 0, BITS),
    ),
    "no status list": (
        answer(StatusListQuestion(f"{LIST}-2"), REGISTRY.prove_record("status-list", f"{LIST}-2")),
        Absent(),
    ),
    "no chunk yet": (
        answer(ChunkQuestion(LIST, 5, 1), REGISTRY.prove_record("status-list", LIST, 1)),
        NotYet(LIST_FOUND.version),
    ),
}


@pytest.mark.parametrize(("given", "finding"), GOOD.values(), ids=GOOD)
def test_a_good_answer_is_valid_as_of_its_header(given: Answer, finding: Finding) -> None:
    verdict = Verdict(
        Outcome.VALID,
        None,
        "",
        finding,
        HEADER.time_ms,
        HEADER.height,
        0,
        AnchoredBy.CHECKPOINT,
    )
    assert verdict_on(given, given.question) == verdict
    assert verdict_on(given) == verdict


def test_status_bits_are_read_from_the_left() -> None:
    shown = StatusBits(LIST_FOUND, status_list(), 5 * 1024, bytes([5]) * 128)
    assert [shown.is_set(5 * 1024 + index) for index in range(8)] == [bool(5 & 0x80 >> n) for n in range(8)]
    with pytest.raises(IndexError):
        shown.is_set(5 * 1024 - 1)
    with pytest.raises(IndexError):
        shown.is_set(6 * 1024)


RECORD = record_at(None)
UNSIGNED = replace(HEADER, state_root=bytes(32))
OTHER_NETWORK = replace(HEADER, genesis_hash=bytes(32))
LATER_VERSION = replace(HEADER, version=2)
LATER_RULESET = replace(HEADER, ruleset=65_535)
OTHER_SET = replace(HEADER, validators_hash=bytes(32))

EARLY = REGISTRY.prove_record("status-list", LIST, 1)
assert isinstance(EARLY, RecordProof)
EARLY_BITS = replace(chunk_proof(5), record=EARLY)

# The answer, the question that was asked (None: its own), and the reason.
BAD: dict[str, tuple[Answer, Question | None, Any]] = {
    "of another record": (RECORD, RecordQuestion("did", "did:web:b"), AnswerFlaw.OTHER_QUESTION),
    "of another K": (RECORD, RecordQuestion("did", DID, 5), AnswerFlaw.OTHER_QUESTION),
    "with a header nobody signed": (replace(RECORD, header=UNSIGNED), None, HeaderRefusal.OTHER_BLOCK),
    "of another network": (
        replace(RECORD, header=OTHER_NETWORK, certificate=finalization(OTHER_NETWORK)),
        None,
        HeaderRefusal.WRONG_GENESIS,
    ),
    "of another validator set": (
        replace(RECORD, header=OTHER_SET, certificate=finalization(OTHER_SET)),
        None,
        HeaderRefusal.WRONG_VALIDATORS,
    ),
    "short of a quorum": (
        replace(RECORD, certificate=finalization(HEADER, (0, 1))),
        None,
        HeaderRefusal.NO_QUORUM,
    ),
    "signed by others": (
        replace(RECORD, certificate=finalization(HEADER, seeds=NEXT_SEEDS)),
        None,
        HeaderRefusal.NO_QUORUM,
    ),
    "with a notarization": (
        replace(RECORD, certificate=replace(CERTIFICATE, kind=VoteKind.NOTARIZE)),
        None,
        HeaderRefusal.NOT_A_FINALIZATION,
    ),
    "with a false position": (
        answer(TransactionQuestion(TRANSACTION_ID), replace(REGISTRY.prove_ledger(0), position=1)),
        None,
        ProofFlaw.LOG_ROOT,
    ),
    "with an older proof": (
        replace(RECORD, proof=record_at(LEAVES[0].time_ms).proof),
        None,
        ProofFlaw.SUPERFLUOUS,
    ),
    "with another proof": (
        replace(RECORD, question=RecordQuestion("did", "did:web:x")),
        None,
        ProofFlaw.STATE_ROOT,
    ),
    "with a proof of another kind": (
        replace(RECORD, proof=REGISTRY.prove_ledger(0)),
        None,
        AnswerFlaw.OTHER_PROOF,
    ),
    "that an index is a record": (
        answer(IndexQuestion(INDEX), REGISTRY.prove_record("did", DID)),
        None,
        AnswerFlaw.OTHER_PROOF,
    ),
    "of another anchor": (answer(AnchorQuestion(DID, ROOTS[1]), anchor_proof(2)), None, ProofFlaw.ENTRY),
    "that another's anchor is one's own": (
        answer(AnchorQuestion("did:web:x", ROOTS[1]), anchor_proof(1)),
        None,
        ProofFlaw.STATE_ROOT,
    ),
    "that a record is an anchor": (
        answer(AnchorQuestion(DID, ROOTS[1]), REGISTRY.prove_record("did", DID)),
        None,
        AnswerFlaw.OTHER_PROOF,
    ),
    "of another transaction": (
        answer(TransactionQuestion(bytes(32)), REGISTRY.prove_ledger(0)),
        None,
        ProofFlaw.LEAF,
    ),
    "of what is no transaction": (
        answer(TransactionQuestion(bytes(32)), REGISTRY.prove_ledger(1)),
        None,
        ProofFlaw.LEAF,
    ),
    "that a transaction is a record": (
        answer(TransactionQuestion(bytes(32)), REGISTRY.prove_record("did", DID)),
        None,
        AnswerFlaw.OTHER_PROOF,
    ),
    "of another chunk": (answer(ChunkQuestion(LIST, 6), chunk_proof(5)), None, ProofFlaw.CHUNK),
    "with cleared bits": (
        answer(StatusListQuestion(LIST), StatusListProof(LIST_PROOF, bytes(len(BITS)))),
        None,
        ProofFlaw.CHUNK,
    ),
    "without the bits": (answer(ChunkQuestion(LIST, 5), LIST_PROOF), None, AnswerFlaw.OTHER_PROOF),
    "with a chunk for the whole": (
        answer(StatusListQuestion(LIST), chunk_proof(0)),
        None,
        AnswerFlaw.OTHER_PROOF,
    ),
    "with an index for bits": (
        answer(ChunkQuestion(LIST, 5), REGISTRY.prove_index(INDEX)),
        None,
        AnswerFlaw.OTHER_PROOF,
    ),
    "with bits of a list not yet known": (
        answer(ChunkQuestion(LIST, 5, 1), EARLY_BITS),
        None,
        AnswerFlaw.OTHER_PROOF,
    ),
}


@pytest.mark.parametrize(("given", "question", "reason"), BAD.values(), ids=BAD)
def test_a_bad_answer_is_invalid(given: Answer, question: Question | None, reason: Any) -> None:
    verdict = verdict_on(given, question)
    assert (verdict.outcome, verdict.reason, verdict.finding) == (Outcome.INVALID, reason, None)


# The answer, the trust, and the reason.
UNDECIDED: dict[str, tuple[Answer, Trust, Any]] = {
    "height 0": (replace(RECORD, certificate=None), TRUST, AnswerFlaw.NOT_FINAL),
    "another epoch": (RECORD, replace(TRUST, epoch=1), AnswerFlaw.OTHER_EPOCH),
    "an old anchor": (
        RECORD,
        replace(TRUST, checkpoint_time_ms=NOW - TRUSTING_PERIOD_MS - 1),
        HeaderRefusal.ANCHOR_TOO_OLD,
    ),
    "a later header": (
        replace(RECORD, header=LATER_VERSION, certificate=finalization(LATER_VERSION)),
        TRUST,
        HeaderRefusal.UNKNOWN_VERSION,
    ),
    "a later ruleset": (
        replace(RECORD, header=LATER_RULESET, certificate=finalization(LATER_RULESET)),
        TRUST,
        HeaderRefusal.UNKNOWN_RULESET,
    ),
    "a later ruleset and an old anchor": (
        replace(RECORD, header=LATER_RULESET, certificate=finalization(LATER_RULESET)),
        replace(TRUST, checkpoint_time_ms=NOW - TRUSTING_PERIOD_MS - 1),
        HeaderRefusal.UNKNOWN_RULESET,
    ),
    "a question about the future": (record_at(HEADER.time_ms + 1), TRUST, ProofFlaw.KNOWN_AT_AHEAD),
}


@pytest.mark.parametrize(
    "trust", [TRUST, replace(TRUST, checkpoint_time_ms=NOW - TRUSTING_PERIOD_MS - 1)], ids=["fresh", "old"]
)
def test_what_is_refuted_is_invalid_whatever_else_is_undecided(trust: Trust) -> None:
    certificate = finalization(LATER_RULESET, (0, 1))
    given = replace(RECORD, header=LATER_RULESET, certificate=certificate)
    verdict = verdict_on(given, None, trust)
    assert (verdict.outcome, verdict.reason) == (Outcome.INVALID, HeaderRefusal.NO_QUORUM)


@pytest.mark.parametrize(("given", "trust", "reason"), UNDECIDED.values(), ids=UNDECIDED)
def test_what_cannot_be_concluded_is_indeterminate(given: Answer, trust: Trust, reason: Any) -> None:
    verdict = verdict_on(given, None, trust)
    assert (verdict.outcome, verdict.reason, verdict.finding) == (Outcome.INDETERMINATE, reason, None)


@pytest.mark.parametrize(
    ("now_ms", "reason"),
    [
        (HEADER.time_ms + 60_001, AnswerFlaw.STALE),
        (HEADER.time_ms + 60_000, None),
        (HEADER.time_ms - 500, None),
        (HEADER.time_ms - 501, AnswerFlaw.FROM_FUTURE),
    ],
)
def test_a_header_that_is_not_fresh_still_says_what_was_proved(
    now_ms: int, reason: AnswerFlaw | None
) -> None:
    verdict = verdict_on(RECORD, now_ms=now_ms)
    assert verdict == Verdict(
        Outcome.INDETERMINATE if reason else Outcome.VALID,
        reason,
        "",
        Found(2, LEAVES[2], b"version 2", None),
        HEADER.time_ms,
        HEADER.height,
        0,
        AnchoredBy.CHECKPOINT,
    )


def test_bytes_that_are_no_answer() -> None:
    malformed = verify_encoded(b"", TRUST, question=None, now_ms=NOW)
    assert (malformed.outcome, malformed.reason) == (Outcome.INVALID, AnswerFlaw.MALFORMED)
    later = verify_encoded(encode({"version": 2}), TRUST, question=None, now_ms=NOW)
    assert (later.outcome, later.reason) == (Outcome.INDETERMINATE, AnswerFlaw.UNSUPPORTED_VERSION)


def test_an_answer_of_the_next_epoch_needs_the_epoch_proof() -> None:
    boundary = boundary_over(REGISTRY.committed())
    proof = EpochProof(boundary, finalization(boundary), validators(NEXT_SEEDS).validators)
    later = header_over(REGISTRY.committed(), epoch=1, seeds=NEXT_SEEDS)
    given = replace(RECORD, header=later, certificate=finalization(later, seeds=NEXT_SEEDS))
    assert verdict_on(given).reason is AnswerFlaw.OTHER_EPOCH
    verdict = verdict_on(given, None, follow(TRUST, [proof]))
    assert (verdict.outcome, verdict.epoch, verdict.anchored_by) == (Outcome.VALID, 1, AnchoredBy.CHECKPOINT)
    with pytest.raises(HeaderRefused):
        follow(TRUST, [replace(proof, next_validators=validators().validators)])


def test_genesis_only_is_said() -> None:
    assert (
        verdict_on(RECORD, None, replace(TRUST, anchored_by=AnchoredBy.GENESIS)).anchored_by == "genesis only"
    )


def test_reasons_have_codes_and_no_two_share_one() -> None:
    reasons = [*AnswerFlaw, *ProofFlaw, *HeaderRefusal]
    codes = {Verdict(Outcome.INVALID, reason).code for reason in reasons}
    assert len(codes) == len(reasons)
    assert Verdict(Outcome.INVALID, ProofFlaw.SUCCESSOR_LEFT_OUT).code == "successor-left-out"
    assert Verdict(Outcome.VALID).code is None
    assert set(reasons) >= INCONCLUSIVE


@given_that(st.sampled_from(sorted(GOOD)), st.data())
@settings(derandomize=True, max_examples=1_500, deadline=None)
def test_no_damage_makes_another_finding_valid(name: str, data: st.DataObject) -> None:
    """Whatever bytes of a good answer are changed: it is no longer valid, or says the same."""
    given, finding = GOOD[name]
    damaged = bytearray(encode_answer(given))
    for _ in range(data.draw(st.integers(1, 2))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] ^= data.draw(st.integers(1, 255))
    verdict = verify_encoded(bytes(damaged), TRUST, question=given.question, now_ms=NOW)
    assert verdict.outcome is not Outcome.VALID or verdict.finding == finding
