"""What a node says about its own work: metrics that count, and log lines for what an operator should see.

Blocks and votes are counted, not logged: a line for each would bury the lines that matter.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from structlog.typing import FilteringBoundLogger

from api.ports import PublicationConcern
from api.publications.fault import PublicationFault
from consensus.events import DurableEffect, Evidence, FailedView, Now, StoreCertificate
from consensus.header import Header
from consensus.messages import Vote, VoteKind
from consensus.remembered import Voting
from consensus.replica import Progress
from node.ledger.ledger import Written
from node.observing.clients import Clients
from node.observing.conduct import Conduct
from node.observing.metrics import Metrics
from node.observing.misconduct import Misconduct
from node.observing.pacing import Pacing
from registry.primitives.validator_set import Validator, ValidatorSet

_GRAVE = frozenset(
    {
        PublicationFault.CONTRADICTS_LEDGER,
        PublicationFault.KEY_LOST,
        PublicationFault.SUPERSEDED,
        PublicationFault.TOO_LONG_LIVED,
    }
)


class Telemetry:
    """Counts and logs; every method is cheap and none waits."""

    def __init__(self, metrics: Metrics, log: FilteringBoundLogger, now: Callable[[], Now]) -> None:
        self.metrics = metrics
        self.log = log
        self._now = now
        self._evidence = Pacing()
        self._epoch = 0
        self._voting = Voting.OBSERVES
        self._validators: Sequence[Validator] = ()
        self._told_publications: frozenset[tuple[str, str, str]] = frozenset()
        self.clients = Clients(metrics.service, log, now)
        self.conduct = Conduct(metrics.consensus.peer_faults, log, self.member, now)

    def listening(self, addresses: Sequence[str]) -> None:
        """The node listens for its peers at these multiaddrs."""
        self.log.info("listening", network=", ".join(addresses))

    def link_changed(self, peer_id: str, up: bool, linked: int) -> None:
        """A link came up or went down; `linked` are up now."""
        self.metrics.consensus.peers_linked.set(linked)
        event = "link up" if up else "link down"
        self.log.info(event, member=self.member(peer_id), peer=peer_id, linked=linked)

    def moved(self, peer_id: str, addresses: Sequence[str]) -> None:
        """A node has announced where it is reached now."""
        member = self.member(peer_id)
        self.log.info("address announced", member=member, peer=peer_id, addresses=", ".join(addresses))

    def turned(self, durable: Iterable[DurableEffect], events: int, view: int, progress: Progress) -> None:
        """A turn of so many events was taken: what it makes durable, and where it left the replica."""
        self.metrics.work.turn_events.observe(events)
        consensus = self.metrics.consensus
        consensus.view.set(view)
        consensus.behind.set(progress.is_behind)
        consensus.backoff_capped.set(progress.is_at_cap)
        if progress.voting is not self._voting:
            self._voting = progress.voting
            self.log.info("voting", on=progress.voting.name.lower(), why=progress.voting.value)
        for effect in durable:
            match effect:
                case StoreCertificate(certificate) if certificate.kind is VoteKind.NULLIFY:
                    consensus.nullified_views.inc()
                case Evidence():
                    self._note_evidence(effect)

    def _note_evidence(self, evidence: Evidence) -> None:
        """Who signs contradictions may do so in every view: all are counted and kept, few are told."""
        first, second = evidence.first, evidence.second
        self.metrics.consensus.evidence.inc()
        signer = self._signer(first)
        if signer is not None:
            self.conduct.note(signer.peer_id, Misconduct.CONTRADICTION)
        times = self._evidence.note(first.signer, self._now().monotonic_ms)
        if times:
            self.log.error(
                "evidence: a validator signed contradictions",
                member="" if signer is None else signer.member,
                signer=first.signer,
                epoch=first.epoch,
                view=first.view,
                kinds=[first.kind.name, second.kind.name],
                times=times,
            )

    def views_failed(self, failed: Iterable[FailedView]) -> None:
        """Views of the epoch failed."""
        counter = self.metrics.consensus.leader_failed_views
        for view in failed:
            counter.labels(self._validators[view.leader].member, view.failure.name.lower()).inc()

    def opened(self, last: Header) -> None:
        """The ledger was opened, with this last final header."""
        self._stands_at(last)

    def became_final(self, written: Written, now_ms: int) -> None:
        """Blocks became final."""
        consensus = self.metrics.consensus
        self._stands_at(written.blocks[-1].header)
        consensus.final_blocks.inc(len(written.blocks))
        consensus.final_transactions.inc(sum(len(branch.ids) for branch in written.blocks))
        for branch in written.blocks:
            consensus.finality_seconds.observe(max(0, now_ms - branch.header.time_ms) / 1000)

    def _stands_at(self, last: Header) -> None:
        consensus = self.metrics.consensus
        consensus.final_height.set(last.height)
        consensus.final_time_seconds.set(last.time_ms / 1000)

    def refused(self, reason: str) -> None:
        """A transaction was not taken, or left the pool unordered."""
        self.metrics.service.pool_refusals.labels(reason).inc()

    def publication_taken(self, list_id: str, form: str, until_ms: int) -> None:
        """A publication of a status list is kept and served from now on."""
        self.metrics.publications.taken.inc()
        self.log.info("status list published", list=list_id, form=form, until_ms=until_ms)

    def publication_refused(self, list_id: str, fault: PublicationFault) -> None:
        """A publication was refused. Anybody can send one, so only those are logged that were signed by a
        key of the issuer and contradict the ledger."""
        self.metrics.publications.refused.labels(fault.code).inc()
        if fault in _GRAVE:
            self.log.warning(
                "a signed publication was refused", list=list_id, why=fault.sentence, do=fault.remedy
            )

    def publications_looked(self, served: int, concerns: Sequence[PublicationConcern]) -> None:
        """So many lists are served, and these have to be published again; told once for each change."""
        self.metrics.publications.served.set(served)
        told = {(concern.list_id, concern.form, concern.kind): concern for concern in concerns}
        for place, concern in told.items():
            if place not in self._told_publications:
                self._tell_publication(concern)
        kinds = Counter(concern.kind for concern in concerns)
        for kind in {*kinds, *(kind for _, _, kind in self._told_publications)}:
            self.metrics.publications.concerns.labels(kind).set(kinds[kind])
        self._told_publications = frozenset(told)

    def _tell_publication(self, concern: PublicationConcern) -> None:
        do = "tell its issuer to publish it again: matricula status publish NAME"
        self.log.warning(
            "a published status list is due",
            list=concern.list_id,
            form=concern.form,
            what=concern.what,
            do=do,
        )

    def epoch_entered(self, epoch: int, validators: ValidatorSet, votes: bool) -> None:
        """An epoch began, or the node started within it. From now on its members are named in the log."""
        self._epoch, self._validators = epoch, validators.validators
        self.metrics.consensus.epoch.set(epoch)
        self.metrics.consensus.votes.set(votes)
        self.log.info("epoch entered", epoch=epoch, validators=validators.n, votes=votes)

    def member(self, peer_id: str) -> str:
        """Whose node a peer is: a person telephones an institution, not a peer id. "" for no validator's."""
        return next((validator.member for validator in self._validators if validator.peer_id == peer_id), "")

    def _signer(self, vote: Vote) -> Validator | None:
        """Who cast a vote; None for one of another epoch, whose numbers are others."""
        is_listed = vote.epoch == self._epoch and vote.signer < len(self._validators)
        return self._validators[vote.signer] if is_listed else None
