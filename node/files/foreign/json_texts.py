"""Which kind of JSON a text is, read as far as it takes to name it: names and numbers are not judged."""

import json
import re
from typing import Any

from api.credentials.document import MAX_DEPTH
from node.files.foreign.documents import of_document
from node.files.foreign.kinds import FileKind

_LIKE_JSON = re.compile(r'\s*(\{|\[\s*[\[{"\d-])')
_MANY_BRACKETS = re.compile(r"[\s\[{]{200,}")


def of_json(text: str) -> FileKind | None:
    """The kind of a text that is JSON or begins like it; None of any other."""
    if _depth(text) > MAX_DEPTH:
        is_json = _LIKE_JSON.match(text) or _MANY_BRACKETS.match(text)
        return FileKind.DEEP_JSON if is_json else None
    documents = _documents(text)
    match documents:
        case None | []:
            return FileKind.JSON_LIKE if _LIKE_JSON.match(text) else None
        case [dict(one)]:
            return of_document(one)
        case [list()]:
            return FileKind.JSON_LIST
        case [str()] if text.lstrip().startswith('"'):
            return FileKind.JSON_TEXT
        case [_]:
            return None  # a lone number is text to most people
    return FileKind.JSON_LINES if all(isinstance(document, dict) for document in documents) else None


def _documents(text: str) -> list[Any] | None:
    """The JSON documents that follow each other in a text; None where it holds something else."""
    decoder = json.JSONDecoder(parse_int=str, parse_float=str)
    documents: list[Any] = []
    position = _after_spaces(text, 0)
    while position < len(text):
        try:
            document, end = decoder.raw_decode(text, position)
        except ValueError:
            return None
        documents.append(document)
        position = _after_spaces(text, end)
    return documents


def _after_spaces(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at


def _depth(text: str) -> int:
    """An upper bound of the nesting: brackets inside texts count as well."""
    depth = deepest = 0
    for bracket in re.finditer(r"[\[\]{}]", text):
        depth += 1 if bracket[0] in "[{" else -1
        deepest = max(deepest, depth)
    return deepest
