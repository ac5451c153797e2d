"""The row that finds an anchor: one that cannot be right is damage, and never an answer."""

from dataclasses import replace

import pytest

from api.answer.question import AnchorQuestion
from api.proving.answers import Answers
from api.proving.status_bits import KeptBits
from api.proving.stored import stored_anchor
from registry.kinds.anchor.entry import lookup_key
from registry.rows import Damaged
from registry.tables import Overlay, Table, u64
from tests.api.anchored import MISSING, ROOTS, with_anchors
from tests.registry.network import AGENCY, UNIVERSITY

VIEW = with_anchors().view()
QUESTION = AnchorQuestion(UNIVERSITY, ROOTS[0])


def test_each_root_is_found_at_its_number() -> None:
    assert [stored_anchor(VIEW.reader, UNIVERSITY, root) for root in ROOTS] == [0, 1, 2]
    assert stored_anchor(VIEW.reader, UNIVERSITY, MISSING) is None
    assert stored_anchor(VIEW.reader, AGENCY, ROOTS[0]) is None


@pytest.mark.parametrize("row", [b"", bytes(7), bytes(9), u64(1), u64(3), u64(2**63)])
def test_a_row_that_finds_nothing_is_damage(row: bytes) -> None:
    damaged = Overlay(VIEW.reader)
    damaged.put(Table.ANCHOR, lookup_key(UNIVERSITY, ROOTS[0]), row)
    with pytest.raises(Damaged):
        Answers(replace(VIEW, reader=damaged), 1_000, KeptBits(0)).prove(QUESTION)
