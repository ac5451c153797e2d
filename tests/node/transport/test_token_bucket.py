"""Token buckets, with the time passed in."""

from node.transport.token_bucket import TokenBucket


def test_a_burst_is_free_and_what_is_overdrawn_is_waited_for() -> None:
    bucket = TokenBucket(rate_per_s=10, burst=20)
    assert bucket.charge(20, now_s=100) == 0.0
    assert bucket.charge(5, now_s=100) == 0.5
    assert bucket.charge(5, now_s=100) == 1.0
    assert bucket.charge(0, now_s=101) == 0.0


def test_a_full_bucket_keeps_no_more_than_its_burst() -> None:
    bucket = TokenBucket(rate_per_s=10, burst=20)
    assert bucket.charge(20, now_s=100) == 0.0
    assert bucket.charge(30, now_s=1000) == 1.0


def test_trying_takes_only_what_is_there() -> None:
    bucket = TokenBucket(rate_per_s=1, burst=2)
    assert [bucket.try_charge(1, now_s=50) for _ in range(3)] == [True, True, False]
    assert [bucket.try_charge(1, now_s=51) for _ in range(2)] == [True, False]
