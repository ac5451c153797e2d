"""M1 and M11: which data model a `@context` names, and what the objects in it may define."""

from typing import Any

import pytest

from api.credentials.w3c.inline_context import context_faults

V2 = "https://www.w3.org/ns/credentials/v2"
V1 = "https://www.w3.org/2018/credentials/v1"
FOREIGN = "https://context.example/v1"
TERM = "https://university.example/Term"
ANEW = "the term is protected and cannot be defined anew"
CREDENTIAL = ["VerifiableCredential"]
BADGE = ["VerifiableCredential", "Badge"]

GOOD: dict[str, tuple[list[Any], Any]] = {
    "2.0": ([V2], CREDENTIAL),
    "1.1": ([V1], "VerifiableCredential"),
    "a context by URL": ([V2, FOREIGN], CREDENTIAL),
    "the same data model twice": ([V2, FOREIGN, V2], CREDENTIAL),
    "a context as an object": ([V2, {"term": TERM}], CREDENTIAL),
    "an empty object": ([V2, {}], CREDENTIAL),
    "a repeated term": ([V2, {"name": "https://schema.org/name"}], CREDENTIAL),
    "a repeated term at length": (
        [V2, {"name": {"@id": "https://schema.org/name", "@protected": True}}],
        CREDENTIAL,
    ),
    "a term that 1.1 leaves free": ([V1, {"name": TERM}], CREDENTIAL),
    "a term that stands for nothing": ([V2, {"term": None}], CREDENTIAL),
    "a term that is not protected anew": ([V2, {"T": TERM}, {"T": f"{TERM}2"}], CREDENTIAL),
    "a term that says it is not protected anew": (
        [V2, {"@protected": True, "T": {"@id": TERM, "@protected": False}}, {"T": f"{TERM}2"}],
        CREDENTIAL,
    ),
    "a protected term again": ([V2, {"@protected": True, "T": TERM}, {"T": {"@id": TERM}}], CREDENTIAL),
    "a type of a context that is not read": ([V2, FOREIGN], BADGE),
    "a type of an object": ([V2, {"Badge": TERM}], BADGE),
    "any type by a vocabulary": ([V2, {"@vocab": "https://university.example/"}], BADGE),
    "any type by an import": ([V2, {"@import": FOREIGN}], BADGE),
    "a type that is a URL": ([V2], ["VerifiableCredential", TERM]),
}


@pytest.mark.parametrize(("contexts", "types"), GOOD.values(), ids=GOOD.keys())
def test_good(contexts: list[Any], types: Any) -> None:
    assert list(context_faults(contexts, types)) == []


NOT_NAMED = "/@context/0 names no data model of the W3C"
FLAWED: dict[str, tuple[Any, Any, list[str]]] = {
    "missing": (None, CREDENTIAL, ["/@context is missing"]),
    "an empty list": ([], CREDENTIAL, ["/@context is an empty list, not a list"]),
    "a URL alone": (V2, CREDENTIAL, [f"/@context is '{V2}', not a list"]),
    "an object alone": ({"T": TERM}, CREDENTIAL, ["/@context is an object, not a list"]),
    "another context": ([FOREIGN], CREDENTIAL, [f"{NOT_NAMED}: the first is '{FOREIGN}'"]),
    "an object first": ([{}, V2], CREDENTIAL, [f"{NOT_NAMED}: '{V2}' must come first"]),
    "the context second": ([FOREIGN, V1], CREDENTIAL, [f"{NOT_NAMED}: '{V1}' must come first"]),
    "a look-alike": ([V2 + "/"], CREDENTIAL, [f"{NOT_NAMED}: the first is '{V2}/'"]),
    "both data models": ([V2, V1], CREDENTIAL, ["/@context names the data models 2.0 and 1.1 at once"]),
    "both, the older first": ([V1, V2], CREDENTIAL, ["/@context names the data models 2.0 and 1.1 at once"]),
    "entries that are neither": (
        [V2, "https ://a.example", 5, None, []],
        CREDENTIAL,
        [
            "/@context/1 is 'https ://a.example', neither a URL nor an object",
            "/@context/2 is 5, neither a URL nor an object",
            "/@context/3 is null, neither a URL nor an object",
            "/@context/4 is an empty list, neither a URL nor an object",
        ],
    ),
    "a term of the data model anew": (
        [V2, {"VerifiableCredential": TERM}],
        CREDENTIAL,
        [f"/@context/1/'VerifiableCredential': {ANEW}"],
    ),
    "a name that is another": ([V2, {"name": TERM}], CREDENTIAL, [f"/@context/1/'name': {ANEW}"]),
    "a name that says more": (
        [V2, {"name": {"@id": "https://schema.org/name", "@container": "@language"}}],
        CREDENTIAL,
        [f"/@context/1/'name': {ANEW}"],
    ),
    "a protected term anew": (
        [V2, {"@protected": True, "T": TERM}, {"T": f"{TERM}2"}],
        CREDENTIAL,
        [f"/@context/2/'T': {ANEW}"],
    ),
    "a term protected by itself anew": (
        [V2, {"T": {"@id": TERM, "@protected": True}}, FOREIGN, {"T": None}],
        CREDENTIAL,
        [f"/@context/3/'T': {ANEW}"],
    ),
    "a term for no URL": (
        [V2, {"T": "https ://a.example/T"}],
        CREDENTIAL,
        ["/@context/1/'T': a term stands for a URL, not for 'https ://a.example/T'"],
    ),
    "a term for a number": (
        [V2, {"T": {"@id": 5}}],
        CREDENTIAL,
        ["/@context/1/'T': a term stands for a URL, not for 5"],
    ),
    "a type that means nothing": ([V2], BADGE, ["/type: no context defines 'Badge'"]),
    "a type that means nothing without its vocabulary": (
        [V2, {"@vocab": None}],
        BADGE,
        ["/type: no context defines 'Badge'"],
    ),
    "a type of the other data model": (
        [V1],
        ["VerifiableCredential", "BitstringStatusListCredential"],
        ["/type: no context defines 'BitstringStatusListCredential'"],
    ),
}


@pytest.mark.parametrize(("contexts", "types", "faults"), FLAWED.values(), ids=FLAWED.keys())
def test_flawed(contexts: Any, types: Any, faults: list[str]) -> None:
    assert list(context_faults(contexts, types)) == faults


def test_faults_are_bounded_in_length() -> None:
    long = "x" * 10_000
    faults = list(context_faults([V2, long, {long: f"{long} {long}"}], [long]))
    assert [fault[:11] for fault in faults] == ["/@context/1", "/@context/2"]
    assert max(len(fault) for fault in faults) <= 200
