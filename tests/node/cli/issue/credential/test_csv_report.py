"""Reports as CSV: nothing in a cell acts, whoever wrote it (C1 to C4)."""

import csv
from pathlib import Path

import pytest

from node.cli.issue.credential.csv_report import HEADER, MAX_CELL, cell, cells, writing_csv
from node.cli.issue.credential.folder import FolderRow

ANSWERS = ("valid", "valid", "indeterminate", "indeterminate")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("", ""),
        ("=HYPERLINK(0)", "'=HYPERLINK(0)"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        (" =1", "' =1"),
        ("＝1", "'＝1"),
        ("a=1", "a=1"),
        ("\t=1", "\\u{9}=1"),
        ("\r=1", "\\u{D}=1"),
        ("a\nb", "a\\u{A}b"),
        ("\u202egpj.exe", "\\u{202E}gpj.exe"),
        ('"quoted", and more', '"quoted", and more'),
        ("x" * 5_000, "x" * MAX_CELL),
    ],
)
def test_a_cell_is_shown_and_does_not_act(text: str, shown: str) -> None:
    assert cell(text) == shown


def test_a_report_is_opened_by_spreadsheets_and_read_back(tmp_path: Path) -> None:
    file = tmp_path / "report.csv"
    good = FolderRow("zoë.json", "valid", ANSWERS, 'It is "real", and more.', "")
    bad = FolderRow("=cmd|'/c calc'!A0.json", "not-judged", ("",) * 4, "-", "no-credential")
    odd = FolderRow("\udcff.json", "valid", ANSWERS, "", "")
    with writing_csv(file) as write:
        for row in (good, bad, odd):
            write(row)
            assert file.read_bytes().endswith(b"\r\n")
    content = file.read_bytes()
    assert content.startswith(b'\xef\xbb\xbf"file"')
    assert content.count(b"\r\n") == 4
    with file.open(encoding="utf-8-sig", newline="") as opened:
        assert list(csv.reader(opened)) == [list(HEADER), cells(good), cells(bad), cells(odd)]
    assert HEADER[2:6] == (
        "Is it real?",
        "Is it still good?",
        "Who stands behind it?",
        "What does it count for here?",
    )


def test_nothing_is_written_over(tmp_path: Path) -> None:
    file = tmp_path / "report.csv"
    file.write_text("mine")
    with pytest.raises(FileExistsError), writing_csv(file):
        raise AssertionError("it is not begun")
    assert file.read_text() == "mine"
