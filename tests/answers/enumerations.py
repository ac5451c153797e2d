"""Whether an issuer anchored a root, proved by all entries of its index: the steps of docs/answers.md (All
entries of an index) over pages that are examples, each of them valid.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tests.answers.proposals import ALL_ANCHORS
from tests.answers.proposed import NEVER_ANCHORED, ROOTS
from tests.registry.network import UNIVERSITY


@dataclass(frozen=True)
class Enumeration:
    """`pages` names the answers in the order in which they were asked for; `root` is hexadecimal.
    `anchored` is what they prove, None where they prove nothing: then `says` tells why.
    """

    says: str
    issuer: str
    root: str
    pages: tuple[str, ...]
    anchored: bool | None


ENUMERATIONS: Final = (
    Enumeration(
        "Both pages, and no entry of this root.", UNIVERSITY, NEVER_ANCHORED.hex(), ALL_ANCHORS, False
    ),
    Enumeration("Both pages; the root is on the second.", UNIVERSITY, ROOTS[4].hex(), ALL_ANCHORS, True),
    Enumeration("The first page alone: more follow.", UNIVERSITY, ROOTS[4].hex(), ALL_ANCHORS[:1], None),
    Enumeration(
        "The last page alone: it begins with entry 3.", UNIVERSITY, ROOTS[0].hex(), ALL_ANCHORS[1:], None
    ),
)


def proves_anchored(issuer: str, root: str, pages: Sequence[Mapping[str, Any]]) -> bool | None:
    """What pages prove, given as examples of the file; None where they prove nothing."""
    known_at_ms, first, anchored = pages[0]["question"]["knownAtMs"], 0, False
    if known_at_ms is None:
        return None
    for page in pages:
        asked = {
            "type": "index",
            "id": f"anchors-by-issuer/{issuer}",
            "first": first,
            "knownAtMs": known_at_ms,
        }
        finding = page["verdict"]["finding"]
        if page["verdict"]["outcome"] != "valid" or page["question"] != asked:
            return None
        anchored |= any(entry["id"].startswith(f"{root}/") for entry in finding["entries"])
        if finding["isLast"]:
            return anchored
        first += len(finding["entries"])
    return None
