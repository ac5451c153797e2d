"""Members: the institutions and agencies of the network. The genesis document makes them."""

from typing import Final

from registry.id_forms import A_DID
from registry.kind import Kind
from registry.kinds.member.record import MEMBER_RECORD, MEMBERS

KIND: Final = Kind(
    record=MEMBER_RECORD,
    id=A_DID,
    layout="`[[[language, name], …], country, region, [[scheme, identifier], …], [role, …], recovery "
    "multikey or null, [[state, since_ms], …]]`",
    relation=MEMBERS,
)
