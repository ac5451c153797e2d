"""Answers under an honest header whose proof does not prove what was asked for."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from api.stored import ledger_log
from api.verifier.encoding import (
    Answer,
    ChunkQuestion,
    IndexQuestion,
    RecordQuestion,
    StatusListQuestion,
    TransactionQuestion,
)
from api.verifier.verdict import AnswerFlaw
from registry.checking import Flaw
from registry.primitives.merkle import inclusion_proof
from registry.primitives.sparse_map import MapProof
from registry.proofs import (
    AbsenceProof,
    ChunkProof,
    IndexProof,
    LedgerProof,
    RecordProof,
    StatusListProof,
)
from registry.record_log import LedgerLeaf, map_key
from registry.records.kind import Kind
from tests.answers.accepted import honest, transaction
from tests.answers.example import Example, changed_proof, refused
from tests.answers.scenario import (
    FACULTIES,
    INDEX,
    KEY_ADDED_MS,
    LIST,
    REGISTERED_MS,
    REVOKED_MS,
    grown,
)
from tests.registry.network import AGENCY, START_MS, UNIVERSITY


def examples() -> Iterator[Example]:
    """All of them."""
    yield from _of_another_kind()
    yield from _log_paths()
    yield from _map_paths()
    yield from _versions()
    yield from _entries()
    yield from _ledger()
    yield from _bits()


def _with_proof(answer: Answer, proof: Any) -> Answer:
    return replace(answer, proof=proof)


def _of_another_kind() -> Iterator[Example]:
    other = AnswerFlaw.OTHER_PROOF
    did, index, chunk = honest("did"), honest("index-page"), honest("chunk")
    status_list = honest("status-list")
    assert isinstance(chunk.proof, ChunkProof)
    for name, says, answer in (
        ("index-for-record", "An index proof for a record.", _with_proof(did, index.proof)),
        ("record-for-index", "A record proof for an index.", _with_proof(index, did.proof)),
        ("ledger-for-record", "A ledger proof for a record.", _with_proof(did, transaction().proof)),
        (
            "record-for-transaction",
            "A record proof for a transaction.",
            _with_proof(transaction(), did.proof),
        ),
        (
            "absence-for-transaction",
            "Absence of a transaction cannot be proved.",
            _with_proof(transaction(), honest("did-absent").proof),
        ),
        ("chunk-for-list", "One chunk for a whole list.", _with_proof(status_list, chunk.proof)),
        ("list-for-chunk", "A whole list for one chunk.", _with_proof(chunk, status_list.proof)),
        ("bits-left-out", "The list's record without its bits.", _with_proof(chunk, chunk.proof.record)),
        (
            "chunk-for-record",
            "Bits for a record.",
            replace(chunk, question=RecordQuestion("status-list", LIST)),
        ),
        (
            "bits-before-the-list",
            "Bits of a list that did not exist at K.",
            _with_proof(
                honest("chunk-not-yet"),
                replace(chunk.proof, record=honest("chunk-not-yet").proof),
            ),
        ),
    ):
        yield refused(f"proof-{name}", says, answer, other)


def _log_paths() -> Iterator[Example]:
    answer = honest("did-at-k")
    proof = answer.proof
    assert isinstance(proof, RecordProof)
    assert proof.path
    first, *rest = proof.path
    yield refused(
        "log-path-short",
        "A hash of the log's path is missing.",
        changed_proof(answer, path=tuple(rest)),
        Flaw.IMPOSSIBLE,
    )
    yield refused(
        "log-path-long",
        "A hash too many.",
        changed_proof(answer, path=(first, *rest, first)),
        Flaw.IMPOSSIBLE,
    )
    yield refused(
        "log-path-changed", "Another hash.", changed_proof(answer, path=(bytes(32), *rest)), Flaw.STATE_ROOT
    )
    yield refused(
        "first-beyond-count",
        "A version beyond the log's end.",
        changed_proof(answer, first=proof.count),
        Flaw.IMPOSSIBLE,
    )
    yield refused(
        "first-beyond-every-log",
        "A number of 2^53 − 1.",
        changed_proof(answer, first=2**53 - 1),
        Flaw.IMPOSSIBLE,
    )
    yield refused(
        "count-2-53", "A log of 2^53 − 1 versions.", changed_proof(answer, count=2**53 - 1), Flaw.IMPOSSIBLE
    )
    known, successor = proof.versions
    yield refused(
        "versions-swapped",
        "The versions in another order.",
        changed_proof(answer, versions=(successor, known)),
        Flaw.STATE_ROOT,
    )
    redated = replace(known, time_ms=known.time_ms - 1)
    yield refused(
        "version-redated",
        "A version with an earlier time.",
        changed_proof(answer, versions=(redated, successor)),
        Flaw.STATE_ROOT,
    )
    last = honest("did")
    assert isinstance(last.proof, RecordProof)
    earlier = grown().versions(Kind.DID, UNIVERSITY, 1, 2, 1)
    shorter = replace(earlier, count=2, path=earlier.path[:1])
    yield refused(
        "count-lowered",
        "The second version, as if there were no third.",
        _with_proof(last, shorter),
        Flaw.STATE_ROOT,
    )


def _map_paths() -> Iterator[Example]:
    answer, absent = honest("did"), honest("did-absent")
    proof = answer.proof
    assert isinstance(proof, RecordProof)
    path = proof.map_path
    assert isinstance(absent.proof, AbsenceProof)
    nowhere = absent.proof.map_path

    def with_path(**changes: Any) -> Answer:
        return changed_proof(answer, map_path=replace(path, **changes))

    depth_byte = path.present
    yield refused(
        "map-sibling-missing",
        "Fewer siblings than bits.",
        with_path(siblings=path.siblings[1:]),
        Flaw.IMPOSSIBLE,
    )
    yield refused(
        "map-sibling-empty",
        "An empty sibling that is listed.",
        with_path(siblings=(bytes(32), *path.siblings[1:])),
        Flaw.IMPOSSIBLE,
    )
    yield refused(
        "map-bitmap-padded",
        "A bitmap with a zero byte at its end.",
        with_path(present=depth_byte + b"\x00"),
        Flaw.IMPOSSIBLE,
    )
    yield refused(
        "map-siblings-swapped",
        "Siblings in another order.",
        with_path(siblings=path.siblings[::-1]),
        Flaw.STATE_ROOT,
    )
    yield refused(
        "map-other-beside-record",
        "Another leaf beside a record that is there.",
        with_path(other=(bytes(32), bytes(32))),
        Flaw.IMPOSSIBLE,
    )
    key = map_key("did", UNIVERSITY)
    shown = _with_proof(answer, AbsenceProof(replace(path, other=(key, bytes(32)))))
    yield refused(
        "absence-shows-the-key", "Absence whose other leaf is the very record.", shown, Flaw.IMPOSSIBLE
    )
    far = bytes(byte ^ 0xFF for byte in key)
    elsewhere = _with_proof(answer, AbsenceProof(replace(path, other=(far, bytes(32)))))
    yield refused("absence-elsewhere", "Absence by a leaf that stands elsewhere.", elsewhere, Flaw.IMPOSSIBLE)
    empty = _with_proof(answer, AbsenceProof(path))
    yield refused("absence-of-what-is-there", "An empty place where a record is.", empty, Flaw.STATE_ROOT)
    borrowed = _with_proof(answer, absent.proof)
    reason = Flaw.IMPOSSIBLE if nowhere.other is not None else Flaw.STATE_ROOT
    yield refused(
        "absence-of-another", "The absence of another DID, for one that is registered.", borrowed, reason
    )
    nothing = _with_proof(answer, AbsenceProof(MapProof(b"", (), None)))
    yield refused("absence-in-an-empty-map", "Absence in an empty map.", nothing, Flaw.STATE_ROOT)
    index = _with_proof(
        honest("index-whole"),
        AbsenceProof(grown().ledger.view().map.prove(map_key(Kind.INDEX, "members/network"))),
    )
    yield refused("index-left-out", "Absence of an index that has entries.", index, Flaw.STATE_ROOT)
    of_other = _with_proof(replace(answer, question=RecordQuestion("did", AGENCY)), proof)
    yield refused("record-of-another", "The record of another DID.", of_other, Flaw.STATE_ROOT)
    of_other_kind = replace(answer, question=RecordQuestion("member", UNIVERSITY))
    yield refused("record-of-another-kind", "The record of another kind.", of_other_kind, Flaw.STATE_ROOT)


def _versions() -> Iterator[Example]:
    def versions(first: int, end: int, body: int | None) -> RecordProof:
        return grown().versions(Kind.DID, UNIVERSITY, first, end, body)

    def asked(proof: RecordProof, known_at_ms: int | None) -> Answer:
        return replace(honest("did"), question=RecordQuestion("did", UNIVERSITY, known_at_ms), proof=proof)

    now, at_k = None, KEY_ADDED_MS
    left_out, superfluous = Flaw.SUCCESSOR_LEFT_OUT, Flaw.SUPERFLUOUS
    yield refused(
        "last-left-out", "The second version of three, alone.", asked(versions(1, 2, 1), now), left_out
    )
    yield refused(
        "first-alone", "The first version of three, alone.", asked(versions(0, 1, 0), now), left_out
    )
    yield refused(
        "last-left-out-at-k",
        "At K the version known then, without its successor.",
        asked(versions(1, 2, 1), at_k),
        left_out,
    )
    yield refused(
        "older-shown", "The version before the one known at K.", asked(versions(0, 1, 0), at_k), left_out
    )
    yield refused(
        "two-known", "Two versions that were both known.", asked(versions(1, 3, 2), now), superfluous
    )
    yield refused(
        "two-known-at-k",
        "Two versions known at K, without the successor.",
        asked(versions(0, 2, 1), at_k),
        superfluous,
    )
    yield refused(
        "later-shown", "A version that came after K.", asked(versions(2, 3, 2), at_k), Flaw.NOT_YET_KNOWN
    )
    yield refused(
        "later-shown-with-successor",
        "Two versions that came after K.",
        asked(versions(1, 3, 1), START_MS),
        Flaw.NOT_YET_KNOWN,
    )
    yield refused(
        "not-yet-with-two", "Before the first version, with two.", asked(versions(0, 2, None), 0), superfluous
    )
    yield refused(
        "not-yet-with-body",
        "Before the first version, with a body.",
        asked(versions(0, 1, 0), 0),
        superfluous,
    )
    yield refused(
        "body-of-another-version", "The body of an earlier version.", asked(versions(2, 3, 1), now), Flaw.BODY
    )
    yield refused("body-left-out", "No body.", asked(versions(2, 3, None), now), Flaw.BODY)
    last = versions(2, 3, 2)
    assert last.body is not None
    changed = last.body[:-1] + bytes([last.body[-1] ^ 1])
    yield refused(
        "body-changed", "A bit of the body is changed.", asked(replace(last, body=changed), now), Flaw.BODY
    )
    yield refused("body-empty", "An empty body.", asked(replace(last, body=b""), now), Flaw.BODY)


def _entries() -> Iterator[Example]:
    def asked(proof: IndexProof, first: int, known_at_ms: int | None = None) -> Answer:
        return replace(honest("index-page"), question=IndexQuestion(INDEX, first, known_at_ms), proof=proof)

    entries = grown().entries
    yield refused(
        "page-later", "A page that begins with a later entry.", asked(entries(INDEX, 1, 4), 0), Flaw.PAGE
    )
    yield refused(
        "page-earlier", "A page that begins with an earlier entry.", asked(entries(INDEX, 0, 3), 1), Flaw.PAGE
    )
    yield refused(
        "entries-after-k",
        "Two entries that came after K.",
        asked(entries(INDEX, 0, 5), 0, REGISTERED_MS),
        Flaw.SUPERFLUOUS,
    )
    page = entries(INDEX, 0, 3)
    one, two, three = page.entries
    yield refused(
        "entry-left-out",
        "An entry in the middle is left out.",
        asked(replace(page, entries=(one, three)), 0),
        Flaw.STATE_ROOT,
    )
    yield refused(
        "entries-swapped",
        "Two entries in another order.",
        asked(replace(page, entries=(one, three, two)), 0),
        Flaw.STATE_ROOT,
    )
    renamed = replace(two, id=FACULTIES[4])
    yield refused(
        "entry-renamed",
        "An entry with another id.",
        asked(replace(page, entries=(one, renamed, three)), 0),
        Flaw.STATE_ROOT,
    )
    whole = entries(INDEX, 0, 6)
    cut = replace(whole, count=3, entries=whole.entries[:3], path=())
    yield refused("index-cut", "The first entries, as if they were all.", asked(cut, 0), Flaw.STATE_ROOT)
    other = replace(asked(page, 0), question=IndexQuestion(f"status-lists-by-issuer/{UNIVERSITY}", 0))
    yield refused("index-of-another", "The entries of another index.", other, Flaw.STATE_ROOT)


def _ledger() -> Iterator[Example]:
    answer = transaction()
    proof = answer.proof
    assert isinstance(proof, LedgerProof)
    leaf, position = proof.leaf, proof.position
    yield refused(
        "leaf-redated",
        "A transaction with another time.",
        changed_proof(answer, leaf=replace(leaf, time_ms=leaf.time_ms - 1)),
        Flaw.LOG_ROOT,
    )
    yield refused(
        "leaf-of-another-block",
        "A transaction with another height.",
        changed_proof(answer, leaf=replace(leaf, height=leaf.height + 1)),
        Flaw.LOG_ROOT,
    )
    yield refused(
        "position-changed",
        "Another place in the log.",
        changed_proof(answer, position=position + 1),
        Flaw.LOG_ROOT,
    )
    yield refused(
        "position-beyond",
        "A place beyond the log's end.",
        changed_proof(answer, position=answer.header.log_size),
        Flaw.IMPOSSIBLE,
    )
    yield refused(
        "ledger-path-short",
        "A hash of the path is missing.",
        changed_proof(answer, path=proof.path[1:]),
        Flaw.IMPOSSIBLE,
    )
    yield refused(
        "ledger-path-long",
        "A hash too many.",
        changed_proof(answer, path=(*proof.path, bytes(32))),
        Flaw.IMPOSSIBLE,
    )
    yield refused(
        "ledger-path-reversed",
        "The path from the root down.",
        changed_proof(answer, path=proof.path[::-1]),
        Flaw.LOG_ROOT,
    )
    other = replace(answer, question=TransactionQuestion(bytes(32)))
    yield refused("another-transaction", "A transaction of another id.", other, Flaw.LEAF)
    frontier, nodes = ledger_log(grown().ledger.view().reader)
    parent = LedgerLeaf(leaf.height, 0, leaf.time_ms, grown().ledger.view().blocks[1].header.parent_hash)  # type: ignore[union-attr]  # it is kept
    at_parent = LedgerProof(parent, position - 1, inclusion_proof(position - 1, frontier.size, nodes))
    yield refused(
        "parent-hash", "The entry of the parent's hash before it.", _with_proof(answer, at_parent), Flaw.LEAF
    )


def _bits() -> Iterator[Example]:
    answer, whole = honest("chunk"), honest("status-list")
    proof, all_bits = answer.proof, whole.proof
    assert isinstance(proof, ChunkProof)
    assert isinstance(all_bits, StatusListProof)
    yield refused(
        "chunk-bits-cleared",
        "A revoked entry shown as clear.",
        changed_proof(answer, bits=bytes(128)),
        Flaw.CHUNK,
    )
    yield refused(
        "chunk-of-another-number", "The bits of another chunk.", changed_proof(answer, number=6), Flaw.CHUNK
    )
    beyond = replace(changed_proof(answer, number=128), question=ChunkQuestion(LIST, 128))
    yield refused("chunk-beyond-the-list", "A chunk beyond the list's end.", beyond, Flaw.CHUNK)
    yield refused(
        "chunk-path-short",
        "A hash of the path is missing.",
        changed_proof(answer, path=proof.path[1:]),
        Flaw.CHUNK,
    )
    yield refused(
        "chunk-path-long",
        "A hash too many.",
        changed_proof(answer, path=(*proof.path, bytes(32))),
        Flaw.CHUNK,
    )
    earlier = honest("chunk-at-k").proof
    assert isinstance(earlier, ChunkProof)
    yield refused(
        "chunk-of-an-earlier-version",
        "The bits as they were before.",
        _with_proof(answer, replace(proof, bits=earlier.bits, path=earlier.path)),
        Flaw.CHUNK,
    )
    old_record = grown().versions(Kind.STATUS_LIST, LIST, 0, 1, 0)
    stale = _with_proof(answer, replace(earlier, record=old_record))
    yield refused(
        "list-as-it-was", "The list as it was, without its successor.", stale, Flaw.SUCCESSOR_LEFT_OUT
    )
    cleared = bytearray(all_bits.bits)
    cleared[0] = 0
    yield refused(
        "list-bit-cleared",
        "A revoked entry of a whole list shown as clear.",
        changed_proof(whole, bits=bytes(cleared)),
        Flaw.CHUNK,
    )
    yield refused(
        "list-short",
        "Half of a list.",
        changed_proof(whole, bits=all_bits.bits[: len(all_bits.bits) // 2]),
        Flaw.CHUNK,
    )
    at_k = replace(answer, question=ChunkQuestion(LIST, 5, REVOKED_MS - 1))
    yield refused("chunk-known-later", "Today's bits for an earlier K.", at_k, Flaw.NOT_YET_KNOWN)
    unheld = replace(whole, question=StatusListQuestion(f"{UNIVERSITY}/status-lists/pauses"))
    yield refused("list-of-another-name", "The bits of another list.", unheld, Flaw.STATE_ROOT)
