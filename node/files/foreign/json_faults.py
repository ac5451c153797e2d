"""Why a text is not one JSON document: what editors, word processors and other languages do to JSON.

A parser says where it stopped; a person has to know what is wrong there. Only the nature of the first fault
is told: whoever mends it comes back.

Source: RFC 8259. The parser is that of Python's standard library (3.11 to 3.13), read at its message and
place; where versions differ, the text itself decides.
"""

import json
import re
from dataclasses import dataclass
from enum import Enum
from typing import NoReturn

_CURLY = "“”„‟«»‘’‚‛′″"
_OPENS_DOCUMENT = "{["


class JsonFault(Enum):
    """Why it is no JSON. `phrase` says what is there, `remedy` what to do."""

    def __init__(self, phrase: str, remedy: str) -> None:
        self.phrase = phrase
        self.remedy = remedy

    CURLY_QUOTES = (
        'curly quotes in place of "',
        'a word processor changed them: replace each by a straight ", in a plain text editor',
    )
    SINGLE_QUOTES = ('single quotes in place of "', 'JSON has double quotes only: replace each by "')
    TRAILING_COMMA = ("a comma before a closing bracket", "delete that comma")
    COMMENT = ("a comment", "JSON has no comments: delete it")
    SECOND_DOCUMENT = ("a second JSON document", "put each document into a file of its own")
    AFTER_THE_END = ("something after the end of the document", "delete what follows the last bracket")
    CUT_SHORT = (
        "the end of the file, inside the document",
        "it did not arrive whole, or a quotation mark is missing: copy or download it again",
    )
    LITERAL = ("a word that JSON does not know", "write true, false, null, a number, or a text in quotes")
    UNQUOTED_NAME = ("a name without quotes", 'put each name into double quotes: "name": …')
    MISSING_COMMA = (
        "a missing comma, or a quotation mark inside a text",
        'write a comma between members, and \\" inside a text',
    )
    RAW_CONTROL = (
        "a line break, tab or other control character inside a text",
        "write \\n or \\t in its place; is a quotation mark missing?",
    )
    BACKSLASH = ("a lone backslash inside a text", "write it twice: \\\\")
    NUL = ("a zero byte", "the file is damaged: copy or download it again")
    NUMBER = (
        "a number in a form that JSON does not have",
        "write it like 1.5 or -3: with a point, without + and leading zeros",
    )
    OTHER = (
        "something that JSON does not permit",
        "correct it there, or make the file again with the software that wrote it",
    )


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A fault, and where it is: line and column from 1."""

    fault: JsonFault
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
        return Misplaced(JsonFault.LITERAL, *_line_and_column(match.end() if match else 0, text))
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


def _fault(message: str, position: int, text: str) -> JsonFault:
    sign = text[position : position + 1]
    if message == "Extra data":
        return JsonFault.SECOND_DOCUMENT if sign in _OPENS_DOCUMENT else JsonFault.AFTER_THE_END
    if message.startswith(("Invalid control character", "Unterminated string")):
        return _in_a_text(message, position, text)
    if message.startswith("Invalid \\"):
        return JsonFault.BACKSLASH
    return _at_a_sign(sign, message, position, text)


def _at_a_sign(sign: str, message: str, position: int, text: str) -> JsonFault:
    """What the sign means at which something else had to be."""
    before = text[:position].rstrip()[-1:]
    if not sign:
        return JsonFault.CUT_SHORT
    if sign == "\x00":
        return JsonFault.NUL
    if sign in _CURLY:
        return JsonFault.CURLY_QUOTES
    if sign == "'":
        return JsonFault.SINGLE_QUOTES
    if sign in "/#":
        return JsonFault.COMMENT
    if sign in "}]" and before == ",":
        return JsonFault.TRAILING_COMMA
    if message.startswith("Expecting property name"):
        return (
            JsonFault.NUMBER
            if sign.isdigit()
            else JsonFault.UNQUOTED_NAME
            if sign.isalpha()
            else JsonFault.OTHER
        )
    if sign in "+." or (sign.isdigit() and before.isdigit()):
        return JsonFault.NUMBER
    if message.startswith("Expecting ','"):
        return JsonFault.MISSING_COMMA
    if sign.isalpha():
        return JsonFault.LITERAL
    return JsonFault.OTHER


def _in_a_text(message: str, position: int, text: str) -> JsonFault:
    """A text that does not end where it should: its closing quote may be a curly one."""
    start = text.rfind('"', 0, position + 1)
    line = text[start : position + 1] if message.startswith("Invalid") else text[start:].partition("\n")[0]
    if any(sign in line for sign in "”“„"):
        return JsonFault.CURLY_QUOTES
    if message.startswith("Invalid"):
        return JsonFault.NUL if text[position] == "\x00" else JsonFault.RAW_CONTROL
    return JsonFault.CUT_SHORT
