"""Answers whose entries, transactions or bits are not those of the ledger."""

from collections.abc import Iterator
from dataclasses import replace

from api.answer.encoding import Answer, AnswerProof
from api.answer.question import (
    AnchorQuestion,
    ChunkQuestion,
    IndexQuestion,
    StatusListQuestion,
    TransactionQuestion,
)
from registry.checking import ProofFlaw
from registry.kinds.status_list.record import STATUS_LIST_RECORD
from registry.proofs import (
    AbsenceProof,
    ChunkProof,
    IndexProof,
    LedgerProof,
    StatusListProof,
)
from registry.record_log import LedgerLeaf
from tests.answers.accepted import honest, transaction
from tests.answers.example import Example, changed_proof, refused, with_proof
from tests.answers.scenario import (
    FACULTIES,
    INDEX,
    LIST,
    OTHER_ROOT,
    REGISTERED_MS,
    REVOKED_MS,
    ROOT,
    grown,
)
from tests.api.proving.ledger_leaves import ledger_leaves, path_among
from tests.registry.network import UNIVERSITY


def examples() -> Iterator[Example]:
    """All of them."""
    yield from _entries()
    yield from _anchors()
    yield from _ledger()
    yield from _bits()


def _entries() -> Iterator[Example]:
    def asked(proof: IndexProof, first: int, known_at_ms: int | None = None) -> Answer:
        return replace(honest("index-page"), question=IndexQuestion(INDEX, first, known_at_ms), proof=proof)

    entries = grown().entries
    yield refused(
        "page-later", "A page that begins with a later entry.", asked(entries(INDEX, 1, 4), 0), ProofFlaw.PAGE
    )
    yield refused(
        "page-earlier",
        "A page that begins with an earlier entry.",
        asked(entries(INDEX, 0, 3), 1),
        ProofFlaw.PAGE,
    )
    yield refused(
        "entries-after-k",
        "Two entries that came after K.",
        asked(entries(INDEX, 0, 5), 0, REGISTERED_MS),
        ProofFlaw.SUPERFLUOUS,
    )
    page = entries(INDEX, 0, 3)
    one, two, three = page.entries
    yield refused(
        "entry-left-out",
        "An entry in the middle is left out.",
        asked(replace(page, entries=(one, three)), 0),
        ProofFlaw.STATE_ROOT,
    )
    yield refused(
        "entries-swapped",
        "Two entries in another order.",
        asked(replace(page, entries=(one, three, two)), 0),
        ProofFlaw.STATE_ROOT,
    )
    renamed = replace(two, id=FACULTIES[4])
    yield refused(
        "entry-renamed",
        "An entry with another id.",
        asked(replace(page, entries=(one, renamed, three)), 0),
        ProofFlaw.STATE_ROOT,
    )
    whole = entries(INDEX, 0, 6)
    cut = replace(whole, count=3, entries=whole.entries[:3], path=())
    yield refused("index-cut", "The first entries, as if they were all.", asked(cut, 0), ProofFlaw.STATE_ROOT)
    other = replace(asked(page, 0), question=IndexQuestion(f"status-lists-by-issuer/{UNIVERSITY}", 0))
    yield refused("index-of-another", "The entries of another index.", other, ProofFlaw.STATE_ROOT)


def _anchors() -> Iterator[Example]:
    """Under the honest header, about the first anchor of the university."""
    answer, log = honest("anchor"), f"anchors-by-issuer/{UNIVERSITY}"
    proof, of_faculty = answer.proof, honest("anchor-of-another").proof
    assert isinstance(proof, IndexProof)
    assert isinstance(of_faculty, IndexProof)
    (entry,), (of_other,) = proof.entries, of_faculty.entries
    yield refused(
        "anchor-of-another-root",
        "The entry of another root of the issuer.",
        with_proof(answer, grown().entries(log, 1, 2)),
        ProofFlaw.ENTRY,
    )
    yield refused(
        "anchor-of-another-issuer",
        "Another issuer's of this root.",
        with_proof(answer, of_faculty),
        ProofFlaw.STATE_ROOT,
    )
    yield refused(
        "anchor-entry-of-another-issuer",
        "Another issuer's entry under this one's path.",
        changed_proof(answer, entries=(of_other,)),
        ProofFlaw.STATE_ROOT,
    )
    for name, says, changed in (
        ("renamed", "Another root in its entry.", replace(entry, id=f"{'00' * 32}/16")),
        ("counted", "Another count in its entry.", replace(entry, id=f"{ROOT.hex()}/17")),
        ("redated", "An earlier time.", replace(entry, time_ms=entry.time_ms - 1)),
        ("moved", "An earlier height.", replace(entry, height=entry.height - 1)),
    ):
        yield refused(f"anchor-{name}", says, changed_proof(answer, entries=(changed,)), ProofFlaw.STATE_ROOT)
    yield refused(
        "anchor-renumbered", "Another number.", changed_proof(answer, first=1), ProofFlaw.STATE_ROOT
    )
    yield refused(
        "anchor-beyond", "A number beyond the log.", changed_proof(answer, first=2), ProofFlaw.IMPOSSIBLE
    )
    yield refused(
        "anchor-log-cut", "A shorter log.", changed_proof(answer, count=1, path=()), ProofFlaw.STATE_ROOT
    )
    yield refused(
        "anchor-with-successor",
        "The entry and its successor.",
        with_proof(answer, grown().entries(log, 0, 2)),
        ProofFlaw.SUPERFLUOUS,
    )
    absent = honest("anchor-absent").proof
    reason = ProofFlaw.IMPOSSIBLE if _shows_a_leaf(absent) else ProofFlaw.STATE_ROOT
    yield refused("anchor-denied", "The absence of another's log.", with_proof(answer, absent), reason)
    missing = replace(answer, question=AnchorQuestion(UNIVERSITY, OTHER_ROOT))
    yield refused(
        "anchor-for-another-root", "The entry of the first, for the second.", missing, ProofFlaw.ENTRY
    )


def _shows_a_leaf(proof: AnswerProof) -> bool:
    return isinstance(proof, AbsenceProof) and proof.map_path.other is not None


def _ledger() -> Iterator[Example]:
    answer = transaction()
    proof = answer.proof
    assert isinstance(proof, LedgerProof)
    leaf, position = proof.leaf, proof.position
    yield refused(
        "leaf-redated",
        "A transaction with another time.",
        changed_proof(answer, leaf=replace(leaf, time_ms=leaf.time_ms - 1)),
        ProofFlaw.LOG_ROOT,
    )
    yield refused(
        "leaf-of-another-block",
        "A transaction with another height.",
        changed_proof(answer, leaf=replace(leaf, height=leaf.height + 1)),
        ProofFlaw.LOG_ROOT,
    )
    yield refused(
        "position-changed",
        "Another place in the log.",
        changed_proof(answer, position=position + 1),
        ProofFlaw.LOG_ROOT,
    )
    yield refused(
        "position-beyond",
        "A place beyond the log's end.",
        changed_proof(answer, position=answer.header.log_size),
        ProofFlaw.IMPOSSIBLE,
    )
    yield refused(
        "ledger-path-short",
        "A hash of the path is missing.",
        changed_proof(answer, path=proof.path[1:]),
        ProofFlaw.IMPOSSIBLE,
    )
    yield refused(
        "ledger-path-long",
        "A hash too many.",
        changed_proof(answer, path=(*proof.path, bytes(32))),
        ProofFlaw.IMPOSSIBLE,
    )
    yield refused(
        "ledger-path-reversed",
        "The path from the root down.",
        changed_proof(answer, path=proof.path[::-1]),
        ProofFlaw.LOG_ROOT,
    )
    other = replace(answer, question=TransactionQuestion(bytes(32)))
    yield refused("another-transaction", "A transaction of another id.", other, ProofFlaw.LEAF)
    parent = LedgerLeaf(leaf.height, 0, leaf.time_ms, grown().ledger.view().blocks[1].header.parent_hash)  # type: ignore[union-attr]  # it is kept
    at_parent = LedgerProof(
        parent, position - 1, path_among(ledger_leaves(grown().ledger.view()), position - 1)
    )
    yield refused(
        "parent-hash",
        "The entry of the parent's hash before it.",
        with_proof(answer, at_parent),
        ProofFlaw.LEAF,
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
        ProofFlaw.CHUNK,
    )
    yield refused(
        "chunk-of-another-number",
        "The bits of another chunk.",
        changed_proof(answer, number=6),
        ProofFlaw.CHUNK,
    )
    beyond = replace(changed_proof(answer, number=128), question=ChunkQuestion(LIST, 128))
    yield refused("chunk-beyond-the-list", "A chunk beyond the list's end.", beyond, ProofFlaw.CHUNK)
    yield refused(
        "chunk-path-short",
        "A hash of the path is missing.",
        changed_proof(answer, path=proof.path[1:]),
        ProofFlaw.CHUNK,
    )
    yield refused(
        "chunk-path-long",
        "A hash too many.",
        changed_proof(answer, path=(*proof.path, bytes(32))),
        ProofFlaw.CHUNK,
    )
    earlier = honest("chunk-at-k").proof
    assert isinstance(earlier, ChunkProof)
    yield refused(
        "chunk-of-an-earlier-version",
        "The bits as they were before.",
        with_proof(answer, replace(proof, bits=earlier.bits, path=earlier.path)),
        ProofFlaw.CHUNK,
    )
    old_record = grown().versions(STATUS_LIST_RECORD, LIST, 0, 1, 0)
    stale = with_proof(answer, replace(earlier, record=old_record))
    yield refused(
        "list-as-it-was", "The list as it was, without its successor.", stale, ProofFlaw.SUCCESSOR_LEFT_OUT
    )
    cleared = bytearray(all_bits.bits)
    cleared[0] = 0
    yield refused(
        "list-bit-cleared",
        "A revoked entry of a whole list shown as clear.",
        changed_proof(whole, bits=bytes(cleared)),
        ProofFlaw.CHUNK,
    )
    yield refused(
        "list-short",
        "Half of a list.",
        changed_proof(whole, bits=all_bits.bits[: len(all_bits.bits) // 2]),
        ProofFlaw.CHUNK,
    )
    at_k = replace(answer, question=ChunkQuestion(LIST, 5, REVOKED_MS - 1))
    yield refused("chunk-known-later", "Today's bits for an earlier K.", at_k, ProofFlaw.NOT_YET_KNOWN)
    unheld = replace(whole, question=StatusListQuestion(f"{UNIVERSITY}/status-lists/pauses"))
    yield refused("list-of-another-name", "The bits of another list.", unheld, ProofFlaw.STATE_ROOT)
