"""Strict JSON-LD: what is signed is what readers see, or the document is refused."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyld import jsonld

from api.credentials.contexts.library import ContextLibrary
from api.credentials.document import Document, Json, load
from api.credentials.flaw import CredentialFlaw
from api.credentials.linked_data.canonical_form import canonical_form
from api.credentials.linked_data.refusal import LinkedDataError, WorkBudget
from tests.api.credentials.contexts.imported import library_of

V2 = "https://www.w3.org/ns/credentials/v2"
BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
UNDEFINED = "https://www.w3.org/ns/credentials/undefined-terms/v2"
CREDENTIALS = "https://www.w3.org/2018/credentials#"
LIBRARY = ContextLibrary()
AMPLE = 10**6

BADGE: dict[str, Any] = {
    "@context": [V2, BADGES],
    "id": "urn:uuid:1d1b55e6-4f0d-4a79-8a9c-6f1f6dfb7a01",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {"id": "did:web:college.example", "type": "Profile", "name": "A college"},
    "validFrom": "2026-01-31T12:00:00Z",
    "credentialSubject": {
        "id": "did:key:z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi",
        "type": "AchievementSubject",
        "creditsEarned": 2.5,
        "achievement": {
            "id": "https://college.example/achievements/1",
            "type": "Achievement",
            "name": "Hydrology",
            "criteria": {"narrative": 'An\nexamination, "orally".'},
        },
    },
    "credentialStatus": {
        "id": "https://college.example/status/5#7",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "7",
        "statusListCredential": "https://college.example/status/5",
    },
}


def form(document: Document, library: ContextLibrary = LIBRARY) -> bytes:
    return canonical_form(document, WorkBudget(AMPLE), library)


def flaw_of(document: Document, units: int = AMPLE) -> CredentialFlaw | None:
    try:
        canonical_form(document, WorkBudget(units), LIBRARY)
    except LinkedDataError as error:
        return error.flaw.reason
    return None


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    document = copy.deepcopy(BADGE)
    change(document)
    return document


def by_another(document: Document, library: ContextLibrary = LIBRARY) -> bytes:
    """The same by PyLD alone, which drops what it does not know."""

    def loaded(url: str, options: object) -> dict[str, object]:
        context = library.find(url)
        assert context is not None
        document = copy.deepcopy(context.document)
        return {
            "contentType": "application/ld+json",
            "contextUrl": None,
            "documentUrl": url,
            "document": document,
        }

    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": loaded}
    text = jsonld.normalize(document, options)
    assert isinstance(text, str)
    return text.encode()


def test_a_badge_as_another_implementation_reads_it() -> None:
    assert form(BADGE) == by_another(BADGE)
    assert form(BADGE).count(b"\n") == 19


def test_every_credential_of_the_vectors_as_another_implementation_reads_it(vectors: Path) -> None:
    library = library_of(vectors)
    same = 0
    for file in sorted((vectors / "credentials").glob("*/*.json")):
        document = {name: value for name, value in load(file.read_bytes()).items() if name != "proof"}
        try:
            found = form(document, library)
        except LinkedDataError as error:
            undefined = (CredentialFlaw.TERM_UNDEFINED, CredentialFlaw.TYPE_UNDEFINED)
            assert error.flaw.reason in undefined, file.name
            continue
        assert found == by_another(document, library), file.name
        same += 1
    assert same >= 30


def test_a_second_reading_gives_the_same() -> None:
    """What is kept of contexts between documents changes nothing, and costs nothing in units."""
    budgets = [WorkBudget(AMPLE) for _ in range(3)]
    forms = {canonical_form(copy.deepcopy(BADGE), budget, ContextLibrary()) for budget in budgets}
    assert len(forms) == 1
    assert len({budget.spent for budget in budgets}) == 1


SAME: dict[str, Callable[[dict[str, Any]], object]] = {
    "members in another order": lambda d: d.update({"issuer": d.pop("issuer")}),
    "types in another order": lambda d: d["type"].reverse(),
    "one for a list of one": lambda d: d.update(credentialSubject=[d["credentialSubject"]]),
    "a context twice": lambda d: d["@context"].append(BADGES),
    "a term that nothing uses": lambda d: d["@context"].append({"unused": "urn:unused"}),
    "a term that the type defines": lambda d: d["@context"].append({"issuer": "urn:other"}),
}


@pytest.mark.parametrize("change", SAME.values(), ids=SAME.keys())
def test_what_says_the_same(change: Callable[[dict[str, Any]], object]) -> None:
    assert form(changed(change)) == form(BADGE)


def subject(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["credentialSubject"]
    return found


def define(document: dict[str, Any], **terms: Any) -> dict[str, Any]:
    document["@context"].append(terms)
    return document


def rename(holder: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    holder[new] = holder.pop(old)
    return holder


def under(document: dict[str, Any], term: str, iri: str, old: str) -> dict[str, Any]:
    """A signed member under a term of the holder's own, which stands for the same."""
    return rename(define(document, **{term: iri}), old, term)


def split(document: dict[str, Any]) -> None:
    """The status is said of the credential by another object with its id."""
    define(document, about={"@id": "urn:about"})
    document["about"] = {"id": document["id"], "credentialStatus": document.pop("credentialStatus")}
    document["about"]["type"] = "VerifiableCredential"


STATUS_IRI = f"{CREDENTIALS}credentialStatus"
TRICKS: dict[str, tuple[Callable[[dict[str, Any]], object], CredentialFlaw]] = {
    "an added member": (lambda d: d.update(grade="A"), CredentialFlaw.TERM_UNDEFINED),
    "an added member of the subject": (lambda d: subject(d).update(grade="A"), CredentialFlaw.TERM_UNDEFINED),
    "half a character": (lambda d: d.update(name="\ud800"), CredentialFlaw.MEMBER),
    "an added type": (lambda d: d["type"].append("HonoursCredential"), CredentialFlaw.TYPE_UNDEFINED),
    "a member that a context sets to null": (
        lambda d: (define(d, grade=None), d.update(grade="A")),
        CredentialFlaw.TERM_UNDEFINED,
    ),
    "a name like a keyword": (lambda d: d.update({"@grade": "A"}), CredentialFlaw.NOT_COMPACTED),
    "a language without a text": (
        lambda d: d.update(name={"@language": "en"}),
        CredentialFlaw.NOT_COMPACTED,
    ),
    "a direction": (
        lambda d: d.update(name={"@value": "x", "@direction": "rtl"}),
        CredentialFlaw.TERM_UNDEFINED,
    ),
    "a direction of the context": (
        lambda d: (define(d, **{"@direction": "rtl"}), d.update(name="x")),
        CredentialFlaw.TERM_UNDEFINED,
    ),
    "an index": (
        lambda d: (
            define(d, marks={"@id": "urn:marks", "@container": "@index"}),
            d.update(marks={"first": "A"}),
        ),
        CredentialFlaw.TERM_UNDEFINED,
    ),
    "a relative id": (lambda d: subject(d).update(id="somebody"), CredentialFlaw.TERM_UNDEFINED),
    "a relative id with a base": (
        lambda d: (define(d, **{"@base": "did:web:"}), subject(d).update(id="college.example")),
        CredentialFlaw.TERM_UNDEFINED,
    ),
    "an id with a prefix": (
        lambda d: (
            define(d, urn={"@id": "did:web:", "@prefix": True}),
            subject(d).update(id="urn:college.example"),
        ),
        CredentialFlaw.NOT_COMPACTED,
    ),
    "an id that opens another quad": (
        lambda d: subject(d).update(id="urn:x>\u00a0<urn:y"),
        CredentialFlaw.TERM_UNDEFINED,
    ),
    "an id that ends its line": (lambda d: subject(d).update(id="urn:x\n"), CredentialFlaw.TERM_UNDEFINED),
    "a language that writes quads": (
        lambda d: d.update(name={"@value": "x", "@language": 'en .\n<urn:a> <urn:b> "c'}),
        CredentialFlaw.MEMBER,
    ),
    "a property without a name": (
        lambda d: (define(d, b="_:b"), d.update(b="x")),
        CredentialFlaw.TERM_UNDEFINED,
    ),
    "@id": (lambda d: rename(subject(d), "id", "@id"), CredentialFlaw.NOT_COMPACTED),
    "@type": (lambda d: rename(d["credentialStatus"], "type", "@type"), CredentialFlaw.NOT_COMPACTED),
    "an alias of @id": (
        lambda d: (define(d, uid="@id"), rename(subject(d), "id", "uid")),
        CredentialFlaw.NOT_COMPACTED,
    ),
    "an alias of @type": (
        lambda d: (define(d, kind="@type"), rename(d["credentialStatus"], "type", "kind")),
        CredentialFlaw.NOT_COMPACTED,
    ),
    "an alias of @graph": (
        lambda d: (define(d, all="@graph"), d.update(all=[])),
        CredentialFlaw.NOT_COMPACTED,
    ),
    "@graph": (
        lambda d: d.update({"@graph": [{k: v} for k, v in d.items() if k != "@context"]}),
        CredentialFlaw.NOT_COMPACTED,
    ),
    "@included": (lambda d: d.update({"@included": [{"id": "urn:x"}]}), CredentialFlaw.NOT_COMPACTED),
    "@reverse": (
        lambda d: subject(d).update({"@reverse": {"issuer": {"id": "urn:x"}}}),
        CredentialFlaw.NOT_COMPACTED,
    ),
    "@nest": (
        lambda d: d.update({"@nest": {"credentialStatus": d.pop("credentialStatus")}}),
        CredentialFlaw.NOT_COMPACTED,
    ),
    "an alias of @nest": (
        lambda d: (define(d, more="@nest"), d.update(more={"credentialStatus": d.pop("credentialStatus")})),
        CredentialFlaw.NOT_COMPACTED,
    ),
    "the status under its URL": (
        lambda d: rename(d, "credentialStatus", STATUS_IRI),
        CredentialFlaw.NOT_COMPACTED,
    ),
    "the status under a prefix": (
        lambda d: (
            define(d, c={"@id": CREDENTIALS, "@prefix": True}),
            rename(d, "credentialStatus", "c:credentialStatus"),
        ),
        CredentialFlaw.NOT_COMPACTED,
    ),
    "the status under another term": (
        lambda d: under(d, "remark", STATUS_IRI, "credentialStatus"),
        CredentialFlaw.NOT_COMPACTED,
    ),
    "the status by a vocabulary": (
        lambda d: (
            define(d, **{"@vocab": CREDENTIALS + "credential"}),
            rename(d, "credentialStatus", "Status"),
        ),
        CredentialFlaw.NOT_COMPACTED,
    ),
    "the status in another place": (split, CredentialFlaw.NOT_COMPACTED),
    "the end under another term": (
        lambda d: (
            d.update(validUntil="2026-02-01T00:00:00Z"),
            under(d, "x", f"{CREDENTIALS}validUntil", "validUntil"),
        ),
        CredentialFlaw.NOT_COMPACTED,
    ),
    "a type under its URL": (
        lambda d: d["credentialStatus"].update(
            type="https://www.w3.org/ns/credentials/status#BitstringStatusListEntry"
        ),
        CredentialFlaw.NOT_COMPACTED,
    ),
    "a type as a property": (
        lambda d: d.update({"http://www.w3.org/1999/02/22-rdf-syntax-ns#type": {"id": "urn:x"}}),
        CredentialFlaw.NOT_COMPACTED,
    ),
    "a protected term defined anew": (
        lambda d: define(d, VerifiableCredential="urn:other"),
        CredentialFlaw.CONTEXT,
    ),
    "a protected term in an object of its own": (
        lambda d: subject(d).update({"@context": {"type": "urn:other"}}),
        CredentialFlaw.CONTEXT,
    ),
    "contexts given up": (
        lambda d: subject(d).update({"@context": None}),
        CredentialFlaw.CONTEXT,
    ),
    "a context that is not held": (
        lambda d: d["@context"].append("https://college.example/terms/v1"),
        CredentialFlaw.CONTEXT_UNKNOWN,
    ),
    "a context in another spelling": (
        lambda d: d["@context"].insert(0, V2 + "/"),
        CredentialFlaw.CONTEXT_UNKNOWN,
    ),
    "one that is not held, within a term": (
        lambda d: define(d, a={"@id": "urn:a", "@context": "https://college.example/terms/v1"}),
        CredentialFlaw.CONTEXT_UNKNOWN,
    ),
    "an import": (lambda d: define(d, **{"@import": V2}), CredentialFlaw.CONTEXT_UNKNOWN),
    "a context that is a number": (lambda d: d["@context"].append(5), CredentialFlaw.CONTEXT),
    "terms in a circle": (lambda d: define(d, a="b:x", b="a:y"), CredentialFlaw.CONTEXT),
    "no vocabulary, where there was none": (
        lambda d: define(d, **{"@vocab": None}),
        CredentialFlaw.CONTEXT,
    ),
    "a definition that is a number": (lambda d: define(d, a=5), CredentialFlaw.CONTEXT),
    "a keyword redefined": (lambda d: define(d, **{"@id": "urn:a"}), CredentialFlaw.CONTEXT),
    "a term like a keyword": (lambda d: define(d, **{"@grade": "urn:a"}), CredentialFlaw.CONTEXT),
    "a term that stands for what is like one": (lambda d: define(d, a="@grade"), CredentialFlaw.CONTEXT),
    "the same in an object": (lambda d: define(d, a={"@id": "@grade"}), CredentialFlaw.CONTEXT),
    "the same backwards": (lambda d: define(d, a={"@reverse": "@grade"}), CredentialFlaw.CONTEXT),
}


@pytest.mark.parametrize(("change", "reason"), TRICKS.values(), ids=TRICKS.keys())
def test_what_readers_would_not_see_is_refused(
    change: Callable[[dict[str, Any]], object], reason: CredentialFlaw
) -> None:
    assert flaw_of(changed(change)) is reason


def test_nothing_at_all() -> None:
    assert flaw_of({"@context": [V2]}) is CredentialFlaw.TERM_UNDEFINED
    assert flaw_of({"id": "urn:x"}) is CredentialFlaw.TERM_UNDEFINED
    assert flaw_of({"@context": [V2], "id": "urn:x"}) is CredentialFlaw.TERM_UNDEFINED


def test_what_nothing_defines_is_signed_where_a_context_says_so(vectors: Path) -> None:
    library = library_of(vectors)
    document = {**BADGE, "@context": [V2, BADGES, UNDEFINED], "grade": "A"}
    assert b'undefined-term#grade> "A"' in form(document, library)
    hidden = {**document, "@context": [V2, BADGES, UNDEFINED, {"remark": STATUS_IRI}]}
    hidden["remark"] = hidden.pop("credentialStatus")
    with pytest.raises(LinkedDataError) as refused:
        form(hidden, library)
    assert refused.value.flaw.reason is CredentialFlaw.NOT_COMPACTED


def test_what_a_document_defines_counts_for_itself_alone() -> None:
    """An inline context, also one that looks like a part of a known one, changes no other document."""
    before = form(BADGE)
    own = changed(lambda d: (define(d, grade="urn:grade"), d.update(grade="A")))
    assert b'<urn:grade> "A"' in form(own)
    assert flaw_of(changed(lambda d: d.update(grade="A"))) is CredentialFlaw.TERM_UNDEFINED
    other = changed(lambda d: (define(d, grade="urn:other:grade"), d.update(grade="A")))
    assert b'<urn:other:grade> "A"' in form(other)
    assert form(BADGE) == before


def test_terms_that_a_document_defines_cannot_change_places() -> None:
    """C5. The RDF stays the same, and so would the signature: only who goes by names would be deceived."""
    passed, attempted = "https://e.example/passed", "https://e.example/attempted"
    straight = changed(lambda d: (define(d, passed=passed, attempted=attempted), d.update(passed="law")))
    assert b'<https://e.example/passed> "law"' in form(straight)
    crosswise = changed(lambda d: (define(d, passed=attempted, attempted=passed), d.update(attempted="law")))
    assert flaw_of(crosswise) is CredentialFlaw.NOT_COMPACTED


@pytest.mark.parametrize("name", ["assessment", "supervision", "mode"])
def test_the_terms_of_our_own_inline_context_keep_their_meaning(name: str) -> None:
    """`participation` stands for a URL of the European Learning Model, which ends in `mode`."""
    mode = "http://data.europa.eu/snb/model/elm/mode"
    own = changed(lambda d: (define(d, participation=mode), d.update(participation="online")))
    assert b'mode> "online"' in form(own)
    other = changed(lambda d: (define(d, **{name: mode}), d.update({name: "online"})))
    assert flaw_of(other) is CredentialFlaw.NOT_COMPACTED


VALUES: dict[str, tuple[object, bytes]] = {
    "a whole number": (5, b'"5"^^<http://www.w3.org/2001/XMLSchema#integer>'),
    "a whole number with a fraction": (5.0, b'"5"^^<http://www.w3.org/2001/XMLSchema#integer>'),
    "a number": (0.1, b'"1.0E-1"^^<http://www.w3.org/2001/XMLSchema#double>'),
    "a small one": (1.5e-7, b'"1.5E-7"^^<http://www.w3.org/2001/XMLSchema#double>'),
    "a great one": (1e21, b'"1.0E21"^^<http://www.w3.org/2001/XMLSchema#double>'),
    "a truth": (True, b'"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'),
    "a text": ('a\tb\n"c\\\u0007\u007fé', b'"a\\tb\\n\\"c\\\\\\u0007\\u007F\xc3\xa9"'),
    "a text in a language": ({"@value": "x", "@language": "pt-PT"}, b'"x"@pt-pt'),
    "an empty object": ({}, b"_:c14n0"),
}


@pytest.mark.parametrize(("value", "written"), VALUES.values(), ids=VALUES.keys())
def test_how_values_are_written(value: Any, written: bytes) -> None:
    document = {"@context": [V2, {"x": "urn:x"}], "id": "urn:a", "type": "VerifiableCredential", "x": value}
    assert b"<urn:a> <urn:x> " + written + b" .\n" in form(document)


def linked(size: int) -> Document:
    """Objects that know all others, and look like them."""
    nodes: Json = [{"id": f"_:{n}", "k": [f"_:{m}" for m in range(size) if m != n]} for n in range(size)]
    return {
        "@context": [V2, {"k": {"@id": "urn:k", "@type": "@id"}}],
        "type": "VerifiableCredential",
        "k": nodes,
    }


def with_terms(**members: Any) -> dict[str, Any]:
    return {"@context": [V2, {"k": "urn:k"}], "type": "VerifiableCredential", **members}


HEAVY: dict[str, Callable[[], Document]] = {
    "linked blank nodes": lambda: linked(10),
    "many linked blank nodes": lambda: linked(20),
    "children that look alike": lambda: with_terms(k=[{"k": [{}] * 8}, {"k": [{}] * 8}]),
    "a list of equal texts": lambda: {
        "@context": [V2, {"k": {"@id": "urn:k", "@container": "@list"}}],
        "type": "VerifiableCredential",
        "k": ["a"] * 2_000,
    },
    "many values": lambda: with_terms(k=[str(number) for number in range(50_000)]),
    "many objects": lambda: with_terms(k=[{"id": f"urn:{number}", "k": "a"} for number in range(5_000)]),
    "a great context": lambda: {
        "@context": [V2, {f"k{number}": f"urn:{number}" for number in range(10_000)}],
        "type": "VerifiableCredential",
    },
    "a context in every object": lambda: with_terms(
        k=[{"@context": {f"z{m}": "urn:z" for m in range(20)}, "k": "a"} for _ in range(2_000)]
    ),
    "a great context of a term": lambda: {
        "@context": [V2, {"k": {"@id": "urn:k", "@context": {f"k{n}": f"urn:{n}" for n in range(400)}}}],
        "type": "VerifiableCredential",
        "k": [{"@context": {"z": f"urn:{number}"}, "k": "a"} for number in range(1_000)],
    },
    "a long prefix": lambda: {
        "@context": [V2, {"p": {"@id": "urn:" + "x" * 100_000, "@prefix": True}}],
        "type": "VerifiableCredential",
        **{f"p:{number}": "a" for number in range(1_000)},
    },
    "a long vocabulary": lambda: {
        "@context": [V2, {"@vocab": "urn:" + "x" * 100_000}],
        "type": "VerifiableCredential",
        **{f"p{number}": "a" for number in range(1_000)},
    },
    "terms by terms": lambda: {
        "@context": [V2, {**{f"k{n}": f"k{n + 1}:" for n in range(900)}, "k900": "urn:x:"}],
        "type": "VerifiableCredential",
        "k0": "a",
    },
}


@pytest.mark.parametrize("heavy", HEAVY.values(), ids=HEAVY.keys())
def test_too_much_work_is_refused(heavy: Callable[[], Document]) -> None:
    assert flaw_of(heavy(), 48_000) is CredentialFlaw.TOO_MUCH_WORK


def test_small_poison() -> None:
    """Less than a kilobyte of blank nodes that know one another."""
    assert len(json.dumps(linked(9))) < 957
    assert flaw_of(linked(9), 48_000) is CredentialFlaw.TOO_MUCH_WORK


def test_a_great_real_credential_is_within_the_budget(vectors: Path) -> None:
    document = load((vectors / "credentials/open-badges/complete.json").read_bytes())
    del document["proof"]
    budget = WorkBudget(48_000)
    canonical_form(document, budget, library_of(vectors))
    assert budget.spent < 10_000
