"""Where a peer is named: counted, told in the log without flooding it, and of concern for ten minutes."""

import pytest

from api.ports import Concern
from consensus.events import LeaderFailing, PeerFault
from node.observing.conduct import CONCERN_MS, MAX_CONCERNS
from node.observing.misconduct import Misconduct
from node.observing.pacing import LOG_PAUSE_MS
from tests.node.observing.noting import WALL_MS, Noting

MEMBERS = {"peer-1": "did:web:1.example", "peer-2": "did:web:2.example"}


@pytest.fixture
def noting() -> Noting:
    return Noting(lambda peer_id: MEMBERS.get(peer_id, ""))


def test_a_fault_is_counted_told_and_of_concern(noting: Noting) -> None:
    noting.conduct.note("peer-1", PeerFault.INVALID_VOTE)
    noting.conduct.note("stranger", Misconduct.MALFORMED_MESSAGE, 7)
    assert noting.counted("did:web:1.example", PeerFault.INVALID_VOTE) == 1
    assert noting.counted("", Misconduct.MALFORMED_MESSAGE) == 7
    assert noting.lines() == [
        ("did:web:1.example", "peer-1", PeerFault.INVALID_VOTE.value, 1),
        ("", "stranger", Misconduct.MALFORMED_MESSAGE.value, 7),
    ]
    assert noting.conduct.concerns() == (
        Concern("", "malformed_message", Misconduct.MALFORMED_MESSAGE.value, 7, WALL_MS),
        Concern("did:web:1.example", "invalid_vote", PeerFault.INVALID_VOTE.value, 1, WALL_MS),
    )


def test_the_log_tells_each_kind_of_each_member_at_most_every_ten_seconds(noting: Noting) -> None:
    member, fault = "did:web:1.example", PeerFault.INVALID_BLOCK
    for noting.ms in range(0, LOG_PAUSE_MS + 1, 1_000):
        noting.conduct.note("peer-1", fault)
    noting.conduct.note("peer-2", fault)
    assert noting.lines() == [
        (member, "peer-1", fault.value, 1),
        (member, "peer-1", fault.value, 10),
        ("did:web:2.example", "peer-2", fault.value, 1),
    ]
    assert noting.counted(member, fault) == 11


def test_the_log_blames_nobody_for_a_leader_that_fails(noting: Noting) -> None:
    noting.conduct.note("peer-1", LeaderFailing.SILENT)
    noting.conduct.note("peer-1", Misconduct.TWO_PLACES)
    assert noting.events() == ["leader failing", "peer at fault"]


def test_a_fault_is_of_concern_until_ten_minutes_after_the_last_time(noting: Noting) -> None:
    fault = PeerFault.INVALID_STATUS
    noting.conduct.note("peer-1", fault)
    noting.ms = CONCERN_MS
    noting.conduct.note("peer-1", fault)
    noting.ms = 2 * CONCERN_MS
    (concern,) = noting.conduct.concerns()
    assert (concern.count, concern.last_ms) == (2, WALL_MS + CONCERN_MS)
    noting.ms += 1
    assert noting.conduct.concerns() == ()
    noting.conduct.note("peer-1", fault)
    (concern,) = noting.conduct.concerns()
    assert concern.count == 1
    assert noting.counted("did:web:1.example", fault) == 3


def test_the_latest_concerns_are_told_and_their_number_is_bounded() -> None:
    noting = Noting(lambda peer_id: peer_id)
    for number in range(MAX_CONCERNS + 2):
        noting.conduct.note(f"member-{number}", PeerFault.INVALID_VOTE)
    noting.conduct.note("member-5", PeerFault.INVALID_VOTE)
    members = [concern.member for concern in noting.conduct.concerns()]
    assert members[:3] == ["member-5", f"member-{MAX_CONCERNS + 1}", f"member-{MAX_CONCERNS}"]
    assert len(members) == MAX_CONCERNS
