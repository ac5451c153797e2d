"""A network in which an issuer can propose, and rulesets in which other operations take several keys."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from registry.build import OwnedKey
from registry.execution import ExecutionResult, MissingContent, Receipt, Rejected
from registry.genesis import GenesisDocument
from registry.index import INDEX_RECORD
from registry.kind import ByApproval, Kind
from registry.kinds.index import index_of
from registry.kinds.open_proposals.record import OPEN_PROPOSALS_RECORD, OpenProposals
from registry.kinds.pending import pending_of
from registry.kinds.pending.record import Pending, pending_id
from registry.kinds.status_list.record import STATUS_LIST_RECORD, StatusList, StatusPurpose, status_list_id
from registry.operation import Operation
from registry.record_type import RecordType
from registry.roles import Role
from registry.ruleset import CURRENT, Ruleset
from tests.registry.network import (
    AGENCY,
    ASSERT,
    DOCUMENT,
    INVOKE,
    UNIVERSITY,
    Network,
    Signed,
    founder,
    owned,
    rewritten,
)

LIMIT = 1_310
"""Entries of the list that one key may set in a day."""
MANY = range(LIMIT + 690)
HOUR_MS = 3_600_000
TWO_ISSUERS = replace(
    DOCUMENT,
    members=(
        founder(UNIVERSITY, Role.OPERATOR, Role.ISSUER),
        founder(AGENCY, Role.OPERATOR, Role.ACCREDITOR, Role.ISSUER),
    ),
)


def taking(signers: Mapping[type[Operation], int | ByApproval[Any]]) -> Ruleset:
    """The current ruleset, but that these operations take so many keys."""

    def changed(kind: Kind[Any]) -> Kind[Any]:
        operations = (
            replace(each, authority=replace(each.authority, signers=signers[each.type]))
            if each.type in signers
            else each
            for each in kind.operations
        )
        return replace(kind, operations=tuple(operations))

    own = (kind for kind in CURRENT.kinds if kind.record is not INDEX_RECORD and kind.name != "pending")
    kinds = tuple(map(changed, own))
    kinds = (*kinds, pending_of(kinds, CURRENT.limits.proposals))
    return replace(CURRENT, kinds=(*kinds, index_of(kinds)))


class Issuing(Network):
    """`issuer` is a DID of the university with two keys for transactions, `first` and `second`, and one for
    credentials. Its controller is a DID of the agency with one key, which is also named `controller`."""

    def __init__(self, document: GenesisDocument = TWO_ISSUERS, ruleset: Ruleset | None = None) -> None:
        super().__init__(document, ruleset)
        self.controller = self.registered(AGENCY, [owned("controller")])
        keys = [owned("first"), owned("second", INVOKE, "key-2"), owned("credentials", ASSERT, "key-3")]
        self.issuer = self.registered(UNIVERSITY, keys, self.controller)
        signed = self.by("first")
        signed.build.create_status_list(self.issuer, "diplomas", StatusPurpose.REVOCATION)
        self.commit(signed.bytes())

    def registered(self, sponsor: str, keys: list[OwnedKey], controller: str | None = None) -> str:
        """The DID of a new registration."""
        signed = self.signed_by(sponsor)
        did = signed.build.register_did(sponsor, keys, controller=controller)
        self.commit(signed.bytes())
        return did

    def by(self, who: str) -> Signed:
        """A transaction to be signed by a key: `first`, `second`, `third` of the issuer, `controller`,
        `university`, `agency`."""
        did, key = {
            "first": (f"{self.issuer}#key-1", "first"),
            "second": (f"{self.issuer}#key-2", "second"),
            "third": (f"{self.issuer}#key-4", "third"),
            "credentials": (f"{self.issuer}#key-3", "credentials"),
            "controller": (self.controller, "controller"),
            "university": (UNIVERSITY, UNIVERSITY),
            "agency": (AGENCY, AGENCY),
        }[who]
        return self.signed_by(did, key)

    def proposing(
        self, who: str = "first", name: str = "recall", indices: Iterable[int] = MANY, for_ms: int = HOUR_MS
    ) -> bytes:
        """A proposal to set entries of the list."""
        signed = self.by(who)
        signed.build.set_status(self.issuer, "diplomas", indices)
        signed.build.propose(signed.did, name, self.next_time_ms + for_ms)
        return signed.bytes()

    def setting(self, who: str, indices: Iterable[int]) -> bytes:
        """An update of the list by one key."""
        signed = self.by(who)
        signed.build.set_status(self.issuer, "diplomas", indices)
        return signed.bytes()

    def approving(self, who: str = "second", name: str = "recall", proposer: str = "") -> bytes:
        """An approval of a proposal, the issuer's unless told."""
        signed = self.by(who)
        signed.build.approve(proposer or self.issuer, name)
        return signed.bytes()

    def withdrawing(self, who: str, name: str = "recall") -> bytes:
        """A withdrawal of the issuer's proposal."""
        signed = self.by(who)
        signed.build.withdraw(self.issuer, name)
        return signed.bytes()

    def add_third_key(self) -> None:
        """Give the issuer a third key for transactions."""
        signed = self.by("second")
        signed.build.add_key(self.issuer, owned("third", INVOKE, "key-4"))
        self.commit(signed.bytes())

    def retire(self, who: str, fragment: str) -> None:
        """Retire a key of the issuer."""
        signed = self.by(who)
        signed.build.retire_key(self.issuer, fragment)
        self.commit(signed.bytes())

    def rewrite(self, kind: RecordType[Any], record_id: str, body: Any) -> None:
        """Put another body into a record, as a later ruleset might."""
        self.state = rewritten(self.state, kind, record_id, body)
        self.store.apply(self.state.reader.writes)  # type: ignore[attr-defined]  # an overlay
        self.state = type(self.state).rebuild(self.store)

    @property
    def record(self) -> RecordType[Pending]:
        """The kind of the proposals."""
        kind: RecordType[Pending] = self.ruleset.records["pending"]
        return kind

    def pending(self, name: str = "recall", proposer: str = "") -> Pending:
        """A proposal, the issuer's unless told."""
        body: Pending = self.body(self.record, pending_id(proposer or self.issuer, name))
        return body

    @property
    def status_list(self) -> StatusList:
        """The list as it is."""
        body: StatusList = self.body(STATUS_LIST_RECORD, status_list_id(self.issuer, "diplomas"))
        return body

    @property
    def open(self) -> OpenProposals:
        """What is pending of the issuer's."""
        body: OpenProposals = self.body(OPEN_PROPOSALS_RECORD, self.issuer)
        return body


def reason_of(outcome: ExecutionResult | Rejected | MissingContent | Receipt) -> object:
    """Why it was refused; None where it was not."""
    return outcome.reason if isinstance(outcome, Rejected) else None
