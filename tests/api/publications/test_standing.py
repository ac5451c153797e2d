"""What is served of what was right when it was taken, and when its issuer is warned."""

import pytest

from api.publications.check import PublicationOrder
from api.publications.standing import HeldPublication, percent_left, warning_at, withheld
from api.publications.withheld import Withheld
from registry.kinds.did.record import Did, KeyState
from tests.api.publications.sample import DAY_MS, EMPTY, KEY, NOW_MS, REVOKED, did, key, ledger

HELD = HeldPublication(PublicationOrder(0, NOW_MS), NOW_MS + DAY_MS, KEY)
LOST = did(key(KeyState.COMPROMISED, NOW_MS + 1))
RETIRED = did(key(KeyState.RETIRED, NOW_MS + 1))
AHEAD = (NOW_MS + 1_000, REVOKED)


@pytest.mark.parametrize(
    ("record", "newer", "as_of_ms", "expected"),
    [
        (did(), (), NOW_MS, None),
        (did(), (), NOW_MS + DAY_MS - 1, None),
        (did(), (), NOW_MS + DAY_MS, Withheld.EXPIRED),
        (did(), (AHEAD,), NOW_MS + 301_000, None),
        (did(), (AHEAD,), NOW_MS + 301_001, Withheld.BEHIND),
        (RETIRED, (), NOW_MS + 2, None),
        (LOST, (), NOW_MS, None),
        (LOST, (), NOW_MS + 1, Withheld.KEY_LOST),
        (did(key(KeyState.REVOKED, NOW_MS)), (), NOW_MS, Withheld.KEY_LOST),
    ],
)
def test_what_is_served(
    record: Did, newer: tuple[tuple[int, bytes], ...], as_of_ms: int, expected: Withheld | None
) -> None:
    state = ledger((NOW_MS, EMPTY), *newer, record=record, as_of_ms=as_of_ms)
    assert withheld(HELD, state) is expected


@pytest.mark.parametrize(
    ("after_ms", "percent", "mark"),
    [
        (0, 100, None),
        (DAY_MS // 2 - 1, 50, 50),
        (DAY_MS * 3 // 4, 25, 25),
        (DAY_MS * 9 // 10, 10, 10),
        (DAY_MS, 0, 10),
        (2 * DAY_MS, 0, 10),
        (-DAY_MS, 100, None),
    ],
)
def test_how_much_is_left(after_ms: int, percent: int, mark: int | None) -> None:
    assert percent_left(NOW_MS, NOW_MS + DAY_MS, NOW_MS + after_ms) == percent
    assert warning_at(percent) == mark
