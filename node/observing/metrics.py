"""What a node counts and measures, in the Prometheus exposition format.

Names begin with `matricula_`, end in their unit (`_seconds`, `_bytes`) or, for counters, in `_total`.
`docs/metrics.md` lists each with what it means and when to worry. Labels have few values: a route, never a
path; a reason, never a detail. Nothing here tells which record or status was asked for.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, generate_latest

FINALITY_SECONDS = (0.02, 0.04, 0.06, 0.1, 0.15, 0.25, 0.5, 1.0, 2.0, 5.0, 15.0)
WORK_SECONDS = (0.0001, 0.0005, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)


class ConsensusMetrics:
    """The order of blocks and those who make it."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.final_height = Gauge(
            "matricula_final_height", "Height of the last final block.", registry=registry
        )
        self.final_time_seconds = Gauge(
            "matricula_final_time_seconds", "Time of the last final block, since 1970.", registry=registry
        )
        self.epoch = Gauge("matricula_epoch", "The epoch whose validators vote.", registry=registry)
        self.view = Gauge("matricula_view", "The current view of the epoch.", registry=registry)
        self.final_blocks = Counter("matricula_final_blocks", "Blocks that became final.", registry=registry)
        self.final_transactions = Counter(
            "matricula_final_transactions", "Transactions in blocks that became final.", registry=registry
        )
        self.nullified_views = Counter(
            "matricula_nullified_views", "Views that ended without a block.", registry=registry
        )
        self.finality_seconds = Histogram(
            "matricula_finality_seconds",
            "From a block's time to its finality on this node.",
            buckets=FINALITY_SECONDS,
            registry=registry,
        )
        self.backoff_capped = Gauge(
            "matricula_backoff_capped", "1 while the time-outs are at their cap.", registry=registry
        )
        self.evidence = Counter(
            "matricula_evidence", "Contradictory signatures of validators.", registry=registry
        )
        self.leader_failed_views = Counter(
            "matricula_leader_failed_views",
            "Views that failed, by their leader and what became of its proposal.",
            ["member", "reason"],
            registry=registry,
        )
        self.votes = Gauge("matricula_votes", "1 while this node votes in its epoch.", registry=registry)
        self.behind = Gauge(
            "matricula_behind", "1 while blocks are known to be final and not held here.", registry=registry
        )
        self.peers_linked = Gauge("matricula_peers_linked", "Peers with a live link.", registry=registry)
        self.peer_faults = Counter(
            "matricula_peer_faults", "Faults of other nodes.", ["member", "fault"], registry=registry
        )


class ClockMetrics:
    """How the validators' clocks compare."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.offset_seconds = Gauge(
            "matricula_clock_offset_seconds",
            "A validator's clock less this node's.",
            ["member"],
            registry=registry,
        )
        self.own_offset_seconds = Gauge(
            "matricula_own_clock_offset_seconds",
            "This node's clock less the median of the validators' clocks; 0 where no majority agrees.",
            registry=registry,
        )
        self.ledger_ahead_seconds = Gauge(
            "matricula_ledger_ahead_seconds",
            "By how much the last final block is dated ahead of the clocks.",
            registry=registry,
        )


class WorkMetrics:
    """What the node does for each block."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.turn_events = Histogram(
            "matricula_turn_events",
            "Events handled in one turn, under one flush.",
            buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256),
            registry=registry,
        )
        self.turn_commit_seconds = Histogram(
            "matricula_turn_commit_seconds",
            "How long it takes to make a turn durable, flush included.",
            buckets=WORK_SECONDS,
            registry=registry,
        )
        self.write_pending_seconds = Gauge(
            "matricula_write_pending_seconds",
            "How long the current write has lasted so far; 0 if there is none.",
            registry=registry,
        )
        self.slow_writes = Counter(
            "matricula_slow_writes", "Writes that took a second or longer.", registry=registry
        )
        self.execution_seconds = Histogram(
            "matricula_execution_seconds",
            "How long the execution of a block takes, waiting included.",
            buckets=WORK_SECONDS,
            registry=registry,
        )
        self.build_seconds = Histogram(
            "matricula_build_seconds",
            "How long it takes to build a block, waiting included.",
            buckets=WORK_SECONDS,
            registry=registry,
        )


class ServiceMetrics:
    """What clients see."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.pool_transactions = Gauge(
            "matricula_pool_transactions", "Transactions that wait for a block.", registry=registry
        )
        self.pool_bytes = Gauge("matricula_pool_bytes", "Bytes that wait for a block.", registry=registry)
        self.attachments_wanted = Gauge(
            "matricula_attachments_wanted", "Attachments that other nodes are asked for.", registry=registry
        )
        self.pool_refusals = Counter(
            "matricula_pool_refusals",
            "Transactions that were refused or dropped.",
            ["reason"],
            registry=registry,
        )
        self.descriptors_open = Gauge(
            "matricula_descriptors_open", "Files and sockets that are open.", registry=registry
        )
        self.descriptors_limit = Gauge(
            "matricula_descriptors_limit", "Files and sockets that may be open.", registry=registry
        )
        self.log_lines_dropped = Counter(
            "matricula_log_lines_dropped", "Log lines that could not be written.", registry=registry
        )
        self.http_connections = Gauge(
            "matricula_http_connections", "Connections of clients that are open.", registry=registry
        )
        self.http_answering = Gauge(
            "matricula_http_answering", "Requests that wait or are being answered.", registry=registry
        )
        self.http_refusals = Counter(
            "matricula_http_refusals", "Clients turned away.", ["reason"], registry=registry
        )
        self.requests = Counter(
            "matricula_requests", "Requests answered.", ["route", "status"], registry=registry
        )
        self.request_seconds = Histogram(
            "matricula_request_seconds",
            "How long a request takes, from its head to the end of the answer.",
            ["route"],
            buckets=WORK_SECONDS,
            registry=registry,
        )


class DocumentMetrics:
    """What the web says of this institution's DIDs, at the last daily look."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.did_mismatches = Gauge(
            "matricula_did_mismatches",
            "DIDs of this institution whose did:web document has other keys than the ledger.",
            registry=registry,
        )
        self.dids_not_compared = Gauge(
            "matricula_dids_not_compared",
            "DIDs of this institution whose did:web document could not be fetched or read.",
            registry=registry,
        )


class PublicationMetrics:
    """Status lists that issuers publish through the node."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.served = Gauge(
            "matricula_publications_served", "Published status lists that are served.", registry=registry
        )
        self.concerns = Gauge(
            "matricula_publications_due",
            "Published status lists that are not served, or end soon, by the reason.",
            ["reason"],
            registry=registry,
        )
        self.taken = Counter(
            "matricula_publications_taken", "Publications that were taken.", registry=registry
        )
        self.refused = Counter(
            "matricula_publications_refused", "Publications that were refused.", ["reason"], registry=registry
        )


class Metrics:
    """All metrics of one node, in five groups. Made once and passed to those who count."""

    def __init__(self, version: str) -> None:
        # The library's own registry is global; each node has its own.
        self.registry = CollectorRegistry()
        self.consensus = ConsensusMetrics(self.registry)
        self.clocks = ClockMetrics(self.registry)
        self.work = WorkMetrics(self.registry)
        self.service = ServiceMetrics(self.registry)
        self.documents = DocumentMetrics(self.registry)
        self.publications = PublicationMetrics(self.registry)
        Info("matricula_build", "The version that runs.", registry=self.registry).info({"version": version})

    def render(self) -> bytes:
        """The text that a Prometheus server reads."""
        return generate_latest(self.registry)
