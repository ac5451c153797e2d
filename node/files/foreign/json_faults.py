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
        position = _position_of_fault(error.pos, text)
        return Misplaced(_fault(error.msg, position, text), *_line_and_column(position, text))
    except _Constant as found:
        match = re.search(rf"[\[:,]\s*(?={re.escape(found.text)}\b)", text)
        return Misplaced(JsonMistake.LITERAL, *_line_and_column(match.end() if match else 0, text))
    return None


def _position_of_fault(position: int, text: str) -> int:
    """Where the fault is. Of a comma before a closing bracket that is the bracket, whatever the parser names:
    from Python 3.13 on it is the comma.
    """
    comma = re.compile(r",[ \t\r\n]*(?=[}\]])").match(text, position)
    return position if comma is None else comma.end()


def _line_and_column(position: int, text: str) -> tuple[int, int]:
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)


class _Constant(Exception):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


def _no_constant(text: str) -> NoReturn:
    raise _Constant(text)


def _fault(message: str, position: int, text: str) -> JsonMistake:
    sign = text[position : position + 1]
    if message == "Extra data":
        return JsonMistake.SECOND_DOCUMENT if sign in _OPENS_DOCUMENT else JsonMistake.AFTER_THE_END
    if message.startswith(("Invalid control character", "Unterminated string")):
        return _in_a_text(message, position, text)
    if message.startswith("Invalid \\"):
        return JsonMistake.BACKSLASH
    return _at_a_sign(sign, message, position, text)


def _at_a_sign(sign: str, message: str, position: int, text: str) -> JsonMistake:
    """What the sign means at which something else had to be."""
    before = text[:position].rstrip()[-1:]
    if not sign:
        return JsonMistake.CUT_SHORT
    if sign == "\x00":
        return JsonMistake.NUL
    if sign in _CURLY:
        return JsonMistake.CURLY_QUOTES
    if sign == "'":
        return JsonMistake.SINGLE_QUOTES
    if sign in "/#":
        return JsonMistake.COMMENT
    if sign in "}]" and before == ",":
        return JsonMistake.TRAILING_COMMA
    if message.startswith("Expecting property name"):
        return _in_place_of_a_name(sign)
    if sign in "+." or (sign.isdigit() and before.isdigit()):
        return JsonMistake.NUMBER
    if message.startswith("Expecting ','"):
        return JsonMistake.MISSING_COMMA
    if sign.isalpha():
        return JsonMistake.LITERAL
    return JsonMistake.OTHER


def _in_place_of_a_name(sign: str) -> JsonMistake:
    if sign.isdigit():
        return JsonMistake.NUMBER
    return JsonMistake.UNQUOTED_NAME if sign.isalpha() else JsonMistake.OTHER


def _in_a_text(message: str, position: int, text: str) -> JsonMistake:
    """A text that does not end where it should: its closing quote may be a curly one."""
    start = text.rfind('"', 0, position + 1)
    line = text[start : position + 1] if message.startswith("Invalid") else text[start:].partition("\n")[0]
    if any(sign in line for sign in "”“„"):
        return JsonMistake.CURLY_QUOTES
    if message.startswith("Invalid"):
        return JsonMistake.NUL if text[position] == "\x00" else JsonMistake.RAW_CONTROL
    return JsonMistake.CUT_SHORT
