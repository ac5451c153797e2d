"""Verdicts and findings as JSON: the form in full, for every type of finding."""

import json
from dataclasses import replace
from typing import Any

import pytest

from api.base64url import to_text
from api.verifier.answer import verify_answer
from api.verifier.verdict import AnswerFlaw, Verdict
from api.verifier.verdict_form import verdict_to_json
from consensus.light_client import HeaderRefusal
from registry.checking import ProofFlaw
from tests.api.verifier.test_answer import (
    ANCHORS,
    BITS,
    DID,
    GOOD,
    HEADER,
    INDEX,
    LEAVES,
    LIST_FOUND,
    NOW,
    REGISTRY,
    TRANSACTION,
    TRUST,
    record_at,
    status_list,
)


def leaf(version: Any) -> dict[str, Any]:
    return {
        "height": version.height,
        "index": version.index,
        "timeMs": version.time_ms,
        "bodyHash": to_text(version.body_hash),
    }


def entry(number: int, index: str = INDEX) -> dict[str, Any]:
    shown = REGISTRY.logs["index", index].leaves[number]
    return {
        "height": shown.height,
        "index": 1,
        "operation": 0,
        "timeMs": shown.time_ms,
        "id": shown.id,
    }


STATUS: dict[str, Any] = {
    "record": {
        "type": "found",
        "number": 0,
        "version": leaf(LIST_FOUND.version),
        "body": to_text(LIST_FOUND.body),
        "successor": None,
    },
    "statusList": {
        "purpose": "revocation",
        "size": 131_072,
        "root": to_text(status_list().root),
        "ones": 0,
        "day": 0,
        "setToday": 0,
        "createdMs": 0,
    },
}
LEDGER_LEAF = REGISTRY.ledger.leaves[0]
FINDINGS: dict[str, dict[str, Any]] = {
    "record": {
        "type": "found",
        "number": 2,
        "version": leaf(LEAVES[2]),
        "body": to_text(b"version 2"),
        "successor": None,
    },
    "record at K": {
        "type": "found",
        "number": 1,
        "version": leaf(LEAVES[1]),
        "body": to_text(b"version 1"),
        "successor": leaf(LEAVES[2]),
    },
    "record not yet known": {"type": "not-yet", "first": leaf(LEAVES[0])},
    "absence": {"type": "absent"},
    "index": {"type": "entries", "first": 0, "entries": [entry(0), entry(1), entry(2)], "isLast": True},
    "page of an index": {"type": "entries", "first": 1, "entries": [entry(1)], "isLast": False},
    "empty index": {"type": "entries", "first": 7, "entries": [], "isLast": True},
    "anchor": {"type": "anchored", "number": 1, "entry": entry(1, ANCHORS), "count": 16},
    "anchor at K": {"type": "anchored", "number": 1, "entry": entry(1, ANCHORS), "count": 16},
    "anchor not yet known": {"type": "not-yet", "first": entry(1, ANCHORS)},
    "no anchors": {"type": "absent"},
    "transaction": {
        "type": "in-ledger",
        "position": 0,
        "leaf": {
            "height": 1,
            "index": 1,
            "timeMs": LEDGER_LEAF.time_ms,
            "data": to_text(TRANSACTION),
        },
    },
    "chunk": {"type": "status-bits", **STATUS, "first": 5 * 1024, "bits": to_text(bytes([5]) * 128)},
    "status list": {"type": "status-bits", **STATUS, "first": 0, "bits": to_text(BITS)},
    "no status list": {"type": "absent"},
    "no chunk yet": {"type": "not-yet", "first": leaf(LIST_FOUND.version)},
}


def test_every_kind_of_answer_is_in_the_table() -> None:
    assert FINDINGS.keys() == GOOD.keys()


@pytest.mark.parametrize("name", GOOD)
def test_the_form_of_a_valid_verdict(name: str) -> None:
    verdict = verify_answer(GOOD[name][0], TRUST, question=None, now_ms=NOW)
    form = verdict_to_json(verdict)
    assert form == {
        "outcome": "valid",
        "reason": None,
        "finding": FINDINGS[name],
        "asOfMs": HEADER.time_ms,
        "height": HEADER.height,
        "epoch": 0,
        "anchoredBy": "checkpoint",
    }
    assert json.loads(json.dumps(form)) == form


def test_what_was_proved_stands_in_a_stale_verdict_as_well() -> None:
    verdict = verify_answer(record_at(None), TRUST, question=None, now_ms=NOW + 999_999)
    form = verdict_to_json(verdict)
    assert (form["outcome"], form["reason"]) == ("indeterminate", "stale")
    assert form["finding"] == FINDINGS["record"]


NOTHING = {"finding": None, "asOfMs": None, "height": None, "epoch": None, "anchoredBy": None}
FLAWS = {
    AnswerFlaw.IMPOSSIBLE_QUESTION: ("invalid", "impossible-question"),
    AnswerFlaw.MALFORMED: ("invalid", "malformed"),
    AnswerFlaw.UNSUPPORTED_VERSION: ("indeterminate", "unsupported-version"),
    HeaderRefusal.NO_QUORUM: ("invalid", "no-quorum"),
    HeaderRefusal.ANCHOR_TOO_OLD: ("indeterminate", "anchor-too-old"),
    ProofFlaw.SUCCESSOR_LEFT_OUT: ("invalid", "successor-left-out"),
}


@pytest.mark.parametrize(("flaw", "told"), FLAWS.items())
def test_the_form_of_a_flaw(flaw: Any, told: tuple[str, str]) -> None:
    verdict = Verdict.from_flaw(flaw, "for people")
    assert verdict_to_json(verdict) == {"outcome": told[0], "reason": told[1], **NOTHING}


def test_a_flaw_of_the_proof_names_the_header_that_is_believed() -> None:
    spoilt = replace(record_at(None), proof=REGISTRY.prove_record("did", DID, 1))
    verdict = verify_answer(spoilt, TRUST, question=None, now_ms=NOW)
    assert verdict_to_json(verdict) == {
        "outcome": "invalid",
        "reason": "successor-left-out",
        "finding": None,
        "asOfMs": HEADER.time_ms,
        "height": HEADER.height,
        "epoch": 0,
        "anchoredBy": "checkpoint",
    }
