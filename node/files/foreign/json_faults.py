"""Why a text is not one JSON document: what editors, word processors and other languages do to JSON.

A parser says where it stopped; a person has to know what is wrong there. Only the nature of the first fault
is told: whoever mends it comes back.

Source: RFC 8259. The parser is that of Python's standard library (3.11 to 3.13), read at its message and
place; where versions differ, the text itself decides.
"""

import json
import re
from dataclasses import dataclass
from typing import NoReturn

from registry.primitives.reason import Reason

_CURLY = "“”„‟«»‘’‚‛′″"
_OPENS_DOCUMENT = "{["


class JsonMistake(Reason):
    """Why a text is no JSON. Whoever wrote or got the file meets it."""

    CURLY_QUOTES = (
        "curly-quotes",
        'There are curly quotes in place of ".',
        'Replace each by a straight ", in a plain text editor. A word processor changed them.',
    )
    SINGLE_QUOTES = (
        "single-quotes",
        'There are single quotes in place of ".',
        'Replace each by ". JSON has double quotes only.',
    )
    TRAILING_COMMA = "trailing-comma", "There is a comma before a closing bracket.", "Delete that comma."
    COMMENT = "comment", "There is a comment.", "Delete it. JSON has no comments."
    SECOND_DOCUMENT = (
        "second-document",
        "There is a second JSON document.",
        "Put each document into a file of its own.",
    )
    AFTER_THE_END = (
        "after-the-end",
        "There is something after the end of the document.",
        "Delete what follows the last bracket.",
    )
    CUT_SHORT = (
        "cut-short",
        "The file ends inside the document.",
        "Copy or download it again. It did not arrive whole, or a quotation mark is missing.",
    )
    LITERAL = (
        "literal",
        "There is a word that JSON does not know.",
        "Write true, false, null, a number, or a text in quotes.",
    )
    UNQUOTED_NAME = (
        "unquoted-name",
        "There is a name without quotes.",
        'Put each name into double quotes, as in "name": ….',
    )
    MISSING_COMMA = (
        "missing-comma",
        "There is a missing comma, or a quotation mark inside a text.",
        'Write a comma between members, and \\" inside a text.',
    )
    RAW_CONTROL = (
        "raw-control",
        "There is a line break, tab or other control character inside a text.",
        "Write \\n or \\t in its place. Or add the quotation mark that is missing before it.",
    )
    BACKSLASH = "backslash", "There is a lone backslash inside a text.", "Write it twice (\\\\)."
    NUL = "nul", "There is a zero byte.", "Copy or download the file again. It is damaged."
    NUMBER = (
        "number",
        "There is a number in a form that JSON does not have.",
        "Write it like 1.5 or -3: with a point, without + and leading zeros.",
    )
    OTHER = (
        "other",
        "There is something that JSON does not permit.",
        "Correct it there, or make the file again with the software that wrote it.",
    )


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A fault, and where it is: line and column from 1."""

    fault: JsonMistake
    line: int
    column: int


def fault_in(text: str) -> Misplaced | None:
    """The first reason why `text` is not one JSON document, None where it is. The caller has bounded its
    nesting.
    """
    try:
        json.loads(text, parse_int=str, parse_float=str, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        place = _place(error.pos, text)
        return Misplaced(_fault(error.msg, place, text), *_line_and_column(place, text))
    except _Constant as found:
        met = re.search(rf"[\[:,]\s*(?={re.escape(found.text)}\b)", text)
        return Misplaced(JsonMistake.LITERAL, *_line_and_column(met.end() if met else 0, text))
    return None


def _place(place: int, text: str) -> int:
    """Where the fault is. Of a comma before a closing bracket that is the bracket, whatever the parser names:
    from Python 3.13 on it is the comma.
    """
    comma = re.compile(r",[ \t\r\n]*(?=[}\]])").match(text, place)
    return place if comma is None else comma.end()


def _line_and_column(place: int, text: str) -> tuple[int, int]:
    return text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)


class _Constant(Exception):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


def _no_constant(text: str) -> NoReturn:
    raise _Constant(text)


def _fault(said: str, place: int, text: str) -> JsonMistake:
    at = text[place : place + 1]
    if said == "Extra data":
        return JsonMistake.SECOND_DOCUMENT if at in _OPENS_DOCUMENT else JsonMistake.AFTER_THE_END
    if said.startswith(("Invalid control character", "Unterminated string")):
        return _in_a_text(said, place, text)
    if said.startswith("Invalid \\"):
        return JsonMistake.BACKSLASH
    return _at_a_sign(at, said, place, text)


def _at_a_sign(at: str, said: str, place: int, text: str) -> JsonMistake:
    """What the sign means at which something else had to be."""
    before = text[:place].rstrip()[-1:]
    if not at:
        return JsonMistake.CUT_SHORT
    if at == "\x00":
        return JsonMistake.NUL
    if at in _CURLY:
        return JsonMistake.CURLY_QUOTES
    if at == "'":
        return JsonMistake.SINGLE_QUOTES
    if at in "/#":
        return JsonMistake.COMMENT
    if at in "}]" and before == ",":
        return JsonMistake.TRAILING_COMMA
    if said.startswith("Expecting property name"):
        return _in_place_of_a_name(at)
    if at in "+." or (at.isdigit() and before.isdigit()):
        return JsonMistake.NUMBER
    if said.startswith("Expecting ','"):
        return JsonMistake.MISSING_COMMA
    if at.isalpha():
        return JsonMistake.LITERAL
    return JsonMistake.OTHER


def _in_place_of_a_name(at: str) -> JsonMistake:
    if at.isdigit():
        return JsonMistake.NUMBER
    return JsonMistake.UNQUOTED_NAME if at.isalpha() else JsonMistake.OTHER


def _in_a_text(said: str, place: int, text: str) -> JsonMistake:
    """A text that does not end where it should: its closing quote may be a curly one."""
    start = text.rfind('"', 0, place + 1)
    line = text[start : place + 1] if said.startswith("Invalid") else text[start:].partition("\n")[0]
    if any(sign in line for sign in "”“„"):
        return JsonMistake.CURLY_QUOTES
    if said.startswith("Invalid"):
        return JsonMistake.NUL if text[place] == "\x00" else JsonMistake.RAW_CONTROL
    return JsonMistake.CUT_SHORT
