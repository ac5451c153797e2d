"""R9: what is missing is asked for, of whom, how often; and what is answered."""

from itertools import chain as chain_of

from consensus.events import DropLink, Effect, LinkDown, LinkUp, PeerFault, Send, StoreBlock, Sync, Tick
from consensus.fetching import MAX_ANSWERS
from consensus.header import block_hash
from consensus.messages import (
    BlockMessage,
    Candidate,
    CertificateMessage,
    GetBlock,
    GetCertificates,
    GetStatus,
    Message,
    VoteKind,
)
from consensus.state import MAX_ASKED, MAX_SERVED
from tests.consensus.bench import CONFIG, Bench, block, chain, others, votes_cast
from tests.consensus.votes import finalization, notarization, nullification

((FIRST, BODY),) = chain([1])
GRACE_MS, RETRY_MS = 100, 600


def asked(effects: tuple[Effect, ...]) -> list[tuple[int, Message]]:
    """The requests among the effects."""
    return [
        (effect.peer, effect.message)
        for effect in effects
        if isinstance(effect, Send) and isinstance(effect.message, GetBlock | GetCertificates)
    ]


def test_r9_a_notarized_block_is_asked_of_one_signer_after_the_other() -> None:
    bench = Bench(0)
    assert asked(bench.hear_certificate(notarization((1, 2, 3), FIRST))) == []
    request = GetBlock(FIRST.block_hash)
    assert asked(bench.give(Tick(), at_ms=GRACE_MS - 1)) == []
    peers = []
    for attempt in range(4):
        ((peer, message),) = asked(bench.give(Tick(), at_ms=GRACE_MS + attempt * RETRY_MS))
        peers.append(peer)
        assert message == request
    assert peers == [1, 2, 3, 1]
    effects = bench.hear(1, BlockMessage(BODY))
    assert StoreBlock(FIRST.block_hash, BODY) in effects
    assert votes_cast(effects) == [(VoteKind.FINALIZE, 1)]
    assert asked(bench.give(Tick(), at_ms=10_000)) == []


def test_r9_a_block_is_asked_of_those_first_that_owe_none() -> None:
    (one, first), (two, _) = chain([1, 2])
    bench = Bench(0)
    bench.hear_certificate(notarization((1, 2, 3), one))
    bench.give(Tick(), at_ms=GRACE_MS)
    assert [peer for peer, _ in asked(bench.give(Tick(), at_ms=GRACE_MS + RETRY_MS))] == [2], "1 owes a block"
    bench.hear(2, BlockMessage(first))
    bench.hear_certificate(notarization((1, 2, 3), two))
    assert [peer for peer, _ in asked(bench.give(Tick(), at_ms=2_000))] == [2]


def test_r9_a_request_waits_for_no_link_that_is_down() -> None:
    bench = Bench(0)
    bench.give(LinkDown(1))
    bench.hear_certificate(notarization((1, 2, 3), FIRST))
    assert [peer for peer, _ in asked(bench.give(Tick(), at_ms=GRACE_MS))] == [2]
    for peer in (2, 3):
        bench.give(LinkDown(peer))
    assert asked(bench.give(Tick(), at_ms=GRACE_MS + RETRY_MS)) == []
    assert [peer for peer, _ in asked(bench.give(LinkUp(3)))] == [3]


def test_r9_ancestors_are_asked_for_as_they_come_to_be_known() -> None:
    (one, first), (two, second) = chain([1, 2])
    bench = Bench(0)
    bench.hear_certificate(notarization((1, 2, 3), one))
    bench.hear_certificate(notarization((1, 2, 3), two))
    wanted = {message for _, message in asked(bench.give(Tick(), at_ms=GRACE_MS))}
    assert wanted == {GetBlock(one.block_hash), GetBlock(two.block_hash)}
    bench.hear(1, BlockMessage(second))
    assert votes_cast(bench.hear(1, BlockMessage(first))) == [(VoteKind.FINALIZE, 1), (VoteKind.FINALIZE, 2)]


def test_r9_missing_certificates_below_a_higher_one_are_asked_for() -> None:
    bench = Bench(0)
    bench.hear_certificate(nullification(others(0), 5))
    assert asked(bench.give(Tick(), at_ms=GRACE_MS)) == [(1, GetCertificates(0, 1, 4))]
    assert asked(bench.give(Tick(), at_ms=GRACE_MS + RETRY_MS)) == [(2, GetCertificates(0, 1, 4))]


def test_r9_what_a_proposal_lacks_is_asked_for() -> None:
    bench = Bench(0)
    bench.hear_certificate(notarization((1, 2, 3), FIRST))
    ((skipping, body),) = chain([2])
    bench.propose(skipping, body)
    wanted = [message for _, message in asked(bench.give(Tick(), at_ms=GRACE_MS))]
    assert GetCertificates(0, 1, 1) in wanted


def test_r9_a_missing_proof_on_the_final_chain_is_asked_for_then_synced() -> None:
    (one, first), (two, second) = chain([1, 2])
    bench = Bench(0)
    bench.propose(one, first)
    bench.propose(two, second)
    bench.hear_certificate(finalization((1, 2, 3), two))
    assert asked(bench.give(Tick(), at_ms=GRACE_MS)) == [(1, GetCertificates(0, 1, 1))]
    effects = bench.give(Tick(), at_ms=GRACE_MS + RETRY_MS)
    assert asked(effects) == [(2, GetCertificates(0, 1, 1))]
    assert Sync(1, (1, 2, 3)) in effects


def test_r9_a_missing_proof_is_asked_for_while_higher_final_blocks_are_missing_too() -> None:
    """Seed 300452: in a busy network the patience with peers began anew with each final block."""
    (one, first), (two, second), (three, _) = chain([1, 2, 3])
    bench = Bench(0)
    bench.propose(one, first)
    bench.propose(two, second)
    bench.hear_certificate(finalization((1, 2, 3), two))
    assert asked(bench.give(Tick(), at_ms=GRACE_MS)) == [(1, GetCertificates(0, 1, 1))]
    bench.hear_certificate(finalization((1, 2, 3), three))
    effects = bench.give(Tick(), at_ms=GRACE_MS + RETRY_MS)
    assert (2, GetCertificates(0, 1, 1)) in asked(effects)
    assert Sync(1, (1, 2, 3)) in effects


def test_r9_blocks_nobody_asked_for_are_ignored_and_false_bodies_drop_the_link() -> None:
    bench = Bench(0)
    assert bench.hear(2, BlockMessage(BODY)) == ()
    bench.hear_certificate(notarization((1, 2, 3), FIRST))
    false = block(1, transactions=(b"another",))
    swapped = type(BODY)(BODY.header, false.transactions)
    assert asked(bench.give(Tick(), at_ms=GRACE_MS)) == [(1, GetBlock(FIRST.block_hash))]
    assert bench.hear(2, BlockMessage(swapped)) == ()
    assert bench.hear(1, BlockMessage(swapped)) == (DropLink(1, PeerFault.INVALID_BLOCK),)
    assert bench.hear(1, BlockMessage(swapped)) == ()  # one answer to one question


def test_r10_a_block_is_awaited_from_whom_it_was_asked_of_while_the_link_lives() -> None:
    bench = Bench(0)
    bench.hear_certificate(notarization((1, 2, 3), FIRST))
    assert not bench.replica.awaits_block(1)
    bench.give(Tick(), at_ms=GRACE_MS)
    assert bench.replica.awaits_block(1)
    assert not bench.replica.awaits_block(2)
    bench.give(LinkDown(1))
    assert not bench.replica.awaits_block(1)


def test_r10_a_replica_asks_a_peer_for_no_more_than_that_answers() -> None:
    bench = Bench(0)
    bodies = chain([1, 2, 3, 4, 5, 6])
    bench.give(LinkDown(1))
    bench.give(LinkDown(2))
    at_once = [asked(bench.hear_certificate(notarization((1, 2, 3), candidate))) for candidate, _ in bodies]
    first = [*chain_of(*at_once), *asked(bench.give(Tick(), at_ms=GRACE_MS))]
    later = asked(bench.give(Tick(), at_ms=GRACE_MS + CONFIG.timing.delta_ms))
    assert (len(first), {peer for peer, _ in first + later}) == (MAX_ASKED, {3})
    blocks = [GetBlock(candidate.block_hash) for candidate, _ in bodies]
    assert sorted(map(str, first + later)) == sorted(str((3, request)) for request in blocks)


def test_r9_the_parent_of_one_s_own_proposal_is_asked_for_at_once() -> None:
    bodies = chain([1, 2, 3])
    bench = Bench(0)
    asked_at_once = [asked(bench.hear_certificate(notarization((1, 2, 3), named))) for named, _ in bodies]
    assert [len(requests) for requests in asked_at_once] == [0, 0, 3], "it leads view 4"


def test_r9_a_block_notarized_in_place_of_the_one_voted_for_is_asked_for_at_once() -> None:
    other = block(1, transactions=(b"another",))
    bench = Bench(0)
    bench.propose(Candidate(0, 1, 0, block_hash(other.header)), other)
    bench.executed(Candidate(0, 1, 0, block_hash(other.header)))
    ((_, request),) = asked(bench.hear_certificate(notarization((1, 2, 3), FIRST)))
    assert request == GetBlock(FIRST.block_hash)


def test_blocks_and_certificates_held_are_answered() -> None:
    bench = Bench(0)
    bench.propose(FIRST, BODY)
    certificate = notarization((1, 2, 3), FIRST)
    bench.hear_certificate(certificate)
    bench.skip(2)
    assert bench.hear(3, GetBlock(FIRST.block_hash)) == (Send(3, BlockMessage(BODY)),)
    assert bench.hear(3, GetBlock(bytes(32))) == ()
    assert bench.hear(3, GetCertificates(0, 1, 1)) == (Send(3, CertificateMessage(certificate)),)
    assert len(bench.hear(3, GetCertificates(0, 1, 2))) == 2
    assert bench.hear(3, GetCertificates(0, 3, 9)) == ()
    assert bench.hear(3, GetCertificates(1, 1, 9)) == ()


def test_a_committed_tip_is_still_answered() -> None:
    bench = Bench(0)
    bench.learn_final(FIRST, BODY)
    assert bench.hear(3, GetBlock(FIRST.block_hash)) == (Send(3, BlockMessage(BODY)),)
    assert bench.hear(3, GetCertificates(0, 1, 1)) == (
        Send(3, CertificateMessage(finalization(others(0), FIRST))),
    )


def test_r10_an_answer_has_a_bound() -> None:
    bench = Bench(0)
    for view in range(1, MAX_ANSWERS + 10):
        bench.skip(view)
    assert len(bench.hear(3, GetCertificates(0, 1, 10_000))) == MAX_ANSWERS


def test_r10_a_peer_that_asks_without_end_is_answered_now_and_then() -> None:
    """A block has up to half a megabyte: encoding it for every small request would leave time for nothing."""
    bench = Bench(0)
    bench.propose(FIRST, BODY)
    bench.hear_certificate(notarization((1, 2, 3), FIRST))
    requests: list[Message] = [GetBlock(FIRST.block_hash), GetCertificates(0, 1, 1), GetStatus(b"\1" * 16)]
    answers = [bench.hear(3, requests[number % 3]) for number in range(4 * MAX_SERVED)]
    assert [len(effects) for effects in answers] == [1] * 5 + [0] * (4 * MAX_SERVED - 5)
    assert bench.hear(2, GetBlock(FIRST.block_hash)) == (Send(2, BlockMessage(BODY)),)
    bench.give(Tick(), at_ms=CONFIG.timing.delta_ms)
    assert bench.hear(3, GetBlock(FIRST.block_hash)) == (Send(3, BlockMessage(BODY)),)
