"""Bugs that others had, each of which the simulator must see.

A mutation replaces one named function, method or rule of the code under test; the code knows nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Final
from weakref import WeakKeyDictionary

from pytest import MonkeyPatch

import consensus.guard
import consensus.replica
import node.ledger.resting
from consensus import certifying, delivery, fetching, proposing, standstill, voting
from consensus.certificates import CertificateStore
from consensus.events import Effect, StoreCertificate, Validity
from consensus.guard import Guard, GuardState, VoteRefusal
from consensus.header import Header
from consensus.messages import Candidate, Certificate, FinalBlock, Propose, Vote, VoteKind
from consensus.state import ReplicaState
from node.engine.turn import Turn
from node.ledger.candidates import ExecutionRejection
from node.pool.mempool import DroppedFromPool, Mempool
from node.simulation.invariants import Invariant
from node.simulation.process import Process
from registry.primitives.ed25519 import Sign
from registry.primitives.validator_set import ValidatorSet

Rule = Callable[[Any], bool]
NEVER_MS = 10**12


@dataclass(frozen=True, slots=True)
class Mutation:
    """``shows`` are the invariants one of which must be seen broken within ``seeds`` seeds of networks of
    ``validators`` that draw their attackers from ``attackers``. ``seen_in`` is the seed that is tried first;
    where it shows nothing any more all are tried, and ``tests.mutations.search`` finds the new one."""

    inject: Callable[[MonkeyPatch], None]
    shows: frozenset[Invariant]
    attackers: tuple[str, ...] = ()
    seeds: int = 20
    process: type[Process] = Process
    validators: int = 4
    seen_in: int = 0


def _replace_rule(monkeypatch: MonkeyPatch, rule: Rule, mutated: Rule) -> None:
    rules = tuple(mutated if each is rule else each for each in consensus.replica._RULES)
    assert rules != consensus.replica._RULES, "the rule to replace is one of the replica's"
    monkeypatch.setattr(consensus.replica, "_RULES", rules)


class Altered:
    """A replica's state with something of it changed for the rule that looks."""

    def __init__(self, state: ReplicaState, **changed: object) -> None:
        self.__dict__.update(changed)
        self._state = state

    def __getattr__(self, name: str) -> Any:
        return getattr(self._state, name)


def quorum_of_half(monkeypatch: MonkeyPatch) -> None:
    """A certificate needs n // 2 votes."""
    monkeypatch.setattr(ValidatorSet, "quorum", property(lambda validators: validators.n // 2))


def first_seen_commit(monkeypatch: MonkeyPatch) -> None:
    """What is committed in a view is the proposal seen first, not the one that was certified."""
    first: WeakKeyDictionary[ReplicaState, dict[int, Propose]] = WeakKeyDictionary()
    receive, chain = voting.receive_proposal, delivery.final_chain

    def receive_proposal(state: ReplicaState, sender: int, message: Propose) -> bool:
        first.setdefault(state, {}).setdefault(message.candidate.view, message)
        return receive(state, sender, message)

    def final_chain(state: ReplicaState, last: Candidate) -> tuple[FinalBlock, ...] | None:
        return _with_first(chain(state, last), first.get(state, {}))

    monkeypatch.setattr(voting, "receive_proposal", receive_proposal)
    monkeypatch.setattr(delivery, "final_chain", final_chain)


def _with_first(
    chain: tuple[FinalBlock, ...] | None, first: dict[int, Propose]
) -> tuple[FinalBlock, ...] | None:
    if chain is None:
        return None
    return tuple(
        FinalBlock(seen.block, final.candidate, final.certificate, final.nullifications)
        if (seen := first.get(final.candidate.view)) is not None
        else final
        for final in chain
    )


def finalize_after_nullify(monkeypatch: MonkeyPatch) -> None:
    """Neither the rule nor the guard minds that the view was given up."""
    refusal = consensus.guard._refusal

    def forgetful(
        kind: VoteKind, candidate: Candidate | None, given: dict[VoteKind, Vote]
    ) -> VoteRefusal | None:
        if kind is VoteKind.FINALIZE:
            given = {of: vote for of, vote in given.items() if of is not VoteKind.NULLIFY}
        return refusal(kind, candidate, given)

    def finalize(state: ReplicaState) -> bool:
        def has_voted(kind: VoteKind, view: int) -> bool:
            return kind is not VoteKind.NULLIFY and state.has_voted(kind, view)

        return voting.finalize(Altered(state, has_voted=has_voted))  # type: ignore[arg-type]

    monkeypatch.setattr(consensus.guard, "_refusal", forgetful)
    _replace_rule(monkeypatch, voting.finalize, finalize)


class SendsBeforeSync(Process):
    """Lets a turn's messages out and then writes the batch."""

    def finish(self, turn: Turn) -> None:
        self.release(replace(turn, durable=()))
        super().finish(replace(turn, sends=(), drops=(), failed=(), halt=None))


def skip_unchecked(monkeypatch: MonkeyPatch) -> None:
    """The views that a proposal skips need no nullification."""
    skipped = CertificateStore.skipped

    def lenient(store: CertificateStore, parent_view: int, view: int) -> tuple[Certificate, ...]:
        return skipped(store, parent_view, view) or ()

    monkeypatch.setattr(CertificateStore, "skipped", lenient)


def no_standstill(monkeypatch: MonkeyPatch) -> None:
    """Nothing is ever said twice."""
    monkeypatch.setattr(standstill, "resend_when_still", lambda state: None)


def no_fetch_retry(monkeypatch: MonkeyPatch) -> None:
    """What is missing is asked for once."""

    def fetch(state: ReplicaState) -> bool:
        has_asked = fetching.fetch(state)
        for held in state.lack.fetches.values():
            if held.attempt:
                held.next_ms = NEVER_MS
        return has_asked

    _replace_rule(monkeypatch, fetching.fetch, fetch)


def parent_unchecked(monkeypatch: MonkeyPatch) -> None:
    """The certificate at parent_view need not name the header's parent."""

    def certified(state: ReplicaState, candidate: Candidate, header: Header) -> bool:
        view = candidate.parent_view
        return view == state.final_view or state.certificates.get(VoteKind.NOTARIZE, view) is not None

    monkeypatch.setattr(voting, "_parent_defect", lambda state, candidate, header: None)
    monkeypatch.setattr(voting, "_parent_is_certified", certified)


def vote_outside_current_view(monkeypatch: MonkeyPatch) -> None:
    """A view is nullified with f + 1 others whether it is current or not."""

    def nullify(state: ReplicaState) -> bool:
        has_acted = voting.nullify(state)
        for view in range(state.final_view + 1, state.view + 4):
            if view == state.view or state.has_voted(VoteKind.NULLIFY, view):
                continue
            if voting._others_gave_up(Altered(state, view=view)):  # type: ignore[arg-type]
                has_acted |= state.cast(VoteKind.NULLIFY, view, None)
        return has_acted

    _replace_rule(monkeypatch, voting.nullify, nullify)


def silent_without_transactions(monkeypatch: MonkeyPatch) -> None:
    """A leader with an empty pool does not propose, whatever armed it."""

    def propose(state: ReplicaState) -> bool:
        return state.timers.includable and proposing.propose(state)

    _replace_rule(monkeypatch, proposing.propose, propose)


def votes_forgotten(monkeypatch: MonkeyPatch) -> None:
    """A guard that is opened again knows nothing of what it signed."""
    start = Guard.__init__

    def forget(guard: Guard, sign: Sign, genesis_hash: bytes, index: int, state: GuardState) -> None:
        start(guard, sign, genesis_hash, index, GuardState(state.incarnation, state.floor, ()))

    monkeypatch.setattr(Guard, "__init__", forget)


def certificates_unverified(monkeypatch: MonkeyPatch) -> None:
    """Whatever says that it is a certificate is believed."""
    monkeypatch.setattr(certifying, "verified", lambda state, certificate: True)


def unexecuted(monkeypatch: MonkeyPatch) -> None:
    """A vote is given before the block has been executed."""

    def notarize(state: ReplicaState) -> bool:
        return voting.notarize(Altered(state, execution=lambda named: Validity.VALID))  # type: ignore[arg-type]

    _replace_rule(monkeypatch, voting.notarize, notarize)


def certificates_not_stored(monkeypatch: MonkeyPatch) -> None:
    """A replica that starts again has lost the certificates that brought it to its view."""
    emit = ReplicaState.emit

    def forget(state: ReplicaState, effect: Effect) -> None:
        if not isinstance(effect, StoreCertificate):
            emit(state, effect)

    monkeypatch.setattr(ReplicaState, "emit", forget)


def late_verdict_forgotten(monkeypatch: MonkeyPatch) -> None:
    """A rejection waits for its parent to become final, also where the parent is final already."""
    set_aside = Mempool.set_aside

    def forgetful(pool: Mempool, verdicts: Iterable[ExecutionRejection]) -> tuple[DroppedFromPool, ...]:
        return set_aside(pool, [one for one in verdicts if one.parent_hash not in pool._finals])

    monkeypatch.setattr(Mempool, "set_aside", forgetful)


def endless_rest(monkeypatch: MonkeyPatch) -> None:
    """Who had something heavy in a block waits for ever, as long as another member was ever at work."""
    for constant in ("MAX_REST_MS", "REST", "ACTIVE_MS"):
        monkeypatch.setattr(node.ledger.resting, constant, NEVER_MS)


def nothing(monkeypatch: MonkeyPatch) -> None:
    """The bug lies in the process, not in the replica."""


LIVENESS = frozenset({Invariant.PROGRESS, Invariant.IDLE_FINALITY, Invariant.IDLE_TRANSACTION})
"""Which of them a process that waits for ever breaks is a matter of when it comes to wait."""

ENDLESS = frozenset({Invariant.EVERY_TRANSACTION_ENDS, Invariant.IDLE_FINALITY, Invariant.QUIET_WHEN_IDLE})
"""Which of them a transaction breaks that waits for ever is a matter of where it waits."""

MUTATIONS: Final = {
    "quorum n // 2": Mutation(quorum_of_half, frozenset({Invariant.CERTIFICATE_IS_BACKED})),
    "first-seen commit": Mutation(
        first_seen_commit, frozenset({Invariant.PREFIX_AGREEMENT}), attackers=("equivocator",), seen_in=1
    ),
    "finalize after nullify": Mutation(finalize_after_nullify, frozenset({Invariant.NO_CONTRADICTION})),
    "send before sync": Mutation(nothing, frozenset({Invariant.SYNCED_BEFORE_SENT}), process=SendsBeforeSync),
    "skip proof unchecked": Mutation(
        skip_unchecked,
        frozenset({Invariant.SKIPPED_IS_NULLIFIED, Invariant.FINAL_BLOCKS_ARE_PROVED}),
        attackers=("stale parent",),
        seen_in=1,
    ),
    "no standstill": Mutation(no_standstill, LIVENESS, seen_in=3),
    "no fetch retry": Mutation(no_fetch_retry, LIVENESS, attackers=("withholder",), seeds=40, seen_in=21),
    "header.parent_hash unchecked": Mutation(
        parent_unchecked, frozenset({Invariant.PARENT_IS_CERTIFIED}), attackers=("stale parent",), seen_in=4
    ),
    "vote outside the current view": Mutation(
        vote_outside_current_view, frozenset({Invariant.VOTES_IN_CURRENT_VIEW})
    ),
    "votes forgotten at a restart": Mutation(
        votes_forgotten, frozenset({Invariant.NO_CONTRADICTION, Invariant.NO_FALSE_STOP})
    ),
    "certificates unverified": Mutation(
        certificates_unverified,
        frozenset({Invariant.CERTIFICATE_IS_BACKED, Invariant.NO_FALSE_STOP, Invariant.EVIDENCE_IS_TRUE}),
        attackers=("forger",),
    ),
    "vote before execution": Mutation(unexecuted, frozenset({Invariant.VALID_BEFORE_VOTED})),
    "certificates not stored": Mutation(
        certificates_not_stored, frozenset({Invariant.VOTES_IN_CURRENT_VIEW})
    ),
    "late verdict forgotten": Mutation(late_verdict_forgotten, ENDLESS, validators=1),
    "a rest without end": Mutation(endless_rest, LIVENESS | ENDLESS, seen_in=3),
    "empty-pool leader silent": Mutation(silent_without_transactions, frozenset({Invariant.HEARTBEAT})),
}
