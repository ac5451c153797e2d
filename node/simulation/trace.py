"""What happened, one line an event, and a hash over all of it.

The hash is always kept, since equal hashes are how two runs are compared; the lines are kept only when
somebody wants to read them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import assert_never

from consensus.header import block_hash
from consensus.messages import (
    BlockMessage,
    Candidate,
    Certificate,
    CertificateMessage,
    GetBlock,
    GetCertificates,
    GetStatus,
    Propose,
    Status,
    Vote,
    VoteMessage,
)
from node.simulation.network import (
    BulkPacket,
    ContentAnswer,
    ContentRequest,
    Packet,
    RangeAnswer,
    RangeRequest,
    TransactionPacket,
)
from node.simulation.schedule import Schedule
from registry.primitives.digest import sha256


class Trace:
    """Lines are ``time  where  what``: virtual milliseconds, the process concerned (``-`` for the world), the
    event."""

    __slots__ = ("_hash", "_schedule", "lines")

    def __init__(self, schedule: Schedule, *, keep: bool) -> None:
        self._schedule = schedule
        self._hash = hashlib.sha256()
        self.lines: list[str] | None = [] if keep else None

    def note(self, where: str, what: str) -> None:
        """Add a line: when, where, what."""
        line = f"{self._schedule.now_ms:>7}  {where:<5} {what}"
        self._hash.update(line.encode())
        if self.lines is not None:
            self.lines.append(line)

    def digest(self) -> str:
        """SHA-256 over every line so far, in hexadecimal."""
        return self._hash.hexdigest()


def describe(packet: Packet) -> str:
    """A packet in a few words: what it is, the view, and for a candidate ``block@view<parent view``."""
    match packet:
        case VoteMessage(vote=vote):
            return describe_vote(vote)
        case CertificateMessage(certificate=certificate):
            return describe_certificate(certificate)
        case Propose(candidate=candidate, block=block, justification=justification):
            return (
                f"PROPOSE {describe_candidate(candidate)} height {block.header.height} "
                f"of {len(block.transactions)} with {len(justification)}"
            )
        case GetCertificates(from_view=first, to_view=last):
            return f"GET-CERTIFICATES {first}…{last}"
        case GetBlock(block_hash=wanted):
            return f"GET-BLOCK {wanted.hex()[:6]}"
        case BlockMessage(block=block):
            return f"BLOCK {block_hash(block.header).hex()[:6]} height {block.header.height}"
        case Status(view=view, highest=highest):
            return f"STATUS {view} {'' if highest is None else describe_vote(highest)}"
        case GetStatus(nonce=nonce, listens=listens):
            return f"GET-STATUS {nonce.hex()[:6]}{' and listens' if listens else ''}"
        case _:
            return _describe_bulk(packet)


def _describe_bulk(packet: BulkPacket) -> str:
    match packet:
        case TransactionPacket(transaction=transaction):
            return f"TRANSACTION {sha256(transaction).hex()[:6]}"
        case ContentRequest(asked=asked):
            return f"GET-CONTENTS {_digests(asked)}"
        case ContentAnswer(asked=asked, given=given):
            return f"CONTENTS {_digests(given)} of {len(asked)}"
        case RangeRequest(from_height=height):
            return f"GET-RANGE {height}…"
        case RangeAnswer(from_height=height, blocks=blocks):
            return f"RANGE {height}… {len(blocks)} blocks"
        case _:
            assert_never(packet)


def _digests(transactions: Iterable[bytes]) -> str:
    return " ".join(sha256(transaction).hex()[:6] for transaction in transactions)


def describe_candidate(candidate: Candidate) -> str:
    """``block@view<parent view``, the block by the beginning of its hash."""
    return f"{candidate.block_hash.hex()[:6]}@{candidate.view}<{candidate.parent_view}"


def describe_vote(vote: Vote) -> str:
    """Its kind, what it is for, and its signer."""
    what = str(vote.view) if vote.candidate is None else describe_candidate(vote.candidate)
    return f"{vote.kind.name} {what} by {vote.signer}"


def describe_certificate(certificate: Certificate) -> str:
    """The kind as a noun, in capitals for what it certifies."""
    what = (
        str(certificate.view) if certificate.candidate is None else describe_candidate(certificate.candidate)
    )
    return f"CERTIFICATE {certificate.kind.name} {what} by {certificate.signers}"
