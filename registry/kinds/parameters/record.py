"""The `parameters` record, of which a network has one."""

from dataclasses import dataclass
from typing import Final

from registry.primitives.shape import Shape, record, uint
from registry.record_type import RecordType


@dataclass(frozen=True, slots=True)
class Parameters:
    """The numbers a network agrees on; sizes in bytes, times in milliseconds.

    `delta_ms` is the consensus's bound on message delay; `heartbeat_ms` how often an idle network makes a
    block. `block_cost` caps the units of `registry.cost` per block. `record_quota` and `byte_quota` are
    each member's, for itself and the DIDs it sponsors. Within a day at most `status_daily_count` bits of
    one revocation or suspension list, or `status_daily_permille` of its length if that is more, are set.
    """

    delta_ms: int = 300
    heartbeat_ms: int = 30_000
    block_bytes: int = 512 * 1024
    block_transactions: int = 1_000
    block_cost: int = 200_000
    record_quota: int = 1_000_000
    byte_quota: int = 64 * 1024**3
    status_daily_count: int = 500
    status_daily_permille: int = 10


PARAMETERS: Final[Shape[Parameters]] = record(
    Parameters,
    delta_ms=uint(60_000, 10),
    heartbeat_ms=uint(3_600_000, 100),
    block_bytes=uint(512 * 1024, 64 * 1024),
    block_transactions=uint(1_000, 1),
    block_cost=uint(10_000_000, 1_000),
    record_quota=uint(),
    byte_quota=uint(),
    status_daily_count=uint(2**32),
    status_daily_permille=uint(1_000),
)

PARAMETERS_RECORD: Final = RecordType("parameters", PARAMETERS)
