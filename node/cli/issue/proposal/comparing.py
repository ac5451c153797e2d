"""Whether a proposal does what the person who approves it was told on another way."""

from collections.abc import Set
from pathlib import Path

from node.cli.issue.proposal.ranges import entries_told
from node.wording.explained import Explained
from registry.kinds.pending.record import Pending
from registry.kinds.status_list.operations import UpdateStatusList

_DO = "do not approve it before you know why: ask whoever gave you the file, not whoever proposed it alone"


def require_sets_exactly(body: Pending, expected: Set[int], file: Path) -> None:
    """Raises Explained unless to set exactly these entries of one list is all that a proposal does."""
    updates = [operation for operation in body.operations if isinstance(operation, UpdateStatusList)]
    lists = {(update.issuer, update.name) for update in updates}
    if (
        len(updates) < len(body.operations)
        or len(lists) > 1
        or any(update.clear_indices for update in updates)
    ):
        what = "the proposal does something else than to set entries of one status list"
        raise Explained(what, where=file, do=_DO)
    proposed = {index for update in updates for index in update.set_indices}
    differences = [
        f"{verb} {entries_told(sorted(indices))}"
        for verb, indices in (
            ("it also sets", proposed - expected),
            ("it does not set", expected - proposed),
        )
        if indices
    ]
    if differences:
        what = f"the proposal does not set exactly the entries in the file: {', and '.join(differences)}"
        raise Explained(what, where=file, do=_DO)
