"""What the consensus makes durable, as rows: blocks, final places, certificates, evidence.

Rules:
1. A block is stored once, under its hash, when it is voted for, certified or final. When a block of its
   height becomes final in its place, it goes.
2. A final block is stored for ever with its candidate (which names parent_view), its certificate and the
   nullifications of the views skipped: with these a fork convicts those who signed it (decision 0021).
3. A certificate above the last final view is kept; one at or below it goes when that view is committed.
4. Stored bytes that do not decode, or a block that does not hash to its key, are damage.
5. Evidence is kept for ever, the first `MAX_EVIDENCE` pairs of a signer in an epoch: one convicts it, and one
   that contradicts itself in every view would fill the disk.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar, assert_never

from consensus.config import Restored
from consensus.events import (
    Commit,
    DurableEffect,
    Evidence,
    StoreBlock,
    StoreCertificate,
    StoreFloor,
    StoreProposal,
    StoreVote,
)
from consensus.header import block_hash
from consensus.messages import Block, Candidate, Certificate, FinalBlock, Vote
from consensus.wire import (
    CANDIDATE,
    CERTIFICATE,
    MAX_MESSAGE,
    MAX_SKIPPED,
    VOTE,
    EncodedFinal,
    decode_block,
    decode_certificate,
    encode_block,
    encode_certificate,
)
from node.storage.database import RowReader, Snapshot
from node.storage.failure import Damage, DamageReason
from node.storage.guard_records import GuardRecords
from node.storage.layout import Family, place_key
from node.storage.removal import remove_between
from node.storage.turns import TurnWrites
from registry.primitives.codec import Malformed
from registry.primitives.digest import sha256
from registry.primitives.shape import Shape, blob, decode_as, encode_as, list_of, optional, record
from registry.primitives.validator_set import ValidatorSet
from registry.tables import u8, u64

GENESIS_KEY = b"genesis"
NO_HASH = bytes(32)

MAX_EVIDENCE: Final = 1_024
"""Pairs of contradicting votes kept of one signer in one epoch (rule 5)."""
SIGNER_KEY_BYTES: Final = 10
"""With so many bytes the keys of a signer's evidence in one epoch begin."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FinalityProof:
    """The proof of a final block's place (rule 2)."""

    candidate: Candidate
    certificate: Certificate
    nullifications: tuple[Certificate, ...]


@dataclass(frozen=True, slots=True)
class FinalRow:
    """What FINAL holds at a height; height 0 is final without proof."""

    block_hash: bytes
    proof: FinalityProof | None


_PLACE: Final[Shape[FinalRow]] = record(
    FinalRow,
    block_hash=blob(32),
    proof=optional(
        record(
            FinalityProof,
            candidate=CANDIDATE,
            certificate=CERTIFICATE,
            nullifications=list_of(CERTIFICATE, MAX_SKIPPED),
        )
    ),
)
_PLACE_HASH: Final = slice(3, 35)
"""Where the block's hash stands in an encoded place, behind the heads of an array of two and of 32 bytes."""
_PLACE_PROOF: Final = slice(36, None)
"""And the three parts of its proof, behind the head of their array: the last three of a final block."""
_FINAL_HEAD: Final = b"\x84"
"""The head of an encoded final block, an array of four, the first of which is the block."""
_EVIDENCE: Final[Shape[Evidence]] = record(Evidence, first=VOTE, second=VOTE)


class ChainReader:
    """Reads final blocks and their proofs from the live store or from a snapshot."""

    def __init__(self, rows: RowReader | Snapshot) -> None:
        self._rows = rows

    def final_row(self, height: int) -> FinalRow | None:
        """What is final at a height."""
        data = self._rows.get(Family.FINAL, u64(height))
        return None if data is None else self._stored(_decode_final_row, data, f"final place {height}")

    def block(self, hash_: bytes) -> Block | None:
        """A stored block, final or not."""
        data = self._rows.get(Family.BLOCK, hash_)
        if data is None:
            return None
        block = self._stored(decode_block, data, f"block {hash_.hex()}")
        if block_hash(block.header) != hash_:
            raise Damage(DamageReason.CONTENT, self._rows.path, f"Block {hash_.hex()} has another hash")
        return block

    def block_at(self, height: int) -> Block | None:
        """The final block of a height."""
        row = self.final_row(height)
        return None if row is None else self._required_block(row.block_hash)

    def final(self, height: int) -> FinalBlock | None:
        """The final block of a height with its proof; None above the last one and at height 0."""
        row = self.final_row(height)
        if row is None or row.proof is None:
            return None
        proof = row.proof
        return FinalBlock(
            self._required_block(row.block_hash), proof.candidate, proof.certificate, proof.nullifications
        )

    def encoded_finals(self, height: int) -> Iterator[EncodedFinal]:
        """Final blocks in height order from a height on (from 1: genesis has no proof), each read when it is
        asked for. They are joined from the rows as they stand: whoever catches up takes thousands, and checks
        them all. The store's checksums cover what is read."""
        while (row := self._rows.get(Family.FINAL, u64(height))) is not None:
            block = self._rows.get(Family.BLOCK, row[_PLACE_HASH])
            if block is None:
                raise self._lacks(row[_PLACE_HASH])
            yield EncodedFinal(_FINAL_HEAD + block + row[_PLACE_PROOF], partial(self._is_finalized, height))
            height += 1

    def _is_finalized(self, height: int) -> bool:
        row = self.final_row(height)
        return row is not None and row.proof is not None and row.proof.certificate.is_finalization()

    def boundary(self, epoch: int) -> tuple[int, ValidatorSet] | None:
        """The height of an epoch's last block, once final, and the validators of the next epoch."""
        data = self._rows.get(Family.EPOCH, u64(epoch))
        if data is None:
            return None
        following = self._stored(ValidatorSet.decode, data[8:], f"the end of epoch {epoch}")
        return int.from_bytes(data[:8], "big"), following

    def genesis_document(self) -> bytes | None:
        """The encoded genesis document of the ledger in this store."""
        return self._rows.get(Family.META, GENESIS_KEY)

    def _required_block(self, hash_: bytes) -> Block:
        block = self.block(hash_)
        if block is None:
            raise self._lacks(hash_)
        return block

    def _lacks(self, hash_: bytes) -> Damage:
        return Damage(DamageReason.CONTENT, self._rows.path, f"The final block {hash_.hex()} is missing")

    def _stored(self, decode: Callable[[bytes], T], data: bytes, what: str) -> T:
        try:
            return decode(data)
        except Malformed as error:
            raise Damage(DamageReason.CONTENT, self._rows.path, f"{what}: {error}") from error


class ChainRecords(ChainReader):
    """Turns durable effects into rows. One thread uses it, the one that commits the turns.

    It remembers up to where rows have been removed, so that no removal walks over earlier ones.
    """

    def __init__(self, live: RowReader, guard: GuardRecords | None) -> None:
        """`guard` holds this validator's votes; None for an observer, which makes none."""
        super().__init__(live)
        self._live = live
        self._guard = guard
        self._kept_evidence = Counter(key[:SIGNER_KEY_BYTES] for key, _ in live.scan(Family.EVIDENCE))
        last = live.last(Family.FINAL)
        self._height = -1 if last is None else int.from_bytes(last[0], "big")
        final = None if last is None else self.final(self._height)
        self._final_view = (0, 0) if final is None else (final.candidate.epoch, final.candidate.view)

    @property
    def height(self) -> int:
        """The last final height; −1 before genesis is stored."""
        return self._height

    def put(self, turn: TurnWrites, effect: DurableEffect) -> None:
        """Add one effect's rows to the turn; in the replica's order."""
        match effect:
            case StoreVote() | StoreFloor() | StoreProposal():
                self._put_guarded(turn, effect)
            case StoreBlock(named, block):
                turn.put(Family.BLOCK, named, encode_block(block))
                turn.put(Family.OPEN_BLOCK, u64(block.header.height) + named, b"")
            case StoreCertificate(certificate):
                turn.put(Family.CERTIFICATE, _certificate_key(certificate), encode_certificate(certificate))
            case Commit(blocks):
                self._put_finals(turn, blocks)
            case Evidence():
                self._put_evidence(turn, effect)
            case _:
                assert_never(effect)

    def put_genesis(self, turn: TurnWrites, document: bytes, block: Block) -> None:
        """The genesis document and the block of height 0, final without proof."""
        turn.put(Family.META, GENESIS_KEY, document)
        self._put_final_row(turn, block, FinalRow(block_hash(block.header), None))
        self._height = 0

    def put_boundary(self, turn: TurnWrites, epoch: int, height: int, following: ValidatorSet) -> None:
        """The last block of an epoch is final in this turn; `following` are the next epoch's validators."""
        turn.put(Family.EPOCH, u64(epoch), u64(height) + following.encode())

    def restored(self, epoch: int) -> Restored:
        """What a replica of this epoch needs to go on."""
        tip = self.final(self._height)
        if tip is not None and tip.candidate.epoch != epoch:
            tip = None
        above = place_key(epoch, 1 if tip is None else tip.candidate.view + 1)
        certificates = self._live.scan(Family.CERTIFICATE, u64(epoch), above)
        hashes = [key[8:] for key, _ in self._live.scan(Family.OPEN_BLOCK, b"", u64(self._height + 1))]
        proposal = None if self._guard is None else self._guard.proposal()
        return Restored(
            tip,
            tuple(
                self._stored(decode_certificate, data, f"certificate {key.hex()}")
                for key, data in certificates
            ),
            tuple(self._required_block(hash_) for hash_ in hashes),
            proposal if proposal is not None and proposal.candidate.epoch == epoch else None,
        )

    def evidence(self) -> list[Evidence]:
        """All evidence held, by signer, epoch and view."""
        rows = self._live.scan(Family.EVIDENCE)
        return [self._stored(_decode_evidence, data, f"evidence {key.hex()}") for key, data in rows]

    def _put_guarded(self, turn: TurnWrites, effect: StoreVote | StoreFloor | StoreProposal) -> None:
        if self._guard is None:
            raise AssertionError("an observer's replica voted")
        match effect:
            case StoreVote(vote):
                self._guard.put_vote(turn, vote)
            case StoreFloor(epoch, view):
                self._guard.put_floor(turn, epoch, view)
            case StoreProposal(proposal):
                self._guard.put_proposal(turn, proposal)

    def _put_evidence(self, turn: TurnWrites, evidence: Evidence) -> None:
        value = encode_as(_EVIDENCE, evidence)
        vote: Vote = evidence.first
        signer = vote.signer.to_bytes(2, "big") + u64(vote.epoch)
        key = signer + u64(vote.view) + sha256(value)
        if self._live.get(Family.EVIDENCE, key) is None and self._kept_evidence[signer] < MAX_EVIDENCE:
            self._kept_evidence[signer] += 1
            turn.put(Family.EVIDENCE, key, value)

    def _put_finals(self, turn: TurnWrites, finals: tuple[FinalBlock, ...]) -> None:
        final_hashes: set[bytes] = set()
        for final in finals:
            proof = FinalityProof(final.candidate, final.certificate, final.nullifications)
            self._put_final_row(turn, final.block, FinalRow(final.candidate.block_hash, proof))
            final_hashes.add(final.candidate.block_hash)
        last = finals[-1]
        height, ended = last.block.header.height, (last.candidate.epoch, last.candidate.view)
        opened = remove_between(turn, self._live, Family.OPEN_BLOCK, u64(self._height + 1), u64(height + 1))
        for key in opened:
            if key[8:] not in final_hashes:
                turn.delete(Family.BLOCK, key[8:])
        begin, end = place_key(*self._final_view), place_key(ended[0], ended[1] + 1)
        remove_between(turn, self._live, Family.CERTIFICATE, begin, end)
        self._height, self._final_view = height, ended

    def _put_final_row(self, turn: TurnWrites, block: Block, row: FinalRow) -> None:
        height, hash_ = block.header.height, row.block_hash
        if self._live.get(Family.OPEN_BLOCK, u64(height) + hash_) is None:
            turn.put(Family.BLOCK, hash_, encode_block(block))
        turn.put(Family.FINAL, u64(height), encode_as(_PLACE, row))


def _certificate_key(certificate: Certificate) -> bytes:
    candidate = certificate.candidate
    hash_ = NO_HASH if candidate is None else candidate.block_hash
    return place_key(certificate.epoch, certificate.view) + u8(certificate.kind) + hash_


def _decode_final_row(data: bytes) -> FinalRow:
    return decode_as(_PLACE, data, limit=len(data))  # of our own writing, however long


def _decode_evidence(data: bytes) -> Evidence:
    return decode_as(_EVIDENCE, data, limit=MAX_MESSAGE)
