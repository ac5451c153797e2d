"""Where in a settings file a value stands: for errors that name a line.

A place is the way to a value: the names of tables and of the setting, and the number of an entry of a list.
"""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

SettingPath = tuple[str | int, ...]

_KEY = re.compile(r"""\s*("[^"]*"|'[^']*'|[^\s."'=\[\]#]+)\s*""")
_HEADER = re.compile(r"\s*+\[++([^\]]++)\]")
_SETTING = re.compile(r"""((?:\s*+(?:"[^"]*+"|'[^']*+'|[^\s."'=#]++)\s*+\.?)++)=""")
"""The name that a line begins with. Possessive, for a line of a long text may be anything of any length."""
_PARTS = re.compile(
    r'"""[\s\S]*?"""|\'\'\'[\s\S]*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*|[\[\]{},\n]|[^\s\[\]{},#"\']+'
)
"""What a value consists of. The text is TOML that was read already, so all of it is found."""


def place_of(written: str, tables: Mapping[str, Any], of_entries: Mapping[str, Any]) -> SettingPath:
    """The place that the library which checks values (msgspec) writes as `.network.addresses[...][0]`.

    It does not say which entry of a table is meant (`[...]`): that is the first whose value is not of the
    form that `of_entries` has for the table.
    """
    path: list[str | int] = []
    value: Any = tables
    for name, number in re.findall(r"([^.\[\]`]+)|\[(\d+|\.\.\.)\]", written):
        part: str | int = name
        if number == "...":
            form = of_entries[".".join(map(str, path))]
            part = next(key for key, entry in value.items() if not is_of_form(entry, form))
        elif number:
            part = int(number)
        elif isinstance(value, list):
            part = int(name)
        path.append(part)
        value = value[part]
    return tuple(path)


def value_at(tables: Mapping[str, Any], path: SettingPath) -> Any:
    """What is written at a place."""
    value: Any = tables
    for part in path:
        value = value[part]
    return value


def line_of(text: str, path: SettingPath) -> int:
    """The line (from 1) where a value is written, or else the setting or the table that it belongs to; 0
    where none of them is.
    """
    names = tuple(part for part in path if isinstance(part, str))
    entry = next((part for part in path if isinstance(part, int)), None)
    table: tuple[str, ...] = ()
    best, depth = 0, 0
    lines = text.split("\n")  # as TOML and editors count them, whatever else breaks a line elsewhere
    for number, line in enumerate(lines, 1):
        if header := _HEADER.match(line):
            table = _names(header[1])
            if table and table == names[: len(table)]:
                best, depth = number, len(table)
        elif setting := _SETTING.match(line):
            name = (*table, *_names(setting[1]))
            if name[: len(names)] == names:
                after = "\n".join((line[setting.end() :], *lines[number:]))
                return number if entry is None else number + _lines_before(after, entry)
            if name == names[: len(name)] and len(name) > depth:
                best, depth = number, len(name)
    return best


def _lines_before(value: str, entry: int) -> int:
    """How many lines of a list come before its entry of that number (from 0)."""
    lines = commas = depth = 0
    for part in _PARTS.findall(value):
        if part in "[{":
            if depth == 1 and commas == entry:
                break
            depth += 1
        elif part in "]}":
            depth -= 1
        elif part == "," and depth == 1:
            commas += 1
        elif depth == 1 and commas == entry and part != "\n" and not part.startswith("#"):
            break
        if depth == 0:
            break
        lines += part.count("\n")
    return lines


def _names(written: str) -> tuple[str, ...]:
    return tuple(name.strip("\"'") for name in _KEY.findall(written))


def is_of_form(value: object, form: Any) -> bool:
    """Whether the library that checks values takes it."""
    try:
        msgspec.convert(value, form)
    except msgspec.ValidationError:
        return False
    return True
