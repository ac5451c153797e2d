"""A strict reader of JSON (RFC 8259), whose answer depends on nothing but its input and this file.

Nodes must agree on whether an attached document is readable and on what it says, so the reader takes less
than the RFC allows and does no conversion that a library, a platform or a version could do otherwise:

1. The text is UTF-8 without a byte order mark, at most `limit` bytes.
2. Arrays and objects nest at most 32 deep.
3. The names within an object are distinct after their escapes are resolved.
4. A number stays the text that was written, at most 32 characters; no binary floating point exists here.
5. A string holds Unicode scalar values: an escaped surrogate without its partner is refused.
6. Nothing but white space follows the value.
"""

from dataclasses import dataclass
from typing import Final

from registry.primitives.reason import Reason

MAX_DEPTH: Final = 32
MAX_NUMBER_LENGTH: Final = 32

_SPACE = frozenset(" \t\n\r")
_END: Final = "\0"
"""Behind the last character, where it ends every loop; JSON has no place for it outside of an escape."""
_DIGITS = frozenset("0123456789")
_HEX_DIGITS = frozenset("0123456789abcdefABCDEF")
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_WORDS: Final[tuple[tuple[str, bool | None], ...]] = (("true", True), ("false", False), ("null", None))


@dataclass(frozen=True, slots=True)
class Number:
    """A JSON number, exactly as it was written."""

    text: str


JsonValue = dict[str, "JsonValue"] | list["JsonValue"] | str | Number | bool | None


class JsonFault(Reason):
    """Why the registry does not read a JSON text. Whoever wrote it meets it, in another reason's detail."""

    TOO_LONG = "too-long", "The document has more bytes than are allowed.", "Make it shorter."
    NOT_UTF8 = (
        "not-utf8",
        "The document is not UTF-8, or begins with a byte order mark.",
        "Save it as UTF-8 without a byte order mark.",
    )
    TOO_DEEP = "too-deep", "Arrays and objects nest more than 32 deep.", "Nest them less deeply."
    DUPLICATE_NAME = "duplicate-name", "An object has two members of one name.", "Delete one of the two."
    NUMBER_TOO_LONG = (
        "number-too-long",
        "A number is written with more than 32 characters.",
        "Write it with fewer digits, or as a text in quotes.",
    )
    CONTROL_CHARACTER = (
        "control-character",
        "A text contains a control character that is not escaped.",
        "Escape it: \\n for a line break, \\t for a tab.",
    )
    LONE_SURROGATE = (
        "lone-surrogate",
        "A text escapes half of a surrogate pair.",
        "Write the whole character, or both halves of the pair.",
    )
    SYNTAX = "syntax", "The text is not JSON.", "Correct it at the place that is named."


class JsonError(ValueError):
    """The only exception of this module: `fault` says why, `position` where (characters from the start)."""

    def __init__(self, fault: JsonFault, position: int) -> None:
        super().__init__(f"{fault} at character {position}")
        self.fault = fault
        self.position = position


def read_json(data: bytes, *, limit: int) -> JsonValue:
    """The value that `data`, of at most `limit` bytes, denotes. Raises `JsonError`."""
    if len(data) > limit:
        raise JsonError(JsonFault.TOO_LONG, limit)
    try:
        text = data.decode("utf-8", "strict")
    except UnicodeDecodeError as error:
        raise JsonError(JsonFault.NOT_UTF8, error.start) from None
    if text.startswith("\ufeff"):
        raise JsonError(JsonFault.NOT_UTF8, 0)
    reader = _Reader(text)
    value = reader.value(0)
    if reader.here() != _END or reader.position != len(text):
        raise reader.refused(JsonFault.SYNTAX)
    return value


class _Reader:
    """A position in a text, moved forward by each method over what that method reads.

    A byte of JSON may be an item of its own, so every item is read with as few calls as there can be: what a
    byte costs at most is a figure of the ruleset (`registry.cost`).
    """

    def __init__(self, text: str) -> None:
        self.text = text + _END
        self.position = 0
        self.numbers: dict[str, Number] = {}

    def refused(self, fault: JsonFault) -> JsonError:
        return JsonError(fault, self.position)

    def here(self) -> str:
        """The next character that is no white space, not moved over."""
        character = self.text[self.position]
        while character in _SPACE:
            self.position += 1
            character = self.text[self.position]
        return character

    def value(self, depth: int) -> JsonValue:
        character = self.text[self.position]
        if character in _SPACE:
            character = self.here()
        if character in _DIGITS or character == "-":
            return self.number()
        if character == '"':
            return self.string()
        if character == "{" or character == "[":
            if depth == MAX_DEPTH:
                raise self.refused(JsonFault.TOO_DEEP)
            self.position += 1
            return self.object(depth + 1) if character == "{" else self.array(depth + 1)
        for word, meaning in _WORDS:
            if self.text.startswith(word, self.position):
                self.position += len(word)
                return meaning
        raise self.refused(JsonFault.SYNTAX)

    def array(self, depth: int) -> JsonValue:
        items: list[JsonValue] = []
        if self.here() == "]":
            self.position += 1
            return items
        while True:
            items.append(self.value(depth))
            if self.ends("]"):
                return items

    def object(self, depth: int) -> JsonValue:
        members: dict[str, JsonValue] = {}
        if self.here() == "}":
            self.position += 1
            return members
        while True:
            if self.here() != '"':
                raise self.refused(JsonFault.SYNTAX)
            name = self.string()
            if name in members:
                raise self.refused(JsonFault.DUPLICATE_NAME)
            if self.here() != ":":
                raise self.refused(JsonFault.SYNTAX)
            self.position += 1
            members[name] = self.value(depth)
            if self.ends("}"):
                return members

    def ends(self, bracket: str) -> bool:
        """Move over a comma or the closing bracket; whether it was the bracket."""
        character = self.text[self.position]
        if character in _SPACE:
            character = self.here()
        if character != "," and character != bracket:
            raise self.refused(JsonFault.SYNTAX)
        self.position += 1
        return character == bracket

    def string(self) -> str:
        """A string, from its opening quotation mark."""
        start = self.position + 1
        end = self.text.find('"', start)
        if end < 0:
            raise self.refused(JsonFault.SYNTAX)
        backslash = self.text.find("\\", start, end)
        if backslash < 0:
            self.position = end + 1
            return self.plain(start, end)
        parts: list[str] = []
        while True:
            parts.append(self.plain(start, backslash))
            self.position = backslash + 1
            parts.append(self.escape())
            start = self.position
            if end < start:  # else it is still the next one: searching again for each escape is quadratic
                end = self.text.find('"', start)
            if end < 0:
                raise self.refused(JsonFault.SYNTAX)
            backslash = self.text.find("\\", start, end)
            if backslash < 0:
                parts.append(self.plain(start, end))
                self.position = end + 1
                return "".join(parts)

    def plain(self, start: int, end: int) -> str:
        """The characters of a string between escapes."""
        part = self.text[start:end]
        if part and min(part) < " ":
            raise JsonError(JsonFault.CONTROL_CHARACTER, start)
        return part

    def escape(self) -> str:
        """An escape, from the character after its backslash."""
        letter = self.text[self.position : self.position + 1]
        self.position += 1
        if letter != "u":
            character = _ESCAPES.get(letter)
            if character is None:
                raise self.refused(JsonFault.SYNTAX)
            return character
        code = self.code_unit()
        if 0xD800 <= code <= 0xDBFF:
            if not self.text.startswith("\\u", self.position):
                raise self.refused(JsonFault.LONE_SURROGATE)
            self.position += 2
            low = self.code_unit()
            if not 0xDC00 <= low <= 0xDFFF:
                raise self.refused(JsonFault.LONE_SURROGATE)
            return chr(0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00))
        if 0xDC00 <= code <= 0xDFFF:
            raise self.refused(JsonFault.LONE_SURROGATE)
        return chr(code)

    def code_unit(self) -> int:
        """Four hexadecimal digits."""
        digits = self.text[self.position : self.position + 4]
        if len(digits) != 4 or not _HEX_DIGITS.issuperset(digits):
            raise self.refused(JsonFault.SYNTAX)
        self.position += 4
        return int(digits, 16)

    def number(self) -> Number:
        text, start = self.text, self.position
        first = start + (text[start] == "-")
        position = self.behind_digits(first)
        if text[first] == "0" and position > first + 1:
            raise JsonError(JsonFault.SYNTAX, position)
        if text[position] in ".eE":
            position = self.behind_fraction(position)
        if position - start > MAX_NUMBER_LENGTH:
            raise JsonError(JsonFault.NUMBER_TOO_LONG, start)
        written = text[start:position]
        self.position = position
        number = self.numbers.get(written)
        if number is None:
            number = self.numbers[written] = Number(written)
        return number

    def behind_fraction(self, position: int) -> int:
        """The position behind a fraction and an exponent, of which there is at least one."""
        text = self.text
        if text[position] == ".":
            position = self.behind_digits(position + 1)
        if text[position] in "eE":
            position += 1
            position = self.behind_digits(position + (text[position] in "+-"))
        return position

    def behind_digits(self, position: int) -> int:
        """The position behind one digit or more."""
        text, first = self.text, position
        while text[position] in _DIGITS:
            position += 1
        if position == first:
            raise JsonError(JsonFault.SYNTAX, position)
        return position
