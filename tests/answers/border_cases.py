"""Where two readers of the reference could differ: ends of ranges, two flaws at once, wrappers of JSON."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from api.answer.encoding import Answer, answer_to_json, encode_answer
from api.answer.question import ChunkQuestion, IndexQuestion, RecordQuestion, TransactionQuestion
from api.verifier.verdict import AnswerFlaw, Outcome, VerdictReason
from consensus.light_client import TRUSTING_PERIOD_MS, HeaderRefusal
from registry.checking import ProofFlaw
from registry.kinds.did.record import DID_RECORD
from registry.primitives.codec import decode, encode
from registry.primitives.map_proof import MapProof
from registry.primitives.merkle import leaf_hash, root_of
from registry.primitives.shape import encode_as
from registry.primitives.sparse_map import SparseMap
from registry.proofs import ChunkProof, IndexProof, LedgerProof, RecordProof
from registry.record_log import (
    INDEX_ENTRY,
    LEDGER_LEAF,
    VERSION_LEAF,
    IndexEntry,
    LedgerLeaf,
    VersionLeaf,
    body_hash,
    head_hash,
    map_key,
)
from tests.answers.accepted import honest, transaction
from tests.answers.example import (
    SOON_MS,
    Example,
    accepted,
    changed_certificate,
    changed_header,
    changed_proof,
    refused,
    refused_bytes,
    undecided,
    with_proof,
)
from tests.answers.scenario import LAST_MS, LIST, grown
from tests.registry.network import AGENCY, START_MS, UNIVERSITY

MALFORMED, UNSUPPORTED = AnswerFlaw.MALFORMED, AnswerFlaw.UNSUPPORTED_VERSION


def examples() -> Iterator[Example]:
    """All of them."""
    yield from _versions_of_the_form()
    yield from _values()
    yield from _names()
    yield from _wrappers()
    yield from _two_flaws()
    yield from _transactions()
    yield from _falling_times()
    did = honest("did")
    yield accepted(
        "anchored-180-days-ago",
        "Trust that began exactly 180 days ago.",
        did,
        now_ms=START_MS + TRUSTING_PERIOD_MS,
        max_age_ms=2 * TRUSTING_PERIOD_MS,
    )


def _handed(name: str, says: str, data: bytes, outcome: Outcome, reason: VerdictReason | None) -> Example:
    """Bytes handed to a reader without a question."""
    return Example(name, says, data, None, outcome, reason, now_ms=SOON_MS)


def _versions_of_the_form() -> Iterator[Example]:
    members: Any = decode(encode_answer(honest("did")), limit=1 << 20)
    cases: list[tuple[str, str, int, Any]] = [
        ("version-0", "Version 0 of the form of answers.", 0, {}),
        ("version-minus-1", "A negative version.", -1, {}),
        ("version-lowest", "The lowest integer there is.", -(2**53 - 1), {}),
        ("version-2-eight-deep", "Version 2 with arrays eight deep in all.", 2, {"more": [[[[[[[]]]]]]]}),
    ]
    for name, says, version, more in cases:
        data = encode({**members, "version": version, **more})
        yield _handed(name, says, data, Outcome.INDETERMINATE, UNSUPPORTED)
    eight = encode({**members, "version": 2, "more": [[[[[[[]]]]]]]})
    deeper = eight.replace(b"\x81" * 6 + b"\x80", b"\x81" * 7 + b"\x80")
    yield refused_bytes("version-2-nine-deep", "Version 2, nested too deep.", deeper, MALFORMED)
    text = json.dumps({**_json(), "version": 2})
    says = "Version 2 in JSON."
    yield _handed("json-version-2", says, text.encode(), Outcome.INDETERMINATE, UNSUPPORTED)
    text = json.dumps({"version": 2, "more": 0.5})
    says = "Version 2 in JSON, with a fraction: numbers come first."
    yield refused_bytes("json-version-2-fraction", says, text.encode(), MALFORMED)


def _values() -> Iterator[Example]:
    data = encode_answer(honest("did"))
    at = data.index(b"gversion") + len(b"gversion")
    for name, says, written in (
        ("integer-below-lowest", "An integer of −2^53.", b"\x3b\x00\x1f\xff\xff\xff\xff\xff\xff"),
        ("length-of-2-63", "A byte string that says it has 2^63 bytes.", b"\x5b\x80" + bytes(7)),
        ("array-of-2-32", "An array that says it has 2^32 items.", b"\x9b\x00\x00\x00\x01" + bytes(4)),
        ("key-that-is-a-number", "A map with a number for a key.", b"\xa1\x01\x01"),
        ("simple-value-16", "A simple value that means nothing.", b"\xf0"),
    ):
        yield refused_bytes(name, says, data[:at] + written + data[at + 1 :], MALFORMED)
    members: Any = decode(data, limit=1 << 20)
    with_proto = encode({**members, "__proto__": 1})
    yield refused_bytes("member-proto", "A member called __proto__.", with_proto, MALFORMED)


def _names() -> Iterator[Example]:
    segments = ":".join("abcdefgh")
    for name, did in (
        ("eight-segments", f"did:web:a.example:{segments}"),
        ("port-of-five-digits", "did:web:a.example%3A99999"),
        ("one-label", "did:web:localhost"),
        ("label-of-63", f"did:web:{'a' * 63}.example"),
        ("hyphens-within", "did:web:a--b.example"),
        ("upper-case-path", "did:web:a.example:Faculty_1.x"),
        ("dots-as-path", "did:web:a.example:.."),
    ):
        yield accepted(f"did-{name}", f"{did} is not registered.", grown().answer(RecordQuestion("did", did)))
    absent = honest("did-absent")
    for name, did in (
        ("nine-segments", f"did:web:a.example:{segments}:i"),
        ("port-of-six-digits", "did:web:a.example%3A100000"),
        ("port-with-zero", "did:web:a.example%3A08443"),
        ("port-zero", "did:web:a.example%3A0"),
        ("label-of-64", f"did:web:{'a' * 64}.example"),
        ("label-empty", "did:web:a..example"),
        ("label-begins-with-hyphen", "did:web:-a.example"),
        ("label-ends-with-hyphen", "did:web:a-.example"),
        ("host-empty", "did:web::a"),
        ("segment-empty", "did:web:a.example::b"),
        ("segment-percent", "did:web:a.example:b%20c"),
        ("byte-order-mark", f"\ufeff{UNIVERSITY}"),
    ):
        data = encode_answer(replace(absent, question=RecordQuestion("did", did)))
        yield refused_bytes(f"did-{name}", "No DID is spelled so.", data, AnswerFlaw.IMPOSSIBLE_QUESTION)


def _json() -> Any:
    return answer_to_json(honest("did"))


def _wrappers() -> Iterator[Example]:
    answer = json.dumps(_json())
    deep = "[" * 31 + "]" * 31  # with the object around it 32
    for name, says, text in (
        ("readable-first", "`readable` first.", f'{{"readable": null, "answer": {answer}}}'),
        ("no-readable", "`answer` alone in an object.", f'{{"answer": {answer}}}'),
        ("readable-fraction", "A fraction in `readable`.", f'{{"answer": {answer}, "readable": -0.5e3}}'),
        ("readable-deep", "`readable` 32 deep in all.", f'{{"answer": {answer}, "readable": {deep}}}'),
        ("readable-proto", "A name __proto__.", f'{{"answer": {answer}, "readable": {{"__proto__": 1}}}}'),
        ("readable-pair", "A whole pair.", f'{{"answer": {answer}, "readable": "\\ud83c\\udf93"}}'),
        ("white-space", "White space around it.", f"\r\n\t {answer}\n"),
    ):
        yield _handed(f"json-{name}", says, text.encode(), Outcome.VALID, None)
    for name, says, text in (
        ("third-member", "A third member.", f'{{"answer": {answer}, "readable": null, "more": 1}}'),
        ("wrapped-twice", "An answer within an answer.", f'{{"answer": {{"answer": {answer}}}}}'),
        ("answer-array", "`answer` is an array.", f'{{"answer": [{answer}]}}'),
        ("readable-twice", "`readable` twice.", f'{{"answer": {answer}, "readable": 1, "readable": 1}}'),
        ("readable-name-twice", "A name twice.", f'{{"answer": {answer}, "readable": {{"a": 1, "a": 1}}}}'),
        ("readable-long-number", "33 digits.", f'{{"answer": {answer}, "readable": {"1" * 33}}}'),
        ("readable-too-deep", "33 levels.", f'{{"answer": {answer}, "readable": [{deep}]}}'),
        ("readable-half-pair", "Half of a pair.", f'{{"answer": {answer}, "readable": "\\ud83c"}}'),
        ("readable-leading-zero", "A number 01.", f'{{"answer": {answer}, "readable": 01}}'),
        ("member-proto", "A member called __proto__.", answer[:-1] + ', "__proto__": 1}'),
    ):
        yield refused_bytes(f"json-{name}", says, text.encode(), MALFORMED)


def _two_flaws() -> Iterator[Example]:
    """The first of two is told."""
    did, chunk = honest("did"), honest("chunk")
    proof, bits = did.proof, chunk.proof
    assert isinstance(proof, RecordProof)
    assert isinstance(bits, ChunkProof)
    forged = changed_proof(did, count=proof.count + 1)
    other = RecordQuestion("did", AGENCY)
    says = "No certificate, and another question."
    yield refused(
        "other-question-not-final",
        says,
        replace(did, certificate=None),
        AnswerFlaw.OTHER_QUESTION,
        question=other,
    )
    says = "No certificate, and a forged proof."
    yield undecided("not-final-forged", says, replace(forged, certificate=None), AnswerFlaw.NOT_FINAL)
    says = "A header of a later version and of another network."
    answer = changed_header(did, version=2, genesis_hash=bytes(32))
    yield undecided("later-version-other-network", says, answer, HeaderRefusal.UNKNOWN_VERSION)
    says = "Another epoch, and signatures that do not hold."
    answer = replace(did, header=replace(did.header, epoch=1))
    yield undecided("other-epoch-unsigned", says, answer, AnswerFlaw.OTHER_EPOCH)
    says = "A later ruleset, and too few signatures."
    answer = changed_certificate(changed_header(did, ruleset=65_535), signers=(0, 1, 3))
    yield refused("later-ruleset-unsigned", says, answer, HeaderRefusal.NO_QUORUM)
    long_ago = {"now_ms": START_MS + TRUSTING_PERIOD_MS + 1}
    says = "A later ruleset, and trust that began too long ago."
    yield undecided(
        "later-ruleset-anchor",
        says,
        changed_header(did, ruleset=65_535),
        HeaderRefusal.UNKNOWN_RULESET,
        **long_ago,
    )
    says = "Trust that began too long ago, and a forged proof."
    yield undecided("anchor-forged", says, forged, HeaderRefusal.ANCHOR_TOO_OLD, **long_ago)
    says = "A proof of another kind, and a stale header."
    answer = with_proof(did, honest("index-page").proof)
    yield refused("other-proof-stale", says, answer, AnswerFlaw.OTHER_PROOF, now_ms=LAST_MS + 120_001)
    ahead = RecordQuestion("did", UNIVERSITY, LAST_MS + 1)
    says = "A path of another length, and K after the header."
    yield refused("impossible-k-ahead", says, replace(forged, question=ahead), ProofFlaw.IMPOSSIBLE)
    says = "A path to another root, and K after the header."
    elsewhere = changed_proof(did, versions=(replace(proof.versions[0], index=9),))
    yield refused("state-root-k-ahead", says, replace(elsewhere, question=ahead), ProofFlaw.STATE_ROOT)
    says = "K after the header, and a body that is not the version's."
    answer = replace(changed_proof(did, body=b""), question=RecordQuestion("did", UNIVERSITY, LAST_MS + 1))
    yield undecided("k-ahead-body", says, answer, ProofFlaw.KNOWN_AT_AHEAD)
    says = "The successor is left out, and the body is another."
    left_out = grown().versions(DID_RECORD, UNIVERSITY, 1, 2, 0)
    yield refused("successor-and-body", says, with_proof(did, left_out), ProofFlaw.SUCCESSOR_LEFT_OUT)
    says = "Entries of a time after K, and another page."
    late = grown().entries(f"dids-by-sponsor/{UNIVERSITY}", 1, 4)
    answer = replace(
        with_proof(honest("index-page"), late), question=IndexQuestion(f"dids-by-sponsor/{UNIVERSITY}", 0, 0)
    )
    yield refused("superfluous-and-page", says, answer, ProofFlaw.SUPERFLUOUS)
    says = "Another number, and bits of none."
    answer = replace(changed_proof(chunk, bits=bytes(128)), question=ChunkQuestion(LIST, 6))
    yield refused("chunk-number-and-bits", says, answer, ProofFlaw.CHUNK)


def _transactions() -> Iterator[Example]:
    """Leaves of a log of one, under a header that a quorum signed, as no honest one would."""
    honest_answer = transaction()
    proof = honest_answer.proof
    assert isinstance(proof, LedgerProof)
    signed = proof.leaf.data
    envelope: Any = decode(signed[1:], limit=1 << 16)
    protected, _, payload, signature = envelope

    def alone(data: bytes, index: int = 1) -> Answer:
        leaf = LedgerLeaf(1, index, START_MS, data)
        root = leaf_hash(encode_as(LEDGER_LEAF, leaf))
        answer = with_proof(honest_answer, LedgerProof(leaf, 0, ()))
        return changed_header(answer, log_size=1, log_root=root)

    yield accepted("ledger-of-one", "A ledger with one entry.", alone(signed))
    other_signature = b"\xd2" + encode([protected, {}, payload, bytes(64)])
    says = "The id does not cover the signature, and a reader does not check it."
    yield accepted("transaction-other-signature", says, alone(other_signature))
    for name, says, data in (
        ("untagged", "No tag before it.", signed[1:]),
        ("trailing", "A byte behind it.", signed + b"\x00"),
        (
            "unprotected",
            "An unprotected header.",
            b"\xd2" + encode([protected, {"a": 1}, payload, signature]),
        ),
        ("signature-short", "A short signature.", b"\xd2" + encode([protected, {}, payload, signature[:63]])),
        ("empty", "No bytes.", b""),
    ):
        yield refused(f"transaction-{name}", says, alone(data), ProofFlaw.LEAF)
    yield refused("transaction-at-index-0", "A transaction at index 0.", alone(signed, 0), ProofFlaw.LEAF)
    unasked = replace(alone(signed), question=TransactionQuestion(bytes(32)))
    yield refused("transaction-of-another-id", "Another id.", unasked, ProofFlaw.LEAF)


def _falling_times() -> Iterator[Example]:
    """States of one record, signed by a quorum as no honest one would."""
    later, earlier = VersionLeaf(2, 1, LAST_MS, body_hash(b"")), VersionLeaf(1, 1, START_MS, body_hash(b""))
    says = "Two versions, of which the second is dated before the first."
    for name, known_at_ms in (("now", None), ("at-k", START_MS)):
        leaves = [encode_as(VERSION_LEAF, version) for version in (later, earlier)]
        proof = RecordProof(b"", 2, 0, (later, earlier), (), MapProof(b"", (), None))
        asked = RecordQuestion("did", UNIVERSITY, known_at_ms)
        answer = _alone_in_the_map(replace(honest("did"), question=asked, proof=proof), "did", leaves)
        yield refused(f"versions-out-of-time-{name}", says, answer, ProofFlaw.IMPOSSIBLE)
    index = f"dids-by-sponsor/{UNIVERSITY}"
    entries = (IndexEntry(2, 1, 0, LAST_MS, UNIVERSITY), IndexEntry(1, 1, 0, START_MS, AGENCY))
    says = "Two entries, of which the second is dated before the first."
    leaves = [encode_as(INDEX_ENTRY, entry) for entry in entries]
    page = IndexProof(2, 0, entries, (), MapProof(b"", (), None))
    asked_index = IndexQuestion(index, 0, START_MS)
    answer = _alone_in_the_map(replace(honest("did"), question=asked_index, proof=page), "index", leaves)
    yield refused("entries-out-of-time", says, answer, ProofFlaw.IMPOSSIBLE)


def _alone_in_the_map(answer: Answer, kind: str, leaves: list[bytes]) -> Answer:
    """The answer under a header whose state has one record, with this log."""
    question: Any = answer.question
    head = head_hash(len(leaves), root_of([leaf_hash(leaf) for leaf in leaves]))
    state = SparseMap.EMPTY.update({map_key(kind, question.id): head})
    return changed_header(answer, state_root=state.root)
