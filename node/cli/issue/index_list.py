"""A list of a status list's entries in a file: one number a line, as people make such lists.

Taken as they come are both kinds of line ends, a byte order mark, empty lines, and spaces around a number.
Nothing else is: a number that was read wrongly revokes somebody's degree for good. So separators, headings
and decimal points are refused by line, with the text of it.
"""

import re
from pathlib import Path

from node.files.bounded import read_text, wrong_kind
from node.files.expected import INDICES
from node.files.foreign import TEXT_WITHOUT_FORM, FileKind, recognise_text
from node.wording.explained import Explained
from registry.kinds.status_list.record import MAX_SIZE

_SHOWN = 40
_DIGITS = len(str(MAX_SIZE))
_SPREADSHEET = "save the one column of indices as text: one number a line, without heading and quotes"

_FAULTS: tuple[tuple[str, str, str], ...] = (
    (r"sep=.*", "it is the first line of a table from Excel", _SPREADSHEET),
    (
        r"[0-9]+([.,' _\u00a0\u202f][0-9]{3})+",
        "a mark between thousands, or a decimal point",
        "write it with digits alone, such as 1234 for 1.234",
    ),
    (r"[0-9]+[.,]0+", "a decimal point", "write it with digits alone, without .0"),
    (r"[-−–][0-9]+", "it is negative", "the entries of a list begin with 0"),
    (r"[0-9]+\s*([-–…]|\.\.+|:)\s*[0-9]+", "a range", "write each number on a line of its own"),
    (r"[0-9.,]+[eE]\+?[0-9]+", "a number in the short form of a spreadsheet", "write out all digits"),
    (r"0[xX][0-9a-fA-F]+", "a number in hexadecimal", "write it in decimal digits"),
    (r"[\"'“”„‘’].*[\"'“”„‘’]", "quotation marks", _SPREADSHEET),
    (r".*;.*", "several values on one line, with semicolons", _SPREADSHEET),
    (r".*\t.*", "several values on one line, with tabs", _SPREADSHEET),
    (r".*,.*", "several values on one line, with commas", _SPREADSHEET),
    (r"[0-9]+\s+[0-9 ]+", "several numbers on one line", "write each on a line of its own"),
    (
        r"#(REF|N/A|NAME|VALUE|DIV/0|NUM|NULL)[!?]?|#+",
        "a cell that the spreadsheet could not show",
        "correct the cell, or make its column wider, and save the list again",
    ),
    (r"(#|//|--).*", "a remark", "delete it: a list holds numbers alone"),
    (r"did:.*|https?:.*", "the name of a list or an address", "write the number of the entry alone"),
    (r"[^\W\d].*", "a word or a heading", "delete it: a list holds numbers alone"),
    (r"\d+", "digits of another script", "write it with the digits 0 to 9"),
)
"""What a line is that is no number (the whole of it), and what to do."""


def read_indices(file: Path) -> set[int]:
    """The entries that a file names. Raises WrongFile, Explained with the line, SilentPipe, OSError."""
    text = read_text(file, INDICES)
    _require_no_other_kind(text, file)
    lines = enumerate(re.split(r"\r\n|\r|\n", text), 1)
    return {_index(line.strip(), file, number) for number, line in lines if line.strip()}


def _require_no_other_kind(text: str, file: Path) -> None:
    kind = recognise_text(text)
    if kind not in _JUDGED_BY_LINE:
        raise wrong_kind(kind, INDICES, file)


def _index(text: str, file: Path, number: int) -> int:
    if text.isascii() and text.isdecimal():
        significant = text.lstrip("0") or "0"
        if len(significant) <= _DIGITS and int(significant) < MAX_SIZE:
            return int(significant)
        what, do = "no list has so many entries", f"the longest list has entries 0 to {MAX_SIZE - 1:,}"
    else:
        what, do = next(
            ((what, do) for form, what, do in _FAULTS if re.fullmatch(form, text, re.DOTALL)),
            ("something that is no number", "write one number a line, with the digits 0 to 9"),
        )
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    raise Explained(f"{shown!r} is no index: {what}", where=f"{file}, line {number}", do=do)


_JUDGED_BY_LINE = TEXT_WITHOUT_FORM | {FileKind.BLANK, FileKind.WEB_ADDRESS}
