"""How often the log tells of what others make happen."""

from node.observing.pacing import LOG_PAUSE_MS, Pacing


def test_each_kind_is_told_at_once_and_then_with_what_came_between() -> None:
    pacing = Pacing()
    noted = [pacing.note("often", at_ms) for at_ms in range(0, 2 * LOG_PAUSE_MS + 1, LOG_PAUSE_MS // 10)]
    assert noted == [1, *[0] * 9, 10, *[0] * 9, 10]
    assert pacing.note("seldom", LOG_PAUSE_MS, 7) == 7
    assert pacing.note("seldom", 10 * LOG_PAUSE_MS) == 1
