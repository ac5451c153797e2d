"""Budgets of what peers send in vain: whoever exceeds is slowed, then dropped; an honest peer never does."""

import pytest

from consensus.events import Waste
from consensus.state import MAX_SERVED
from consensus.timing import Timing
from consensus.wire import MAX_MESSAGE
from node.links.budget import (
    ALLOWANCES,
    MAX_WAIT_S,
    PATIENCE_S,
    Allowance,
    Budgets,
    Charge,
    ChargedKind,
    Excess,
)
from node.observing.misconduct import Misconduct

VOTES = Allowance(Misconduct.TOO_MANY_VOTES, burst=10, per_s=2, per_view=3, per_open_view=1)


def budgets() -> Budgets:
    """Budgets of votes alone, small ones."""
    return Budgets({Waste.VOTE: VOTES})


def spend(budgets: Budgets, now_s: float, peer_id: str = "peer", kind: ChargedKind = Waste.VOTE) -> int:
    """How many units the peer may spend now before it is charged."""
    spent = 0
    while budgets.charge(peer_id, {kind: 1}, now_s) is None:
        spent += 1
    return spent


def test_w1_a_burst_and_then_a_rate() -> None:
    peers = budgets()
    assert spend(peers, 0.0) == 10
    assert spend(peers, 0.0, "another") == 10
    assert spend(peers, 2.5) == 4  # a debt of one was left
    assert spend(peers, 1_000.0) == 10


def test_w1_each_view_that_begins_adds_to_what_may_be_said() -> None:
    peers = budgets()
    assert spend(peers, 0.0) == 10
    peers.moved(view=7, open_views=0)
    assert spend(peers, 0.5) == 7 * 3
    peers.moved(view=2, open_views=0)  # another epoch
    peers.moved(view=3, open_views=0)
    assert spend(peers, 1.0) == 3


def test_w1_open_views_are_said_again() -> None:
    peers = budgets()
    peers.moved(view=5, open_views=5)
    assert spend(peers, 0.0) == 10 + 4 * 5
    assert spend(peers, 1.0) == 2 + 5 - 1


def test_w1_what_was_asked_for_is_not_charged() -> None:
    peers = budgets()
    peers.owe("peer", Waste.VOTE, 5, 0.0)
    assert spend(peers, 0.0) == 15
    assert spend(peers, 0.0, "another") == 10


def test_w2_whoever_exceeds_waits_until_it_is_out_of_debt_and_not_for_ever() -> None:
    peers = budgets()
    assert peers.charge("peer", {Waste.VOTE: 10.5}, 0.0) == Excess(Misconduct.TOO_MANY_VOTES, 0.25, False)
    assert peers.charge("another", {Waste.VOTE: 9_999}, 0.0) == Excess(VOTES.fault, MAX_WAIT_S, False)
    assert peers.charge("another", {Waste.VOTE: 1}, MAX_WAIT_S + 0.5) is None


def test_w3_whoever_goes_on_is_dropped_and_a_pause_ends_it() -> None:
    peers = budgets()
    now_s, excesses = 0.0, []
    while now_s < PATIENCE_S + 1:
        excess = peers.charge("peer", {Waste.VOTE: 50}, now_s)
        assert excess is not None
        excesses.append(excess.is_dropped)
        now_s = excess.until_s
    assert excesses == [False] * 6 + [True] * 2
    late = peers.charge("peer", {Waste.VOTE: 50}, now_s + PATIENCE_S + 1)
    assert late is not None
    assert not late.is_dropped


def test_w4_a_peer_finds_its_account_as_it_left_it() -> None:
    peers = budgets()
    assert spend(peers, 0.0) == 10
    assert spend(peers, 0.0) == 0


def test_the_worst_excess_is_told() -> None:
    peers = Budgets({Waste.VOTE: VOTES, Charge.BYTES: Allowance(Misconduct.TOO_MANY_BYTES, 100, 10)})
    costs: dict[ChargedKind, float] = {Waste.VOTE: 10.5, Charge.BYTES: 104}
    assert peers.charge("peer", costs, 0.0) == Excess(Misconduct.TOO_MANY_BYTES, 0.4, False)


def test_every_kind_has_an_allowance_and_a_fault_of_its_own() -> None:
    assert set(ALLOWANCES) == {*Waste, *Charge}
    assert len({allowance.fault for allowance in ALLOWANCES.values()}) == len(ALLOWANCES)


@pytest.mark.parametrize(
    ("validators", "open_views"), [(4, 0), (4, 20), (4, 2_000), (128, 0), (128, 20), (128, 300)]
)
def test_w1_a_standstill_charges_nobody(validators: int, open_views: int) -> None:
    """R8: all above the final view again, on five new links at once and at each of ten standstills: of every
    view two certificates and two votes, and the final certificate and the proposal."""
    peers, timing = Budgets(), Timing()
    peers.moved(view=open_views, open_views=open_views)
    pause_s = timing.standstill_ms(open_views, 0) / 1000
    for again in range(15):
        now_s = max(0, again - 4) * pause_s
        certificates, votes = 2 * open_views + 1, 2 * open_views
        size = certificates * (130 + 66 * validators) + votes * 150 + MAX_MESSAGE
        said: dict[ChargedKind, float] = {
            Waste.CERTIFICATE: certificates,
            Waste.VOTE: votes,
            Waste.PROPOSAL: 1,
            Charge.BYTES: size,
        }
        assert peers.charge("peer", said, now_s) is None


def test_w1_a_busy_network_charges_nobody() -> None:
    """A hundred views a second for a minute, in each every vote late, every certificate known, every proposal
    of the peer's views stale."""
    peers = Budgets()
    for view in range(6_000):
        peers.moved(view, 1)
        costs: dict[ChargedKind, float] = {Waste.VOTE: 3, Waste.CERTIFICATE: 3, Charge.BYTES: 1_200}
        if view % 4 == 0:
            costs |= {Waste.PROPOSAL: 1, Charge.BYTES: 1_200 + 128 * 1024}
        assert peers.charge("peer", costs, view / 100) is None


def test_w1_a_peer_that_asks_by_the_rules_is_never_charged() -> None:
    """Even one whose Δ is a tenth of this node's (R10)."""
    peers = Budgets()
    for tick in range(600):
        assert peers.charge("peer", {Waste.QUESTION: MAX_SERVED // 4}, tick * 0.3) is None
