"""R13: the order of leaders."""

import pytest

from consensus.leaders import leader_order


@pytest.mark.parametrize("n", [1, 4, 7, 128])
def test_each_validator_leads_once_a_round(n: int) -> None:
    assert sorted(leader_order(b"\1" * 32, 0, n)) == list(range(n))


def test_the_order_is_drawn_from_genesis_and_epoch() -> None:
    orders = {leader_order(bytes([genesis]) * 32, epoch, 7) for genesis in range(3) for epoch in range(3)}
    assert len(orders) == 9


def test_the_order_is_frozen() -> None:
    assert leader_order(b"\1" * 32, 0, 7) == (2, 6, 1, 0, 4, 3, 5)
