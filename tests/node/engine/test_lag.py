"""For how long final blocks have been lacking, at moments that the test names."""

from node.engine.lag import Lag


def test_it_counts_from_the_first_moment_without_a_break() -> None:
    lag = Lag()
    assert lag.ms(7_000) == 0
    lag.note(True, 10_000)
    lag.note(True, 12_000)
    assert lag.ms(15_000) == 5_000


def test_a_moment_without_lag_ends_it() -> None:
    lag = Lag()
    lag.note(True, 10_000)
    lag.note(False, 11_000)
    assert lag.ms(15_000) == 0
    lag.note(True, 20_000)
    assert lag.ms(21_000) == 1_000
