"""The simulated pool: what arms a replica, and what no longer does."""

from __future__ import annotations

from node.simulation.pool import Pool


def test_a_transaction_is_taken_once() -> None:
    pool = Pool([b"old"])
    assert not pool.admit(b"old")
    assert pool.admit(b"new")
    assert not pool.admit(b"new")
    assert list(pool.pending) == [b"new"]


def test_a_notarized_transaction_arms_nobody_until_its_block_loses() -> None:
    pool = Pool()
    pool.admit(b"a")
    pool.notarized(b"block", 5, [b"a"])
    assert not pool.is_includable()
    pool.admit(b"b")
    assert pool.is_includable()
    pool.settle(4, [])
    assert list(pool.pending) == [b"a", b"b"]
    pool.settle(5, [b"b"])
    assert pool.is_includable()
    assert list(pool.pending) == [b"a"]
    pool.settle(6, [b"a"])
    assert not pool.is_includable()
    assert not pool.admit(b"a")
