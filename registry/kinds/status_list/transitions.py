"""Applying operations on `status-list` records.

1. Creating a list writes no chunk, whatever its size.
2. Setting a bit that is set, or clearing one that is clear, changes nothing and is no error: updates made
   at the same time by two agents of an issuer never undo each other.
3. Bits of revocation and refresh lists are never cleared.
4. On one day (UTC) no more bits of a revocation or suspension list are set than the network's parameters
   allow, so one stolen key cannot revoke everyone. An update that two keys have approved is counted as well,
   and not refused for the number (decision 0115).
"""

from bisect import bisect_left
from dataclasses import replace
from typing import Final

from registry.id_forms import NETWORK_ID
from registry.kinds.parameters.record import PARAMETERS_RECORD, Parameters
from registry.kinds.status_list.bitmap import empty_root, read_chunk, with_bits, write_chunks
from registry.kinds.status_list.operations import CreateStatusList, UpdateStatusList
from registry.kinds.status_list.reasons import StatusListReason
from registry.kinds.status_list.record import (
    CHUNK_BITS,
    MAX_SIZE,
    MIN_SIZE,
    STATUS_LIST_RECORD,
    STATUS_LISTS_BY_ISSUER,
    StatusList,
    StatusPurpose,
    status_list_id,
)
from registry.record_type import record_key
from registry.rejection import Refused
from registry.rows import Damaged
from registry.setting import Setting

DAY_MS: Final = 86_400_000


def create_status_list(operation: CreateStatusList, setting: Setting) -> None:
    """Create a list of clear bits and its entry in the issuer's index."""
    record_id = status_list_id(operation.issuer, operation.name)
    if setting.draft.body(STATUS_LIST_RECORD, record_id) is not None:
        raise Refused(StatusListReason.STATUS_LIST_EXISTS, record_id)
    if not MIN_SIZE <= operation.size <= MAX_SIZE or operation.size % CHUNK_BITS:
        raise Refused(StatusListReason.STATUS_LIST_SIZE, str(operation.size))
    body = StatusList(
        purpose=operation.purpose,
        size=operation.size,
        root=empty_root(operation.size),
        ones=0,
        day=setting.time_ms // DAY_MS,
        set_today=0,
        created_ms=setting.time_ms,
    )
    setting.draft.put(STATUS_LIST_RECORD, record_id, body)
    setting.draft.enter(STATUS_LISTS_BY_ISSUER, operation.issuer, record_id)


def update_status_list(operation: UpdateStatusList, setting: Setting) -> None:
    """Set and clear bits."""
    record_id = status_list_id(operation.issuer, operation.name)
    body = setting.draft.body(STATUS_LIST_RECORD, record_id)
    if body is None:
        raise Refused(StatusListReason.STATUS_LIST_UNKNOWN, record_id)
    _check_indices(operation, body)
    key = record_key(STATUS_LIST_RECORD, record_id)
    version = setting.draft.next_version(STATUS_LIST_RECORD, record_id)
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
    setting.draft.put(STATUS_LIST_RECORD, record_id, changed)


def daily_limit(parameters: Parameters, size: int) -> int:
    """How many bits of a list of `size` entries one day's transactions may set."""
    return max(parameters.status_daily_count, size * parameters.status_daily_permille // 1_000)


def _check_indices(operation: UpdateStatusList, body: StatusList) -> None:
    indices = (*operation.set_indices, *operation.clear_indices)
    if not indices:
        raise Refused(StatusListReason.NOTHING_TO_CHANGE)
    if max(indices) >= body.size:
        raise Refused(StatusListReason.INDEX_OUT_OF_RANGE, str(max(indices)))
    if operation.clear_indices and body.purpose is not StatusPurpose.SUSPENSION:
        raise Refused(StatusListReason.PERMANENT_BIT, body.purpose.name.lower())
    both = set(operation.set_indices).intersection(operation.clear_indices)
    if both:
        raise Refused(StatusListReason.SET_AND_CLEARED, str(min(both)))


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
    parameters = setting.draft.before(PARAMETERS_RECORD, NETWORK_ID)
    if parameters is None:
        raise Damaged("the network's parameters are missing")
    limit = daily_limit(parameters, body.size)
    is_bound = body.purpose is not StatusPurpose.REFRESH and not setting.is_approved
    if newly_set and set_today > limit and is_bound:
        raise Refused(StatusListReason.DAILY_LIMIT, f"{set_today} of {limit}")
    return replace(body, day=day, set_today=set_today)
