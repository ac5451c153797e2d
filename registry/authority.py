"""Who may do what: the judgement of a signer, and of what each operation's descriptor asks for.

1. A transaction is signed by an active key with the purpose capabilityInvocation of an active DID, whose
   sponsoring member is active.
2. Each operation concerns one DID, its subject. Its descriptor (`registry.kind.OperationKind`) says how the
   signer must be tied to it, and which roles its sponsoring member must have one of.
3. An operation that takes more than one key is not for a transaction to carry by itself. A proposal holds
   it; who may approve it there its descriptor says too (`registry.kinds.pending`).
4. All of this is judged on the state before the transaction, so no operation can give its own transaction
   authority.
"""

from dataclasses import dataclass

from registry.draft import Draft
from registry.kind import OperationKind
from registry.kinds.did.record import DID_RECORD, Did, DidState, KeyState, Purpose
from registry.kinds.member.record import MEMBER_RECORD, Member, MemberState
from registry.kinds.pending.reasons import PendingReason
from registry.operation import O
from registry.primitives import ed25519
from registry.rejection import Refused, TransactionReason
from registry.roles import Tie
from registry.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed a transaction: the DID, the public key, and the member that sponsors the DID."""

    did: str
    public_key: bytes
    member_did: str
    member: Member


def signer_of(signer_did: str, fragment: str, draft: Draft, time_ms: int) -> Signer:
    """Whose the key of this name is, if it may sign transactions at all. Raises `Refused`."""
    did = draft.before(DID_RECORD, signer_did)
    if did is None:
        raise Refused(TransactionReason.UNKNOWN_SIGNER, signer_did)
    key = did.key(fragment)
    if key is None:
        raise Refused(TransactionReason.UNKNOWN_KEY, f"{signer_did}#{fragment}")
    if key.purpose is not Purpose.CAPABILITY_INVOCATION:
        raise Refused(TransactionReason.KEY_PURPOSE)
    if did.state_at(time_ms) is not DidState.ACTIVE:
        raise Refused(TransactionReason.SIGNER_DEACTIVATED)
    if key.state_at(time_ms) is not KeyState.ACTIVE:
        raise Refused(TransactionReason.KEY_INACTIVE)
    member = draft.before(MEMBER_RECORD, did.sponsor)
    if member is None or member.state_at(time_ms) is not MemberState.ACTIVE:
        raise Refused(TransactionReason.SPONSOR_INACTIVE, did.sponsor)
    return Signer(signer_did, ed25519.from_multikey(key.multikey), did.sponsor, member)


class Signers:
    """Judges signers as of one time. A judgement is remembered as long as the records it was made of stay:
    the same few keys sign most of a block's transactions.
    """

    def __init__(self, time_ms: int) -> None:
        self.time_ms = time_ms
        self._known: dict[tuple[str, str], tuple[Did, Member, Signer]] = {}

    def of(self, transaction: Transaction, draft: Draft) -> Signer:
        """Who claims to have signed; the signature is not looked at. Raises `Refused`."""
        return self.named(transaction.did, transaction.fragment, draft)

    def named(self, did: str, fragment: str, draft: Draft) -> Signer:
        """See `signer_of`."""
        name = (did, fragment)
        known = self._known.get(name)
        if known is not None:
            known_did, member, signer = known
            # Bodies are immutable, so the same object says the same.
            if (
                draft.before(DID_RECORD, signer.did) is known_did
                and draft.before(MEMBER_RECORD, signer.member_did) is member
            ):
                return signer
        signer = signer_of(did, fragment, draft, self.time_ms)
        body = draft.before(DID_RECORD, did)
        if body is not None:
            self._known[name] = (body, signer.member, signer)
        return signer


def authorise(kind: OperationKind[O], operation: O, signer: Signer, draft: Draft) -> None:
    """Raises `Refused` (approvals-needed, not-authorised, role-missing) unless the signer's own transaction
    may do this."""
    if not kind.authority.is_direct:
        raise Refused(PendingReason.APPROVALS_NEEDED, kind.title)
    _require(kind, kind.authority.ties, operation, signer, draft)


def authorise_approval(kind: OperationKind[O], operation: O, signer: Signer, draft: Draft) -> None:
    """Raises `Refused` (not-authorised, role-missing) unless the signer may approve this, held by a
    proposal."""
    _require(kind, kind.authority.approving_ties, operation, signer, draft)


def _require(
    kind: OperationKind[O], ties: frozenset[Tie], operation: O, signer: Signer, draft: Draft
) -> None:
    subject: str = getattr(operation, kind.subject)
    for tie in ties:
        if _tied(tie, subject, signer, draft):
            break
    else:
        raise Refused(TransactionReason.NOT_AUTHORISED, f"{signer.did} for {subject}")
    if kind.authority.roles.isdisjoint(signer.member.roles):
        raise Refused(TransactionReason.ROLE_MISSING, signer.member_did)


def _tied(tie: Tie, subject: str, signer: Signer, draft: Draft) -> bool:
    match tie:
        case Tie.ITSELF:
            return subject == signer.did
        case Tie.MEMBER_ITSELF:
            return subject == signer.did == signer.member_did
        case Tie.CONTROLLER:
            did = draft.before(DID_RECORD, subject)
            return did is not None and did.controller == signer.did
        case Tie.APPROVER:
            return True  # what the proposal holds is not known here: its transition judges
