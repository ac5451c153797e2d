"""What a turn's effects leave in the store, and what a replica is given at the next start."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from consensus.config import Restored
from consensus.events import (
    Commit,
    DurableEffect,
    Evidence,
    StoreBlock,
    StoreCertificate,
    StoreProposal,
    StoreVote,
)
from consensus.messages import Block, VoteKind
from consensus.wire import decode_range, join_range
from node.storage import chain_records
from node.storage.chain_records import ChainReader, ChainRecords
from node.storage.failure import Damage, DamageReason
from node.storage.guard_records import GuardRecords
from node.storage.layout import Family
from node.storage.store import Store
from node.storage.turns import TurnWrites
from registry.primitives.validator_set import Validator, ValidatorSet
from registry.tables import u64
from tests.node.storage.chain import (
    block,
    candidate,
    certificate,
    final,
    named,
    nullification,
    proposal,
    vote,
)

KEY = b"k" * 32
GENESIS = block(0)
FIRST = block(1, parent=named(GENESIS))
RIVAL = block(1, parent=named(GENESIS), mark=1)
SECOND = block(2, parent=named(FIRST))
THIRD = block(3, parent=named(SECOND))


class Node:
    """A store with its records, which can be closed and opened again."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.store = Store.create(directory)
        self.records = self._records()
        turn = TurnWrites()
        self.records.put_genesis(turn, b"document", GENESIS)
        self.store.commit(turn)

    def turn(self, *effects: DurableEffect) -> None:
        turn = TurnWrites()
        for effect in effects:
            self.records.put(turn, effect)
        self.store.commit(turn)

    def restart(self) -> None:
        self.store.close()
        self.store = Store.open(self.directory)
        self.records = self._records()

    def rows(self, family: Family) -> list[bytes]:
        return [key for key, _ in self.store.reader.scan(family)]

    def _records(self) -> ChainRecords:
        return ChainRecords(self.store.reader, GuardRecords(self.store.reader, KEY))


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Node]:
    node = Node(tmp_path)
    yield node
    node.store.close()


def store_block(of: Block) -> StoreBlock:
    return StoreBlock(named(of), of)


def test_genesis_is_final_without_proof(node: Node) -> None:
    node.restart()
    assert node.records.height == 0
    assert node.records.genesis_document() == b"document"
    assert node.records.block_at(0) == GENESIS
    assert node.records.final(0) is None
    assert node.records.restored(0) == Restored()


def test_an_unfinal_chain_is_given_back_whole(node: Node) -> None:
    notarizations = [
        certificate(VoteKind.NOTARIZE, 1, candidate(FIRST, 1, 0)),
        nullification(2),
        certificate(VoteKind.NOTARIZE, 3, candidate(SECOND, 3, 1)),
    ]
    own = proposal(SECOND, 3, 1)
    node.turn(store_block(FIRST), StoreCertificate(notarizations[0]))
    node.turn(
        store_block(SECOND), *(StoreCertificate(one) for one in reversed(notarizations)), StoreProposal(own)
    )
    node.restart()
    assert node.records.restored(0) == Restored(None, tuple(notarizations), (FIRST, SECOND), own)
    # Nothing of it belongs to another epoch but the blocks, which are stored without a view.
    assert node.records.restored(1) == Restored(None, (), (FIRST, SECOND), None)


def test_finality_keeps_the_chain_and_removes_the_losers(node: Node) -> None:
    lost = certificate(VoteKind.NOTARIZE, 1, candidate(RIVAL, 1, 0))
    above = certificate(VoteKind.NOTARIZE, 6, candidate(THIRD, 6, 4))
    node.turn(
        store_block(FIRST), store_block(RIVAL), StoreCertificate(lost), StoreCertificate(nullification(2))
    )
    node.turn(
        store_block(SECOND), store_block(THIRD), StoreCertificate(nullification(5)), StoreCertificate(above)
    )
    finals = (final(FIRST, 3, 0, VoteKind.NOTARIZE), final(SECOND, 4, 3))
    node.turn(Commit(finals))
    for _ in range(2):
        assert node.records.height == 2
        assert [node.records.final(height) for height in (1, 2, 3)] == [*finals, None]
        assert decode_range(join_range(node.records.encoded_finals(1))) == finals
        assert node.records.block(named(RIVAL)) is None
        assert node.rows(Family.OPEN_BLOCK) == [u64(3) + named(THIRD)]
        assert node.records.restored(0) == Restored(finals[1], (nullification(5), above), (THIRD,), None)
        node.restart()


def test_blocks_that_come_by_sync_are_stored_with_their_finality(node: Node) -> None:
    finals = (final(FIRST, 3, 0), final(SECOND, 4, 3))
    node.turn(Commit(finals))
    node.restart()
    assert decode_range(join_range(node.records.encoded_finals(1))) == finals
    assert node.records.restored(0) == Restored(finals[1], (), (), None)


def test_a_block_stored_and_final_in_one_turn_is_kept_once(node: Node) -> None:
    done = final(FIRST, 1, 0)
    node.turn(store_block(FIRST), store_block(RIVAL), StoreCertificate(done.certificate), Commit((done,)))
    assert node.records.final(1) == done
    assert node.records.block(named(RIVAL)) is None
    assert node.rows(Family.OPEN_BLOCK) == []
    assert node.rows(Family.CERTIFICATE) == []


def test_a_later_epoch_begins_without_a_tip(node: Node) -> None:
    node.turn(Commit((final(FIRST, 7, 6),)))
    of_next = nullification(1, epoch=1)
    node.turn(StoreCertificate(of_next))
    assert node.records.restored(1) == Restored(None, (of_next,), (), None)
    first_of_next = block(2, parent=named(FIRST), epoch=1)
    node.turn(Commit((final(first_of_next, 2, 0),)))
    assert node.rows(Family.CERTIFICATE) == []
    assert node.records.restored(1).tip == final(first_of_next, 2, 0)


def test_the_end_of_an_epoch_is_kept_with_the_next_validators(node: Node) -> None:
    following = ValidatorSet((Validator(b"v" * 32, "12D3KooW", ("/ip4/127.0.0.1/tcp/1",), "did:web:a"),))
    turn = TurnWrites()
    node.records.put_boundary(turn, 0, 9, following)
    node.store.commit(turn)
    assert node.records.boundary(0) == (9, following)
    assert node.records.boundary(1) is None


def test_evidence_survives_finality_and_restarts(node: Node) -> None:
    first = Evidence(
        vote(VoteKind.NOTARIZE, 1, candidate(FIRST, 1, 0)), vote(VoteKind.NOTARIZE, 1, candidate(RIVAL, 1, 0))
    )
    second = Evidence(vote(VoteKind.FINALIZE, 1, candidate(FIRST, 1, 0)), vote(VoteKind.NULLIFY, 1))
    node.turn(first, second, first)
    node.turn(Commit((final(FIRST, 1, 0),)))
    node.restart()
    held = node.records.evidence()
    assert len(held) == 2
    assert all(one in held for one in (first, second))


def test_of_one_signer_so_much_evidence_is_kept_and_no_more(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain_records, "MAX_EVIDENCE", 3)

    def contradiction(view: int, signer: int) -> Evidence:
        return Evidence(
            vote(VoteKind.NULLIFY, view, signer=signer),
            vote(VoteKind.FINALIZE, view, candidate(FIRST, view, 0), signer=signer),
        )

    node.turn(contradiction(1, 0), contradiction(2, 0))
    node.restart()
    node.turn(*(contradiction(view, 0) for view in range(3, 9)), contradiction(9, 1))
    assert [(one.first.view, one.first.signer) for one in node.records.evidence()] == [
        (1, 0),
        (2, 0),
        (3, 0),
        (9, 1),
    ]


def test_a_snapshot_reads_the_chain_as_it_was(node: Node) -> None:
    node.turn(Commit((final(FIRST, 1, 0),)))
    reader = ChainReader(node.store.snapshot(list(Family)))
    node.turn(Commit((final(SECOND, 2, 1),)))
    assert decode_range(join_range(reader.encoded_finals(1))) == (final(FIRST, 1, 0),)
    assert reader.block(named(SECOND)) is None


@pytest.mark.parametrize(
    ("family", "key", "value"),
    [
        (Family.BLOCK, named(FIRST), None),
        (Family.BLOCK, named(FIRST), b"\x80"),
        (Family.FINAL, u64(1), b"\x80"),
    ],
    ids=["block missing", "block malformed", "place malformed"],
)
def test_rows_that_cannot_be_are_damage(node: Node, family: Family, key: bytes, value: bytes | None) -> None:
    node.turn(Commit((final(FIRST, 1, 0),)))
    turn = TurnWrites()
    if value is None:
        turn.delete(family, key)
    else:
        turn.put(family, key, value)
    node.store.commit(turn)
    with pytest.raises(Damage) as refused:
        node.records.final(1)
    assert refused.value.reason is DamageReason.CONTENT


def test_a_block_under_another_hash_is_damage(node: Node) -> None:
    node.turn(StoreBlock(named(FIRST), RIVAL))
    with pytest.raises(Damage) as refused:
        node.records.block(named(FIRST))
    assert refused.value.reason is DamageReason.CONTENT


def test_an_observers_replica_cannot_vote(node: Node) -> None:
    observer = ChainRecords(node.store.reader, None)
    with pytest.raises(AssertionError):
        observer.put(TurnWrites(), StoreVote(vote(VoteKind.NULLIFY, 1)))
    assert observer.restored(0) == Restored()


def test_a_block_that_became_final_after_thousands_of_views_is_written_and_read(node: Node) -> None:
    late = final(FIRST, 30_000, 0)
    node.turn(store_block(FIRST), Commit((late,)))
    node.restart()
    assert node.records.final(1) == late
