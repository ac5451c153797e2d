"""The guard's rows, and every way in which a guard is lost (R12)."""

import shutil
from pathlib import Path

import pytest

from consensus.guard import GuardState
from consensus.messages import VoteKind
from node.files.keystore import MINIMAL, KeyPurpose, KeystoreError, KeystoreFault, create_key
from node.storage import guard_records
from node.storage.failure import Damage, DamageReason
from node.storage.guard_records import (
    VOTE,
    GuardLoss,
    GuardRecords,
    LostGuard,
    create_guarded_key,
    mark_guard_lost,
    renew_mark,
)
from node.storage.layout import Family
from node.storage.store import Store
from node.storage.turns import TurnWrites
from tests.node.storage.chain import block, candidate, proposal, vote

INCARNATION = b"i" * 16


def passphrase() -> bytes:
    return b"correct horse"


def born(directory: Path, name: str = "consensus.key") -> tuple[Store, bytes]:
    """A store and the public key of a guarded key."""
    store = Store.open(directory) if (directory / "store").exists() else Store.create(directory)
    public_key = create_guarded_key(
        store, directory / name, passphrase, cost=MINIMAL, random=lambda _: INCARNATION
    )
    return store, public_key


def test_key_and_empty_guard_are_born_together(tmp_path: Path) -> None:
    store, public_key = born(tmp_path)
    assert GuardRecords(store.reader, public_key).state() == GuardState.newborn(INCARNATION)
    store.close()
    store = Store.open(tmp_path)
    assert GuardRecords(store.reader, public_key).state() == GuardState.newborn(INCARNATION)
    store.close()


def test_two_guards_are_born_different(tmp_path: Path) -> None:
    store = Store.create(tmp_path)
    states = []
    for name in ("a.key", "b.key"):
        public_key = create_guarded_key(store, tmp_path / name, passphrase, cost=MINIMAL)
        states.append(GuardRecords(store.reader, public_key).state())
    assert states[0] != states[1]
    store.close()


def test_no_guard_is_made_for_a_key_that_exists(tmp_path: Path) -> None:
    store = Store.create(tmp_path)
    public_key = create_key(tmp_path / "consensus.key", KeyPurpose.CONSENSUS, passphrase, cost=MINIMAL)
    with pytest.raises(KeystoreError) as refused:
        create_guarded_key(store, tmp_path / "consensus.key", passphrase, cost=MINIMAL)
    assert refused.value.fault is KeystoreFault.EXISTS
    assert GuardRecords(store.reader, public_key).state() == LostGuard(GuardLoss.ABSENT)
    store.close()


def test_votes_above_the_floor_and_the_floor_are_given_back(tmp_path: Path) -> None:
    store, public_key = born(tmp_path)
    of = candidate(block(1), 2, 0)
    votes = (
        vote(VoteKind.NULLIFY, 1),
        vote(VoteKind.NOTARIZE, 2, of),
        vote(VoteKind.FINALIZE, 2, of),
        vote(VoteKind.NULLIFY, 3),
        vote(VoteKind.NULLIFY, 1, epoch=1),
    )
    records = GuardRecords(store.reader, public_key)
    turn = TurnWrites()
    for one in votes:
        records.put_vote(turn, one)
    store.commit(turn)
    assert records.state() == GuardState(INCARNATION, (0, 0), votes)
    turn = TurnWrites()
    records.put_vote(turn, vote(VoteKind.NOTARIZE, 1, candidate(block(1), 1, 0)))
    records.put_floor(turn, 0, 2)
    store.commit(turn)
    for again in (records, GuardRecords(store.reader, public_key)):
        assert again.state() == GuardState(INCARNATION, (0, 2), votes[3:])
    rows = [key for key, _ in store.reader.scan(Family.GUARD, public_key + VOTE)]
    assert len(rows) == 2
    store.close()


def test_each_key_has_its_own_guard(tmp_path: Path) -> None:
    store, first = born(tmp_path)
    second = create_guarded_key(store, tmp_path / "next.key", passphrase, cost=MINIMAL)
    turn = TurnWrites()
    GuardRecords(store.reader, first).put_vote(turn, vote(VoteKind.NULLIFY, 1))
    GuardRecords(store.reader, first).put_proposal(turn, proposal(block(1), 1, 0))
    store.commit(turn)
    mark_guard_lost(store, first, "test")
    state = GuardRecords(store.reader, second).state()
    assert isinstance(state, GuardState)
    assert state.votes == ()
    assert GuardRecords(store.reader, second).proposal() is None
    store.close()


def test_a_key_without_its_guard_is_lost(tmp_path: Path) -> None:
    store, _ = born(tmp_path)
    assert GuardRecords(store.reader, b"o" * 32).state() == LostGuard(GuardLoss.ABSENT)
    store.close()


@pytest.mark.parametrize("how", ["copied", "copied and moved into place"])
def test_a_copied_store_is_lost(tmp_path: Path, how: str) -> None:
    original = tmp_path / "original"
    original.mkdir()
    store, public_key = born(original)
    store.close()
    copy = tmp_path / "copy"
    shutil.copytree(original, copy)
    if how == "copied and moved into place":
        original.rename(tmp_path / "aside")
        copy.rename(original)
        copy = original
    store = Store.open(copy)
    assert GuardRecords(store.reader, public_key).state() == LostGuard(GuardLoss.COPIED)
    store.close()


def test_a_copy_in_the_very_folder_is_known_once_the_node_has_started_since(tmp_path: Path) -> None:
    """The folder keeps its inode; what is put back into it remembers an older mark."""
    data = tmp_path / "data"
    data.mkdir()
    store, public_key = born(data)
    for _ in range(2):
        renew_mark(store, public_key)
        assert isinstance(GuardRecords(store.reader, public_key).state(), GuardState)
    store.close()
    shutil.copytree(data, tmp_path / "copy")
    store = Store.open(data)
    renew_mark(store, public_key)
    folder = store.reader.path
    store.close()
    for file in folder.iterdir():
        file.unlink()
    for file in (tmp_path / "copy" / folder.relative_to(data)).iterdir():
        shutil.copyfile(file, folder / file.name)
    store = Store.open(data)
    assert GuardRecords(store.reader, public_key).state() == LostGuard(GuardLoss.COPIED)
    store.close()


def test_an_end_between_the_row_and_the_mark_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, public_key = born(tmp_path)
    for before in range(2):
        with monkeypatch.context() as patch:
            patch.setattr(guard_records, "write_mark", lambda folder, mark: None)
            renew_mark(store, public_key)
        assert isinstance(GuardRecords(store.reader, public_key).state(), GuardState), before
        renew_mark(store, public_key)
    store.close()


def test_where_the_file_system_keeps_no_marks_nothing_follows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, public_key = born(tmp_path)
    renew_mark(store, public_key)
    monkeypatch.setattr(guard_records, "read_mark", lambda folder: None)
    renew_mark(store, public_key)
    assert isinstance(GuardRecords(store.reader, public_key).state(), GuardState)
    store.close()


def test_a_store_that_is_only_moved_is_not_lost(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    store, public_key = born(tmp_path / "a")
    store.close()
    (tmp_path / "a").rename(tmp_path / "b")
    store = Store.open(tmp_path / "b")
    assert GuardRecords(store.reader, public_key).state() == GuardState.newborn(INCARNATION)
    store.close()


def test_a_marked_guard_stays_lost(tmp_path: Path) -> None:
    store, public_key = born(tmp_path)
    records = GuardRecords(store.reader, public_key)
    turn = TurnWrites()
    records.put_vote(turn, vote(VoteKind.NULLIFY, 4))
    records.put_proposal(turn, proposal(block(1), 4, 0))
    store.commit(turn)
    mark_guard_lost(store, public_key, "restored from a backup")
    store.close()
    store = Store.open(tmp_path)
    records = GuardRecords(store.reader, public_key)
    assert records.state() == LostGuard(GuardLoss.MARKED, "restored from a backup")
    store.close()


def test_a_guards_row_that_cannot_be_read_is_damage(tmp_path: Path) -> None:
    store, public_key = born(tmp_path)
    turn = TurnWrites()
    turn.put(Family.GUARD, public_key + VOTE + bytes(7) + b"\1" + bytes(7) + b"\1" + b"\0", b"\x80")
    store.commit(turn)
    with pytest.raises(Damage) as refused:
        GuardRecords(store.reader, public_key).state()
    assert refused.value.reason is DamageReason.CONTENT
    store.close()
