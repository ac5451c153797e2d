"""Foreign JSON values in messages: short, and otherwise as they are written.

Nothing is escaped here: what prints a message makes it inert (`api.inert`). So a character that acts is shown
in one way, and a program that reads the message has the character itself.
"""

from typing import Final

from api.credentials.document import Json

MAX_EXCERPT: Final = 60
"""Characters of a text that are shown, without the quotation marks."""
MAX_NAME_EXCERPT: Final = 130
"""The same for a DID and a key of it."""
MAX_DETAIL: Final = 200
"""Characters of what a message says beside its sentence."""


def excerpt(found: Json, limit: int = MAX_EXCERPT) -> str:
    """A JSON value as a message shows it: texts and numbers up to `limit` characters, the rest by its
    kind.
    """
    match found:
        case None:
            return "null"
        case bool():
            return str(found).lower()
        case str():
            return shortened(_quoted(found), limit + 2)
        case int() | float():
            return shortened(repr(found), limit)
        case list():
            return "an empty list" if not found else "a list"
        case _:
            return "an empty object" if not found else "an object"


def _quoted(text: str) -> str:
    mark = '"' if "'" in text and '"' not in text else "'"
    return f"{mark}{text}{mark}"


def detail_of(*parts: str) -> str:
    """Parts of a message with colons between them, at most 200 characters."""
    return shortened(": ".join(part.removesuffix(".") for part in parts if part), MAX_DETAIL)


def shortened(text: str, limit: int) -> str:
    """The text, of at most `limit` characters: one that is longer ends in `…`."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
