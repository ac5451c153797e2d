"""The bytes of every message, and the most that each part may take. All are positional CBOR arrays under
`registry.primitives.codec`.

A message is `[code, field, …]`. The caps below hold before anything is built from the bytes, so a
decoded message is bounded in all its parts; that its signatures hold is another question. `Malformed` is
the only exception that decoding raises.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from consensus.guard import NONCE_BYTES
from consensus.header import HEADER
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
from registry.primitives.codec import array
from registry.primitives.refinement import checked
from registry.primitives.shape import (
    Shape,
    blob,
    decode_as,
    encode_as,
    enumeration,
    list_of,
    optional,
    record,
    uint,
    union,
)
from registry.primitives.validator_set import MAX_VALIDATORS

MAX_MESSAGE: Final = 640 * 1024
"""Bytes of a message; only PROPOSE and BLOCK come near."""

MAX_TRANSACTION: Final = 60 * 1024
MAX_TRANSACTIONS: Final = 1_000
MAX_JUSTIFICATION: Final = 32
BLOCK_ROOM: Final = 520 * 1024
"""Bytes of a message that are left to its block: the longest body, its framing and its header."""
MAX_SKIPPED: Final = 2**20
"""Nullifications of one final block: views that passed in a row without one. More than a month of them at
the longest time-outs: what is final must be written down, whatever went before it (decision 0023). Into a
range fit fewer, 40,000 of four validators and 1,400 of 128; a block after more of them cannot be given to one
that catches up."""

MAX_RANGE: Final = 8 * 1024 * 1024
"""Bytes of a range: room for the most open blocks at full size, so that one nearly always reaches a
finalization."""

MAX_RANGE_BLOCKS: Final = 256

_number = uint()
_view = uint(minimum=1)
_hash = blob(32)
_signature = blob(64)
_nonce = blob(NONCE_BYTES)
_bit = uint(1)
_flag: Shape[bool] = Shape(lambda value: bool(_bit.read(value)), lambda flag: _bit.write(int(flag)))
_signer = uint(MAX_VALIDATORS - 1)


def _names_what_it_must(content: Vote | Certificate) -> bool:
    """NULLIFY names no candidate, the others name one of their own epoch and view."""
    candidate = content.candidate
    if content.kind is VoteKind.NULLIFY:
        return candidate is None
    return candidate is not None and (candidate.epoch, candidate.view) == (content.epoch, content.view)


def _is_in_index_order(certificate: Certificate) -> bool:
    signers = certificate.signers
    return len(signers) == len(certificate.signatures) and list(signers) == sorted(set(signers))


CANDIDATE: Final = checked(
    record(Candidate, epoch=_number, view=_view, parent_view=_number, block_hash=_hash),
    lambda candidate: candidate.parent_view < candidate.view,
    "the parent's view is not below the candidate's",
)
VOTE: Final = checked(
    record(
        Vote,
        kind=enumeration(VoteKind),
        epoch=_number,
        view=_view,
        candidate=optional(CANDIDATE),
        signer=_signer,
        signature=_signature,
    ),
    _names_what_it_must,
    "the vote does not name what its kind must",
)
CERTIFICATE: Final = checked(
    checked(
        record(
            Certificate,
            kind=enumeration(VoteKind),
            epoch=_number,
            view=_view,
            candidate=optional(CANDIDATE),
            signers=list_of(_signer, MAX_VALIDATORS, 1),
            signatures=list_of(_signature, MAX_VALIDATORS, 1),
        ),
        _names_what_it_must,
        "the certificate does not name what its kind must",
    ),
    _is_in_index_order,
    "the signers are not distinct, in order and one to a signature",
)
BLOCK: Final = record(
    Block,
    header=HEADER,
    transactions=list_of(blob(max_bytes=MAX_TRANSACTION, min_bytes=1), MAX_TRANSACTIONS),
)
FINAL_BLOCK: Final = record(
    FinalBlock,
    block=BLOCK,
    candidate=CANDIDATE,
    certificate=CERTIFICATE,
    nullifications=list_of(CERTIFICATE, MAX_SKIPPED),
)
PROPOSE: Final = record(
    Propose,
    candidate=CANDIDATE,
    signature=_signature,
    block=BLOCK,
    justification=list_of(CERTIFICATE, MAX_JUSTIFICATION),
)
_STATUS = record(
    Status,
    epoch=_number,
    signer=_signer,
    incarnation=blob(16),
    nonce=_nonce,
    view=_view,
    time_ms=_number,
    highest=optional(VOTE),
    signature=_signature,
)
MESSAGE: Final[Shape[Message]] = union(
    {
        0: PROPOSE,
        1: record(VoteMessage, vote=VOTE),
        2: record(CertificateMessage, certificate=CERTIFICATE),
        3: record(GetCertificates, epoch=_number, from_view=_view, to_view=_view),
        4: record(GetBlock, block_hash=_hash),
        5: record(BlockMessage, block=BLOCK),
        6: _STATUS,
        7: record(GetStatus, nonce=_nonce, listens=_flag),
    }
)
_BLOCK_START: Final = b"\x82\x05"
"""An array of two, the first of which is the code of BLOCK."""
_RANGE = list_of(FINAL_BLOCK, MAX_RANGE_BLOCKS)


def justification_room(validators: int) -> int:
    """How many certificates of so many validators fit into a proposal beside the longest block."""
    certificate = 128 + (2 + 66) * validators  # an index and a signature of each, and what they signed
    return min(MAX_JUSTIFICATION, (MAX_MESSAGE - BLOCK_ROOM) // certificate)


def encode_message(message: Message) -> bytes:
    """The one encoding of a message."""
    return encode_as(MESSAGE, message)


def decode_message(data: bytes) -> Message:
    """The message. Raises `Malformed`."""
    return decode_as(MESSAGE, data, limit=MAX_MESSAGE)


def is_block(data: bytes) -> bool:
    """Whether these are the bytes of a BLOCK, if of a message at all: told without decoding."""
    return data.startswith(_BLOCK_START)


def encode_vote(vote: Vote) -> bytes:
    """A vote as stores and evidence keep it."""
    return encode_as(VOTE, vote)


def decode_vote(data: bytes) -> Vote:
    """The vote. Raises `Malformed`."""
    return decode_as(VOTE, data, limit=MAX_MESSAGE)


def encode_certificate(certificate: Certificate) -> bytes:
    """A certificate by itself."""
    return encode_as(CERTIFICATE, certificate)


def decode_certificate(data: bytes) -> Certificate:
    """The certificate. Raises `Malformed`."""
    return decode_as(CERTIFICATE, data, limit=MAX_MESSAGE)


def encode_block(block: Block) -> bytes:
    """A block by itself."""
    return encode_as(BLOCK, block)


def decode_block(data: bytes) -> Block:
    """The block. Raises `Malformed`."""
    return decode_as(BLOCK, data, limit=MAX_MESSAGE)


def encode_proposal(proposal: Propose) -> bytes:
    """A leader's own proposal as its store keeps it."""
    return encode_as(PROPOSE, proposal)


def decode_proposal(data: bytes) -> Propose:
    """The proposal. Raises `Malformed`."""
    return decode_as(PROPOSE, data, limit=MAX_MESSAGE)


def encode_final_block(final: FinalBlock) -> bytes:
    """A final block with its proofs, as it stands in a range."""
    return encode_as(FINAL_BLOCK, final)


@dataclass(frozen=True, slots=True)
class EncodedFinal:
    """A final block as `encode_final_block` gives it. `is_finalized` says whether its certificate is a
    finalization; it may have to decode it, and few are asked."""

    data: bytes
    is_finalized: Callable[[], bool]


def encode_range(blocks: Iterable[FinalBlock]) -> bytes:
    """The range of these final blocks (see `join_range`)."""
    return join_range(
        EncodedFinal(encode_final_block(final), final.certificate.is_finalization) for final in blocks
    )


def join_range(finals: Iterable[EncodedFinal]) -> bytes:
    """As many of these final blocks, ascending, as fit into a range that ends with a finalization; as many as
    fit at all where none of them has one. `finals` may be lazy, it is read no further than one block beyond
    what fits."""
    fitting: list[EncodedFinal] = []
    size = 0
    for final in finals:
        size += len(final.data)
        if size > MAX_RANGE - 16 or len(fitting) == MAX_RANGE_BLOCKS:
            break
        fitting.append(final)
    last = len(fitting) - 1
    while last >= 0 and not fitting[last].is_finalized():
        last -= 1
    return array(*(final.data for final in fitting[: last + 1 or len(fitting)]))


def decode_range(data: bytes) -> tuple[FinalBlock, ...]:
    """The range. Raises `Malformed`."""
    return decode_as(_RANGE, data, limit=MAX_RANGE)
