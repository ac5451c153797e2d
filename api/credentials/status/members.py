"""How many members the JSON of a list may have, counted before it is parsed.

The time that reading JSON takes goes with its members more than with its bytes. One credential may name eight
lists of a mebibyte each, from whoever it likes. An honest list has a few dozen members, of which one is long;
an honest list of ids has three or four for each id.
"""

from typing import Final

from api.credentials.status.unpacking import malformed

MAX_MEMBERS: Final = 2_000
MAX_MEMBERS_OF_IDS: Final = 50_000
"""About 8,000 ids that are URLs."""

_SIGNS: Final = b",:[{"


def require_few_members(data: bytes, most: int = MAX_MEMBERS) -> None:
    """Counts the signs of which each member, item, object and list needs one; those within texts count as
    well. Raises `ListError`.
    """
    count = sum(data.count(sign) for sign in _SIGNS)
    if count > most:
        raise malformed(f"it has about {count} members, more than {most}")
