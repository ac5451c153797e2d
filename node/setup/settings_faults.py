"""What is wrong with a settings file: from the words of libraries into those of an operator."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

MISSING = "Object missing required field"
"""How the library that checks values (msgspec) begins the sentence about a setting that is not there."""

_CURLY = frozenset("“”„‘’‚")
_TYPES = {
    "int": "a whole number",
    "float": "a number with a point",
    "str": "a text",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
    "null": "nothing",
    "datetime": "a date",
}
_MENDING: tuple[tuple[str, str], ...] = (
    ("twice", "delete one of the two"),
    ("overwrite a value", "delete one of the two"),
    ("mutate immutable", "delete one of the two"),
    ("Unescaped", "write a backslash twice (\\\\), or the text in single quotes"),
    ("after a key", 'write it as: name = "text"'),
    ("Invalid value", 'write a text in quotes: name = "text"'),
    ("Unterminated string", "a quotation mark is missing at the end"),
    ("Illegal character", "a quotation mark is missing, or a line break stands inside a text"),
    ("Unclosed array", "close the list with ]"),
    ("Expected newline", "write one setting a line"),
)
"""What to do, by the words of the library that reads TOML (tomllib); the first that match count."""


_BOUNDS = {
    ("array", ">="): "a list of fewer than {} entries",
    ("array", "<="): "a list of more than {} entries",
    ("object", ">="): "a table of fewer than {} entries",
    ("object", "<="): "a table of more than {} entries",
    ("str", ">="): "a text of fewer than {} characters",
    ("str", "<="): "a text of more than {} characters",
}
_EMPTY = {"array": "the list is empty", "object": "the table is empty", "str": "the text is empty"}
_ALLOWED = {
    "enum": "one of",
    "minimum": "at least",
    "maximum": "at most",
    "maxLength": "at most so many characters:",
    "type": "a value of type",
}
"""The words for what a schema allows of a value that is no text, list or table."""


def what_is_wrong(message: str) -> str:
    """A sentence of the library that checks values (msgspec), as a clause for people."""
    if missing := re.fullmatch(r"Object missing required field `(\w+)`", message):
        return f"{missing[1]!r} is missing"
    if re.match(r"Expected `str` matching regex", message):
        return "the text does not have the form of this setting"
    if kinds := re.fullmatch(r"Expected `([\w| ]+)`, got `(\w+)`", message):
        wanted = " or ".join(_TYPES.get(kind, kind) for kind in kinds[1].split(" | "))
        return f"{_TYPES.get(kinds[2], kinds[2])} in place of {wanted}"
    if bound := re.fullmatch(r"Expected `int` (<=|>=) (\d+)", message):
        return f"the number is {'above' if bound[1] == '<=' else 'below'} {bound[2]}"
    if bound := re.fullmatch(r"Expected `(array|object|str)` of length (<=|>=) (\d+)", message):
        if bound[3] == "1" and bound[2] == ">=":
            return _EMPTY[bound[1]]
        return _BOUNDS[bound[1], bound[2]].format(bound[3])
    return message[:1].lower() + message[1:]


def what_fits(schema: Mapping[str, Any], within: Sequence[str | int] = ()) -> str:
    """What may be written where a JSON schema holds, or else at the place `within` it."""
    for part in within:
        schema = schema["items" if isinstance(part, int) else "additionalProperties"]
    schema = next(
        (alternative for alternative in schema.get("anyOf", ()) if alternative["type"] != "null"), schema
    )
    kind = schema.get("type")
    if kind == "array":
        most = f"; at most {schema['maxItems']} entries" if "maxItems" in schema else ""
        return f"write a list: {_example(schema)}{most}"
    if kind == "object":
        name = schema.get("propertyNames", {}).get("examples", ["NAME"])[0]
        return f"write a table, and in it: {name} = {_example(schema['additionalProperties'])}"
    if kind == "string" and "enum" not in schema:
        most = f"; at most {schema['maxLength']} characters" if "maxLength" in schema else ""
        return f"write a text: {_example(schema)}{most}"
    return "; ".join(f"{word} {schema[name]}" for name, word in _ALLOWED.items() if name in schema)


def _example(schema: Mapping[str, Any]) -> str:
    """A value of that form, as TOML has it: its lists and texts are JSON."""
    if schema["type"] == "array":
        return f"[{_example(schema['items'])}]"
    return json.dumps(schema.get("examples", ["text"])[0])


def how_to_mend(message: str, text: str, line: int) -> str:
    """What to do about a line that is not TOML; `line` is 0 where none is known."""
    lines = text.split("\n")  # as TOML counts them
    wrong_line = lines[line - 1] if 0 < line <= len(lines) else ""
    if _CURLY.intersection(wrong_line):
        return 'replace the curly quotes by straight ones ("), in a plain text editor'
    remedies = (do for sign, do in _MENDING if sign in message)
    return next(remedies, "correct that line; docs/configuration.md shows a whole file")
