"""Answers that must be valid: each kind of question, each kind of proof, now and at an earlier K."""

import json
from collections.abc import Iterator
from dataclasses import replace

from api.answer.encoding import Answer
from api.answer.question import (
    AnchorQuestion,
    ChunkQuestion,
    IndexQuestion,
    Question,
    RecordQuestion,
    StatusListQuestion,
    TransactionQuestion,
)
from api.verifier.verdict import Outcome
from registry.id_forms import NETWORK_ID
from tests.answers.example import SOON_MS, Example, accepted, as_json
from tests.answers.scenario import (
    ANCHORED_MS,
    FACULTIES,
    INDEX,
    KEY_ADDED_MS,
    LAST_MS,
    LIST,
    OTHER_ROOT,
    PAGE_ENTRIES,
    REGISTERED_MS,
    REVOKED_MS,
    ROOT,
    SCHEMA,
    grown,
    in_a_later_epoch,
)
from tests.registry.network import AGENCY, START_MS, UNIVERSITY

UNKNOWN_DID = "did:web:nobody.example"

QUESTIONS: dict[str, tuple[str, Question]] = {
    "did": ("A DID as known now: its third version, the last.", RecordQuestion("did", UNIVERSITY)),
    "member": ("A member.", RecordQuestion("member", AGENCY)),
    "schema": ("A schema.", RecordQuestion("schema", SCHEMA)),
    "status-list-record": ("A status list without its bits.", RecordQuestion("status-list", LIST)),
    "usage": ("What a member has used of its quotas.", RecordQuestion("usage", UNIVERSITY)),
    "validators": ("The validators, as a record.", RecordQuestion("validators", NETWORK_ID)),
    "parameters": ("The network's parameters.", RecordQuestion("parameters", NETWORK_ID)),
    "did-at-k": (
        "A DID as known at K, the very time of its second version, which has a successor.",
        RecordQuestion("did", UNIVERSITY, KEY_ADDED_MS),
    ),
    "did-at-k-before": (
        "The same a millisecond earlier: the first version.",
        RecordQuestion("did", UNIVERSITY, KEY_ADDED_MS - 1),
    ),
    "did-at-header": ("K is the header's time itself.", RecordQuestion("did", UNIVERSITY, LAST_MS)),
    "did-not-yet": ("K lies before the first version.", RecordQuestion("did", UNIVERSITY, START_MS - 1)),
    "schema-not-yet": ("K = 0.", RecordQuestion("schema", SCHEMA, 0)),
    "did-absent": ("No such DID was ever registered.", RecordQuestion("did", UNKNOWN_DID)),
    "did-absent-at-k": ("Nor was it at K.", RecordQuestion("did", UNKNOWN_DID, START_MS)),
    "did-absent-with-port": (
        "A DID with a port and a path.",
        RecordQuestion("did", "did:web:a.example%3A8443:b"),
    ),
    "own-did-absent": ("A did:matricula.", RecordQuestion("did", "did:matricula:" + "a" * 52)),
    "anchor": ("An anchor: its entry alone, although another follows.", AnchorQuestion(UNIVERSITY, ROOT)),
    "anchor-last": (
        "The issuer's last anchor, of the largest batch.",
        AnchorQuestion(UNIVERSITY, OTHER_ROOT),
    ),
    "anchor-of-another": ("The same root, anchored by somebody else.", AnchorQuestion(FACULTIES[0], ROOT)),
    "anchor-at-k": (
        "K is the very time at which it was anchored.",
        AnchorQuestion(UNIVERSITY, ROOT, ANCHORED_MS),
    ),
    "anchor-not-yet": ("A millisecond earlier.", AnchorQuestion(UNIVERSITY, ROOT, ANCHORED_MS - 1)),
    "anchor-absent": ("The issuer never anchored anything.", AnchorQuestion(AGENCY, ROOT)),
    "anchor-absent-unknown": ("Nobody has this name.", AnchorQuestion(UNKNOWN_DID, ROOT, START_MS)),
    "index-page": (
        f"The first {PAGE_ENTRIES} entries of an index: more follow.",
        IndexQuestion(INDEX, 0),
    ),
    "index-last-page": ("The page that begins with entry 3: the last.", IndexQuestion(INDEX, 3)),
    "index-whole": ("An index of one page.", IndexQuestion("members/network", 0)),
    "index-at-k": (
        "The entries known at K, with the first that came later.",
        IndexQuestion(INDEX, 0, REGISTERED_MS),
    ),
    "index-at-k-empty-page": (
        "From entry 3 on nothing was known at K.",
        IndexQuestion(INDEX, 3, REGISTERED_MS),
    ),
    "index-before": ("K lies before the first entry.", IndexQuestion(INDEX, 0, 0)),
    "index-absent": ("Nothing ever came under this index.", IndexQuestion(f"anchors-by-issuer/{AGENCY}", 0)),
    "index-absent-from-7": (
        "The same, asked from entry 7 on.",
        IndexQuestion(f"schemas-by-owner/{AGENCY}", 7),
    ),
    "chunk": ("A chunk with one entry set.", ChunkQuestion(LIST, 5)),
    "chunk-last": ("The last chunk: its last entry is set.", ChunkQuestion(LIST, 127)),
    "chunk-at-k": ("The same chunk before anything was revoked.", ChunkQuestion(LIST, 5, REVOKED_MS - 1)),
    "chunk-not-yet": ("K lies before the list.", ChunkQuestion(LIST, 5, REGISTERED_MS - 1)),
    "chunk-absent": ("There is no such list.", ChunkQuestion(f"{UNIVERSITY}/status-lists/none", 5)),
    "status-list": ("A whole list.", StatusListQuestion(LIST)),
    "status-list-not-yet": ("K lies before the list.", StatusListQuestion(LIST, REGISTERED_MS - 1)),
    "status-list-absent": ("There is no such list.", StatusListQuestion(f"{AGENCY}/status-lists/degrees")),
}


def honest(name: str) -> Answer:
    """The honest answer to one of the questions."""
    return grown().answer(QUESTIONS[name][1])


def transaction() -> Answer:
    """The honest answer about the first transaction."""
    return grown().answer(TransactionQuestion(grown().first_transaction))


def examples() -> Iterator[Example]:
    """All of them."""
    for name, (says, question) in QUESTIONS.items():
        yield accepted(name, says, grown().answer(question))
    yield accepted("transaction", "A transaction and its place in the ledger log.", transaction())
    yield from _handed_over()
    yield from _in_json()
    later = in_a_later_epoch()
    yield accepted(
        "later-epoch",
        "An answer of epoch 1, after trust was moved on from the genesis document.",
        later.answer(RecordQuestion("did", "did:web:office.example")),
        epochs=later.epochs,
    )


def _handed_over() -> Iterator[Example]:
    did = honest("did")
    yield replace(
        accepted("handed-over", "A file without a question: the reader looks at the answer's own.", did),
        question=None,
    )
    yield accepted("exactly-max-age-old", "As old as it may be.", did, now_ms=LAST_MS + 120_000)
    yield accepted("half-a-second-ahead", "As far ahead as the precision allows.", did, now_ms=LAST_MS - 500)


IN_JSON = ("did", "did-absent", "index-page", "chunk", "chunk-not-yet", "anchor", "anchor-not-yet")


def _in_json() -> Iterator[Example]:
    answers = {name: honest(name) for name in IN_JSON}
    answers["transaction"] = transaction()
    for name, answer in answers.items():
        text = json.dumps(as_json(answer), separators=(",", ":"))
        yield _json(f"json-{name}", f"The same as {name!r}, as JSON.", text, answer.question)
    whole = json.dumps({"answer": as_json(answers["did"]), "readable": {"found": False}}, indent=2)
    says = "As HTTP gives it: `readable` proves nothing and is not looked at."
    yield _json("json-with-readable", says, whole, answers["did"].question)


def _json(name: str, says: str, text: str, question: Question) -> Example:
    return Example(name, says, text.encode(), question, Outcome.VALID, now_ms=SOON_MS)
