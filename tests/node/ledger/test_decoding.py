"""Transactions are decoded once, and the memory of them is bounded."""

import pytest

from node.ledger.decoding import DecodedTransactions
from registry.rejection import Refused
from registry.transaction import Transaction
from tests.registry.network import AGENCY, Network


def encoded(count: int) -> list[bytes]:
    network = Network()
    made = []
    for number in range(count):
        signed = network.signed_by(AGENCY)
        signed.build.anchor(AGENCY, bytes([number]) * 32, 1)
        made.append(signed.bytes())
    return made


def test_the_same_bytes_give_the_same_object() -> None:
    decoded = DecodedTransactions()
    (data,) = encoded(1)
    assert decoded.get(data) is None
    first = decoded.decode(data)
    assert first == Transaction.decode(data)
    assert decoded.decode(bytes(bytearray(data))) is first
    assert decoded.get(data) is first


def test_what_is_no_transaction_is_refused_and_not_remembered() -> None:
    decoded = DecodedTransactions()
    with pytest.raises(Refused):
        decoded.decode(b"no transaction")
    assert decoded.get(b"no transaction") is None


def test_the_oldest_are_forgotten() -> None:
    decoded = DecodedTransactions(remembered=2)
    made = encoded(5)
    for data in made:
        decoded.decode(data)
    assert [decoded.get(data) is not None for data in made] == [False, False, True, True, True]


def test_long_ones_are_forgotten_sooner() -> None:
    """Nobody has to be known to the ledger to have a transaction decoded."""
    made = encoded(5)
    decoded = DecodedTransactions(remembered_bytes=2 * len(made[0]))
    for data in made:
        decoded.decode(data)
    assert [decoded.get(data) is not None for data in made] == [False, False, True, True, True]
