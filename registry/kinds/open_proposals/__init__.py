"""Open proposals: which of a proposer's proposals can still be approved. Operations on proposals write it."""

from typing import Final

from registry.id_forms import A_DID
from registry.kind import Kind
from registry.kinds.open_proposals.record import OPEN_PROPOSALS_RECORD

KIND: Final = Kind(record=OPEN_PROPOSALS_RECORD, id=A_DID, layout="`[[name, expires_ms], …]`")
