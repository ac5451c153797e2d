"""Applying operations on `status-list` and `anchor` records.

1. Creating a list writes no chunk, whatever its size.
2. Setting a bit that is set, or clearing one that is clear, changes nothing and is no error: updates made
   at the same time by two agents of an issuer never undo each other.
3. Bits of revocation and refresh lists are never cleared.
4. On one day (UTC) no more bits of a revocation or suspension list are set than the network's parameters
   allow, so one stolen key cannot revoke everyone.
"""

from bisect import bisect_left
from dataclasses import replace
from typing import Final

from registry.bitmap import empty_root, read_chunk, with_bits, write_chunks
from registry.names import anchor_id, status_list_id
from registry.operations.status_list import AnchorBatch, CreateStatusList, UpdateStatusList
from registry.records.index import Relation
from registry.records.kind import Kind, record_key
from registry.records.network import Parameters
from registry.records.status_list import (
    CHUNK_BITS,
    MAX_SIZE,
    MIN_SIZE,
    Anchor,
    StatusList,
    StatusPurpose,
)
from registry.rejection import Refused, RejectionReason
from registry.transitions.setting import Setting

DAY_MS: Final = 86_400_000


def create_status_list(operation: CreateStatusList, setting: Setting) -> None:
    """Create a list of clear bits and its entry in the issuer's index."""
    record_id = status_list_id(operation.issuer, operation.name)
    if setting.draft.body(Kind.STATUS_LIST, record_id) is not None:
        raise Refused(RejectionReason.STATUS_LIST_EXISTS, record_id)
    if not MIN_SIZE <= operation.size <= MAX_SIZE or operation.size % CHUNK_BITS:
        raise Refused(RejectionReason.STATUS_LIST_SIZE, str(operation.size))
    body = StatusList(
        purpose=operation.purpose,
        size=operation.size,
        root=empty_root(operation.size),
        ones=0,
        day=setting.time_ms // DAY_MS,
        set_today=0,
        created_ms=setting.time_ms,
    )
    setting.draft.put(Kind.STATUS_LIST, record_id, body)
    setting.draft.enter(Relation.STATUS_LISTS_BY_ISSUER, operation.issuer, record_id)


def update_status_list(operation: UpdateStatusList, setting: Setting) -> None:
    """Set and clear bits."""
    record_id = status_list_id(operation.issuer, operation.name)
    body: StatusList | None = setting.draft.body(Kind.STATUS_LIST, record_id)
    if body is None:
        raise Refused(RejectionReason.STATUS_LIST_UNKNOWN, record_id)
    _check_indices(operation, body)
    key = record_key(Kind.STATUS_LIST, record_id)
    version = setting.draft.next_version(Kind.STATUS_LIST, record_id)
    chunks: dict[int, bytes] = {}
    newly_set = newly_cleared = 0
    for chunk, (to_set, to_clear) in _by_chunk(operation).items():
        content = read_chunk(setting.draft.rows, key, chunk, version)
        chunks[chunk], was_set, was_cleared = with_bits(content, to_set, to_clear)
        if not was_set and not was_cleared:
            del chunks[chunk]
        newly_set, newly_cleared = newly_set + was_set, newly_cleared + was_cleared
    if not chunks:
        return
    body = _counted(body, newly_set, setting)
    root = write_chunks(setting.draft.rows, key, body.size, version, chunks)
    changed = replace(body, root=root, ones=body.ones + newly_set - newly_cleared)
    setting.draft.put(Kind.STATUS_LIST, record_id, changed)


def anchor_batch(operation: AnchorBatch, setting: Setting) -> None:
    """Record a root and its entry in the issuer's index."""
    record_id = anchor_id(operation.issuer, operation.root)
    if setting.draft.body(Kind.ANCHOR, record_id) is not None:
        raise Refused(RejectionReason.ANCHOR_EXISTS, record_id)
    setting.draft.put(Kind.ANCHOR, record_id, Anchor(operation.root, operation.count))
    setting.draft.enter(Relation.ANCHORS_BY_ISSUER, operation.issuer, record_id)


def daily_limit(parameters: Parameters, size: int) -> int:
    """How many bits of a list of `size` entries one day's transactions may set."""
    return max(parameters.status_daily_count, size * parameters.status_daily_permille // 1_000)


def _check_indices(operation: UpdateStatusList, body: StatusList) -> None:
    indices = (*operation.set_indices, *operation.clear_indices)
    if not indices:
        raise Refused(RejectionReason.NOTHING_TO_CHANGE)
    if max(indices) >= body.size:
        raise Refused(RejectionReason.INDEX_OUT_OF_RANGE, str(max(indices)))
    if operation.clear_indices and body.purpose is not StatusPurpose.SUSPENSION:
        raise Refused(RejectionReason.PERMANENT_BIT, body.purpose.name.lower())
    both = set(operation.set_indices).intersection(operation.clear_indices)
    if both:
        raise Refused(RejectionReason.SET_AND_CLEARED, str(min(both)))


def _by_chunk(operation: UpdateStatusList) -> dict[int, tuple[list[int], list[int]]]:
    """By chunk, the offsets of the bits to set and of those to clear."""
    changes: dict[int, tuple[list[int], list[int]]] = {}
    for which, indices in enumerate((operation.set_indices, operation.clear_indices)):
        end = 0
        while end < len(indices):  # ascending, so those of one chunk stand together
            start, chunk = end, indices[end] // CHUNK_BITS
            begin = chunk * CHUNK_BITS
            end = bisect_left(indices, begin + CHUNK_BITS, start)
            changes.setdefault(chunk, ([], []))[which].extend(index - begin for index in indices[start:end])
    return changes


def _counted(body: StatusList, newly_set: int, setting: Setting) -> StatusList:
    """The list with the day's count brought up to date. Raises `Refused` above the daily limit."""
    day = setting.time_ms // DAY_MS
    set_today = newly_set + (body.set_today if day == body.day else 0)
    limit = daily_limit(setting.parameters, body.size)
    if newly_set and set_today > limit and body.purpose is not StatusPurpose.REFRESH:
        raise Refused(RejectionReason.DAILY_LIMIT, f"{set_today} of {limit}")
    return replace(body, day=day, set_today=set_today)
