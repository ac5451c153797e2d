"""Answers whose header no quorum of the trusted validators finalized."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from api.answer.encoding import Answer
from api.answer.question import RecordQuestion
from consensus.header import block_hash
from consensus.light_client import HeaderRefusal
from consensus.messages import Candidate, Certificate, VoteKind
from consensus.signing import vote_bytes
from registry.primitives import ed25519
from tests.answers.accepted import honest
from tests.answers.example import Example, changed_certificate, changed_header, refused, signed_anew
from tests.answers.scenario import NEXT_SEEDS, in_a_later_epoch
from tests.api.ledger import VALIDATOR_SEEDS, certify, validators
from tests.registry.network import UNIVERSITY

_SMALL_ORDER_R = bytes([1]) + bytes(31)
"""The encoding of the neutral element."""
_ORDER = 2**252 + 27742317777372353535851937790883648493


def examples() -> Iterator[Example]:
    """All of them."""
    yield from _of_other_networks()
    yield from _finalized_by_too_few()
    yield from _signed_otherwise()


def _of_other_networks() -> Iterator[Example]:
    did = honest("did")
    yield refused(
        "other-network",
        "A header of another network.",
        replace(did, header=replace(did.header, genesis_hash=bytes(32))),
        HeaderRefusal.WRONG_GENESIS,
    )
    yield refused(
        "certificate-of-epoch-1",
        "A finalization of another epoch than the header's.",
        changed_certificate(did, epoch=1, candidate=_candidate(did, epoch=1)),
        HeaderRefusal.WRONG_EPOCH,
    )
    yield refused(
        "other-validators",
        "A header that names other validators, signed by the trusted ones.",
        changed_header(did, validators_hash=validators(NEXT_SEEDS).digest()),
        HeaderRefusal.WRONG_VALIDATORS,
    )
    later = in_a_later_epoch()
    answer = later.answer(RecordQuestion("did", UNIVERSITY))
    header = replace(answer.header, validators_hash=validators(VALIDATOR_SEEDS).digest())
    yield refused(
        "former-validators",
        "The validators of epoch 0 sign for epoch 1.",
        replace(answer, header=header, certificate=certify(header.genesis_hash, header)),
        HeaderRefusal.WRONG_VALIDATORS,
        epochs=later.epochs,
    )


def _finalized_by_too_few() -> Iterator[Example]:
    did = honest("did")
    yield refused(
        "notarization",
        "A notarization in place of a finalization.",
        _certified(did, VoteKind.NOTARIZE),
        HeaderRefusal.NOT_A_FINALIZATION,
    )
    yield refused(
        "nullification",
        "A nullification.",
        _certified(did, VoteKind.NULLIFY),
        HeaderRefusal.NOT_A_FINALIZATION,
    )
    earlier = replace(did, header=replace(did.header, time_ms=did.header.time_ms - 1))
    yield refused(
        "other-block",
        "The finalization of this block beside another header.",
        earlier,
        HeaderRefusal.OTHER_BLOCK,
    )
    yield refused("two-signers", "Two of four validators.", signed_anew(did, (0, 3)), HeaderRefusal.NO_QUORUM)
    certificate = did.certificate
    assert certificate is not None
    signatures = certificate.signatures
    yield refused(
        "signer-4",
        "A signer beyond this set of four.",
        changed_certificate(did, signers=(0, 1, 4)),
        HeaderRefusal.NO_QUORUM,
    )
    yield refused(
        "five-signers",
        "More signers than there are validators.",
        changed_certificate(did, signers=(0, 1, 2, 3, 4), signatures=(*signatures, *signatures[:2])),
        HeaderRefusal.NO_QUORUM,
    )
    flipped = bytes([signatures[1][0] ^ 1]) + signatures[1][1:]
    yield refused(
        "wrong-signature",
        "A bit of a signature is changed.",
        changed_certificate(did, signatures=(signatures[0], flipped, signatures[2])),
        HeaderRefusal.NO_QUORUM,
    )
    four = signed_anew(did, (0, 1, 2, 3))
    assert four.certificate is not None
    all_signatures = four.certificate.signatures
    yield refused(
        "fourth-signature-wrong",
        "Three good signatures would do, but all that are shown must hold.",
        changed_certificate(four, signatures=(*all_signatures[:3], all_signatures[0])),
        HeaderRefusal.NO_QUORUM,
    )
    yield refused(
        "signatures-swapped",
        "The signatures in another order than the signers.",
        changed_certificate(did, signatures=(signatures[1], signatures[0], signatures[2])),
        HeaderRefusal.NO_QUORUM,
    )


def _signed_otherwise() -> Iterator[Example]:
    did = honest("did")
    yield refused(
        "other-view",
        "The signatures are for another view.",
        changed_certificate(did, view=8, candidate=_candidate(did, view=8)),
        HeaderRefusal.NO_QUORUM,
    )
    yield refused(
        "other-parent-view",
        "The signatures are for another parent's view.",
        changed_certificate(did, candidate=_candidate(did, parent_view=0)),
        HeaderRefusal.NO_QUORUM,
    )
    yield refused(
        "votes-of-another-kind",
        "Votes to notarize, in a certificate that calls itself a finalization.",
        changed_certificate(_certified(did, VoteKind.NOTARIZE), kind=VoteKind.FINALIZE),
        HeaderRefusal.NO_QUORUM,
    )
    yield refused(
        "votes-for-another-network",
        "Signatures that name another network.",
        replace(did, certificate=certify(bytes(32), did.header)),
        HeaderRefusal.NO_QUORUM,
    )
    yield refused(
        "signatures-of-others",
        "Signed by keys that are not in the set.",
        replace(did, certificate=certify(did.header.genesis_hash, did.header, seeds=NEXT_SEEDS)),
        HeaderRefusal.NO_QUORUM,
    )
    certificate = did.certificate
    assert certificate is not None
    first, *others = certificate.signatures
    s = int.from_bytes(first[32:], "little") + _ORDER
    yield refused(
        "s-not-reduced",
        "A signature whose S has the group's order added: some libraries take it.",
        changed_certificate(did, signatures=(first[:32] + s.to_bytes(32, "little"), *others)),
        HeaderRefusal.NO_QUORUM,
    )
    yield refused(
        "r-of-small-order",
        "R is the neutral element, S made with the validator's own key: some libraries take it.",
        changed_certificate(did, signatures=(_with_neutral_r(certificate), *others)),
        HeaderRefusal.NO_QUORUM,
    )


def _candidate(answer: Answer, **changes: Any) -> Candidate:
    certificate = answer.certificate
    assert certificate is not None
    assert certificate.candidate is not None
    return replace(certificate.candidate, **changes)


def _certified(answer: Answer, kind: VoteKind) -> Answer:
    """The answer with a certificate of three votes of another kind, truly signed."""
    header = answer.header
    candidate = Candidate(header.epoch, header.height, header.height - 1, block_hash(header))
    named = None if kind is VoteKind.NULLIFY else candidate
    content = vote_bytes(header.genesis_hash, kind, header.epoch, header.height, named)
    signatures = tuple(ed25519.sign(VALIDATOR_SEEDS[signer], content) for signer in (0, 1, 2))
    certificate = Certificate(kind, header.epoch, header.height, named, (0, 1, 2), signatures)
    return replace(answer, certificate=certificate)


def _with_neutral_r(certificate: Certificate) -> bytes:
    """A signature by validator 0 over the certificate's content with R = 0 · B, so S = H(R, A, M) · a."""
    assert certificate.candidate is not None
    header_hash = certificate.candidate
    seed = VALIDATOR_SEEDS[0]
    digest = bytearray(hashlib.sha512(seed).digest()[:32])
    digest[0] &= 248
    digest[31] = digest[31] & 127 | 64
    scalar = int.from_bytes(digest, "little")
    public = ed25519.public_key(seed)
    genesis_hash = honest("did").header.genesis_hash
    message = vote_bytes(genesis_hash, certificate.kind, certificate.epoch, certificate.view, header_hash)
    challenge = hashlib.sha512(_SMALL_ORDER_R + public + message).digest()
    s = int.from_bytes(challenge, "little") * scalar % _ORDER
    return _SMALL_ORDER_R + s.to_bytes(32, "little")
