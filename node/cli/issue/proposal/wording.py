"""What a proposal will do, and how it stands, in words."""

import json

from api.documents.readable import render
from node.cli.issue.proposal.ranges import SHOWN, entries_told, is_cut
from node.wording.counted import counted
from node.wording.times import format_time
from registry.kind import ByApproval
from registry.kinds.pending.record import Approval, Pending, PendingState
from registry.kinds.status_list.operations import UpdateStatusList
from registry.kinds.status_list.record import status_list_id
from registry.operation import Operation
from registry.ruleset import CURRENT


def told(operation: Operation, most: int | None = SHOWN) -> str:
    """What an operation does, in a line. Of entries of a list the first `most` ranges, all where it is None;
    everything else is told whole, for what is cut off could be what matters.
    """
    match operation:
        case UpdateStatusList(issuer, name, to_set, to_clear):
            parts = [f"{verb} {entries_told(indices, most)}" for verb, indices in _changes(to_set, to_clear)]
            return f"{status_list_id(issuer, name)}: {', and '.join(parts) or 'nothing'}"
        case _:
            return json.dumps(render(operation), ensure_ascii=False)


def told_lines(label: str, record_id: str, body: Pending, most: int | None = SHOWN) -> list[str]:
    """What a proposal does, a line for each operation; where one is cut, with the command that shows all."""
    lines = [f"{label:<12} {told(operation, most)}" for operation in body.operations]
    if any(_is_cut(operation, most) for operation in body.operations):
        lines.append(f"not all      `matricula proposal show {record_id}` shows every entry")
    return lines


def needs(operation: Operation) -> str:
    """Which keys an operation takes."""
    signers = CURRENT.operations[type(operation)].authority.signers
    return signers.words if isinstance(signers, ByApproval) else counted(signers, "key")


def state_at(body: Pending, time_ms: int) -> str:
    """How a proposal stands at a time: `open`, `expired`, `completed`, `withdrawn`."""
    is_over = body.state is PendingState.OPEN and not body.can_be_approved_at(time_ms)
    return "expired" if is_over else body.state.name.lower()


def state_line(body: Pending, time_ms: int) -> str:
    """The same, with since or until when, and by whom."""
    state = state_at(body, time_ms)
    if body.state is PendingState.OPEN:
        return f"{state}, {'since' if state == 'expired' else 'until'} {format_time(body.expires_ms)}"
    return f"{state} {format_time(body.states[-1][1])} by {body.ended_by}"


def approval_line(approval: Approval) -> str:
    """Who approved, and when; and when it was found that the approval does not count any more."""
    line = f"{approval.did}#{approval.fragment}, {format_time(approval.time_ms)}"
    if approval.dropped_ms is None:
        return line
    return f"{line}; dropped {format_time(approval.dropped_ms)}"


def _changes(to_set: tuple[int, ...], to_clear: tuple[int, ...]) -> list[tuple[str, tuple[int, ...]]]:
    return [(verb, indices) for verb, indices in (("set", to_set), ("clear", to_clear)) if indices]


def _is_cut(operation: Operation, most: int | None) -> bool:
    if not isinstance(operation, UpdateStatusList):
        return False
    return is_cut(operation.set_indices, most) or is_cut(operation.clear_indices, most)
