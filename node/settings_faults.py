"""What is wrong with a settings file: from the words of libraries into those of an operator."""

import re

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


def what_is_wrong(said: str) -> str:
    """A sentence of the library that checks values (msgspec), as a clause for people."""
    if missing := re.fullmatch(r"Object missing required field `(\w+)`", said):
        return f"{missing[1]!r} is missing"
    if re.match(r"Expected `str` matching regex", said):
        return "the text does not have the form of this setting"
    if kinds := re.fullmatch(r"Expected `([\w| ]+)`, got `(\w+)`", said):
        wanted = " or ".join(_TYPES.get(one, one) for one in kinds[1].split(" | "))
        return f"{_TYPES.get(kinds[2], kinds[2])} in place of {wanted}"
    if bound := re.fullmatch(r"Expected `int` (<=|>=) (\d+)", said):
        return f"the number is {'above' if bound[1] == '<=' else 'below'} {bound[2]}"
    return said[:1].lower() + said[1:]


def how_to_mend(said: str, text: str, line: int) -> str:
    """What to do about a line that is not TOML; `line` is 0 where none is known."""
    lines = text.splitlines()
    written = lines[line - 1] if 0 < line <= len(lines) else ""
    if _CURLY.intersection(written):
        return 'replace the curly quotes by straight ones ("), in a plain text editor'
    known = (do for sign, do in _MENDING if sign in said)
    return next(known, "mend that line; docs/configuration.md shows a whole file")
