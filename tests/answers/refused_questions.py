"""Questions that nobody can ask, and answers to other questions than the reader's."""

import json
from collections.abc import Iterator
from dataclasses import replace

from api.answer.encoding import Answer, encode_answer
from api.answer.question import (
    AnchorQuestion,
    ChunkQuestion,
    IndexQuestion,
    Question,
    RecordQuestion,
    StatusListQuestion,
)
from api.verifier.verdict import AnswerFlaw, Outcome
from tests.answers.accepted import honest, transaction
from tests.answers.example import SOON_MS, Example, as_json, refused_bytes
from tests.answers.scenario import FACULTIES, LIST, OTHER_ROOT, ROOT, SCHEMA
from tests.registry.network import AGENCY, UNIVERSITY


def examples() -> Iterator[Example]:
    """All of them."""
    yield from _impossible_questions()
    yield from _other_questions()


def _impossible_questions() -> Iterator[Example]:
    """Each with an honest proof that something is absent, which would hold for it."""
    absent = honest("did-absent")

    def asking(question: Question) -> Answer:
        return replace(absent, question=question)

    homoglyph = UNIVERSITY.replace("a", "\u0430", 1)
    questions: list[tuple[str, str, Question]] = [
        ("kind-unknown", "A kind that there is not.", RecordQuestion("diploma", UNIVERSITY)),
        ("kind-index", "An index asked for as a record.", RecordQuestion("index", "members/network")),
        ("kind-upper-case", "A kind in upper case.", RecordQuestion("DID", UNIVERSITY)),
        ("did-trailing-space", "A registered DID and a space.", RecordQuestion("did", UNIVERSITY + " ")),
        ("did-newline", "A registered DID and a line break.", RecordQuestion("did", UNIVERSITY + "\n")),
        (
            "did-zero-width",
            "A registered DID and a zero-width space.",
            RecordQuestion("did", UNIVERSITY + "\u200b"),
        ),
        ("did-homoglyph", "A registered DID with a Cyrillic letter in it.", RecordQuestion("did", homoglyph)),
        (
            "did-upper-case",
            "A registered DID in upper case.",
            RecordQuestion("did", "did:web:University.example"),
        ),
        (
            "did-dot",
            "A registered DID with a dot at the end of the host.",
            RecordQuestion("did", UNIVERSITY + "."),
        ),
        ("did-colon-port", "A port with a colon.", RecordQuestion("did", "did:web:university.example:8443:")),
        ("did-port-lower-case", "A port as %3a.", RecordQuestion("did", "did:web:university.example%3a8443")),
        ("did-key", "A method that the registry does not hold.", RecordQuestion("did", "did:key:z6MkhaXg")),
        ("did-url", "A DID with a fragment.", RecordQuestion("did", UNIVERSITY + "#key-1")),
        ("did-long", "A DID of 181 characters.", RecordQuestion("did", "did:web:a.example:" + "b" * 163)),
        (
            "own-did-short",
            "A did:matricula that is too short.",
            RecordQuestion("did", "did:matricula:" + "a" * 51),
        ),
        (
            "own-did-stray-bits",
            "A did:matricula that no hash gives.",
            RecordQuestion("did", "did:matricula:" + "a" * 51 + "b"),
        ),
        ("member-no-did", "A member by its name.", RecordQuestion("member", "University of Example")),
        ("schema-no-name", "A schema without a name.", RecordQuestion("schema", f"{UNIVERSITY}/schemas/")),
        (
            "schema-upper-case",
            "A schema's name in upper case.",
            RecordQuestion("schema", f"{UNIVERSITY}/schemas/Award"),
        ),
        ("schema-other-path", "A list asked for as a schema.", RecordQuestion("schema", LIST)),
        (
            "pending-no-name",
            "A proposal without a name.",
            RecordQuestion("pending", f"{UNIVERSITY}/pending/"),
        ),
        (
            "pending-upper-case",
            "A proposal's name in upper case.",
            RecordQuestion("pending", f"{UNIVERSITY}/pending/Recall"),
        ),
        (
            "open-proposals-of-name",
            "A proposal's id asked for as a proposer.",
            RecordQuestion("open-proposals", f"{UNIVERSITY}/pending/recall"),
        ),
        (
            "pending-index-of-name",
            "The proposals about a proposal.",
            IndexQuestion(f"pending-by-subject/{UNIVERSITY}/pending/recall", 0),
        ),
        (
            "anchor-record",
            "An anchor asked for as a record.",
            RecordQuestion("anchor", f"{UNIVERSITY}/anchors/{ROOT.hex()}"),
        ),
        ("anchor-entry", "An anchor's entry as a record.", RecordQuestion("anchor", f"{ROOT.hex()}/16")),
        ("anchor-space", "An issuer and a space.", AnchorQuestion(UNIVERSITY + " ", ROOT)),
        ("anchor-homoglyph", "An issuer with a Cyrillic letter.", AnchorQuestion(homoglyph, ROOT)),
        ("anchor-network", "The network as an issuer.", AnchorQuestion("network", ROOT)),
        ("parameters-other", "Parameters of something else.", RecordQuestion("parameters", UNIVERSITY)),
        ("validators-other", "Validators of something else.", RecordQuestion("validators", "networks")),
        ("index-no-relation", "An index without a relation.", IndexQuestion(UNIVERSITY, 0)),
        (
            "index-unknown-relation",
            "A relation that there is not.",
            IndexQuestion(f"revoked-by/{UNIVERSITY}", 0),
        ),
        ("index-members-of-did", "Members of a DID.", IndexQuestion(f"members/{UNIVERSITY}", 0)),
        (
            "index-space",
            "An index of a DID with a space.",
            IndexQuestion(f"dids-by-sponsor/{UNIVERSITY} ", 0),
        ),
        ("chunk-4096", "A chunk beyond every list.", ChunkQuestion(LIST, 4_096)),
        ("chunk-of-did", "A chunk of a DID.", ChunkQuestion(UNIVERSITY, 0)),
        ("list-of-schema", "A schema asked for as a list.", StatusListQuestion(SCHEMA)),
        ("list-space", "A list's id with a space before it.", StatusListQuestion(" " + LIST)),
    ]
    for name, says, question in questions:
        data = encode_answer(asking(question))
        yield refused_bytes(f"impossible-{name}", says, data, AnswerFlaw.IMPOSSIBLE_QUESTION)
    as_text = json.dumps(as_json(asking(RecordQuestion("did", UNIVERSITY + "\u200b")))).encode()
    says = "A registered DID and a zero-width space, in JSON."
    yield refused_bytes("json-impossible-zero-width", says, as_text, AnswerFlaw.IMPOSSIBLE_QUESTION)


def _other_questions() -> Iterator[Example]:
    for name, answer, question in (
        ("other-id", honest("did-absent"), RecordQuestion("did", FACULTIES[0])),
        ("other-kind", honest("did"), RecordQuestion("member", UNIVERSITY)),
        ("other-k", honest("did-at-k"), RecordQuestion("did", UNIVERSITY)),
        ("other-page", honest("index-page"), IndexQuestion(f"dids-by-sponsor/{UNIVERSITY}", 1)),
        ("other-chunk", honest("chunk"), ChunkQuestion(LIST, 6)),
        ("other-list", honest("status-list-absent"), StatusListQuestion(LIST)),
        ("other-root", honest("anchor"), AnchorQuestion(UNIVERSITY, OTHER_ROOT)),
        ("other-issuer", honest("anchor"), AnchorQuestion(FACULTIES[0], ROOT)),
        ("other-k-of-anchor", honest("anchor-at-k"), AnchorQuestion(UNIVERSITY, ROOT)),
        ("other-member", honest("member"), RecordQuestion("member", UNIVERSITY)),
        ("other-sort", transaction(), RecordQuestion("did", AGENCY)),
    ):
        yield Example(
            f"question-{name}",
            "An honest answer, to another question than the reader's.",
            encode_answer(answer),
            question,
            Outcome.INVALID,
            AnswerFlaw.OTHER_QUESTION,
            now_ms=SOON_MS,
        )
