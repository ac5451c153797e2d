"""What a node says about its own work: metrics that count, and log lines for what an operator should see.

Blocks and votes are counted, not logged: a line for each would bury the lines that matter.
"""

from prometheus_client import Counter, Histogram
from structlog.typing import FilteringBoundLogger

from consensus.events import DropLink, Evidence, StoreCertificate
from consensus.messages import VoteKind
from consensus.replica import Progress
from node.ledger import Written
from node.metrics import Metrics
from node.turn import Turn


class Telemetry:
    """Counts and logs; every method is cheap and none waits."""

    def __init__(self, metrics: Metrics, log: FilteringBoundLogger) -> None:
        self.metrics = metrics
        self.log = log
        self._answered: dict[tuple[str, int], tuple[Counter, Histogram]] = {}

    def link_changed(self, peer_id: str, up: bool, linked: int) -> None:
        """A link came up or went down; `linked` are up now."""
        self.metrics.consensus.peers_linked.set(linked)
        self.log.info("link up" if up else "link down", peer=peer_id, linked=linked)

    def turned(self, turn: Turn, events: int, view: int, progress: Progress) -> None:
        """A turn was taken, which left the replica there."""
        self.metrics.work.turn_events.observe(events)
        consensus = self.metrics.consensus
        consensus.view.set(view)
        consensus.behind.set(progress.is_behind)
        consensus.backoff_capped.set(progress.is_at_cap)
        for effect in turn.durable:
            match effect:
                case StoreCertificate(certificate) if certificate.kind is VoteKind.NULLIFY:
                    consensus.nullified_views.inc()
                case Evidence(first, second):
                    consensus.evidence.inc()
                    self.log.error(
                        "evidence: a validator signed contradictions",
                        signer=first.signer,
                        epoch=first.epoch,
                        view=first.view,
                        kinds=[first.kind.name, second.kind.name],
                    )

    def dropped(self, drop: DropLink, peer_id: str) -> None:
        """A link was dropped for its peer's fault."""
        self.metrics.consensus.peer_faults.labels(drop.fault.name.lower()).inc()
        self.log.warning("link dropped", peer=peer_id, fault=drop.fault.value)

    def became_final(self, written: Written, now_ms: int) -> None:
        """Blocks became final."""
        consensus = self.metrics.consensus
        last = written.blocks[-1].header
        consensus.final_height.set(last.height)
        consensus.final_time_seconds.set(last.time_ms / 1000)
        consensus.final_blocks.inc(len(written.blocks))
        consensus.final_transactions.inc(sum(len(branch.ids) for branch in written.blocks))
        for branch in written.blocks:
            consensus.finality_seconds.observe(max(0, now_ms - branch.header.time_ms) / 1000)

    def refused(self, reason: str) -> None:
        """A transaction was not taken, or left the pool unordered."""
        self.metrics.service.pool_refusals.labels(reason).inc()

    def answered(self, route: str, status: int, seconds: float) -> None:
        """A request was answered; `route` is its place in the table of routes, never its path."""
        known = self._answered.get((route, status))
        if known is None:  # at most one for each route and status there is
            service = self.metrics.service
            known = service.requests.labels(route, status), service.request_seconds.labels(route)
            self._answered[route, status] = known
        requests, request_seconds = known
        requests.inc()
        request_seconds.observe(seconds)

    def epoch_entered(self, epoch: int, validators: int, votes: bool) -> None:
        """An epoch began, or the node started within it."""
        self.metrics.consensus.epoch.set(epoch)
        self.metrics.consensus.votes.set(votes)
        self.log.info("epoch entered", epoch=epoch, validators=validators, votes=votes)
