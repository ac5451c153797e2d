"""Members."""

from registry.kinds.member import KIND
from registry.kinds.member.record import Identifier, Member, MemberState, Name
from registry.primitives.codec import MAX_INTEGER
from registry.roles import Role
from tests.registry.kinds import DID, LONGEST_DID, MULTIKEY, OWN_DID, Examples

EXAMPLES = Examples(
    kind=KIND,
    ids=(DID, OWN_DID),
    others=("network", f"{DID}/"),
    longest_id=LONGEST_DID,
    body=Member(
        (Name("pt", "Universidade"), Name("en", "University")),
        "PT",
        "Norte",
        (Identifier("ror", "https://ror.org/05a28rw58"),),
        (Role.OPERATOR, Role.ISSUER),
        MULTIKEY,
        ((MemberState.ACTIVE, 1),),
    ),
    longest_body=Member(
        names=(Name("l" * 35, "n" * 42),) * 24,
        country="PT",
        region="r" * 64,
        identifiers=(Identifier("s" * 16, "v" * 128),) * 8,
        roles=tuple(Role),
        recovery_key=bytes(128),
        states=((MemberState.CLOSED, MAX_INTEGER),) * 8,
    ),
)
