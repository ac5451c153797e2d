"""Catching up, rules Y1–Y5: tables, and random peers against the promise of one answer for every want."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consensus.header import Header
from consensus.messages import Block, Candidate, Certificate, FinalBlock, VoteKind
from node.links.sync import Action, Deliver, RangeSync, SyncRequest

ZERO = bytes(32)


def final(height: int) -> FinalBlock:
    header = Header(1, 1, ZERO, 0, height, ZERO, height, ZERO, height + 1, ZERO, ZERO, ZERO, None, 0)
    candidate = Candidate(0, height, height - 1, ZERO)
    certificate = Certificate(VoteKind.FINALIZE, 0, height, candidate, (0, 1, 2), (bytes(64),) * 3)
    return FinalBlock(Block(header, ()), candidate, certificate, ())


def blocks(first: int, count: int) -> tuple[FinalBlock, ...]:
    return tuple(final(height) for height in range(first, first + count))


def test_a_want_is_asked_and_answered_and_the_next_range_asked_of_another_y1_y4() -> None:
    sync = RangeSync()
    assert sync.want(5, ["a", "b", "c"]) == (SyncRequest("a", 5),)
    assert sync.wanted == 5
    assert sync.arrived(SyncRequest("a", 5), blocks(5, 3)) == (
        Deliver("a", blocks(5, 3)),
        SyncRequest("b", 8),
    )
    assert sync.wanted is None


def test_what_was_asked_ahead_answers_the_next_want_at_once_y4() -> None:
    sync = RangeSync()
    sync.want(5, ["a", "b", "c"])
    sync.arrived(SyncRequest("a", 5), blocks(5, 3))
    assert sync.arrived(SyncRequest("b", 8), blocks(8, 2)) == ()
    assert sync.want(8, ["a", "b", "c"]) == (Deliver("b", blocks(8, 2)), SyncRequest("c", 10))


@pytest.mark.parametrize("is_proved", [True, False])
def test_what_was_found_out_about_a_range_goes_with_it_y4(is_proved: bool) -> None:
    sync = RangeSync()
    sync.want(5, ["a", "b", "c"])
    found = sync.arrived(SyncRequest("a", 5), blocks(5, 3), is_proved)
    assert found[0] == Deliver("a", blocks(5, 3), is_proved)
    sync.arrived(SyncRequest("b", 8), blocks(8, 2), is_proved)
    assert sync.want(8, ["a", "b", "c"])[0] == Deliver("b", blocks(8, 2), is_proved)


def test_a_want_waits_for_the_range_already_asked_for_y4_y5() -> None:
    sync = RangeSync()
    sync.want(5, ["a", "b"])
    sync.arrived(SyncRequest("a", 5), blocks(5, 3))
    assert sync.want(8, ["a", "b"]) == ()
    assert sync.arrived(SyncRequest("b", 8), blocks(8, 2)) == (
        Deliver("b", blocks(8, 2)),
        SyncRequest("b", 10),
    )


def test_a_range_asked_ahead_for_another_height_is_thrown_away_y4() -> None:
    sync = RangeSync()
    sync.want(5, ["a", "b"])
    sync.arrived(SyncRequest("a", 5), blocks(5, 3))
    sync.arrived(SyncRequest("b", 8), blocks(8, 2))
    assert sync.want(20, ["a", "b"]) == (SyncRequest("a", 20),)
    late = RangeSync()
    late.want(5, ["a", "b"])
    late.arrived(SyncRequest("a", 5), blocks(5, 3))
    assert late.want(20, ["a", "b"]) == ()
    assert late.arrived(SyncRequest("b", 8), blocks(8, 2)) == (SyncRequest("a", 20),)


def test_each_peer_is_tried_once_and_then_the_want_ends_empty_y1_y2() -> None:
    sync = RangeSync()
    sync.want(5, ["a", "b", "c"])
    assert sync.failed(SyncRequest("a", 5)) == (SyncRequest("b", 5),)
    assert sync.arrived(SyncRequest("b", 5), ()) == (SyncRequest("c", 5),)
    assert sync.failed(SyncRequest("c", 5)) == (Deliver("", ()),)
    assert sync.want(5, ["a", "b", "c"]) == (SyncRequest("b", 5),)
    assert RangeSync().want(5, []) == (Deliver("", ()),)


def test_who_did_not_answer_is_asked_last_until_it_does() -> None:
    sync = RangeSync()
    sync.want(5, ["a", "b"])
    assert sync.failed(SyncRequest("a", 5)) == (SyncRequest("b", 5),)
    found = blocks(5, 1)
    assert sync.arrived(SyncRequest("b", 5), found) == (Deliver("b", found), SyncRequest("b", 6))
    assert sync.arrived(SyncRequest("b", 6), blocks(6, 1)) == ()
    assert sync.want(7, ["a", "b"]) == (SyncRequest("b", 7),), "whoever's turn it is"
    assert sync.failed(SyncRequest("b", 7)) == (SyncRequest("a", 7),)
    again = blocks(7, 1)
    assert sync.arrived(SyncRequest("a", 7), again) == (Deliver("a", again), SyncRequest("a", 8))


@pytest.mark.parametrize("first", [4, 6, 1_000])
def test_a_proved_range_from_another_height_on_is_no_answer_y3(first: int) -> None:
    sync = RangeSync()
    sync.want(5, ["a", "b"])
    assert sync.arrived(SyncRequest("a", 5), blocks(first, 3), is_proved=True) == (SyncRequest("b", 5),)


def test_an_answer_nobody_waits_for_changes_nothing_y5() -> None:
    sync = RangeSync()
    sync.want(5, ["a"])
    assert sync.want(6, ["a"]) == ()
    assert sync.arrived(SyncRequest("a", 6), blocks(6, 1)) == ()
    assert sync.failed(SyncRequest("b", 5)) == ()
    assert sync.wanted == 5


def test_a_liar_is_asked_last_and_its_waiting_range_is_dropped_y3() -> None:
    sync = RangeSync()
    sync.want(5, ["a", "b"])
    sync.arrived(SyncRequest("a", 5), blocks(5, 3))
    sync.arrived(SyncRequest("b", 8), blocks(8, 3))
    sync.lied("b")
    assert sync.want(8, ["a", "b"]) == (SyncRequest("a", 8),)
    assert sync.failed(SyncRequest("a", 8)) == (SyncRequest("b", 8),)
    found = blocks(8, 1)
    assert sync.arrived(SyncRequest("b", 8), found) == (Deliver("b", found),), "nobody is left to ask ahead"


@settings(derandomize=True, max_examples=200, deadline=None)
@given(
    good=st.frozensets(st.sampled_from("abcd")),
    lengths=st.lists(st.integers(1, 4), min_size=1, max_size=8),
    jump=st.integers(0, 3),
)
def test_every_want_has_one_answer_and_blocks_while_a_peer_has_them_y1_y2(
    good: frozenset[str], lengths: list[int], jump: int
) -> None:
    sync = RangeSync()
    height = 1
    for length in lengths:
        todo: list[Action] = list(sync.want(height, "abcd"))
        delivered: list[Deliver] = []
        asked = 0
        while todo:
            action = todo.pop(0)
            if isinstance(action, Deliver):
                delivered.append(action)
                continue
            asked += 1
            if action.peer in good:
                todo += sync.arrived(action, blocks(action.from_height, length))
            else:
                todo += sync.failed(action)
        assert asked <= 5
        assert len(delivered) == 1
        assert bool(delivered[0].blocks) == bool(good)
        if delivered[0].blocks:
            assert delivered[0].peer in good
            assert delivered[0].blocks[0].block.header.height == height
        height += len(delivered[0].blocks) + jump
