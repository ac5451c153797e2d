"""What the core decides around a real replica: what to begin, whom to ask, when it is due."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from consensus.events import (
    Build,
    Built,
    ContentArrived,
    Event,
    Execute,
    Executed,
    LinkUp,
    Now,
    PoolChanged,
    Synced,
    Validity,
)
from consensus.events import Sync as Want
from consensus.header import Header, block_hash
from consensus.messages import Block, Candidate, Certificate, FinalBlock, VoteKind
from consensus.replica import Replica
from node.engine.core import FRESH_MS, Core, Fetch, Forward, Settled
from node.ledger.candidates import WaitingTransaction
from node.ledger.resting import HEAVY_UNITS, REST, UNITS_PER_MS
from node.links.sync import SyncRequest
from registry.execution import Receipt
from registry.primitives.validator_set import ValidatorSet
from tests.consensus.network import configuration, toy_block, validator_set
from tests.node.engine.cores import empty_backlog, epochs

CONFIG = configuration(4, None)
BUILD = Build(0, 1, block_hash(CONFIG.anchor), 1, CONFIG.anchor.time_ms + 1, 16)
BLOCK = toy_block(CONFIG, BUILD, 1, ())
ORDER = Execute(block_hash(BLOCK.header), BLOCK)
ADDRESS = bytes(32)
NEVER_MS = 2**62


@dataclass(frozen=True)
class Known:
    """A block that was executed here."""

    hash: bytes
    header: Header
    receipts: tuple[Receipt, ...]


class Scene:
    """The core of a node that follows four validators, which are linked; what it puts is kept."""

    def __init__(self) -> None:
        self.now_ms = 1_000
        self.own: list[Event] = []
        self.executed: dict[bytes, Known] = {}
        self.backlog = empty_backlog(lambda: self.now_ms)
        self.linked = [validator.peer_id for validator in CONFIG.validators.validators]
        self.epochs = epochs(4, None)
        self.core = Core(self.epochs, self.backlog, self.executed.get, self.own.append)
        for peer_id in self.linked:
            self.core.peers.link(peer_id)

    def wait(self, name: bytes, member: str = "member") -> WaitingTransaction:
        """A transaction that a client gave here waits."""
        pending = WaitingTransaction(name, name, member, NEVER_MS)
        assert self.backlog.add(pending) is None
        self.backlog.admitted([pending])
        self.core.pool_changed()
        return pending

    def execute(self, block: Block, *receipts: Receipt) -> Known:
        """A block was executed here."""
        known = Known(block_hash(block.header), block.header, receipts)
        self.executed[known.hash] = known
        self.core.executed(Executed(known.hash, Validity.VALID))
        return known

    def enter(self) -> ValidatorSet:
        """A block ends the epoch; the validators of the next, of which there are seven."""
        following = validator_set(7)
        self.core = self.core.enter(BLOCK.header, following, bytes(16))
        return following

    def hear_own(self) -> list[Event]:
        """The replica hears what was put, which is returned."""
        heard, self.own[:] = list(self.own), []
        for event in heard:
            self.core.handle(Now(self.now_ms, self.now_ms), event)
        return heard


def receipt(name: bytes, cost: int = 1) -> Receipt:
    return Receipt(name, 1, cost, "member", False)


def final(header: Header) -> FinalBlock:
    candidate = Candidate(0, header.height, header.height - 1, block_hash(header))
    certificate = Certificate(VoteKind.FINALIZE, 0, header.height, candidate, (), ())
    return FinalBlock(Block(header, ()), candidate, certificate, ())


def test_an_order_to_build_is_answered_at_once_where_the_replica_does_not_know_that_nothing_waits() -> None:
    scene = Scene()
    scene.wait(b"a")
    assert scene.hear_own() == [PoolChanged(True)]
    assert scene.core.begin(BUILD) == (BUILD,)
    scene.backlog.notarized(Known(b"block", BLOCK.header, (receipt(b"a"),)))
    assert scene.core.begin(BUILD) == ()
    assert scene.hear_own() == [PoolChanged(False), Built(BUILD.view, None)]
    assert scene.core.begin(BUILD) == (BUILD,), "a heartbeat: nothing waits, and the replica knows it"


def test_what_a_block_lacks_is_fetched_once_at_a_time() -> None:
    scene = Scene()
    proposer, now_ms = scene.linked[1], BLOCK.header.time_ms
    fetch = scene.core.lacks(ORDER, (ADDRESS,), now_ms)
    assert fetch == Fetch(ORDER.block_hash, (ADDRESS,), (proposer,), (proposer,))
    assert scene.core.lacks(ORDER, (ADDRESS,), now_ms) is None
    scene.core.content(ORDER.block_hash, is_held=False)
    assert scene.own == []
    later = scene.core.lacks(ORDER, (ADDRESS,), now_ms + FRESH_MS)
    assert later == replace(fetch, named_by=()), "the proposer of an old block need not have it any more"
    scene.core.content(ORDER.block_hash, is_held=True)
    assert scene.own == [ContentArrived()]


def test_ranges_are_asked_of_one_peer_after_the_other() -> None:
    scene, blocks = Scene(), (final(BLOCK.header),)
    (first,) = scene.core.begin(Want(1, (2, 3)))
    assert first == SyncRequest("peer-2", 1)
    assert scene.core.arrived(SyncRequest("peer-2", 1), (), None) == (SyncRequest("peer-3", 1),)
    assert scene.core.arrived(SyncRequest("peer-3", 1), blocks, True) == (SyncRequest("peer-3", 2),)
    assert scene.own == [Synced(3, blocks, True)]


def test_nobody_is_asked_whose_link_is_this_node_s_own() -> None:
    scene = Scene()
    assert scene.core.begin(Want(1, (7,))) == ()
    assert scene.own == [Synced(0, (), None)]


def test_it_is_due_when_a_member_has_rested() -> None:
    scene = Scene()
    heavy = Known(b"block", BLOCK.header, (receipt(b"x", HEAVY_UNITS), Receipt(b"y", 2, 1, "other", False)))
    scene.wait(b"a")
    scene.backlog.notarized(heavy)
    scene.core.pool_changed()
    assert scene.hear_own() == [PoolChanged(True), PoolChanged(False)]
    rested_ms = scene.now_ms + REST * HEAVY_UNITS // UNITS_PER_MS
    assert scene.core.deadline_ms == min(rested_ms, scene.core.replica.deadline_ms or NEVER_MS)
    scene.now_ms = rested_ms
    scene.core.tick(Now(rested_ms, rested_ms))
    assert PoolChanged(True) in scene.own


def test_a_node_that_follows_tries_by_itself_what_waits_when_blocks_are_final() -> None:
    scene = Scene()
    pending = scene.wait(b"a")
    scene.wait(b"b")
    block = scene.execute(BLOCK, receipt(b"b"))
    assert scene.core.settle([block], 1) == Settled((), (pending,))


def test_in_silence_what_waits_goes_to_one_validator_after_the_other() -> None:
    scene = Scene()
    scene.wait(b"a")
    assert scene.core.end_turn(scene.linked) == ()
    scene.now_ms += 2_000
    assert scene.core.end_turn(scene.linked) == (Forward("peer-0", (b"a",)),)
    scene.now_ms += 2_000
    assert scene.core.end_turn(scene.linked) == (Forward("peer-1", (b"a",)),)


def test_whoever_gave_a_false_range_is_asked_last() -> None:
    scene = Scene()
    scene.core.lied("peer-2")
    assert scene.core.begin(Want(1, (2, 3))) == (SyncRequest("peer-3", 1),)


def test_what_waits_too_long_goes_to_the_leader_of_a_view_that_begins_f3(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene = Scene()
    scene.wait(b"a")
    sent = []
    for view in range(2, 6):
        monkeypatch.setattr(Replica, "view", view)
        sent.append(scene.core.end_turn(()))
    leaders = [f"peer-{scene.core.seat.leaders[view % 4]}" for view in range(2, 6)]
    assert sent == [(), *((Forward(leader, (b"a",)),) for leader in leaders[1:])]
    assert scene.core.end_turn(()) == (), "the view did not change"


def test_work_of_an_epoch_that_is_over_tells_nobody() -> None:
    scene = Scene()
    over = scene.core
    (ask,) = over.begin(Want(1, (2,)))
    assert isinstance(ask, SyncRequest)
    scene.enter()
    scene.core = over
    scene.own.clear()
    scene.wait(b"a")
    scene.execute(BLOCK)
    over.built(BUILD, BLOCK)
    over.content(ORDER.block_hash, is_held=True)
    assert over.arrived(ask, (final(BLOCK.header),), True) == ()
    assert over.lacks(ORDER, (ADDRESS,), BLOCK.header.time_ms) is None
    assert scene.own == []
    assert scene.backlog.has_news, "what waits is for the core of the next epoch to tell"


def test_the_replica_of_the_next_epoch_is_told_who_is_linked_and_that_something_waits() -> None:
    scene = Scene()
    scene.wait(b"a")
    scene.core.peers.link("a follower")
    scene.own.clear()
    following = scene.enter()
    assert scene.own == [LinkUp(number) for number in (0, 1, 2, 3, following.n)]
    scene.core.tick(Now(scene.now_ms, scene.now_ms))
    assert scene.own[-1] == PoolChanged(True)
    assert scene.core.replica.progress.leader == scene.core.seat.leaders[1]
    assert scene.epochs.others == [CONFIG.validators]
