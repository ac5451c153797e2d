"""R7 and R17: what is committed, when, and how a replica far behind catches up."""

from dataclasses import replace

import pytest

from consensus.config import Restored
from consensus.delivery import proves
from consensus.events import (
    Broadcast,
    Commit,
    DropLink,
    Effect,
    Execute,
    Halt,
    HaltReason,
    Now,
    PeerFault,
    Send,
    StoreCertificate,
    StoreFloor,
    Sync,
    Synced,
    Tick,
    Validity,
)
from consensus.guard import GuardState
from consensus.header import block_hash
from consensus.messages import (
    Block,
    BlockMessage,
    Candidate,
    CertificateMessage,
    FinalBlock,
    GetBlock,
    VoteKind,
)
from consensus.replica import Replica
from registry.primitives.codec import MAX_INTEGER
from tests.consensus.bench import INCARNATION, Bench, block, chain, leader, others, votes_cast
from tests.consensus.network import WALL_MS, configuration
from tests.consensus.votes import finalization, finalize, notarization, notarize, nullification, nullify

QUORUM = others(0)
((FIRST, BODY),) = chain([1])


def final(of: Candidate, body: Block, *, is_open: bool = False) -> FinalBlock:
    """A final block with its proofs; an open one was finalized by a descendant only."""
    certificate = notarization(QUORUM, of) if is_open else finalization(QUORUM, of)
    skipped = tuple(nullification(QUORUM, view) for view in range(of.parent_view + 1, of.view))
    return FinalBlock(body, of, certificate, skipped)


def commits(effects: tuple[Effect, ...]) -> list[tuple[FinalBlock, ...]]:
    return [effect.blocks for effect in effects if isinstance(effect, Commit)]


def test_r7_a_finalization_raises_the_floor_and_commits() -> None:
    bench = Bench(0)
    bench.propose(FIRST, BODY)
    bench.executed(FIRST)
    certificate = finalization(QUORUM, FIRST)
    assert bench.hear_certificate(certificate) == (
        StoreCertificate(certificate),
        Broadcast(CertificateMessage(certificate)),
        StoreFloor(0, 1),
        Commit((final(FIRST, BODY),)),
    )
    assert bench.replica.progress.committed_height == 1


def test_r7_ancestors_become_final_in_height_order_with_their_proofs() -> None:
    made = chain([1, 2, 5])
    bench = Bench(0)
    for of, body in made:
        for skipped in range(of.parent_view + 1, of.view):
            bench.skip(skipped)
        bench.propose(of, body)
        bench.executed(of)
        bench.hear_certificate(notarization(QUORUM, of))
    assert commits(bench.hear_certificate(finalization(QUORUM, made[2][0]))) == [
        (final(*made[0], is_open=True), final(*made[1], is_open=True), final(*made[2]))
    ]


def test_r7_nothing_is_committed_before_it_is_executed() -> None:
    bench = Bench(0)
    bench.propose(FIRST, BODY)
    assert commits(bench.hear_certificate(finalization(QUORUM, FIRST))) == []
    assert bench.replica.progress.is_behind
    assert commits(bench.executed(FIRST)) == [(final(FIRST, BODY),)]
    assert not bench.replica.progress.is_behind


def test_r7_a_block_that_arrives_after_its_finalization_is_executed_and_committed() -> None:
    bench = Bench(0)
    bench.hear_certificate(finalization(QUORUM, FIRST))
    assert votes_cast(bench.give(Tick(), at_ms=100)) == []
    bench.give(Synced(2, (final(FIRST, BODY),)))
    assert commits(bench.executed(FIRST)) == [(final(FIRST, BODY),)]


def test_r7_a_final_block_that_is_invalid_here_stops_the_replica() -> None:
    bench = Bench(0)
    bench.propose(FIRST, BODY)
    bench.hear_certificate(finalization(QUORUM, FIRST))
    (effect,) = bench.executed(FIRST, Validity.INVALID)
    assert isinstance(effect, Halt)
    assert effect.reason is HaltReason.FINAL_BLOCK_INVALID


def test_r7_a_final_block_of_unknown_content_waits() -> None:
    bench = Bench(0)
    bench.propose(FIRST, BODY)
    bench.hear_certificate(finalization(QUORUM, FIRST))
    assert bench.executed(FIRST, Validity.UNKNOWN) == ()
    assert Execute(FIRST.block_hash, BODY) in (bench.give(Tick(), at_ms=100) + bench.give(Tick(), at_ms=700))


def test_r7_a_final_block_that_leaves_out_the_tip_is_a_fork() -> None:
    bench = Bench(0)
    bench.learn_final(FIRST, BODY)
    rival = block(1, transactions=(b"rival",))
    of = Candidate(0, 1, 0, block_hash(rival.header))
    child = block(2, of.block_hash, 2)
    above = Candidate(0, 2, 1, block_hash(child.header))
    grandchild = block(3, above.block_hash, 3)
    top = Candidate(0, 3, 2, block_hash(grandchild.header))
    effects = bench.give(Synced(1, (final(of, rival), final(above, child), final(top, grandchild))))
    assert isinstance(effects[-1], Halt)
    assert effects[-1].reason is HaltReason.FORK


def test_r17_no_vote_while_a_final_block_is_missing() -> None:
    made = chain([1, 2])
    bench = Bench(0)
    bench.hear_certificate(finalization(QUORUM, FIRST))
    assert votes_cast(bench.hear_votes([nullify(2, 2), nullify(3, 2)])) == []
    assert votes_cast(bench.propose(*made[1])) == []
    defective = block(3, transactions=(b"x",), height=9)
    bench.skip(2)
    assert votes_cast(bench.propose(Candidate(0, 3, 0, block_hash(defective.header)), defective)) == []
    effects = bench.give(Synced(2, (final(FIRST, BODY),)))
    assert votes_cast(effects) == [(VoteKind.NULLIFY, 3)]


def test_r17_a_replica_far_behind_asks_for_a_range_at_once() -> None:
    made = chain(range(1, 10))
    bench = Bench(0)
    of, body = made[-1]
    bench.hear_certificate(finalization(QUORUM, of))
    assert bench.give(Tick(), at_ms=99) == ()
    assert Send(1, GetBlock(of.block_hash)) in bench.give(Tick(), at_ms=100)
    assert Sync(1, (1, 2, 3)) in bench.hear(1, BlockMessage(body))


def test_r17_a_range_is_verified_committed_and_followed_by_votes() -> None:
    made = chain([1, 2, 4, 5])
    bench = Bench(0)
    bench.hear_certificate(finalization(QUORUM, made[-1][0]))
    bench.give(Tick(), at_ms=100)
    blocks = tuple(final(of, body, is_open=of.view in (1, 4)) for of, body in made)
    effects = bench.give(Synced(2, blocks))
    executed = []
    while pending := [effect for effect in effects if isinstance(effect, Execute)]:
        executed.append(pending[0].block_hash)
        effects = bench.executed(Candidate(0, 1, 0, pending[0].block_hash))
    assert executed == [of.block_hash for of, _ in made]
    assert bench.replica.progress.committed_height == 4
    assert votes_cast(bench.hear_votes([nullify(leader(6), 6)])) == [(VoteKind.NULLIFY, 6)]


MADE = chain([1, 2, 4])
GOOD = tuple(final(of, body) for of, body in MADE)
BAD: dict[str, tuple[FinalBlock, ...]] = {
    "a gap": (GOOD[0], GOOD[2]),
    "disorder": (GOOD[1], GOOD[0], GOOD[2]),
    "a body of another block": (*GOOD[:2], replace(GOOD[2], block=MADE[1][1])),
    "other transactions": (*GOOD[:2], replace(GOOD[2], block=replace(MADE[2][1], transactions=()))),
    "a certificate of another candidate": (*GOOD[:2], replace(GOOD[2], certificate=GOOD[1].certificate)),
    "a nullification as certificate": (*GOOD[:2], replace(GOOD[2], certificate=nullification(QUORUM, 4))),
    "no nullification": (*GOOD[:2], replace(GOOD[2], nullifications=())),
    "a nullification of another view": (
        *GOOD[:2],
        replace(GOOD[2], nullifications=(nullification(QUORUM, 2),)),
    ),
    "a certificate without a quorum": (
        *GOOD[:2],
        replace(GOOD[2], certificate=finalization((1, 2), MADE[2][0])),
    ),
    "a nullification without a quorum": (
        *GOOD[:2],
        replace(GOOD[2], nullifications=(nullification((1, 2), 3),)),
    ),
    "more views skipped than anybody could count": (
        replace(
            GOOD[0],
            candidate=(far := replace(MADE[0][0], view=MAX_INTEGER)),
            certificate=finalization(QUORUM, far),
        ),
    ),
    "another parent view": (*GOOD[:2], replace(GOOD[2], candidate=replace(MADE[2][0], parent_view=3))),
}


@pytest.mark.parametrize("fault", BAD)
def test_r17_a_range_that_is_not_proved_is_refused_whole_and_drops_the_link(fault: str) -> None:
    bench = Bench(0)
    assert bench.give(Synced(2, BAD[fault])) == (DropLink(2, PeerFault.INVALID_RANGE),)
    assert bench.replica.progress.final_view == 0


def test_r17_the_good_range_of_the_rows_above_is_taken() -> None:
    bench = Bench(0)
    assert DropLink not in map(type, bench.give(Synced(2, GOOD)))
    assert bench.replica.progress.final_view == 4


CONFIG = configuration(4, 0)


@pytest.mark.parametrize("fault", BAD)
def test_r17_what_is_found_out_beside_the_loop_is_what_the_replica_finds(fault: str) -> None:
    assert proves(CONFIG, GOOD)
    assert not proves(CONFIG, BAD[fault])


def test_r17_a_range_that_was_looked_at_beside_the_loop_is_not_looked_at_again() -> None:
    def never(_: bytes, __: bytes, ___: bytes) -> bool:
        raise AssertionError("a signature is verified on the loop")

    for is_proved, final_view in ((True, 4), (False, 0)):
        replica = Replica(replace(CONFIG, index=None, verify=never), None, Restored())
        effects = replica.handle(Now(0, WALL_MS + 10), Synced(2, GOOD, is_proved))
        assert (DropLink(2, PeerFault.INVALID_RANGE) in effects) is not is_proved
        assert replica.progress.final_view == final_view


def test_r17_an_empty_or_old_range_changes_nothing() -> None:
    bench = Bench(0)
    bench.learn_final(FIRST, BODY)
    assert bench.give(Synced(2, ())) == ()
    assert bench.give(Synced(2, (GOOD[0],))) == ()


def test_restart_resumes_from_the_highest_stored_in_whatever_order() -> None:
    (one, first), (two, second), (three, third) = chain([1, 2, 3])
    restored = Restored(
        tip=final(one, first),
        certificates=(notarization(QUORUM, three), nullification(QUORUM, 4), notarization(QUORUM, two)),
        blocks=(third, second),
    )
    votes = (nullify(0, 4), finalize(0, three), notarize(0, three), finalize(0, two))
    bench = Bench(0, restored, GuardState(INCARNATION, (0, 1), votes))
    assert bench.replica.view == 5
    assert bench.replica.progress.committed_height == 1
    bench.hear_certificate(finalization(QUORUM, three))
    assert Execute(three.block_hash, third) in bench.executed(two)
    assert commits(bench.executed(three)) == [(final(two, second, is_open=True), final(three, third))]


def test_a_finalization_stored_but_not_committed_is_resumed() -> None:
    restored = Restored(certificates=(finalization(QUORUM, FIRST),), blocks=(BODY,))
    bench = Bench(0, restored, GuardState(INCARNATION, (0, 1), ()), is_linked=False)
    assert bench.give(Tick()) == (Execute(FIRST.block_hash, BODY),)
    assert commits(bench.executed(FIRST)) == [(final(FIRST, BODY),)]


def test_r17_blocks_held_without_their_proofs_are_delivered_range_by_range() -> None:
    made = chain([1, 2, 3, 4, 6, 7])
    bench = Bench(None)
    for of, body in made:
        bench.propose(of, body)
    bench.hear_certificate(finalization(QUORUM, made[-1][0]))
    for of, _ in made:
        bench.executed(of)
    assert bench.replica.progress.committed_height == 0
    bench.give(Synced(1, tuple(final(*pair) for pair in made[:3])))
    for of, _ in made:
        bench.executed(of)
    assert bench.replica.progress.committed_height == 3
    bench.give(Tick(), at_ms=100)
    effects = bench.give(Tick(), at_ms=700)
    assert [effect.from_height for effect in effects if isinstance(effect, Sync)] == [4]
    bench.give(Synced(2, tuple(final(*pair) for pair in made[3:])))
    for of, _ in made:
        bench.executed(of)
    assert bench.replica.progress.committed_height == 6


def test_r17_a_range_may_end_before_a_finalization_and_the_next_goes_on_from_there() -> None:
    made = chain(range(1, 13))
    bench = Bench(0)
    of, body = made[-1]
    bench.hear_certificate(finalization(QUORUM, of))
    bench.give(Tick(), at_ms=100)
    bench.hear(1, BlockMessage(body))
    effects = bench.give(Synced(1, tuple(final(*pair, is_open=True) for pair in made[:5])))
    assert [effect.from_height for effect in effects if isinstance(effect, Sync)] == [6]
    bench.give(Synced(2, tuple(final(*pair, is_open=True) for pair in made[5:])))
    for named, _ in made:
        bench.executed(named)
    assert bench.replica.progress.committed_height == 12


def test_r17_a_range_of_a_dead_branch_holds_nothing_up() -> None:
    made = chain([1, 2, 4, 5, 6, 7, 8, 9, 10])
    dead = block(3, made[1][0].block_hash, 3, transactions=(b"dead",))
    dead_candidate = Candidate(0, 3, 2, block_hash(dead.header))
    bench = Bench(0)
    of, body = made[-1]
    bench.hear_certificate(finalization(QUORUM, of))
    bench.give(Tick(), at_ms=100)
    bench.hear(1, BlockMessage(body))
    lie = (*(final(*pair) for pair in made[:2]), final(dead_candidate, dead, is_open=True))
    effects = bench.give(Synced(1, lie))
    assert [effect.from_height for effect in effects if isinstance(effect, Sync)] == [4]
    bench.give(Synced(2, tuple(final(*pair) for pair in made[3:5])))
    effects = bench.give(Tick(), at_ms=2_000)
    assert [effect.from_height for effect in effects if isinstance(effect, Sync)] == [3]
    bench.give(Synced(2, tuple(final(*pair) for pair in made[2:])))
    for named, _ in made:
        bench.executed(named)
    assert bench.replica.progress.committed_height == 9


def test_a_stored_tip_without_its_finalization_is_refused() -> None:
    with pytest.raises(ValueError, match="finalization of its own"):
        Bench(None, Restored(tip=final(FIRST, BODY, is_open=True)))


def test_restart_takes_the_highest_finalization_in_whatever_order_they_are_read() -> None:
    made = chain([1, 2, 3])
    for order in ((0, 2), (2, 0)):
        certificates = tuple(finalization(QUORUM, made[place][0]) for place in order)
        bench = Bench(0, Restored(certificates=certificates), GuardState(INCARNATION, (0, 3), ()))
        assert bench.replica.progress.final_view == 3
        assert bench.replica.view == 4
