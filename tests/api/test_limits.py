"""Token buckets, over a clock that is passed in."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.limits import Buckets, client_of


def test_a_burst_then_the_rate() -> None:
    buckets = Buckets(per_second=10, burst=3, clients=10)
    assert [buckets.take("a", 1, 0) for _ in range(4)] == [None, None, None, 1]
    assert buckets.take("a", 1, 99) == 1
    assert buckets.take("a", 1, 100) is None
    assert buckets.take("a", 1, 100) == 1
    assert buckets.take("b", 3, 100) is None


def test_the_wait_is_long_enough() -> None:
    buckets = Buckets(per_second=2, burst=100, clients=10)
    assert buckets.take("a", 100, 0) is None
    wait_s = buckets.take("a", 7, 0)
    assert wait_s == 4
    assert buckets.take("a", 7, wait_s * 1000) is None


def test_a_refusal_costs_nothing() -> None:
    buckets = Buckets(per_second=1, burst=5, clients=10)
    assert buckets.take("a", 4, 0) is None
    assert buckets.take("a", 2, 0) == 1
    assert buckets.take("a", 1, 0) is None


def test_more_than_the_burst_takes_a_full_bucket() -> None:
    buckets = Buckets(per_second=1, burst=5, clients=10)
    assert buckets.take("a", 1_000, 0) is None
    assert buckets.take("a", 1, 0) == 1
    assert buckets.take("a", 1_000, 4_999) == 1
    assert buckets.take("a", 1_000, 5_000) is None


def test_a_clock_that_steps_back_gives_nothing_and_takes_nothing() -> None:
    buckets = Buckets(per_second=1, burst=1, clients=10)
    assert buckets.take("a", 1, 10_000) is None
    assert buckets.take("a", 1, 5_000) == 1
    assert buckets.take("a", 1, 6_000) is None


def test_the_quietest_client_is_forgotten() -> None:
    buckets = Buckets(per_second=1, burst=1, clients=2)
    assert buckets.take("a", 1, 0) is None
    assert buckets.take("b", 1, 0) is None
    assert buckets.take("a", 1, 0) == 1  # a is now the one seen last
    assert buckets.take("c", 1, 0) is None  # b is forgotten
    assert buckets.take("a", 1, 0) == 1
    assert buckets.take("b", 1, 0) is None


@settings(derandomize=True, max_examples=200)
@given(st.lists(st.tuples(st.integers(1, 20), st.integers(0, 3_000)), min_size=1, max_size=50))
def test_never_more_than_burst_and_rate(steps: list[tuple[int, int]]) -> None:
    buckets = Buckets(per_second=5, burst=10, clients=1)
    now_ms = given_tokens = 0
    for tokens, pause_ms in steps:
        now_ms += pause_ms
        if buckets.take("a", tokens, now_ms) is None:
            given_tokens += min(tokens, 10)
    assert given_tokens <= 10 + now_ms * 5 / 1000


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::9", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::"),
        (None, "local"),
    ],
)
def test_clients(address: str | None, client: str) -> None:
    assert client_of(address) == client
