"""A small ledger that has something of every kind, and honest answers about it.

Everything is made from fixed keys, so the bytes are the same on every machine.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from api.answer.encoding import VERSION, Answer
from api.answer.epoch_proofs import EpochProof
from api.answer.question import Question
from api.proving.answers import Answers
from api.proving.status_bits import KeptBits
from api.proving.stored import stored_index, stored_record
from registry.attachments import Attachment
from registry.build import OwnedKey
from registry.index import INDEX_RECORD
from registry.kinds.did.record import Purpose
from registry.kinds.status_list.record import StatusPurpose
from registry.primitives.merkle import range_proof
from registry.proofs import IndexProof, RecordProof
from registry.record_log import map_key
from registry.record_type import RecordType
from registry.transaction import Transaction
from tests.api.ledger import BLOCK_MS, Ledger
from tests.registry.network import AGENCY, START_MS, UNIVERSITY, owned, seed

PAGE_ENTRIES: Final = 3
FACULTIES: Final = tuple(f"did:web:university.example:faculty-{number}" for number in range(1, 6))
SCHEMA: Final = f"{UNIVERSITY}/schemas/award"
LIST: Final = f"{UNIVERSITY}/status-lists/degrees"
ROOT: Final = bytes(range(32))
OTHER_ROOT: Final = bytes(range(32, 64))
INDEX: Final = f"dids-by-sponsor/{UNIVERSITY}"
SET_ENTRIES: Final = (0, 5 * 1_024 + 7, 131_071)
NEXT_SEEDS: Final = tuple(seed(f"next validator {index}") for index in range(4))

REGISTERED_MS: Final = START_MS + 1 * BLOCK_MS
"""The time of the block in which the list, the schema and the first two faculties were recorded."""
KEY_ADDED_MS: Final = START_MS + 2 * BLOCK_MS
REVOKED_MS: Final = START_MS + 4 * BLOCK_MS
ANCHORED_MS: Final = START_MS + 5 * BLOCK_MS
LAST_MS: Final = START_MS + 6 * BLOCK_MS


@dataclass(frozen=True)
class Scenario:
    """A ledger and the id of its first transaction. `epochs` leads to the epoch of the last block."""

    ledger: Ledger
    first_transaction: bytes
    epochs: tuple[EpochProof, ...] = ()

    def answer(self, question: Question) -> Answer:
        """The honest answer to a question."""
        view = self.ledger.view()
        proof = Answers(view, PAGE_ENTRIES, KeptBits(0)).prove(question)
        return Answer(VERSION, question, proof, view.header, view.certificate)

    def versions(
        self, kind: RecordType[Any], record_id: str, first: int, end: int, body: int | None
    ) -> RecordProof:
        """A record proof that shows the versions [first, end) and the body of version `body`."""
        view = self.ledger.view()
        stored = stored_record(view.reader, kind, record_id)
        assert stored is not None
        log = stored.log
        return RecordProof(
            body=None if body is None else stored.body(body),
            count=log.count,
            first=first,
            versions=tuple(map(log.leaf, range(first, end))),
            path=range_proof(first, end, log.count, log.nodes),
            map_path=view.prove(map_key(kind.name, record_id)),
        )

    def entries(self, index: str, first: int, end: int) -> IndexProof:
        """An index proof that shows the entries [first, end)."""
        view = self.ledger.view()
        log = stored_index(view.reader, index)
        assert log is not None
        return IndexProof(
            count=log.count,
            first=first,
            entries=tuple(map(log.leaf, range(first, end))),
            path=range_proof(first, end, log.count, log.nodes),
            map_path=view.prove(map_key(INDEX_RECORD.name, index)),
        )


@cache
def grown() -> Scenario:
    """Six blocks: registrations · a key · a suspension list and more faculties · revocations · two anchors
    and a faculty's of the first one's root · nothing.
    """
    ledger = Ledger()
    builder = ledger.builder()
    builder.create_status_list(UNIVERSITY, "degrees", StatusPurpose.REVOCATION)
    schema = Attachment(bytes(16), b'{"$id":"https://university.example/award","$schema":"x"}')
    builder.publish_schema(UNIVERSITY, "award", "1.0.0", schema)
    for faculty in FACULTIES[:2]:
        builder.register_did(UNIVERSITY, [owned(faculty)], did=faculty)
    first = ledger.sign(builder)
    ledger.commit(first)
    builder = ledger.builder()
    builder.add_key(UNIVERSITY, OwnedKey("signing", Purpose.ASSERTION_METHOD, seed("signing")))
    ledger.commit(ledger.sign(builder))
    builder = ledger.builder()
    builder.create_status_list(UNIVERSITY, "pauses", StatusPurpose.SUSPENSION)
    for faculty in FACULTIES[2:]:
        builder.register_did(UNIVERSITY, [owned(faculty)], did=faculty)
    ledger.commit(ledger.sign(builder))
    builder = ledger.builder()
    builder.set_status(UNIVERSITY, "degrees", SET_ENTRIES)
    builder.retire_key(UNIVERSITY, "signing")
    ledger.commit(ledger.sign(builder))
    builder = ledger.builder()
    builder.anchor(UNIVERSITY, ROOT, 16)
    builder.anchor(UNIVERSITY, OTHER_ROOT, 2**32)
    of_faculty = ledger.builder()
    of_faculty.anchor(FACULTIES[0], ROOT, 32)
    ledger.commit(ledger.sign(builder), ledger.sign(of_faculty, FACULTIES[0]))
    ledger.commit()
    return Scenario(ledger, Transaction.decode(first).id)


@cache
def in_a_later_epoch() -> Scenario:
    """A ledger whose first validators handed over to others after one block, and one block of theirs."""
    ledger = Ledger()
    builder = ledger.builder()
    builder.register_did(AGENCY, [owned("office")], did="did:web:office.example")
    first = ledger.sign(builder, AGENCY)
    ledger.commit(first)
    ledger.hand_over(NEXT_SEEDS)
    ledger.commit()
    boundary = ledger.view().boundary(0)
    assert boundary is not None
    proof = EpochProof(boundary.header, boundary.certificate, boundary.next_validators.validators)
    return Scenario(ledger, Transaction.decode(first).id, (proof,))
