"""What `docs/records.md` works out with the transactions of `docs/examples/transactions.json`: what a
proposal and its approval cost, and a `pending` body, decoded.
"""

import json
from typing import Any, Final

from api.answer.question import RecordQuestion
from registry.cost import cost_of_operations, held_by
from registry.primitives.codec import decode
from registry.proofs import RecordProof
from registry.record_type import MAX_BODY_BYTES
from registry.ruleset import CURRENT
from registry.transaction import Transaction
from tests.answers.proposed import COMPLETED_MS, PROPOSED_MS, RECALL, REISSUE, Written, proposed
from tests.registry.network import UNIVERSITY

SHOWN: Final = REISSUE
"""The proposal whose body is shown: one approval was dropped."""


def written(name: str) -> Written:
    """The transaction of that name."""
    return next(each for each in proposed().written if each.name == name)


def body_of(kind: str, record_id: str, known_at_ms: int | None = None) -> bytes:
    """A record's body as known at K."""
    proof = proposed().answer(RecordQuestion(kind, record_id, known_at_ms)).proof
    assert isinstance(proof, RecordProof)
    assert proof.body is not None
    return proof.body


def parts_of_propose() -> list[tuple[str, int]]:
    """What the proposal is charged for, with the units of each part."""
    transaction = Transaction.decode(written("propose").data)
    return [
        *_parts_of_any(transaction, PROPOSED_MS - 1),
        _by_length("its bytes once more", transaction.encoded),
        ("code 64", cost_of_operations(transaction.payload.operations, CURRENT)),
    ]


def parts_of_approve() -> list[tuple[str, int]]:
    """What the approval is charged for: it completes the proposal, which makes no difference."""
    transaction = Transaction.decode(written("approve").data)
    held = held_by(Transaction.decode(written("propose").data), CURRENT)
    return [
        *_parts_of_any(transaction, COMPLETED_MS - 1),
        ("code 65", cost_of_operations(transaction.payload.operations, CURRENT)),
        _by_length("the body of the `pending`", body_of("pending", RECALL, COMPLETED_MS - 1)),
        ("what it holds: code 33, 3 indexes in 1 chunk", cost_of_operations(held, CURRENT)),
    ]


def _parts_of_any(transaction: Transaction, before_ms: int) -> list[tuple[str, int]]:
    length, per_unit = len(transaction.encoded), CURRENT.costs.bytes_per_unit
    return [
        ("a transaction, with its signature", CURRENT.costs.transaction),
        (f"its bytes: ⌊{length} / {per_unit}⌋", length // per_unit),
        _by_length("the body of the signer's DID", body_of("did", UNIVERSITY, before_ms)),
    ]


def _by_length(what: str, body: bytes) -> tuple[str, int]:
    per_unit = CURRENT.costs.body_bytes_per_unit
    return f"{what}: ⌊{len(body)} / {per_unit}⌋", CURRENT.costs.of_body(len(body))


def parts_to_fit() -> list[tuple[str, int]]:
    """What must fit into a block for the proposal to be taken."""
    transaction = Transaction.decode(written("propose").data)
    return [
        ("the proposing transaction", sum(units for _, units in parts_of_propose())),
        ("what it holds", cost_of_operations(held_by(transaction, CURRENT), CURRENT)),
    ]


def cost_lines() -> str:
    """All of them, as the document shows them."""
    sums = {"propose": parts_of_propose(), "approve": parts_of_approve(), "to fit": parts_to_fit()}
    return "".join(_summed(name, parts) for name, parts in sums.items())


def _summed(name: str, parts: list[tuple[str, int]]) -> str:
    terms = " + ".join(f"{units} ({what})" for what, units in parts)
    return f"- {name}: {terms} = {sum(units for _, units in parts)} units.\n"


def body_lines() -> str:
    """The body as bytes and decoded, as the document shows it."""
    body = body_of("pending", SHOWN)
    decoded = decode(body, limit=MAX_BODY_BYTES)
    assert isinstance(decoded, list)
    fields = ",\n ".join(_notation(value) for value in decoded)
    return f"```\n{body.hex()}\n\n[{fields}]\n```\n"


def _notation(value: Any) -> str:
    """Diagnostic notation of CBOR, RFC 8949, section 8."""
    if isinstance(value, bytes):
        return f"h'{value.hex()}'"
    if isinstance(value, list):
        return f"[{', '.join(map(_notation, value))}]"
    return json.dumps(value)
