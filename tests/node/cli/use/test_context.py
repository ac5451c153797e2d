"""`matricula context`: a context counts once its file has been imported, and only if it is the right one."""

import json
from pathlib import Path
from typing import Any

import pytest

from api.credentials.contexts.pins import PINS
from node.cli import main
from node.files.contexts import VARIABLE

Captured = pytest.CaptureFixture[str]
OWN = "https://college.example/terms/v1"
PINNED = "https://w3id.org/dcc/v1"
TERMS = {"@context": {"term": "https://college.example/terms#term"}}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of imported contexts, not there yet."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "contexts"))
    return tmp_path


def written(folder: Path, document: object) -> str:
    file = folder / "context.json"
    file.write_text(json.dumps(document))
    return str(file)


def listed(capsys: Captured) -> dict[str, Any]:
    assert main(["context", "list", "--json"]) == 0
    return {row["url"]: row for row in json.loads(capsys.readouterr().out)["contexts"]}


def test_what_is_shipped_and_what_is_missing(capsys: Captured) -> None:
    rows = listed(capsys)
    assert rows.keys() == PINS.keys()
    assert rows["https://www.w3.org/ns/credentials/v2"]["state"] == "shipped"
    assert rows[PINNED] == {"url": PINNED, "state": "missing", "sha256": PINS[PINNED][0]}


def test_one_of_the_operators_own(folder: Path, capsys: Captured) -> None:
    assert main(["context", "import", written(folder, TERMS), "--url", OWN, "--json"]) == 0
    done = json.loads(capsys.readouterr().out)
    assert (done["url"], done["pinned"]) == (OWN, False)
    assert Path(done["file"]).parent == folder / "contexts"
    assert listed(capsys)[OWN] == {"url": OWN, "state": "imported", "sha256": done["sha256"]}
    assert main(["context", "import", written(folder, {"@context": {}}), "--url", OWN]) == 1
    assert "a context of this URL has been imported already" in capsys.readouterr().err


def test_the_pinned_ones(vectors: Path, folder: Path, capsys: Captured) -> None:
    file = vectors / "contexts" / "https%3A%2F%2Fw3id.org%2Fdcc%2Fv1.json"
    assert main(["context", "import", str(file), "--url", PINNED, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["pinned"]
    assert listed(capsys)[PINNED]["state"] == "imported"


@pytest.mark.parametrize(
    ("document", "url", "told"),
    [
        (TERMS, PINNED, "the file is not what this URL stands for"),
        (TERMS, "terms/v1", "a context is named by a URL"),
        ({"@context": OWN}, OWN, "the context takes in another one by its URL"),
        ({"name": "x"}, OWN, "not a JSON-LD context"),
        (TERMS, "https://college.example/" + "x" * 300, "it is too long to name a file"),
    ],
)
def test_what_is_refused(document: object, url: str, told: str, folder: Path, capsys: Captured) -> None:
    assert main(["context", "import", written(folder, document), "--url", url]) == 1
    assert told in " ".join(capsys.readouterr().err.split())
    assert not (folder / "contexts").exists()


def test_a_file_that_was_changed_is_told(folder: Path, capsys: Captured) -> None:
    assert main(["context", "import", written(folder, TERMS), "--url", OWN, "--json"]) == 0
    kept = Path(json.loads(capsys.readouterr().out)["file"])
    kept.write_text("{}")
    assert listed(capsys)[OWN] == {"url": OWN, "state": "wrong", "why": "not-a-context"}
