"""Usage: what each member has used of its quotas. Execution itself writes it, once for each block."""

from typing import Final

from registry.id_forms import A_DID
from registry.kind import Kind
from registry.kinds.usage.record import USAGE_RECORD

KIND: Final = Kind(record=USAGE_RECORD, id=A_DID, layout="`[records, stored bytes]`")
