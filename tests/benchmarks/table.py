"""Every figure with its budget. The budgets are for four validators on two cores."""

from tests.benchmarks.endurance import endurance
from tests.benchmarks.figures import Direction, Figure
from tests.benchmarks.finality import light_load, revocation
from tests.benchmarks.judging import one_credential
from tests.benchmarks.parts import costliest, transport
from tests.benchmarks.proof_sizes import as_of_pair, map_paths
from tests.benchmarks.reading import answers
from tests.benchmarks.restart import restart
from tests.benchmarks.throughput import operations, transactions

_LEAST, _MOST = Direction.AT_LEAST, Direction.AT_MOST

FIGURES: tuple[Figure, ...] = (
    Figure("transactions", "committed transactions of one operation", _LEAST, 1_000, "/s", transactions),
    Figure("operations", "committed operations, ten in a transaction", _LEAST, 5_000, "/s", operations),
    Figure("finality-p50", "submitted to final at light load, median", _MOST, 60, "ms", light_load),
    Figure("finality-p99", "submitted to final at light load, 99 %", _MOST, 250, "ms", light_load),
    Figure("finality-one-down-p50", "the same with one node down, median", _MOST, 60, "ms", light_load),
    Figure("finality-one-down-p99", "the same with one node down, 99 %", _MOST, 250, "ms", light_load),
    Figure(
        "revocation-everywhere",
        "revoked at one node to provable at all, median",
        _MOST,
        200,
        "ms",
        revocation,
    ),
    Figure("reads", "reads with proof by a core", _LEAST, 4_000, "/s", answers),
    Figure("not-modified", "reads of what has not changed by a core", _LEAST, 12_000, "/s", answers),
    Figure("verify-answer", "verifying one answer of four validators", _MOST, 1, "ms", answers),
    Figure("credential-jcs", "reading and judging a credential, JCS", _MOST, 5, "ms", one_credential),
    Figure("credential-jwt", "the same as a token", _MOST, 5, "ms", one_credential),
    Figure("credential-rdfc", "the same, secured by its meaning", _MOST, 40, "ms", one_credential),
    Figure("map-path", "path in the map of all records", _MOST, 1_000, "bytes", map_paths),
    Figure("map-updates", "updates of the map", _LEAST, 50_000, "/s", map_paths),
    Figure("as-of-pair", "two versions as of a time, of 100,000", _MOST, 1_200, "bytes", as_of_pair),
    Figure("catch-up", "catching up by blocks, transactions", _LEAST, 3_000, "/s", endurance),
    Figure("memory", "memory of a node with 100,000 records", _MOST, 350, "MB", endurance),
    Figure("idle-cpu", "CPU of an idle node", _MOST, 1, "%", endurance),
    Figure("restart", "restart with all records", _MOST, 25, "s", restart),
    Figure("costliest-block", "execution of the costliest legal block", _MOST, 300, "ms", costliest),
    Figure("transport-frames", "frames of 300 bytes to one peer", _LEAST, 50_000, "/s", transport),
    Figure("transport-round-trip", "round trip of a frame, median", _MOST, 2, "ms", transport),
    Figure("transport-down", "until a silent peer is noticed", _MOST, 6, "s", transport),
)
