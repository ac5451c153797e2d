"""The bytes of messages: every type goes there and back, is frozen, and nothing but Malformed comes out
of bad ones."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consensus import wire
from consensus.header import block_hash
from consensus.messages import (
    Block,
    BlockMessage,
    Candidate,
    Certificate,
    CertificateMessage,
    FinalBlock,
    GetBlock,
    GetCertificates,
    GetStatus,
    Message,
    Propose,
    Status,
    Vote,
    VoteKind,
    VoteMessage,
)
from registry.primitives.codec import Malformed, encode
from tests.consensus.network import anchor, validator_set
from tests.frozen import Freeze

HEADER = replace(anchor(validator_set(4)), genesis_hash=b"\1" * 32, height=7, proposer=2)
BLOCK = Block(HEADER, (b"first", b"second"))
CANDIDATE = Candidate(1, 9, 7, block_hash(HEADER))
NOTARIZE = Vote(VoteKind.NOTARIZE, 1, 9, CANDIDATE, 2, b"\2" * 64)
NULLIFY = Vote(VoteKind.NULLIFY, 1, 8, None, 3, b"\3" * 64)
NULLIFICATION = Certificate(VoteKind.NULLIFY, 1, 8, None, (0, 1, 3), (b"\4" * 64, b"\5" * 64, b"\6" * 64))
FINALIZATION = Certificate(VoteKind.FINALIZE, 1, 9, CANDIDATE, (0, 1), (b"\7" * 64, b"\x08" * 64))
NOTARIZATION = replace(FINALIZATION, kind=VoteKind.NOTARIZE)
FINAL = FinalBlock(BLOCK, CANDIDATE, FINALIZATION, (NULLIFICATION,))
OPEN = FinalBlock(BLOCK, CANDIDATE, NOTARIZATION, (NULLIFICATION,))

MESSAGES: dict[str, Message] = {
    "propose": Propose(CANDIDATE, b"\2" * 64, BLOCK, (NULLIFICATION,)),
    "vote-notarize": VoteMessage(NOTARIZE),
    "vote-nullify": VoteMessage(NULLIFY),
    "certificate": CertificateMessage(FINALIZATION),
    "get-certificates": GetCertificates(1, 3, 8),
    "get-block": GetBlock(b"\x09" * 32),
    "block": BlockMessage(BLOCK),
    "status": Status(1, 2, b"\x0a" * 16, bytes(16), 9, 1_800_000_000_000, NULLIFY, b"\x0b" * 64),
    "status-nothing-held": Status(1, 2, b"\x0a" * 16, b"\x0c" * 16, 9, 0, None, b"\x0b" * 64),
    "get-status": GetStatus(b"\x0c" * 16),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_every_message_goes_there_and_back(name: str, frozen: Freeze) -> None:
    data = wire.encode_message(MESSAGES[name])
    assert wire.decode_message(data) == MESSAGES[name]
    frozen(f"consensus/message/{name}", data)


def test_stored_forms_go_there_and_back(frozen: Freeze) -> None:
    assert wire.decode_vote(wire.encode_vote(NOTARIZE)) == NOTARIZE
    assert wire.decode_certificate(wire.encode_certificate(FINALIZATION)) == FINALIZATION
    assert wire.decode_block(wire.encode_block(BLOCK)) == BLOCK
    proposal = Propose(CANDIDATE, b"\2" * 64, BLOCK, ())
    assert wire.decode_proposal(wire.encode_proposal(proposal)) == proposal
    frozen("consensus/vote", wire.encode_vote(NOTARIZE))
    frozen("consensus/certificate", wire.encode_certificate(FINALIZATION))
    frozen("consensus/final-block", wire.encode_final_block(FINAL))


def _vote(**changes: object) -> list[object]:
    fields: dict[str, object] = {
        "kind": 0,
        "epoch": 1,
        "view": 9,
        "candidate": [1, 9, 7, b"\0" * 32],
        "signer": 2,
        "signature": b"\2" * 64,
    }
    return [1, list((fields | changes).values())]


def _certificate(**changes: object) -> list[object]:
    fields: dict[str, object] = {
        "kind": 1,
        "epoch": 1,
        "view": 8,
        "candidate": None,
        "signers": [0, 1, 3],
        "signatures": [b"\4" * 64] * 3,
    }
    return [2, list((fields | changes).values())]


@pytest.mark.parametrize(
    "value",
    [
        [8],
        [],
        [7, b"\0" * 15],
        [4, b"\0" * 31],
        [3, 1, 0, 8],
        _vote(kind=3),
        _vote(kind=1),
        _vote(candidate=None),
        _vote(candidate=[1, 8, 7, b"\0" * 32]),
        _vote(candidate=[2, 9, 7, b"\0" * 32]),
        _vote(candidate=[1, 9, 9, b"\0" * 32]),
        _vote(view=0),
        _vote(signer=128),
        _vote(signature=b"\0" * 63),
        _certificate(kind=0),
        _certificate(signers=[0, 1, 1]),
        _certificate(signers=[0, 3, 1]),
        _certificate(signers=[0, 1]),
        _certificate(signers=[], signatures=[]),
    ],
    ids=str,
)
def test_what_no_replica_says_is_malformed(value: list[object]) -> None:
    with pytest.raises(Malformed):
        wire.decode_message(encode(value))  # type: ignore[arg-type]


def test_the_rows_above_are_refused_for_their_change_alone() -> None:
    assert wire.decode_message(encode(_vote())) == VoteMessage(  # type: ignore[arg-type]
        replace(NOTARIZE, candidate=Candidate(1, 9, 7, bytes(32)))
    )
    wire.decode_message(encode(_certificate()))  # type: ignore[arg-type]


def test_a_message_over_the_cap_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(Malformed):
        wire.decode_message(b"\0" * (wire.MAX_MESSAGE + 1))


@settings(derandomize=True, max_examples=300)
@given(st.binary(max_size=200))
def test_random_bytes_are_malformed_or_a_message(data: bytes) -> None:
    _decodes_or_is_malformed(data)


@settings(derandomize=True, max_examples=500)
@given(st.sampled_from(sorted(MESSAGES)), st.data())
def test_damaged_messages_are_malformed_or_another_message(name: str, data: st.DataObject) -> None:
    encoded = bytearray(wire.encode_message(MESSAGES[name]))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(encoded) - 1))
        encoded[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(encoded)))
    _decodes_or_is_malformed(bytes(encoded))
    _decodes_or_is_malformed(bytes(encoded[:cut]))


def _decodes_or_is_malformed(data: bytes) -> None:
    try:
        message = wire.decode_message(data)
    except Malformed:
        return
    assert wire.encode_message(message) == data


def test_a_range_ends_with_its_last_finalization_if_it_has_one() -> None:
    assert wire.decode_range(wire.encode_range([OPEN, FINAL, OPEN, FINAL, OPEN])) == (
        OPEN,
        FINAL,
        OPEN,
        FINAL,
    )
    assert wire.decode_range(wire.encode_range([OPEN, OPEN])) == (OPEN, OPEN)
    assert wire.decode_range(wire.encode_range([])) == ()


def test_a_range_keeps_within_its_bytes_and_reads_no_further() -> None:
    large = replace(FINAL, block=Block(HEADER, (b"\0" * wire.MAX_TRANSACTION,) * 8))
    read: list[FinalBlock] = []

    def blocks() -> Iterator[FinalBlock]:
        for final in [large] * 40:
            read.append(final)
            yield final

    data = wire.encode_range(blocks())
    taken = wire.decode_range(data)
    assert len(data) <= wire.MAX_RANGE
    assert 16 <= len(taken) == len(read) - 1 < 40


def test_a_range_of_the_most_open_blocks_at_full_size_fits() -> None:
    full = (*(b"%d" % part * (wire.MAX_TRANSACTION - 1) for part in range(8)), b"\0" * 32 * 1024)
    open_block = replace(OPEN, block=Block(HEADER, full))
    final_block = replace(FINAL, block=Block(HEADER, full))
    blocks = [open_block] * 9 + [final_block]
    assert len(wire.decode_range(wire.encode_range(blocks))) == len(blocks)
