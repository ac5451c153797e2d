"""`anchor` records: that a batch of credentials existed."""

from dataclasses import dataclass
from typing import Final

from registry.id_forms import IdForm
from registry.index import Relation
from registry.names import fault_of_did
from registry.primitives.shape import Shape, blob, record, uint
from registry.record_type import RecordType

_HEX_DIGITS = frozenset("0123456789abcdef")
_ROOT_DIGITS = 64


@dataclass(frozen=True, slots=True)
class Anchor:
    """The RFC 6962 root over `count` salted hashes of credentials that existed when it was recorded."""

    root: bytes
    count: int


ANCHOR: Final[Shape[Anchor]] = record(Anchor, root=blob(32), count=uint(2**32, 1))

ANCHOR_RECORD: Final = RecordType("anchor", ANCHOR)
ANCHORS_BY_ISSUER: Final = Relation("anchors-by-issuer")


def anchor_id(issuer: str, root: bytes) -> str:
    """The id of an anchor's record."""
    return f"{issuer}/anchors/{root.hex()}"


def _fault(text: str) -> str | None:
    owner, _, rest = text.partition("/")
    found, _, root = rest.partition("/")
    fault = None
    if found != "anchors" or len(root) != _ROOT_DIGITS or not _HEX_DIGITS.issuperset(root):
        fault = (
            f"it is written DID/anchors/ROOT, with a root of {_ROOT_DIGITS} hexadecimal digits in lower case"
        )
    return fault_of_did(owner) or fault


ANCHOR_ID: Final = IdForm("`DID/anchors/ROOT`", _fault)
