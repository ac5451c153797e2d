"""Who may do what: one table, and the judgement it gives.

1. A transaction is signed by an active key with the purpose capabilityInvocation of an active DID, whose
   sponsoring member is active.
2. Each operation concerns one DID, its subject. `AUTHORITY` says how the signer must be tied to it, and
   which roles its sponsoring member must have one of.
3. All of this is judged on the state before the transaction, so no operation can give its own transaction
   authority.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from operator import attrgetter
from typing import Final

from registry.draft import Draft
from registry.operations.did import (
    AddKey,
    DeactivateDid,
    RegisterDid,
    ReportCompromised,
    RetireKey,
    RotateKey,
    UpdateDid,
)
from registry.operations.schema import PublishSchema, SetSchemaState
from registry.operations.status_list import AnchorBatch, CreateStatusList, UpdateStatusList
from registry.operations.union import Operation
from registry.primitives import ed25519
from registry.records.did import Did, DidState, KeyState, Purpose
from registry.records.kind import Kind
from registry.records.member import Member, MemberState, Role
from registry.rejection import Refused, RejectionReason
from registry.transaction import Transaction


class Tie(Enum):
    """How a signer is tied to the subject of an operation."""

    ITSELF = "itself"
    """The signer is the subject."""
    CONTROLLER = "controller"
    """The subject's record names the signer as its controller."""
    MEMBER_ITSELF = "member-itself"
    """The signer is the subject, and a member."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Whom an operation concerns, which ties to it authorise, and the roles of which the member needs
    one."""

    subject: Callable[[Operation], str]
    ties: frozenset[Tie]
    roles: frozenset[Role]


_ANY_ROLE = frozenset(Role)
_SPONSORS = frozenset({Role.OPERATOR, Role.ACCREDITOR, Role.ISSUER})
_PUBLISHERS = frozenset({Role.ACCREDITOR, Role.ISSUER})
_ISSUERS = frozenset({Role.ISSUER})
_HOLDERS = frozenset({Tie.ITSELF, Tie.CONTROLLER})
_ALONE = frozenset({Tie.ITSELF})

AUTHORITY: Final[dict[type[Operation], Rule]] = {
    RegisterDid: Rule(attrgetter("sponsor"), frozenset({Tie.MEMBER_ITSELF}), _SPONSORS),
    AddKey: Rule(attrgetter("did"), _HOLDERS, _ANY_ROLE),
    RotateKey: Rule(attrgetter("did"), _HOLDERS, _ANY_ROLE),
    RetireKey: Rule(attrgetter("did"), _HOLDERS, _ANY_ROLE),
    ReportCompromised: Rule(attrgetter("did"), _HOLDERS, _ANY_ROLE),
    DeactivateDid: Rule(attrgetter("did"), _HOLDERS, _ANY_ROLE),
    UpdateDid: Rule(attrgetter("did"), _HOLDERS, _ANY_ROLE),
    PublishSchema: Rule(attrgetter("owner"), _ALONE, _PUBLISHERS),
    SetSchemaState: Rule(attrgetter("owner"), _ALONE, _PUBLISHERS),
    CreateStatusList: Rule(attrgetter("issuer"), _ALONE, _ISSUERS),
    UpdateStatusList: Rule(attrgetter("issuer"), _ALONE, _ISSUERS),
    AnchorBatch: Rule(attrgetter("issuer"), _ALONE, _ISSUERS),
}


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed a transaction: the DID, the public key, and the member that sponsors the DID."""

    did: str
    public_key: bytes
    member_did: str
    member: Member


def signer_of(transaction: Transaction, draft: Draft, time_ms: int) -> Signer:
    """Who claims to have signed, if that key may sign at all; the signature is not looked at. Raises
    `Refused`."""
    did: Did | None = draft.before(Kind.DID, transaction.did)
    if did is None:
        raise Refused(RejectionReason.UNKNOWN_SIGNER, transaction.did)
    key = did.key(transaction.fragment)
    if key is None:
        raise Refused(RejectionReason.UNKNOWN_KEY, f"{transaction.did}#{transaction.fragment}")
    if key.purpose is not Purpose.CAPABILITY_INVOCATION:
        raise Refused(RejectionReason.KEY_PURPOSE)
    if did.state_at(time_ms) is not DidState.ACTIVE:
        raise Refused(RejectionReason.SIGNER_DEACTIVATED)
    if key.state_at(time_ms) is not KeyState.ACTIVE:
        raise Refused(RejectionReason.KEY_INACTIVE)
    member: Member | None = draft.before(Kind.MEMBER, did.sponsor)
    if member is None or member.state_at(time_ms) is not MemberState.ACTIVE:
        raise Refused(RejectionReason.SPONSOR_INACTIVE, did.sponsor)
    return Signer(transaction.did, ed25519.from_multikey(key.multikey), did.sponsor, member)


class Signers:
    """Judges signers as of one time. A judgement is remembered as long as the records it was made of stay:
    the same few keys sign most of a block's transactions.
    """

    def __init__(self, time_ms: int) -> None:
        self.time_ms = time_ms
        self._known: dict[tuple[str, str], tuple[Did, Member, Signer]] = {}

    def of(self, transaction: Transaction, draft: Draft) -> Signer:
        """See `signer_of`."""
        name = (transaction.did, transaction.fragment)
        known = self._known.get(name)
        if known is not None:
            did, member, signer = known
            # Bodies are immutable, so the same object says the same.
            if (
                draft.before(Kind.DID, signer.did) is did
                and draft.before(Kind.MEMBER, signer.member_did) is member
            ):
                return signer
        signer = signer_of(transaction, draft, self.time_ms)
        self._known[name] = (draft.before(Kind.DID, signer.did), signer.member, signer)
        return signer


def authorise(operation: Operation, signer: Signer, draft: Draft) -> None:
    """Raises `Refused` (not-authorised, role-missing) unless the signer may do this."""
    rule = AUTHORITY[type(operation)]
    subject = rule.subject(operation)
    for tie in rule.ties:
        if _tied(tie, subject, signer, draft):
            break
    else:
        raise Refused(RejectionReason.NOT_AUTHORISED, f"{signer.did} for {subject}")
    if rule.roles.isdisjoint(signer.member.roles):
        raise Refused(RejectionReason.ROLE_MISSING, signer.member_did)


def _tied(tie: Tie, subject: str, signer: Signer, draft: Draft) -> bool:
    match tie:
        case Tie.ITSELF:
            return subject == signer.did
        case Tie.MEMBER_ITSELF:
            return subject == signer.did == signer.member_did
        case Tie.CONTROLLER:
            did: Did | None = draft.before(Kind.DID, subject)
            return did is not None and did.controller == signer.did
