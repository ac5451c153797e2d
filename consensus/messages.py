"""What replicas say to each other: pure data, compared by value. Encodings are in `wire`, signed bytes in
`signing`.

A *vote* is one validator's signature; a *certificate* is the votes of a quorum of distinct validators for
one content: a notarization (NOTARIZE), a nullification (NULLIFY) or a finalization (FINALIZE). Votes are
verbs, certificates nouns.
"""

from dataclasses import dataclass
from enum import IntEnum

from consensus.header import Header


class VoteKind(IntEnum):
    """What a signature says about a view; the number is the one on the wire."""

    NOTARIZE = 0
    NULLIFY = 1
    FINALIZE = 2


@dataclass(frozen=True, slots=True)
class Candidate:
    """A block proposed in a view on a parent certified at parent_view. The same only if all four fields
    are."""

    epoch: int
    view: int
    parent_view: int
    block_hash: bytes


@dataclass(frozen=True, slots=True)
class Vote:
    """One validator's signature. `candidate` is None exactly for NULLIFY and otherwise repeats epoch and
    view."""

    kind: VoteKind
    epoch: int
    view: int
    candidate: Candidate | None
    signer: int
    signature: bytes


@dataclass(frozen=True, slots=True)
class Certificate:
    """The signatures of a quorum for one content; `signers` ascend and `signatures` stand in the same
    order."""

    kind: VoteKind
    epoch: int
    view: int
    candidate: Candidate | None
    signers: tuple[int, ...]
    signatures: tuple[bytes, ...]

    def is_finalization(self) -> bool:
        """Whether it proves its block final, and with it all below."""
        return self.kind is VoteKind.FINALIZE

    def votes(self) -> tuple[Vote, ...]:
        """The votes it is made of."""
        return tuple(
            Vote(self.kind, self.epoch, self.view, self.candidate, signer, signature)
            for signer, signature in zip(self.signers, self.signatures, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Block:
    """A header and the encoded transactions its transactions_root is made of, in order."""

    header: Header
    transactions: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class FinalBlock:
    """A block for ever part of the chain, with what proves its place: the certificate of its candidate (a
    notarization where only a descendant's finalization was seen, never for the last of a range) and one
    nullification for every view between parent_view and view, ascending."""

    block: Block
    candidate: Candidate
    certificate: Certificate
    nullifications: tuple[Certificate, ...]


@dataclass(frozen=True, slots=True)
class Propose:
    """A leader's proposal. `signature` is its NOTARIZE vote for the candidate; `justification` holds the
    parent's certificate and the nullifications of the views between, as many as fit the bound."""

    candidate: Candidate
    signature: bytes
    block: Block
    justification: tuple[Certificate, ...]


@dataclass(frozen=True, slots=True)
class VoteMessage:
    """A vote, sent by its signer to all."""

    vote: Vote


@dataclass(frozen=True, slots=True)
class CertificateMessage:
    """A certificate, relayed once by every replica that learns it."""

    certificate: Certificate


@dataclass(frozen=True, slots=True)
class GetCertificates:
    """Asks for the certificates held of the views from_view … to_view, both included."""

    epoch: int
    from_view: int
    to_view: int


@dataclass(frozen=True, slots=True)
class GetBlock:
    """Asks for a block that is not final yet, or only just."""

    block_hash: bytes


@dataclass(frozen=True, slots=True)
class BlockMessage:
    """The answer to GetBlock."""

    block: Block


@dataclass(frozen=True, slots=True)
class GetStatus:
    """Asks for a Status with this nonce: 16 bytes that nobody can know before, so that the answer is of
    now. Zero bytes are the nonce of a greeting and ask for nothing. `listens`: who asks does not vote before
    it has been answered (R12)."""

    nonce: bytes
    listens: bool = False


@dataclass(frozen=True, slots=True)
class Status:
    """What both sides of a new link say first, and the answer to GetStatus, signed under a domain of its
    own: which guard speaks (`incarnation`, 16 bytes born with the guard), the higher of its current view and
    its floor, its wall clock, and the highest vote of the receiver that it holds. `nonce` is 16 bytes chosen
    by who asked, zero in a greeting."""

    epoch: int
    signer: int
    incarnation: bytes
    nonce: bytes
    view: int
    time_ms: int
    highest: Vote | None
    signature: bytes


Message = (
    Propose
    | VoteMessage
    | CertificateMessage
    | GetCertificates
    | GetBlock
    | BlockMessage
    | Status
    | GetStatus
)
