"""A second small ledger under the same genesis document: proposals in each of their states, and an issuer
with more anchors than one page shows. Its transactions are examples as well
(`docs/examples/transactions.json`).
"""

from dataclasses import dataclass, field, replace
from functools import cache
from typing import Final

from registry.attachments import Attachment
from registry.build import OwnedKey, TransactionBuilder
from registry.kinds.did.record import Purpose
from registry.kinds.pending.record import pending_id
from registry.kinds.status_list.record import StatusPurpose
from registry.transaction import Transaction
from tests.answers.scenario import Scenario
from tests.api.ledger import BLOCK_MS, Ledger
from tests.registry.network import START_MS, UNIVERSITY, seed

HOUR_MS: Final = 3_600_000
SEVEN_DAYS_MS: Final = 168 * HOUR_MS
FIRST: Final = OwnedKey("key-1", Purpose.CAPABILITY_INVOCATION, seed(UNIVERSITY))
SECOND: Final = OwnedKey("key-2", Purpose.CAPABILITY_INVOCATION, seed("second"))
THIRD: Final = OwnedKey("key-3", Purpose.CAPABILITY_INVOCATION, seed("third"))

RECALL: Final = pending_id(UNIVERSITY, "recall-2026")
MISTAKE: Final = pending_id(UNIVERSITY, "mistake")
REISSUE: Final = pending_id(UNIVERSITY, "reissue")
LATER: Final = pending_id(UNIVERSITY, "later")
ROOTS: Final = tuple(bytes([number]) * 32 for number in range(1, 6))
NEVER_ANCHORED: Final = bytes([9]) * 32
SCHEMA: Final = Attachment(bytes(16), b'{"$id":"https://university.example/award","$schema":"x"}')
PROPOSED_ENTRIES: Final = (1, 2, 3)

PROPOSED_MS: Final = START_MS + 2 * BLOCK_MS
"""The time of the block with the first three proposals."""
COMPLETED_MS: Final = START_MS + 4 * BLOCK_MS
"""The time of the block in which one was completed, one withdrawn, and one lost an approval."""
END_MS: Final = START_MS + 5 * BLOCK_MS
"""The time of the last block."""


@dataclass(frozen=True)
class Written:
    """A transaction of the ledger: the key that signed it, the new keys and the attachments that it brings,
    and the units that it was charged."""

    name: str
    says: str
    key: OwnedKey
    data: bytes
    new_keys: tuple[OwnedKey, ...]
    attachments: tuple[Attachment, ...]
    cost: int = 0


@dataclass(frozen=True)
class Proposed(Scenario):
    """The ledger and all its transactions, in their order."""

    written: tuple[Written, ...] = ()


@dataclass
class _Writing:
    """Signs transactions of the university and puts them into blocks."""

    ledger: Ledger = field(default_factory=Ledger)
    written: list[Written] = field(default_factory=list)
    _next: list[Written] = field(default_factory=list)

    def sign(
        self, name: str, says: str, build: TransactionBuilder, by: OwnedKey, *new_keys: OwnedKey
    ) -> None:
        """A transaction for the next block, which is a second after the last one."""
        data = self.ledger.sign(build, key=by)
        self._next.append(Written(name, says, by, data, new_keys, build.attachments))

    def commit(self) -> None:
        """The next block, with what was signed for it."""
        receipts = self.ledger.commit(*(each.data for each in self._next)).receipts
        for each, receipt in zip(self._next, receipts, strict=True):
            self.written.append(replace(each, cost=receipt.cost))
        self._next.clear()


@cache
def proposed() -> Proposed:
    """Five blocks: keys, a list, a schema, anchors · three proposals · a key retires · one proposal is
    completed, one withdrawn, one loses an approval · a fourth proposal.
    """
    writing = _Writing()
    for step in (_founded, _proposing, _retiring, _deciding, _proposing_later):
        step(writing)
        writing.commit()
    return Proposed(
        writing.ledger, Transaction.decode(writing.written[0].data).id, (), tuple(writing.written)
    )


def _founded(writing: _Writing) -> None:
    build = writing.ledger.builder()
    build.add_key(UNIVERSITY, SECOND)
    build.add_key(UNIVERSITY, THIRD)
    says = "Two keys are added; each proves that it is there, over the transaction's nonce."
    writing.sign("add-keys", says, build, FIRST, SECOND, THIRD)
    build = writing.ledger.builder()
    build.create_status_list(UNIVERSITY, "degrees", StatusPurpose.REVOCATION)
    build.publish_schema(UNIVERSITY, "award", "1.0.0", SCHEMA)
    says = "A status list is created, and a schema published; its content is an attachment."
    writing.sign("list-and-schema", says, build, FIRST)
    build = writing.ledger.builder()
    for number, root in enumerate(ROOTS):
        build.anchor(UNIVERSITY, root, 16 << number)
    writing.sign("anchors", "Five roots are anchored, with batches of 16 to 256 hashes.", build, FIRST)


def _proposing(writing: _Writing) -> None:
    says = "The first key proposes that three entries be set. It is the first that approves."
    writing.sign("propose", says, _proposal(writing, RECALL, SEVEN_DAYS_MS), FIRST)
    says = "A proposal that will be withdrawn."
    writing.sign("propose-mistake", says, _proposal(writing, MISTAKE, HOUR_MS), FIRST)
    says = "A proposal of the second key."
    writing.sign("propose-reissue", says, _proposal(writing, REISSUE, HOUR_MS), SECOND)


def _proposal(writing: _Writing, proposal_id: str, for_ms: int) -> TransactionBuilder:
    build = writing.ledger.builder()
    build.set_status(UNIVERSITY, "degrees", PROPOSED_ENTRIES)
    build.propose(UNIVERSITY, _name(proposal_id), writing.ledger.now_ms + BLOCK_MS + for_ms)
    return build


def _retiring(writing: _Writing) -> None:
    build = writing.ledger.builder()
    build.retire_key(UNIVERSITY, SECOND.fragment)
    writing.sign("retire-key", "The second key retires: its approvals count no more.", build, FIRST)


def _deciding(writing: _Writing) -> None:
    build = writing.ledger.builder()
    build.approve(UNIVERSITY, _name(RECALL))
    says = "The third key approves, and completes the proposal: the entries are set by this transaction."
    writing.sign("approve", says, build, THIRD)
    build = writing.ledger.builder()
    build.withdraw(UNIVERSITY, _name(MISTAKE))
    writing.sign("withdraw", "The proposer withdraws a proposal.", build, FIRST)
    build = writing.ledger.builder()
    build.approve(UNIVERSITY, _name(REISSUE))
    says = (
        "The third key approves what the second proposed. That approval is dropped, and one key is lacking."
    )
    writing.sign("approve-and-drop", says, build, THIRD)


def _proposing_later(writing: _Writing) -> None:
    writing.sign("propose-later", "A fourth proposal.", _proposal(writing, LATER, HOUR_MS), FIRST)


def _name(proposal_id: str) -> str:
    return proposal_id.rpartition("/")[2]
