"""What the registry accepts fits through everything below it: no bound of a store, a message or a frame is
met first. A bound met there would be an error that no transaction's sender is told of, on every node.
"""

from dataclasses import replace
from typing import Any

import pytest

from consensus import wire
from consensus.header import VERSION, Header
from consensus.messages import Block, BlockMessage, Candidate, Certificate, Propose, VoteKind
from consensus.state import VIEW_WINDOW
from node.engine import inbox
from node.links import frames
from node.links.bulk import (
    ANSWER_BYTES,
    NAMED_BYTES,
    REQUEST_ADDRESSES,
    REQUEST_BYTES,
    GetContents,
    GetRange,
    decode_contents,
    decode_request,
    encode_contents,
    encode_request,
)
from node.pool import forwarded, forwarding
from node.transport.settings import TransportLimits
from node.wording.units import MIB
from registry.attachments import MAX_ATTACHMENT_BYTES, SALT_SIZE
from registry.kinds.anchor.operations import AnchorBatch
from registry.kinds.parameters.record import PARAMETERS, Parameters
from registry.kinds.schema.record import (
    MAX_SCHEMA_BYTES,
)
from registry.kinds.validators.record import VALIDATORS_RECORD
from registry.primitives.codec import MAX_INTEGER, Malformed
from registry.primitives.ed25519 import signing_with
from registry.primitives.shape import encode_as
from registry.primitives.validator_set import MAX_ENCODED, MAX_VALIDATORS
from registry.record_log import MAX_ID_BYTES, MAX_KIND_BYTES, MAX_LEDGER_LEAF_BYTES
from registry.record_type import MAX_BODY_BYTES, RecordType, encode_body
from registry.ruleset import CURRENT
from registry.transaction import MAX_TRANSACTION_BYTES, sign_transaction
from tests.registry.kinds import LONGEST_DID, all_examples

LIMITS = TransportLimits()

BODIES: dict[RecordType[Any], Any] = {
    examples.kind.record: examples.longest_body
    for examples in all_examples()
    if isinstance(examples.kind.record, RecordType) and examples.longest_body is not None
}


def test_the_longest_body_of_every_kind_can_be_stored_and_read() -> None:
    assert set(BODIES) == set(CURRENT.records.values())
    assert all(len(encode_body(kind, body)) <= MAX_BODY_BYTES for kind, body in BODIES.items())
    assert len(BODIES[VALIDATORS_RECORD].encode()) <= MAX_ENCODED


@pytest.mark.parametrize(
    "longest",
    [
        *(examples.longest_id for examples in all_examples()),
        *(relation.index_id(LONGEST_DID) for relation in CURRENT.relations),
    ],
)
def test_the_longest_id_has_a_place_in_the_map(longest: str) -> None:
    assert len(longest) <= MAX_ID_BYTES


def test_every_kind_has_a_place_in_the_map() -> None:
    assert max(len(kind.name) for kind in CURRENT.kinds) <= MAX_KIND_BYTES


def test_the_longest_transaction_passes_everything_that_it_passes_through() -> None:
    assert MAX_TRANSACTION_BYTES <= wire.MAX_TRANSACTION
    assert MAX_TRANSACTION_BYTES <= frames.TRANSACTION_BYTES
    assert MAX_TRANSACTION_BYTES <= MAX_LEDGER_LEAF_BYTES
    longest = frames.transactions_frame([bytes(MAX_TRANSACTION_BYTES)])
    assert frames.read_transactions(longest[1:]) == (bytes(MAX_TRANSACTION_BYTES),)


def shortest_transaction() -> bytes:
    return sign_transaction(
        "did:web:a#k",
        signing_with(bytes(32)),
        genesis_hash=bytes(32),
        nonce=bytes(16),
        valid_until_ms=0,
        operations=(AnchorBatch("did:web:a", bytes(32), 1),),
    )


def test_the_shortest_transactions_fill_a_frame_by_bytes_before_they_do_by_number() -> None:
    shortest = shortest_transaction()
    most = forwarding.FRAME_BYTES // len(shortest) + 1
    (first, *_) = forwarding.frames([shortest] * 2 * most)
    assert frames.read_transactions(frames.transactions_frame(first)[1:]) == first


def test_no_network_has_blocks_that_the_wire_refuses() -> None:
    widest = Parameters(block_bytes=512 * 1024, block_transactions=wire.MAX_TRANSACTIONS)
    encode_as(PARAMETERS, widest)
    for beyond in (
        replace(widest, block_bytes=512 * 1024 + 1),
        replace(widest, block_transactions=wire.MAX_TRANSACTIONS + 1),
    ):
        with pytest.raises(Malformed):
            encode_as(PARAMETERS, beyond)


HASH = b"\xff" * 32
HEADER = Header(
    version=VERSION,
    ruleset=65_535,
    genesis_hash=HASH,
    epoch=MAX_INTEGER,
    height=MAX_INTEGER,
    parent_hash=HASH,
    time_ms=MAX_INTEGER,
    transactions_root=HASH,
    log_size=MAX_INTEGER,
    log_root=HASH,
    state_root=HASH,
    validators_hash=HASH,
    next_validators_hash=HASH,
    proposer=65_535,
)


def longest_block() -> Block:
    """As many bytes, in as many transactions, as a block may have."""
    each, rest = divmod(512 * 1024, wire.MAX_TRANSACTIONS)
    return Block(HEADER, (bytes(each),) * (wire.MAX_TRANSACTIONS - 1) + (bytes(each + rest),))


def longest_certificate(validators: int) -> Certificate:
    candidate = Candidate(MAX_INTEGER, MAX_INTEGER, MAX_INTEGER - 1, HASH)
    signers = tuple(range(validators))
    return Certificate(
        VoteKind.FINALIZE, MAX_INTEGER, MAX_INTEGER, candidate, signers, (bytes(64),) * validators
    )


@pytest.mark.parametrize("validators", [1, 4, 40, 52, 53, MAX_VALIDATORS])
def test_a_proposal_of_the_longest_block_with_all_its_justification_can_be_sent_and_read(
    validators: int,
) -> None:
    certificates = (longest_certificate(validators),) * wire.justification_room(validators)
    assert 2 <= len(certificates) <= wire.MAX_JUSTIFICATION
    candidate = Candidate(MAX_INTEGER, MAX_INTEGER, MAX_INTEGER - 1, HASH)
    proposal = Propose(candidate, bytes(64), longest_block(), certificates)
    encoded = wire.encode_message(proposal)
    assert wire.decode_message(encoded) == proposal
    assert wire.decode_proposal(wire.encode_proposal(proposal)) == proposal
    kind, body = frames.split(frames.frame(frames.FrameKind.CONSENSUS, encoded))
    assert (kind, body) == (frames.FrameKind.CONSENSUS, encoded)
    assert len(encoded) + 1 <= LIMITS.frame_bytes


def test_the_longest_block_can_be_sent_by_itself_and_stored() -> None:
    block = longest_block()
    assert wire.decode_message(wire.encode_message(BlockMessage(block))) == BlockMessage(block)
    assert len(wire.encode_block(block)) <= wire.BLOCK_ROOM


def test_the_longest_attachments_and_every_request_pass_the_bulk_channel() -> None:
    assert NAMED_BYTES == MAX_SCHEMA_BYTES + SALT_SIZE <= MAX_ATTACHMENT_BYTES
    request = GetContents((HASH,) * REQUEST_ADDRESSES)
    assert len(request.addresses) == CURRENT.limits.attachments
    for each in (request, GetRange(MAX_INTEGER)):
        assert len(encode_request(each)) <= min(REQUEST_BYTES, LIMITS.request_bytes)
        assert decode_request(encode_request(each)) == each
    longest = bytes(NAMED_BYTES)
    answer = encode_contents([longest] * REQUEST_ADDRESSES)
    assert len(answer) <= ANSWER_BYTES <= LIMITS.answer_bytes
    assert decode_contents(request, answer) == {HASH: longest}


def test_what_one_peer_can_make_a_node_hold_is_bounded_in_bytes() -> None:
    """The table of docs/decisions/0066; in a network of four a peer leads every fourth view."""
    limits = TransportLimits()
    led = -(-(VIEW_WINDOW + 1) // 4)
    held = [
        limits.inbox_bytes + limits.session_buffer_bytes + limits.outbox_bytes,
        limits.requests_per_peer * limits.answer_bytes,
        inbox.ROOM_BYTES + limits.frame_bytes,
        forwarded.MAX_WAITING_BYTES + limits.frame_bytes,
        led * wire.MAX_MESSAGE,
    ]
    assert sum(held) <= 64 * MIB
