"""Anchors: that a batch of credentials existed. Each is an entry of its issuer's index alone (decision 0108).

The index `anchors-by-issuer/DID` is the issuer's log of anchors; the id of each of its entries is
`ROOT/COUNT`. So the map holds one head for each issuer, however many batches it anchors. An issuer anchors a
root once, so a root has one entry; `Table.ANCHOR` tells its number.
"""

from dataclasses import dataclass
from typing import Final

from registry.id_forms import IdForm
from registry.index import INDEX_RECORD, EntryType, Relation
from registry.primitives.shape import Shape, blob, uint
from registry.record_type import record_key

MAX_COUNT: Final = 2**32

_HEX_DIGITS = frozenset("0123456789abcdef")
_DIGITS = frozenset("0123456789")
_ROOT_DIGITS = 64
_MOST_DIGITS = len(str(MAX_COUNT))

ROOT: Final[Shape[bytes]] = blob(32)
COUNT: Final[Shape[int]] = uint(MAX_COUNT, 1)


@dataclass(frozen=True, slots=True)
class Anchor:
    """The RFC 6962 root over `count` salted hashes of credentials that existed when it was recorded."""

    root: bytes
    count: int


ANCHOR_ENTRY: Final = EntryType("anchor")
ANCHORS_BY_ISSUER: Final = Relation("anchors-by-issuer")


def entry_id(anchor: Anchor) -> str:
    """What an entry of the issuer's index says of an anchor."""
    return f"{anchor.root.hex()}/{anchor.count}"


def anchor_in(text: str) -> Anchor | None:
    """The anchor that an entry's id tells; None for a text that is no such id."""
    root, slash, count = text.partition("/")
    if not slash or len(root) != _ROOT_DIGITS or not _HEX_DIGITS.issuperset(root):
        return None
    is_number = 1 <= len(count) <= _MOST_DIGITS and _DIGITS.issuperset(count) and count[0] != "0"
    if not is_number or int(count) > MAX_COUNT:
        return None
    return Anchor(bytes.fromhex(root), int(count))


def anchor_name(issuer: str, root: bytes) -> str:
    """An anchor as one text names it: `DID/ROOT`."""
    return f"{issuer}/{root.hex()}"


def named_anchor(text: str) -> tuple[str, bytes] | None:
    """The issuer and the root in `DID/ROOT`; None for a text of another form. Whether the issuer is a DID is
    not looked at.
    """
    issuer, slash, root = text.partition("/")
    if not slash or len(root) != _ROOT_DIGITS or not _HEX_DIGITS.issuperset(root):
        return None
    return issuer, bytes.fromhex(root)


def lookup_key(issuer: str, root: bytes) -> bytes:
    """The key in `Table.ANCHOR` of a root that the issuer may have anchored."""
    return record_key(INDEX_RECORD, ANCHORS_BY_ISSUER.index_id(issuer)) + root


def _fault(text: str) -> str | None:
    if anchor_in(text) is not None:
        return None
    return (
        f"it is written ROOT/COUNT, with a root of {_ROOT_DIGITS} hexadecimal digits in lower case and a "
        f"count of 1 to {MAX_COUNT}"
    )


ANCHOR_ID: Final = IdForm("`ROOT/COUNT`", _fault)
