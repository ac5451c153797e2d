"""The demonstration, whole: four processes, a kill, and a document whose every figure was measured."""

import json
import tempfile
from pathlib import Path

import pytest

from api.credentials.formats.table import read_credential
from api.credentials.wrappers.table import unwrap
from node.cli import main


@pytest.mark.process
def test_the_demonstration_holds(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert main(["demo", "--json"]) == 0
    captured = capsys.readouterr()
    (line,) = captured.out.splitlines()
    document = json.loads(line)
    assert set(document) == {
        "ok",
        "finality_ms_p50",
        "finality_ms_p99",
        "visible_everywhere_ms",
        "catch_up_s",
        "answers_verified",
        "transactions",
        "badge",
        "badge_verified_by",
    }
    assert document["ok"] is True
    assert document["transactions"] == 47
    assert document["answers_verified"] >= document["transactions"]
    assert 0 < document["finality_ms_p50"] <= document["finality_ms_p99"]
    assert document["visible_everywhere_ms"] > 0
    assert document["catch_up_s"] > 0
    assert captured.err == ""
    (badge,) = tmp_path.rglob("*.png")
    assert [document["badge"]] == [str(path) for path in badge.parent.iterdir()]
    found = unwrap(badge.read_bytes())
    assert found is not None
    (proof,) = read_credential(found.content).proofs
    assert proof.suite == "eddsa-rdfc-2022"
