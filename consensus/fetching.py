"""R9 and R17: whatever is missing is asked for again and again, from one signer of its certificate after
the other.

What is missing is worked out anew after every event, so no request is lost with a link, and none outlives
its need.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from consensus.certifying import answer_finalization
from consensus.delivery import held_finals, missing_views
from consensus.events import DropLink, PeerFault, Send, Sync, Validity
from consensus.header import block_hash
from consensus.listening import claimed_view
from consensus.messages import (
    Block,
    BlockMessage,
    Candidate,
    CertificateMessage,
    GetBlock,
    GetCertificates,
    VoteKind,
)
from consensus.remembered import FetchAttempts, FetchKey
from consensus.state import ReplicaState
from consensus.voting import is_body_of

MAX_ANSWERS = 64
"""Certificates sent in answer to one request."""

SYNC_GAP = 4
"""More missing blocks than this are not walked one by one but taken as a range."""

SYNC_AHEAD = 64
"""No further range is asked for while so many final blocks wait for execution."""

PATIENCE = 2
"""So many times the pause between two attempts to fetch one thing may pass before a range of final blocks is
asked for as well."""


@dataclass(frozen=True, slots=True)
class Want:
    """Something missing: the request for it (None: executing again what was UNKNOWN), who should have it, and
    whether there is no point in waiting for it to come unasked."""

    request: GetBlock | GetCertificates | Sync | None
    peers: tuple[int, ...]
    is_urgent: bool = False


def fetch(state: ReplicaState) -> bool:
    """R9: start a request for what has come to be missing, repeat those that are due, forget those that are
    met. Whether anything was asked for."""
    _note_lack(state)
    has_asked = False
    wanted = dict(_wanted(state))
    state.lack.fetches = {key: held for key, held in state.lack.fetches.items() if key in wanted}
    for key, want in wanted.items():
        held = state.lack.fetches.get(key)
        if held is None:
            held = state.lack.fetches[key] = FetchAttempts(state.now_ms + state.timing.delta_ms // 3)
        if want.is_urgent and not held.attempt:
            held.next_ms = min(held.next_ms, state.now_ms)
        if state.now_ms >= held.next_ms:
            is_asked = _ask(state, want, held.attempt)
            held.next_ms = state.now_ms + (state.timing.fetch_ms if is_asked else state.timing.delta_ms)
            held.attempt += is_asked
            has_asked |= is_asked
    return has_asked


def _note_lack(state: ReplicaState) -> None:
    """Keep since when the last final block has been out of reach, without a break."""
    if state.tree.is_connected(state.final_hash):
        state.lack.since_ms = None
    elif state.lack.since_ms is None:
        state.lack.since_ms = state.now_ms


def retry_unknown(state: ReplicaState) -> bool:
    """Content has arrived, or may have: what was UNKNOWN is executed again. False if nothing was."""
    outcomes = state.executions.outcomes
    unknown = [executed for executed, outcome in outcomes.items() if outcome is Validity.UNKNOWN]
    for executed in unknown:
        del outcomes[executed]
    return bool(unknown)


def _ask(state: ReplicaState, want: Want, attempt: int) -> bool:
    """Send one request to the next of the peers that are linked and not asked enough for now (R10); False if
    there is none."""
    if want.request is None:
        return retry_unknown(state)
    linked = [peer for peer in want.peers if peer in state.exchanges.links] or sorted(state.exchanges.links)
    if not linked:
        return False
    turn = (attempt + (state.own_index or 0)) % len(linked)
    peers = tuple(linked[turn:] + linked[:turn])
    if isinstance(want.request, Sync):
        state.emit(Sync(want.request.from_height, peers))
        return True
    free = [peer for peer in peers if state.may_ask(peer)]
    if not free:
        return False
    peer = free[0]
    if isinstance(want.request, GetBlock):
        peer = _most_reliable(state, want.request.block_hash, free)
        state.exchanges.awaited_blocks[peer] += 1
    state.note_asked(peer)
    state.emit(Send(peer, want.request))
    return True


def _most_reliable(state: ReplicaState, named: bytes, peers: Sequence[int]) -> int:
    """Of the peers in their turn the first that owes the fewest blocks; whoever was asked for this one before
    and has not sent it owes it for good."""
    fetch = state.lack.fetches[("block", named)]
    if fetch.asked is not None:
        state.exchanges.owed[fetch.asked] = state.exchanges.owed.get(fetch.asked, 0) + 1
    fetch.asked = min(peers, key=lambda peer: state.exchanges.owed.get(peer, 0))
    return fetch.asked


def answer_certificates(state: ReplicaState, peer: int, request: GetCertificates) -> bool:
    """Send what is held of the views asked for, up to the bound. False if the request is not looked at."""
    if request.epoch != state.config.epoch or not state.serves(peer):
        return False
    if request.to_view < state.final_view:
        answer_finalization(state, peer)
    found = [
        certificate
        for certificate in islice(state.certificates.above(request.from_view - 1), MAX_ANSWERS)
        if certificate.view <= request.to_view
    ]
    if found:
        state.answers(peer)
    for certificate in found:
        state.emit(Send(peer, CertificateMessage(certificate)))
    return True


def answer_block(state: ReplicaState, peer: int, named: bytes) -> bool:
    """Send a block that is held. False if the request is not looked at."""
    if not state.serves(peer):
        return False
    block = state.tree.get(named)
    if block is not None:
        state.answers(peer)
        state.emit(Send(peer, BlockMessage(block)))
    return True


def receive_block(state: ReplicaState, sender: int, block: Block) -> bool:
    """Take a block that was asked for; any other is ignored, and not looked at where the peer owes none.
    Whether it was taken."""
    if not state.exchanges.awaited_blocks[sender]:
        return False
    state.exchanges.awaited_blocks[sender] -= 1
    named = block_hash(block.header)
    if ("block", named) not in state.lack.fetches:
        return False
    if not is_body_of(block, named):
        state.emit(DropLink(sender, PeerFault.INVALID_BLOCK))
        return False
    state.exchanges.owed.pop(sender, None)
    return state.tree.add(named, block)


def _wanted(state: ReplicaState) -> Iterator[tuple[FetchKey, Want]]:
    everyone = tuple(range(state.n))
    if Validity.UNKNOWN in state.executions.outcomes.values():
        yield ("content", 0), Want(None, ())
    gap = _missing_justification(state)
    highest_view = max(state.certificates.highest_view, claimed_view(state))
    if gap is None and highest_view > state.view:
        gap = (state.view, highest_view - 1)
    if gap is not None:
        yield ("certificates", gap[0]), Want(GetCertificates(state.config.epoch, *gap), everyone)
    is_connected = state.tree.is_connected(state.final_hash)
    if not is_connected:
        yield from _wanted_of_final(state)
    # What keeps the next final block from being delivered is wanted all the while: in a busy network the
    # highest one is seldom connected for long, and the patience with peers must not begin anew each time.
    missing = missing_views(state)
    if missing is not None:
        yield from _wanted_proofs(state, missing)
    if not is_connected:
        return
    for view in state.certificates.views(VoteKind.NOTARIZE, state.final_view):
        notarization = state.certificates.get(VoteKind.NOTARIZE, view)
        if notarization is None or notarization.candidate is None:
            raise AssertionError("a notarization names a candidate")
        lacking = state.tree.gap(notarization.candidate.block_hash).missing
        if lacking is not None and not state.tree.is_connected(notarization.candidate.block_hash):
            is_urgent = _is_urgent(state, notarization.candidate)
            yield ("block", lacking), Want(GetBlock(lacking), notarization.signers, is_urgent)


def _is_urgent(state: ReplicaState, notarized: Candidate) -> bool:
    """Whether this replica leads the current view and is to build on that block, or was sent another one by
    the block's leader and will not be sent this one."""
    if state.guard is None:
        return False
    voted = state.guard.given(notarized.epoch, notarized.view, VoteKind.NOTARIZE)
    is_other = voted is not None and voted.candidate != notarized
    return is_other or state.leader(state.view) == state.own_index


def _wanted_of_final(state: ReplicaState) -> Iterator[tuple[FetchKey, Want]]:
    """The final block is not connected: walk down block by block if that is short, else ask for a range
    (R17)."""
    finalization = state.certificates.get(VoteKind.FINALIZE, state.final_view)
    gap = state.tree.gap(state.final_hash)
    if finalization is None or gap.missing is None:
        return
    start = _range_start(state)
    is_far = gap.above is not None and (start is None or gap.above.height - start >= SYNC_GAP)
    if not is_far:
        yield ("block", gap.missing), Want(GetBlock(gap.missing), finalization.signers)
    if (is_far or _is_slow(state)) and start is not None:
        yield ("range", 0), Want(Sync(start, ()), finalization.signers, is_urgent=True)


def _is_slow(state: ReplicaState) -> bool:
    """Whether the last final block has been out of reach for long. In a busy network each new final block is
    another one that is missing: patience with one of them might never end."""
    since_ms = state.lack.since_ms
    return since_ms is not None and state.now_ms - since_ms >= PATIENCE * state.timing.fetch_ms


def _wanted_proofs(state: ReplicaState, missing: tuple[int, int]) -> Iterator[tuple[FetchKey, Want]]:
    """The final chain is held, but not every certificate on it."""
    finalization = state.certificates.get(VoteKind.FINALIZE, state.final_view)
    if finalization is None:
        raise AssertionError("a final view above the tip's has its finalization")
    key: FetchKey = ("proofs", missing[0])
    yield key, Want(GetCertificates(state.config.epoch, *missing), finalization.signers)
    asked = state.lack.fetches.get(key)
    if asked is not None and asked.attempt >= PATIENCE:
        yield (
            ("range", 0),
            Want(Sync(state.tree.tip.header.height + 1, ()), finalization.signers, is_urgent=True),
        )


def _missing_justification(state: ReplicaState) -> tuple[int, int] | None:
    """The first and last view of whose certificates the current view's proposal needs one that is not
    held."""
    proposal = state.proposals.get(state.view)
    if proposal is None:
        return None
    candidate, header = proposal.message.candidate, proposal.message.block.header
    parent_view = max(candidate.parent_view, state.final_view)
    lacking = [
        view
        for view in range(parent_view + 1, state.view)
        if state.certificates.get(VoteKind.NULLIFY, view) is None
    ]
    if parent_view > state.final_view and state.certificates.naming(parent_view, header.parent_hash) is None:
        lacking.insert(0, parent_view)
    return (lacking[0], lacking[-1]) if lacking else None


def _range_start(state: ReplicaState) -> int | None:
    """The height from which a range is worth asking for; None while enough final blocks wait for
    execution. Blocks of a range that ended before a finalization count as held while they are connected."""
    tip = state.tree.tip.header.height
    held = held_finals(state)
    last = state.tree.header(held[-1].block_hash) if held else None
    height = tip if last is None else last.height
    if height - tip >= SYNC_AHEAD:
        return None
    if state.lack.range_end is not None and state.tree.is_connected(state.lack.range_end):
        end = state.tree.header(state.lack.range_end)
        height = height if end is None else max(height, end.height)
    return height + 1
