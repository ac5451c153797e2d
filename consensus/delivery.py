"""R7 and R17: final blocks are executed and committed in height order; a replica far behind takes them in
ranges."""

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import TypeAlias

from consensus.certificates import verify_certificate
from consensus.certifying import accept, verified
from consensus.config import ReplicaConfig
from consensus.events import Commit, DropLink, HaltReason, PeerFault, Synced, Validity
from consensus.leader_record import note_final
from consensus.messages import Candidate, Certificate, FinalBlock, VoteKind
from consensus.state import ReplicaState
from consensus.voting import is_body_of

Holds: TypeAlias = Callable[[Certificate], bool]


def deliver(state: ReplicaState) -> bool:
    """R7: commit the next final block that has a finalization of its own, with its ancestors, once all
    are held, proved and executed."""
    if state.tree.is_broken(state.final_hash):
        state.halt(HaltReason.FORK, f"the final block of view {state.final_view} leaves out the tip")
    held = held_finals(state)
    chain = final_chain(state, held[0]) if held else None
    if chain is None:
        return False
    last = chain[-1].candidate.block_hash
    match state.execution(last):
        case Validity.VALID:
            _commit(state, chain)
            return True
        case Validity.INVALID:
            state.halt(HaltReason.FINAL_BLOCK_INVALID, f"block {last.hex()} or one before it")
            return True
        case Validity.UNKNOWN:
            return state.execute(last)


def held_finals(state: ReplicaState) -> list[Candidate]:
    """The connected blocks above the tip that have a finalization of their own, ascending."""
    if state.final_view == state.tip_view:
        return []  # as nearly always, and asked for by each rule that looks for what is missing
    return [
        finalization.candidate
        for view in state.certificates.views(VoteKind.FINALIZE, state.tip_view)
        if (finalization := state.certificates.get(VoteKind.FINALIZE, view)) is not None
        and finalization.candidate is not None
        and state.tree.is_connected(finalization.candidate.block_hash)
    ]


def final_chain(state: ReplicaState, last: Candidate) -> tuple[FinalBlock, ...] | None:
    """The final blocks from the tip to this one with their proofs, ascending; None while a certificate
    is missing."""
    chain: list[FinalBlock] = []
    view = last.view
    for named in reversed(state.tree.path(last.block_hash)):
        certificate = state.certificates.naming(view, named)
        block = state.tree.get(named)
        if certificate is None or certificate.candidate is None or block is None:
            return None
        skipped = state.certificates.skipped(certificate.candidate.parent_view, view)
        if skipped is None:
            return None
        chain.append(FinalBlock(block, certificate.candidate, certificate, skipped))
        view = certificate.candidate.parent_view
    if view != state.tip_view:
        state.halt(HaltReason.FORK, f"the final chain enters the tip at view {view}, not {state.tip_view}")
        return None
    return tuple(reversed(chain))


def missing_views(state: ReplicaState) -> tuple[int, int] | None:
    """The views whose certificates keep the next final block from being delivered: the highest stretch,
    both ends included."""
    held = held_finals(state)
    if not held:
        return None
    view = held[0].view
    for named in reversed(state.tree.path(held[0].block_hash)):
        certificate = state.certificates.naming(view, named)
        if certificate is None or certificate.candidate is None:
            return view, view
        if state.certificates.skipped(certificate.candidate.parent_view, view) is None:
            return certificate.candidate.parent_view + 1, view - 1
        view = certificate.candidate.parent_view
    return None


def _commit(state: ReplicaState, blocks: tuple[FinalBlock, ...]) -> None:
    last = blocks[-1].candidate
    state.emit(Commit(blocks))
    for block in blocks:
        note_final(state, block.candidate)
    state.tip_view = last.view
    state.tree.advance(last.block_hash)
    state.certificates.forget(last.view)
    held = state.tree.hashes()
    state.executions.outcomes = {
        named: outcome for named, outcome in state.executions.outcomes.items() if named in held
    }
    state.executions.stored &= held
    state.executions.under_way &= held


def proves(config: ReplicaConfig, blocks: tuple[FinalBlock, ...]) -> bool:
    """R17: whether a range holds by itself, for a replica of this configuration, whatever it knows. Takes up
    to seconds of signatures and hashes: a driver asks beside its loop."""
    return _is_proved(
        config.epoch,
        blocks,
        lambda held: verify_certificate(held, config.genesis_hash, config.validators, config.verify),
    )


def take_range(state: ReplicaState, event: Synced) -> bool:
    """R17: verify a range of final blocks whole, then treat its parts as if they had been learnt one by
    one. False if it is of no use."""
    peer, blocks = event.peer, event.blocks
    fetch = state.lack.fetches.get(("range", 0))
    if fetch is not None:
        fetch.next_ms = state.now_ms + state.timing.fetch_ms
    if not blocks or blocks[-1].candidate.view <= state.tip_view:
        return False
    is_proved = event.is_proved
    if is_proved is None:
        is_proved = _is_proved(state.config.epoch, blocks, partial(_holds, state))
    if not is_proved:
        state.emit(DropLink(peer, PeerFault.INVALID_RANGE))
        return False
    is_new = blocks[-1].candidate.block_hash not in state.tree
    for final in blocks:
        state.tree.add(final.candidate.block_hash, final.block)
    state.lack.range_end = blocks[-1].candidate.block_hash
    if fetch is not None and is_new and state.tree.is_connected(state.lack.range_end):
        fetch.next_ms = state.now_ms
    for final in blocks:
        for certificate in (*final.nullifications, final.certificate):
            if certificate.view > state.tip_view:
                accept(state, certificate, relay=False)
    return True


def _is_proved(epoch: int, blocks: tuple[FinalBlock, ...], holds: Holds) -> bool:
    """Whether each block follows the one before, and each is proved by its certificates: notarized at least.
    Which of them are final, their finalizations say when they are accepted."""
    for before, after in pairwise(blocks):
        if (
            after.block.header.parent_hash != before.candidate.block_hash
            or after.block.header.height != before.block.header.height + 1
            or after.candidate.parent_view != before.candidate.view
        ):
            return False
    return all(_proves_itself(epoch, final, holds) for final in blocks)


def _proves_itself(epoch: int, final: FinalBlock, holds: Holds) -> bool:
    candidate, certificate = final.candidate, final.certificate
    between = range(candidate.parent_view + 1, candidate.view)
    return (
        certificate.kind is not VoteKind.NULLIFY
        and certificate.candidate == candidate
        and candidate.epoch == epoch
        and len(final.nullifications) == len(between)  # first of all: nothing bounds the views between
        and [(n.kind, n.epoch, n.view) for n in final.nullifications]
        == [(VoteKind.NULLIFY, epoch, view) for view in between]
        and is_body_of(final.block, candidate.block_hash)
        and holds(certificate)
        and all(map(holds, final.nullifications))
    )


def _holds(state: ReplicaState, certificate: Certificate) -> bool:
    held = state.certificates.get(certificate.kind, certificate.view)
    return held == certificate or verified(state, certificate)
