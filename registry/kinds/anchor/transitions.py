"""Applying the operation on `anchor` records: a root is recorded once for each issuer."""

from registry.kinds.anchor.operations import AnchorBatch
from registry.kinds.anchor.reasons import AnchorReason
from registry.kinds.anchor.record import ANCHOR_RECORD, ANCHORS_BY_ISSUER, Anchor, anchor_id
from registry.rejection import Refused
from registry.setting import Setting


def anchor_batch(operation: AnchorBatch, setting: Setting) -> None:
    """Record a root and its entry in the issuer's index."""
    record_id = anchor_id(operation.issuer, operation.root)
    if setting.draft.body(ANCHOR_RECORD, record_id) is not None:
        raise Refused(AnchorReason.ANCHOR_EXISTS, record_id)
    setting.draft.put(ANCHOR_RECORD, record_id, Anchor(operation.root, operation.count))
    setting.draft.enter(ANCHORS_BY_ISSUER, operation.issuer, record_id)
