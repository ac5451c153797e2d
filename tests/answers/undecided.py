"""Answers that must be indeterminate: nothing in them is false, but a reader cannot conclude."""

from collections.abc import Iterator
from dataclasses import replace

from api.answer.encoding import Answer, encode_answer
from api.answer.question import AnchorQuestion, RecordQuestion, StatusListQuestion
from api.verifier.verdict import AnswerFlaw, Outcome
from consensus.light_client import TRUSTING_PERIOD_MS, HeaderRefusal
from registry.checking import ProofFlaw
from registry.primitives.codec import decode, encode
from registry.primitives.map_proof import MapProof
from registry.primitives.merkle import leaf_hash, root_of
from registry.primitives.shape import encode_as
from registry.primitives.sparse_map import SparseMap
from registry.proofs import RecordProof, StatusListProof
from registry.record_log import VERSION_LEAF, VersionLeaf, body_hash, head_hash, map_key
from tests.answers.accepted import UNKNOWN_DID, honest
from tests.answers.example import SOON_MS, Example, changed_header, undecided
from tests.answers.scenario import LAST_MS, LIST, Scenario, in_a_later_epoch
from tests.api.ledger import Ledger
from tests.registry.network import START_MS, UNIVERSITY


def examples() -> Iterator[Example]:
    """All of them."""
    did = honest("did")
    later = in_a_later_epoch()
    yield _of_a_later_version()
    at_genesis = Scenario(Ledger(), bytes(32)).answer(RecordQuestion("did", UNIVERSITY))
    yield undecided(
        "height-0",
        "No block after genesis: no certificate.",
        at_genesis,
        AnswerFlaw.NOT_FINAL,
        now_ms=START_MS,
    )
    yield undecided(
        "certificate-left-out",
        "The certificate was left out.",
        replace(did, certificate=None),
        AnswerFlaw.NOT_FINAL,
    )
    yield undecided(
        "header-version-2",
        "A header of a later version.",
        changed_header(did, version=2),
        HeaderRefusal.UNKNOWN_VERSION,
    )
    yield undecided(
        "later-ruleset",
        "A header under a later ruleset, signed by a quorum.",
        changed_header(did, ruleset=65_535),
        HeaderRefusal.UNKNOWN_RULESET,
    )
    yield undecided(
        "epoch-1-not-followed",
        "An answer of epoch 1 for a reader who trusts epoch 0.",
        later.answer(RecordQuestion("did", "did:web:office.example")),
        AnswerFlaw.OTHER_EPOCH,
    )
    yield undecided(
        "anchor-too-old",
        "Trust that began 180 days and a millisecond ago.",
        did,
        HeaderRefusal.ANCHOR_TOO_OLD,
        now_ms=START_MS + TRUSTING_PERIOD_MS + 1,
        max_age_ms=2 * TRUSTING_PERIOD_MS,
    )
    yield undecided(
        "k-ahead",
        "K lies a millisecond after the header.",
        replace(did, question=RecordQuestion("did", UNIVERSITY, LAST_MS + 1)),
        ProofFlaw.KNOWN_AT_AHEAD,
    )
    absent = honest("did-absent")
    yield undecided(
        "k-ahead-absent",
        "The same for a DID that is absent.",
        replace(absent, question=RecordQuestion("did", UNKNOWN_DID, LAST_MS + 1)),
        ProofFlaw.KNOWN_AT_AHEAD,
    )
    for name in ("anchor", "anchor-absent"):
        asked = honest(name)
        assert isinstance(asked.question, AnchorQuestion)
        yield undecided(
            f"k-ahead-{name}",
            f"The same for {name!r}.",
            replace(asked, question=replace(asked.question, known_at_ms=LAST_MS + 1)),
            ProofFlaw.KNOWN_AT_AHEAD,
        )
    yield undecided("stale", "A millisecond too old.", did, AnswerFlaw.STALE, now_ms=LAST_MS + 120_001)
    yield undecided(
        "stale-absent", "Too old, and absence.", absent, AnswerFlaw.STALE, now_ms=LAST_MS + 120_001
    )
    yield undecided(
        "from-future",
        "A millisecond further ahead than the precision.",
        did,
        AnswerFlaw.FROM_FUTURE,
        now_ms=LAST_MS - 501,
    )
    yield undecided(
        "purpose-4",
        "A list with a purpose that this version does not know.",
        _of_purpose_4(),
        AnswerFlaw.UNREADABLE,
    )


def _of_a_later_version() -> Example:
    members = decode(encode_answer(honest("did")), limit=1 << 20)
    assert isinstance(members, dict)
    data = encode({**members, "version": 2, "more": [1, 2, 3]})
    says = "A form of answers that came later."
    return Example(
        "version-2", says, data, None, Outcome.INDETERMINATE, AnswerFlaw.UNSUPPORTED_VERSION, now_ms=SOON_MS
    )


def _of_purpose_4() -> Answer:
    """A state of one record, a status list as a later ruleset might have it."""
    honest_answer = honest("status-list")
    bits = bytes(131_072 // 8)
    root = root_of([leaf_hash(bytes(128))] * 128)
    body = encode([4, 131_072, root, 0, 0, 0, START_MS])
    version = VersionLeaf(1, 1, START_MS, body_hash(body))
    log_root = leaf_hash(encode_as(VERSION_LEAF, version))
    key = map_key("status-list", LIST)
    state = SparseMap.EMPTY.update({key: head_hash(1, log_root)})
    record = RecordProof(body, 1, 0, (version,), (), MapProof(b"", (), None))
    answer = replace(honest_answer, question=StatusListQuestion(LIST), proof=StatusListProof(record, bits))
    return changed_header(answer, state_root=state.root)
