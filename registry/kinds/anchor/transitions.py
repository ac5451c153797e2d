"""Applying the operation on anchors: a root is recorded once for each issuer."""

from registry.kinds.anchor.entry import ANCHORS_BY_ISSUER, Anchor, anchor_name, entry_id, lookup_key
from registry.kinds.anchor.operations import AnchorBatch
from registry.kinds.anchor.reasons import AnchorReason
from registry.rejection import Refused
from registry.setting import Setting
from registry.tables import Table, u64


def anchor_batch(operation: AnchorBatch, setting: Setting) -> None:
    """Append a root to the issuer's log, and keep which entry it is."""
    issuer, draft = operation.issuer, setting.draft
    key = lookup_key(issuer, operation.root)
    if draft.rows.get(Table.ANCHOR, key) is not None:
        raise Refused(AnchorReason.ANCHOR_EXISTS, anchor_name(issuer, operation.root))
    number = draft.enter(ANCHORS_BY_ISSUER, issuer, entry_id(Anchor(operation.root, operation.count)))
    draft.rows.put(Table.ANCHOR, key, u64(number))
