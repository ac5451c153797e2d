"""Answers under an honest header whose proof does not prove what was asked for."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from api.answer.encoding import Answer
from api.answer.question import RecordQuestion
from api.verifier.verdict import AnswerFlaw
from registry.checking import ProofFlaw
from registry.index import INDEX_RECORD
from registry.kinds.did.record import DID_RECORD
from registry.primitives.map_proof import MapProof
from registry.proofs import (
    AbsenceProof,
    ChunkProof,
    RecordProof,
)
from registry.record_log import map_key
from tests.answers.accepted import honest, transaction
from tests.answers.example import Example, changed_proof, refused, with_proof
from tests.answers.scenario import (
    KEY_ADDED_MS,
    LIST,
    grown,
)
from tests.registry.network import AGENCY, START_MS, UNIVERSITY


def examples() -> Iterator[Example]:
    """All of them."""
    yield from _of_another_kind()
    yield from _log_paths()
    yield from _map_paths()
    yield from _versions()


def _of_another_kind() -> Iterator[Example]:
    other = AnswerFlaw.OTHER_PROOF
    did, index, chunk = honest("did"), honest("index-page"), honest("chunk")
    status_list = honest("status-list")
    assert isinstance(chunk.proof, ChunkProof)
    not_yet = honest("chunk-not-yet")
    assert isinstance(not_yet.proof, RecordProof)
    for name, says, answer in (
        ("index-for-record", "An index proof for a record.", with_proof(did, index.proof)),
        ("record-for-index", "A record proof for an index.", with_proof(index, did.proof)),
        ("ledger-for-record", "A ledger proof for a record.", with_proof(did, transaction().proof)),
        (
            "record-for-transaction",
            "A record proof for a transaction.",
            with_proof(transaction(), did.proof),
        ),
        (
            "absence-for-transaction",
            "Absence of a transaction cannot be proved.",
            with_proof(transaction(), honest("did-absent").proof),
        ),
        ("chunk-for-list", "One chunk for a whole list.", with_proof(status_list, chunk.proof)),
        ("list-for-chunk", "A whole list for one chunk.", with_proof(chunk, status_list.proof)),
        ("bits-left-out", "The list's record without its bits.", with_proof(chunk, chunk.proof.record)),
        (
            "chunk-for-record",
            "Bits for a record.",
            replace(chunk, question=RecordQuestion("status-list", LIST)),
        ),
        ("record-for-anchor", "A record for an anchor.", with_proof(honest("anchor"), did.proof)),
        (
            "ledger-for-anchor",
            "A transaction for an anchor.",
            with_proof(honest("anchor"), transaction().proof),
        ),
        (
            "bits-before-the-list",
            "Bits of a list that did not exist at K.",
            with_proof(not_yet, replace(chunk.proof, record=not_yet.proof)),
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
        ProofFlaw.IMPOSSIBLE,
    )
    yield refused(
        "log-path-long",
        "A hash too many.",
        changed_proof(answer, path=(first, *rest, first)),
        ProofFlaw.IMPOSSIBLE,
    )
    yield refused(
        "log-path-changed",
        "Another hash.",
        changed_proof(answer, path=(bytes(32), *rest)),
        ProofFlaw.STATE_ROOT,
    )
    yield refused(
        "first-beyond-count",
        "A version beyond the log's end.",
        changed_proof(answer, first=proof.count),
        ProofFlaw.IMPOSSIBLE,
    )
    yield refused(
        "first-beyond-every-log",
        "A number of 2^53 − 1.",
        changed_proof(answer, first=2**53 - 1),
        ProofFlaw.IMPOSSIBLE,
    )
    yield refused(
        "count-2-53",
        "A log of 2^53 − 1 versions.",
        changed_proof(answer, count=2**53 - 1),
        ProofFlaw.IMPOSSIBLE,
    )
    known, successor = proof.versions
    yield refused(
        "versions-swapped",
        "The versions in another order.",
        changed_proof(answer, versions=(successor, known)),
        ProofFlaw.STATE_ROOT,
    )
    redated = replace(known, time_ms=known.time_ms - 1)
    yield refused(
        "version-redated",
        "A version with an earlier time.",
        changed_proof(answer, versions=(redated, successor)),
        ProofFlaw.STATE_ROOT,
    )
    last = honest("did")
    assert isinstance(last.proof, RecordProof)
    earlier = grown().versions(DID_RECORD, UNIVERSITY, 1, 2, 1)
    shorter = replace(earlier, count=2, path=earlier.path[:1])
    yield refused(
        "count-lowered",
        "The second version, as if there were no third.",
        with_proof(last, shorter),
        ProofFlaw.STATE_ROOT,
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
        ProofFlaw.IMPOSSIBLE,
    )
    yield refused(
        "map-sibling-empty",
        "An empty sibling that is listed.",
        with_path(siblings=(bytes(32), *path.siblings[1:])),
        ProofFlaw.IMPOSSIBLE,
    )
    yield refused(
        "map-bitmap-padded",
        "A bitmap with a zero byte at its end.",
        with_path(present=depth_byte + b"\x00"),
        ProofFlaw.IMPOSSIBLE,
    )
    yield refused(
        "map-siblings-swapped",
        "Siblings in another order.",
        with_path(siblings=path.siblings[::-1]),
        ProofFlaw.STATE_ROOT,
    )
    yield refused(
        "map-other-beside-record",
        "Another leaf beside a record that is there.",
        with_path(other=(bytes(32), bytes(32))),
        ProofFlaw.IMPOSSIBLE,
    )
    key = map_key("did", UNIVERSITY)
    shown = with_proof(answer, AbsenceProof(replace(path, other=(key, bytes(32)))))
    yield refused(
        "absence-shows-the-key", "Absence whose other leaf is the very record.", shown, ProofFlaw.IMPOSSIBLE
    )
    far = bytes(byte ^ 0xFF for byte in key)
    elsewhere = with_proof(answer, AbsenceProof(replace(path, other=(far, bytes(32)))))
    yield refused(
        "absence-elsewhere", "Absence by a leaf that stands elsewhere.", elsewhere, ProofFlaw.IMPOSSIBLE
    )
    empty = with_proof(answer, AbsenceProof(path))
    yield refused(
        "absence-of-what-is-there", "An empty place where a record is.", empty, ProofFlaw.STATE_ROOT
    )
    borrowed = with_proof(answer, absent.proof)
    reason = ProofFlaw.IMPOSSIBLE if nowhere.other is not None else ProofFlaw.STATE_ROOT
    yield refused(
        "absence-of-another", "The absence of another DID, for one that is registered.", borrowed, reason
    )
    nothing = with_proof(answer, AbsenceProof(MapProof(b"", (), None)))
    yield refused("absence-in-an-empty-map", "Absence in an empty map.", nothing, ProofFlaw.STATE_ROOT)
    index = with_proof(
        honest("index-whole"),
        AbsenceProof(grown().ledger.view().prove(map_key(INDEX_RECORD.name, "members/network"))),
    )
    yield refused("index-left-out", "Absence of an index that has entries.", index, ProofFlaw.STATE_ROOT)
    of_other = with_proof(replace(answer, question=RecordQuestion("did", AGENCY)), proof)
    yield refused("record-of-another", "The record of another DID.", of_other, ProofFlaw.STATE_ROOT)
    of_other_kind = replace(answer, question=RecordQuestion("member", UNIVERSITY))
    yield refused(
        "record-of-another-kind", "The record of another kind.", of_other_kind, ProofFlaw.STATE_ROOT
    )


def _versions() -> Iterator[Example]:
    def versions(first: int, end: int, body: int | None) -> RecordProof:
        return grown().versions(DID_RECORD, UNIVERSITY, first, end, body)

    def asked(proof: RecordProof, known_at_ms: int | None) -> Answer:
        return replace(honest("did"), question=RecordQuestion("did", UNIVERSITY, known_at_ms), proof=proof)

    now, at_k = None, KEY_ADDED_MS
    left_out, superfluous = ProofFlaw.SUCCESSOR_LEFT_OUT, ProofFlaw.SUPERFLUOUS
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
        "later-shown", "A version that came after K.", asked(versions(2, 3, 2), at_k), ProofFlaw.NOT_YET_KNOWN
    )
    yield refused(
        "later-shown-with-successor",
        "Two versions that came after K.",
        asked(versions(1, 3, 1), START_MS),
        ProofFlaw.NOT_YET_KNOWN,
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
        "body-of-another-version",
        "The body of an earlier version.",
        asked(versions(2, 3, 1), now),
        ProofFlaw.BODY,
    )
    yield refused("body-left-out", "No body.", asked(versions(2, 3, None), now), ProofFlaw.BODY)
    last = versions(2, 3, 2)
    assert last.body is not None
    changed = last.body[:-1] + bytes([last.body[-1] ^ 1])
    yield refused(
        "body-changed",
        "A bit of the body is changed.",
        asked(replace(last, body=changed), now),
        ProofFlaw.BODY,
    )
    yield refused("body-empty", "An empty body.", asked(replace(last, body=b""), now), ProofFlaw.BODY)
