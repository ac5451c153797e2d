"""The paths of transactions, whose leaves no row holds, are those of the log that all blocks make."""

import pytest

from api.proving.ledger_log import prove_transaction
from api.proving.stored import TransactionPlace, stored_place
from registry.kinds.status_list.record import StatusPurpose
from registry.rows import Damaged
from registry.transaction import Transaction
from tests.api.ledger import Ledger, LedgerView
from tests.api.proving.ledger_leaves import ledger_leaves, path_among
from tests.registry.network import UNIVERSITY

BLOCKS = (1, 1, 0, 0, 2, 3, 0, 1, 2)
"""How many transactions each block has. Beside a leaf is one of its own block, of the next, or none."""


def transaction(ledger: Ledger, name: str) -> bytes:
    builder = ledger.builder()
    builder.create_status_list(UNIVERSITY, name, StatusPurpose.REVOCATION)
    return ledger.sign(builder)


def views() -> list[LedgerView]:
    """The view after each block."""
    ledger, made = Ledger(), []
    for height, count in enumerate(BLOCKS):
        ledger.commit(*(transaction(ledger, f"{height}-{number}") for number in range(count)))
        made.append(ledger.view())
    return made


VIEWS = views()


def place_of(view: LedgerView, encoded: bytes) -> TransactionPlace:
    place = stored_place(view.reader, Transaction.decode(encoded).id)
    assert place is not None
    return place


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: f"height {view.header.height}")
def test_every_transaction_has_its_path_in_every_later_view(view: LedgerView) -> None:
    leaves = ledger_leaves(view)
    for block in view.blocks:
        assert block is not None
        for index, encoded in enumerate(block.transactions, 1):
            place = place_of(view, encoded)
            proof = prove_transaction(view, place, block)
            assert (place.height, place.index) == (block.header.height, index)
            assert (proof.position, proof.leaf.data) == (place.position, encoded)
            assert proof.path == path_among(leaves, place.position)


def test_all_ways_to_a_leaf_are_taken() -> None:
    """Beside the leaf: one of its block before it or after it, the first of the next block, none."""
    size, ways = VIEWS[-1].header.log_size, set()
    for block in VIEWS[-1].blocks:
        assert block is not None
        for index, encoded in enumerate(block.transactions, 1):
            position = place_of(VIEWS[-1], encoded).position
            is_last = index == len(block.transactions)
            ways.add(
                "before"
                if position % 2
                else "none"
                if position == size - 1
                else ("next" if is_last else "after")
            )
    assert ways == {"before", "after", "next"} | ({"none"} if size % 2 else set())


def test_a_place_without_a_transaction_is_damage() -> None:
    view = VIEWS[-1]
    block = view.block(1)
    assert block is not None
    for place in (TransactionPlace(1, 0, 1), TransactionPlace(1, 2, 3), TransactionPlace(1, 1, 1_000)):
        with pytest.raises(Damaged, match="block 1 has no transaction"):
            prove_transaction(view, place, block)


def test_a_next_block_that_is_missing_is_damage() -> None:
    ledger = Ledger()
    first = transaction(ledger, "first")
    ledger.commit(first)
    ledger.commit()
    block = ledger.view().block(1)
    assert block is not None
    ledger.forget(2)
    with pytest.raises(Damaged, match="above height 1 is missing"):
        prove_transaction(ledger.view(), place_of(ledger.view(), first), block)
