"""The vote guard on the disk, and how a lost one is recognised (R12, decision 0052).

Rules:
1. Key and guard are born together (`create_guarded_key`): a fresh key, then its empty guard, which carries a
   random incarnation. No guard is ever made for a key that exists already. Each key has a guard of its own,
   so that the key of the next epoch can be made while the present one still votes.
2. A guard is lost if the store has none for the key, if it was marked, or if the store was copied: the guard
   remembers the inode of the folder it was born in, and the mark that its latest start put on that folder
   (`node.storage.folder_mark`). A copy of the whole disk has both, and an archive may get the same inode:
   these signs help, and nothing rests on them. A validator listens to the others before it votes.
3. A guard that is lost stays lost, and its key never votes again. The institution makes a new key.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from consensus.guard import INCARNATION_BYTES, GuardState
from consensus.messages import Propose, Vote
from consensus.wire import decode_proposal, decode_vote, encode_proposal, encode_vote
from node.files.keystore import MODERATE, GuessCost, KeyPurpose, Passphrase, create_key
from node.storage.database import RowReader
from node.storage.failure import Damage, DamageReason
from node.storage.folder_mark import MARK_BYTES, read_mark, write_mark
from node.storage.layout import Family, place_key
from node.storage.removal import remove_between
from node.storage.store import Store
from node.storage.turns import TurnWrites
from registry.primitives.codec import Malformed
from registry.primitives.reason import Reason
from registry.tables import u8, u64

# Each key begins with the guard's public key (32).
BIRTH = b"birth"
"""-> incarnation (16) ‖ inode u64 of the database's folder."""
FLOOR = b"floor"
"""-> epoch u64 ‖ view u64."""
LOST = b"lost"
"""-> why, as text; present once the guard is marked as lost."""
MARK = b"mark"
"""-> the folder's mark before the latest start (16) ‖ the one that it put there (16)."""
PROPOSAL = b"proposal"
"""-> this replica's last own proposal."""
VOTE = b"vote"
"""‖ epoch u64 ‖ view u64 ‖ kind u8 -> vote."""

T = TypeVar("T")


_ONLY_FOLLOW = (
    "Start it with --no-vote from now on, also in its service file. It then follows and answers reads "
    "(docs/operating.md, Lost guard). Tell the other operators, and never copy a guard back."
)


class GuardLoss(Reason):
    """Why a guard is lost. The node's operator meets it."""

    ABSENT = "absent", "The store holds no vote guard for this consensus key.", _ONLY_FOLLOW
    COPIED = "copied", "The store was copied or restored after its vote guard was made.", _ONLY_FOLLOW
    MARKED = "marked", "The vote guard was marked as lost.", _ONLY_FOLLOW


@dataclass(frozen=True, slots=True)
class LostGuard:
    """The node must not vote: it could contradict what this key has signed before (rule 3)."""

    loss: GuardLoss
    detail: str = ""


class GuardRecords:
    """Reads and writes the rows of one key's guard. One thread writes, the one that commits the turns."""

    def __init__(self, live: RowReader, public_key: bytes) -> None:
        self._live = live
        self._public_key = public_key
        self._floor = self._stored_floor()

    def state(self) -> GuardState | LostGuard:
        """What the guard may go on with, or why it is lost (rule 2)."""
        marked, birth = self._get(LOST), self._get(BIRTH)
        if marked is not None:
            return LostGuard(GuardLoss.MARKED, marked.decode())
        if birth is None:
            return LostGuard(GuardLoss.ABSENT)
        if birth[INCARNATION_BYTES:] != _inode(self._live.path) or not self._has_its_mark():
            return LostGuard(GuardLoss.COPIED)
        return GuardState(birth[:INCARNATION_BYTES], self._floor, self.votes())

    def votes(self) -> tuple[Vote, ...]:
        """The votes held above the floor, whether the guard is lost or not."""
        rows = self._live.scan(Family.GUARD, self._public_key + VOTE, self._first_vote_above(self._floor))
        return tuple(self._stored(decode_vote, data, f"vote {key.hex()}") for key, data in rows)

    def proposal(self) -> Propose | None:
        """The last own proposal stored."""
        data = self._get(PROPOSAL)
        return None if data is None else self._stored(decode_proposal, data, "own proposal")

    def put_birth(self, turn: TurnWrites, newborn: GuardState) -> None:
        """An empty guard, for a key that has never signed (rule 1)."""
        turn.put(Family.GUARD, self._public_key + BIRTH, newborn.incarnation + _inode(self._live.path))

    def put_vote(self, turn: TurnWrites, vote: Vote) -> None:
        """A vote that the guard has just signed."""
        key = self._public_key + VOTE + place_key(vote.epoch, vote.view) + u8(vote.kind)
        turn.put(Family.GUARD, key, encode_vote(vote))

    def put_floor(self, turn: TurnWrites, epoch: int, view: int) -> None:
        """A higher floor; votes at or below it go."""
        begin, end = self._first_vote_above(self._floor), self._first_vote_above((epoch, view))
        turn.put(Family.GUARD, self._public_key + FLOOR, place_key(epoch, view))
        remove_between(turn, self._live, Family.GUARD, begin, end)
        self._floor = (epoch, view)

    def put_proposal(self, turn: TurnWrites, proposal: Propose) -> None:
        """This replica's own proposal, in place of the one before."""
        turn.put(Family.GUARD, self._public_key + PROPOSAL, encode_proposal(proposal))

    def put_lost(self, turn: TurnWrites, why: str) -> None:
        """From this turn on the guard is lost."""
        turn.put(Family.GUARD, self._public_key + LOST, why.encode())

    def put_mark(self, turn: TurnWrites, before: bytes, mark: bytes) -> None:
        """The folder is about to get this mark in place of the one before: until it has it, both are good."""
        turn.put(Family.GUARD, self._public_key + MARK, before + mark)

    def _has_its_mark(self) -> bool:
        stored, on_disk = self._get(MARK), read_mark(self._live.path)
        return stored is None or on_disk is None or on_disk in (stored[:MARK_BYTES], stored[MARK_BYTES:])

    def _get(self, name: bytes) -> bytes | None:
        return self._live.get(Family.GUARD, self._public_key + name)

    def _stored_floor(self) -> tuple[int, int]:
        data = self._get(FLOOR)
        return (0, 0) if data is None else (int.from_bytes(data[:8], "big"), int.from_bytes(data[8:], "big"))

    def _first_vote_above(self, floor: tuple[int, int]) -> bytes:
        return self._public_key + VOTE + place_key(floor[0], floor[1] + 1)

    def _stored(self, decode: Callable[[bytes], T], data: bytes, what: str) -> T:
        try:
            return decode(data)
        except Malformed as error:
            raise Damage(DamageReason.CONTENT, self._live.path, f"{what}: {error}") from error


def create_guarded_key(
    store: Store,
    path: Path,
    passphrase: Passphrase,
    *,
    cost: GuessCost = MODERATE,
    random: Callable[[int], bytes] = os.urandom,
) -> bytes:
    """Make a consensus key and its empty guard in one act (rule 1); return the public key.

    The key file comes first: interrupted in between, the key has no guard and counts as lost; it has never
    signed, so it can be deleted and the command run again. Raises KeystoreError where a key is there already.
    """
    public_key = create_key(path, KeyPurpose.CONSENSUS, passphrase, cost=cost)
    turn = TurnWrites()
    newborn = GuardState.newborn(random(INCARNATION_BYTES))
    GuardRecords(store.reader, public_key).put_birth(turn, newborn)
    store.commit(turn)
    return public_key


def renew_mark(store: Store, public_key: bytes, random: Callable[[int], bytes] = os.urandom) -> None:
    """A start that may vote: every copy that was made before it is known as one from now on (rule 2)."""
    folder = store.reader.path
    before = read_mark(folder)
    if before is None:
        return
    mark, turn = random(MARK_BYTES), TurnWrites()
    GuardRecords(store.reader, public_key).put_mark(turn, before, mark)
    store.commit(turn)
    write_mark(folder, mark)


def mark_guard_lost(store: Store, public_key: bytes, why: str) -> None:
    """Mark a key's guard as lost: what this store holds of it may be older than what was signed."""
    turn = TurnWrites()
    GuardRecords(store.reader, public_key).put_lost(turn, why)
    store.commit(turn)


def _inode(folder: Path) -> bytes:
    return u64(folder.stat().st_ino)
