"""A ledger with anchors: three of the university's in two blocks, none of anybody else's."""

from registry.kinds.anchor.entry import Anchor, entry_id
from registry.record_log import IndexEntry
from tests.api.ledger import Ledger
from tests.registry.network import START_MS, UNIVERSITY

ROOTS = tuple(bytes([number]) * 32 for number in (10, 11, 12))
MISSING = bytes(32)
ENTRIES = (
    IndexEntry(1, 1, 0, START_MS + 1_000, entry_id(Anchor(ROOTS[0], 16))),
    IndexEntry(2, 1, 0, START_MS + 2_000, entry_id(Anchor(ROOTS[1], 32))),
    IndexEntry(2, 1, 1, START_MS + 2_000, entry_id(Anchor(ROOTS[2], 64))),
)


def anchor(ledger: Ledger, *anchors: Anchor) -> None:
    """A block of one transaction."""
    builder = ledger.builder()
    for each in anchors:
        builder.anchor(UNIVERSITY, each.root, each.count)
    ledger.commit(ledger.sign(builder))


def with_anchors() -> Ledger:
    """The ledger that the module tells of, of three blocks."""
    ledger = Ledger()
    anchor(ledger, Anchor(ROOTS[0], 16))
    anchor(ledger, Anchor(ROOTS[1], 32), Anchor(ROOTS[2], 64))
    ledger.commit()
    return ledger
