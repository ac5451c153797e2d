"""R13: the table of time-outs; R15: timeliness at its edges."""

import pytest

from consensus.timing import Timeliness, Timing

TIMING = Timing(delta_ms=300, delay_ms=2_000, precision_ms=500)


@pytest.mark.parametrize(
    ("ahead", "leader_ms", "view_ms"),
    [
        (1, 600, 900),
        (3, 600, 900),
        (4, 900, 1_350),
        (5, 1_350, 2_025),
        (6, 2_040, 3_060),
        (7, 2_400, 3_600),
        (8, 2_400, 3_600),
        (10_000, 2_400, 3_600),
    ],
)
def test_time_outs_follow_the_table_and_end_at_its_last_row(ahead: int, leader_ms: int, view_ms: int) -> None:
    assert TIMING.leader_ms(50 + ahead, 50) == leader_ms
    assert TIMING.view_ms(50 + ahead, 50) == view_ms
    assert TIMING.standstill_ms(50 + ahead, 50) == 2 * view_ms
    assert TIMING.at_cap(50 + ahead, 50) == (ahead >= 7)


@pytest.mark.parametrize(
    ("wall_ms", "view", "timeliness"),
    [
        (9_499, 1, Timeliness.AHEAD),
        (9_500, 1, Timeliness.TIMELY),
        (12_500, 1, Timeliness.TIMELY),
        (12_501, 1, Timeliness.LATE),
        (18_500, 7, Timeliness.TIMELY),
        (18_501, 7, Timeliness.LATE),
    ],
)
def test_r15_a_block_is_timely_within_precision_and_scaled_delay(
    wall_ms: int, view: int, timeliness: Timeliness
) -> None:
    assert TIMING.timeliness(10_000, wall_ms, view, 0) is timeliness
