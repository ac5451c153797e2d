"""Lists of entries as registrars have them: taken as they come, or refused by line, before any is revoked."""

from pathlib import Path

import pytest

from node.cli.issue.index_list import read_indices
from node.files.bounded import WrongFile
from node.files.foreign import FileKind
from node.wording.explained import Explained
from registry.records.status_list import MAX_SIZE


def listed(folder: Path, content: bytes) -> Path:
    file = folder / "indices.txt"
    file.write_bytes(content)
    return file


@pytest.mark.parametrize(
    "content",
    [
        b"4711\n90210\n",
        b"4711\n90210",
        b"4711\r\n90210\r\n",
        b"4711\r90210\r",
        b"\xef\xbb\xbf4711\r\n90210\r\n",
        b"\n\n  4711\t\n\n90210 \n\n",
        b"90210\n4711\n4711\n",
        b"004711\n90210\n",
        "4711\u00a0\n90210\n".encode(),
    ],
)
def test_what_registrars_have_is_taken_as_it_comes(tmp_path: Path, content: bytes) -> None:
    assert read_indices(listed(tmp_path, content)) == {4711, 90210}


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n \r\n"])
def test_a_list_may_be_empty(tmp_path: Path, content: bytes) -> None:
    assert read_indices(listed(tmp_path, content)) == set()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_the_encoding_is_named(tmp_path: Path, encoding: str) -> None:
    with pytest.raises(WrongFile) as refused:
        read_indices(listed(tmp_path, "4711\r\n90210\r\n".encode(encoding)))
    assert refused.value.kind is (FileKind.UTF_32 if encoding == "utf-32" else FileKind.UTF_16)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("1.234", "a mark between thousands, or a decimal point"),
        ("1,234", "a mark between thousands, or a decimal point"),
        ("1 234", "a mark between thousands, or a decimal point"),
        ("1'234", "a mark between thousands, or a decimal point"),
        ("4711.0", "a decimal point"),
        ("-5", "it is negative"),
        ("100-200", "a range"),
        ("100..200", "a range"),
        ("1.2E+05", "a number in the short form of a spreadsheet"),
        ("0x1F", "a number in hexadecimal"),
        ('"4711"', "quotation marks"),
        ("4711;Müller", "several values on one line, with semicolons"),
        ("4711\tMüller", "several values on one line, with tabs"),
        ("4711, 90210", "several values on one line, with commas"),
        ("4711 90210", "several numbers on one line"),
        ("# revoked in May", "a remark"),
        ("#REF!", "a cell that the spreadsheet could not show"),
        ("#N/A", "a cell that the spreadsheet could not show"),
        ("#####", "a cell that the spreadsheet could not show"),
        ("1,0E+05", "a number in the short form of a spreadsheet"),
        ("index", "a word or a heading"),
        ("sep=;", "it is the first line of a table from Excel"),
        ("did:web:a.example/status-lists/degrees", "the name of a list or an address"),
        ("٤٧١١", "digits of another script"),
        ("★", "something that is no number"),
        (str(MAX_SIZE), "no list has so many entries"),
        ("9" * 5_000, "no list has so many entries"),
    ],
)
def test_what_is_no_number_is_told_with_its_line(tmp_path: Path, line: str, what: str) -> None:
    file = listed(tmp_path, f"4711\r\n\r\n{line}\r\n".encode())
    with pytest.raises(Explained) as refused:
        read_indices(file)
    shown = line if len(line) <= 40 else f"{line[:40]}…"
    assert (refused.value.what, refused.value.where) == (f"{shown!r} is no index: {what}", f"{file}, line 3")
    assert refused.value.do


def test_the_last_entry_of_the_longest_list_is_one(tmp_path: Path) -> None:
    assert read_indices(listed(tmp_path, str(MAX_SIZE - 1).encode())) == {MAX_SIZE - 1}
