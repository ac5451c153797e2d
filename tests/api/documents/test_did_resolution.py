"""Resolving a DID: versions, metadata, errors."""

import json
from dataclasses import replace

import pytest

from api.documents.did_document import did_document
from api.documents.did_resolution import (
    ResolutionError,
    ResolutionFault,
    VersionOptions,
    Versions,
    error_result,
    require_resolvable,
    resolve,
    version_options,
)
from registry.kinds.did.record import DidState
from tests.api.documents.bodies import ACTIVE, WEB, body, key
from tests.registry.network import START_MS

BODIES = (body(key("a", ACTIVE)), body(key("a", ACTIVE), key("b", ACTIVE)))
TIMES = (START_MS, START_MS + 5_500, START_MS + 60_000)
ENDED = replace(BODIES[1], states=((DidState.ACTIVE, START_MS), (DidState.DEACTIVATED, TIMES[2])))
FIRST, SECOND, THIRD = "2027-01-15T08:00:00Z", "2027-01-15T08:00:05Z", "2027-01-15T08:01:00Z"


def versions(count: int = 2) -> Versions:
    bodies = (*BODIES, ENDED)
    return Versions(count, lambda number: TIMES[number], lambda number: bodies[number])


def fault_of(version_id: str | None, version_time: str | None, count: int = 2) -> ResolutionFault:
    with pytest.raises(ResolutionError) as caught:
        resolve(WEB, versions(count), version_options(version_id, version_time))
    return caught.value.fault


def test_the_newest_version() -> None:
    resolved = resolve(WEB, versions(), VersionOptions())
    assert resolved.document == did_document(WEB, BODIES[1])
    assert resolved.metadata == {"created": FIRST, "updated": SECOND, "versionId": "1"}
    assert not resolved.is_deactivated
    assert json.loads(resolved.result()) == {
        "didDocument": resolved.document,
        "didResolutionMetadata": {"contentType": "application/did"},
        "didDocumentMetadata": resolved.metadata,
    }


def test_an_only_version_was_never_updated() -> None:
    resolved = resolve(WEB, versions(1), VersionOptions())
    assert resolved.metadata == {"created": FIRST, "versionId": "0"}


def test_an_older_version_names_the_next() -> None:
    expected = {"created": FIRST, "versionId": "0", "nextVersionId": "1", "nextUpdate": SECOND}
    by_number = resolve(WEB, versions(), version_options("0", None))
    assert (by_number.document, by_number.metadata) == (did_document(WEB, BODIES[0]), expected)


@pytest.mark.parametrize(
    ("version_time", "number"),
    [
        (FIRST, "0"),
        ("2027-01-15T08:00:04Z", "0"),
        ("2027-01-15T08:00:05.499Z", "0"),
        ("2027-01-15T08:00:05.5Z", "1"),
        (SECOND, "1"),
        ("2027-01-15T10:00:05+02:00", "1"),
        ("9999-12-31T23:59:59Z", "1"),
    ],
)
def test_v2_v4_the_version_that_was_known_then(version_time: str, number: str) -> None:
    assert resolve(WEB, versions(), version_options(None, version_time)).metadata["versionId"] == number


@pytest.mark.parametrize(
    ("version_id", "version_time", "fault"),
    [
        (None, "2027-01-15T07:59:59Z", ResolutionFault.NOT_FOUND),
        (None, "1969-12-31T23:59:59Z", ResolutionFault.NOT_FOUND),
        ("2", None, ResolutionFault.NOT_FOUND),
        ("9" * 400, None, ResolutionFault.NOT_FOUND),
        ("0", FIRST, ResolutionFault.INVALID_OPTIONS),
        ("", None, ResolutionFault.INVALID_OPTIONS),
        ("-1", None, ResolutionFault.INVALID_OPTIONS),
        ("01", None, ResolutionFault.INVALID_OPTIONS),
        ("1.0", None, ResolutionFault.INVALID_OPTIONS),
        ("\u0661", None, ResolutionFault.INVALID_OPTIONS),
        (None, "", ResolutionFault.INVALID_OPTIONS),
        (None, "2027-01-15", ResolutionFault.INVALID_OPTIONS),
        (None, "2027-01-15T08:00:00", ResolutionFault.INVALID_OPTIONS),
        (None, "2027-02-30T08:00:00Z", ResolutionFault.INVALID_OPTIONS),
        (None, "10000-01-01T00:00:00Z", ResolutionFault.INVALID_OPTIONS),
        (None, "1800000000000", ResolutionFault.INVALID_OPTIONS),
        (None, "2027-01-15T08:00:00Z\u0000", ResolutionFault.INVALID_OPTIONS),
    ],
)
def test_options_that_lead_nowhere(
    version_id: str | None, version_time: str | None, fault: ResolutionFault
) -> None:
    assert fault_of(version_id, version_time) is fault


def test_v3_what_has_ended_is_told_as_ended_whichever_version_is_asked_for() -> None:
    newest = resolve(WEB, versions(3), VersionOptions())
    assert (newest.document, newest.is_deactivated) == (None, True)
    assert newest.metadata == {"created": FIRST, "updated": THIRD, "versionId": "2", "deactivated": True}
    assert json.loads(newest.result())["didResolutionMetadata"] == {}
    older = resolve(WEB, versions(3), VersionOptions(number=1))
    assert (older.document, older.is_deactivated) == (did_document(WEB, BODIES[1]), True)


def test_an_error_is_told_in_the_form_of_a_result() -> None:
    assert json.loads(error_result(ResolutionFault.NOT_FOUND, "it was not there")) == {
        "didDocument": None,
        "didResolutionMetadata": {
            "error": {
                "type": "https://www.w3.org/ns/did#NOT_FOUND",
                "title": ResolutionFault.NOT_FOUND.sentence,
                "status": 404,
                "remedy": ResolutionFault.NOT_FOUND.remedy,
                "detail": "it was not there",
            }
        },
        "didDocumentMetadata": {},
    }


INVALID, UNSUPPORTED = ResolutionFault.INVALID_DID, ResolutionFault.METHOD_NOT_SUPPORTED
FEATURE = ResolutionFault.FEATURE_NOT_SUPPORTED


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", INVALID),
        ("did", INVALID),
        ("did:", INVALID),
        ("did:web", INVALID),
        ("did:web:", INVALID),
        ("did:key:", INVALID),
        ("did:WEB:a.example", INVALID),
        ("did:web:A.example", INVALID),
        ("did:web:ex\u0430mple.org", INVALID),
        ("did:web:a.example\u0000", INVALID),
        ("did:web:a.example%00", INVALID),
        ("did:web:a.example:..%2f", INVALID),
        ("did:web:a.example:", INVALID),
        ("did:web:" + "a" * 4000, INVALID),
        ("did:matricula:abc", INVALID),
        ("did:matricula:abc/..", INVALID),
        ("../../etc/passwd", INVALID),
        ("did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH", UNSUPPORTED),
        ("did:key:z6Mk#z6Mk", UNSUPPORTED),
        ("did:ion:a b", INVALID),
        ("did:web:a.example#key-1", FEATURE),
        ("did:web:a.example?service=files", FEATURE),
        ("did:web:a.example/path", FEATURE),
        ("did:web:A.example#key-1", INVALID),
    ],
)
def test_a_text_that_is_not_resolved(text: str, fault: ResolutionFault) -> None:
    with pytest.raises(ResolutionError) as caught:
        require_resolvable(text)
    assert caught.value.fault is fault


@pytest.mark.parametrize("text", [WEB, "did:web:localhost%3A8443", "did:matricula:" + "a" * 52])
def test_a_did_is_resolvable(text: str) -> None:
    require_resolvable(text)
