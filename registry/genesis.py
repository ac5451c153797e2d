"""The genesis document: what a network starts from, and the block at height 0 that executing it gives.

The document names the network, its parameters, its members with their first keys, and the validators of
epoch 0. Its hash, `genesis_hash`, binds every signature to this network. The block at height 0 has no
transactions and 32 zero bytes for its own genesis hash and parent hash; its records stand at height 0,
index 0.
"""

from dataclasses import dataclass
from typing import Final

from registry.draft import BlockDraft, Draft, Position
from registry.execution import ExecutionResult, Roots
from registry.fields import DID_NAME, FRAGMENT, MULTIKEY, TIME_MS
from registry.id_forms import NETWORK_ID
from registry.kinds.did.record import (
    DID_RECORD,
    DIDS_BY_SPONSOR,
    Did,
    DidState,
    Key,
    KeyPeriod,
    KeyState,
    Purpose,
)
from registry.kinds.member.record import (
    IDENTIFIERS,
    MEMBER_RECORD,
    MEMBERS,
    NAMES,
    ROLES,
    Identifier,
    Member,
    MemberState,
    Name,
)
from registry.kinds.parameters.record import PARAMETERS, PARAMETERS_RECORD, Parameters
from registry.kinds.validators.record import VALIDATOR_SET, VALIDATORS_RECORD
from registry.network_kind import NETWORK_KIND, NetworkKind
from registry.primitives import ed25519
from registry.primitives.codec import Malformed
from registry.primitives.digest import Domain, tagged
from registry.primitives.merkle import leaf_hash, root_of
from registry.primitives.shape import (
    Shape,
    decode_as,
    encode_as,
    list_of,
    optional,
    record,
    text,
    uint,
)
from registry.primitives.validator_set import ValidatorSet
from registry.record_log import ledger_leaf
from registry.roles import Role
from registry.rows import encode_ledger_frontier
from registry.ruleset import RULESETS
from registry.state import State
from registry.tables import FRONTIER_KEY, MemoryStore, Table

VERSION: Final = 1
MAX_DOCUMENT_BYTES: Final = 1024 * 1024
MAX_MEMBERS: Final = 1_024
NO_HASH: Final = bytes(32)
"""In place of the genesis hash and the parent's hash in the header of height 0."""


@dataclass(frozen=True, slots=True)
class GenesisMember:
    """A founding member. `key` is the multikey of its first key, named `fragment`, which signs
    transactions."""

    did: str
    names: tuple[Name, ...]
    country: str
    region: str
    identifiers: tuple[Identifier, ...]
    roles: tuple[Role, ...]
    fragment: str
    key: bytes
    recovery_key: bytes | None


@dataclass(frozen=True, slots=True)
class GenesisDocument:
    """What a network starts from. Raises `Malformed` where its parts contradict each other, and for keys that
    are none."""

    version: int
    name: str
    kind: NetworkKind
    time_ms: int
    ruleset: int
    parameters: Parameters
    members: tuple[GenesisMember, ...]
    validators: ValidatorSet

    def __post_init__(self) -> None:
        dids = {member.did for member in self.members}
        if len(dids) != len(self.members):
            raise Malformed("a member twice", "members")
        for place, member in enumerate(self.members):
            where = f"members[{place}]"
            _check_key(member.key, f"the key of {member.did}", f"{where}.key")
            if member.recovery_key is not None:
                _check_key(member.recovery_key, f"the recovery key of {member.did}", f"{where}.recovery_key")
        for place, validator in enumerate(self.validators.validators):
            if validator.member not in dids:
                raise Malformed(f"a validator of {validator.member}, which is no member", "validators")
            if not ed25519.is_public_key(validator.public_key):
                what = f"the consensus key of {validator.member} is no Ed25519 public key"
                raise Malformed(what, f"validators[{place}].public_key")

    def encode(self) -> bytes:
        """The document's one encoding."""
        return encode_as(GENESIS_DOCUMENT, self)

    @classmethod
    def decode(cls, data: bytes) -> "GenesisDocument":
        """The inverse of `encode`. Raises `Malformed`."""
        return decode_as(GENESIS_DOCUMENT, data, limit=MAX_DOCUMENT_BYTES)

    @property
    def genesis_hash(self) -> bytes:
        """What binds everything to this network."""
        return tagged(Domain.GENESIS, self.encode())


def _check_key(multikey: bytes, whose: str, where: str) -> None:
    try:
        key = ed25519.from_multikey(multikey)
    except (ed25519.UnknownAlgorithm, Malformed) as error:
        raise Malformed(f"{whose}: {error}", where) from None
    if not ed25519.is_public_key(key):
        raise Malformed(f"{whose} is no Ed25519 public key", where)


GENESIS_MEMBER: Final[Shape[GenesisMember]] = record(
    GenesisMember,
    did=DID_NAME,
    names=NAMES,
    country=text(2, 2),
    region=text(64),
    identifiers=IDENTIFIERS,
    roles=ROLES,
    fragment=FRAGMENT,
    key=MULTIKEY,
    recovery_key=optional(MULTIKEY),
)
GENESIS_DOCUMENT: Final[Shape[GenesisDocument]] = record(
    GenesisDocument,
    version=uint(VERSION, VERSION),
    name=text(64, 1),
    kind=NETWORK_KIND,
    time_ms=TIME_MS,
    ruleset=uint(max(RULESETS), min(RULESETS)),
    parameters=PARAMETERS,
    members=list_of(GENESIS_MEMBER, MAX_MEMBERS, 1),
    validators=VALIDATOR_SET,
)


def genesis_block_state(document: GenesisDocument) -> ExecutionResult:
    """The block at height 0: members with their DIDs, parameters, validators."""
    before = State.empty(MemoryStore())
    block = BlockDraft(before.reader)
    draft = Draft(block)
    draft.put(PARAMETERS_RECORD, NETWORK_ID, document.parameters)
    draft.put(VALIDATORS_RECORD, NETWORK_ID, document.validators)
    for number, member in enumerate(document.members):
        draft.operation = number
        _found(member, document.time_ms, draft)
    position = Position(height=0, index=0, time_ms=document.time_ms)
    block.accept(draft, position)
    changed = before.map.update(block.heads())
    leaf = ledger_leaf(0, 0, document.time_ms, NO_HASH)
    ledger, _ = before.ledger.append(leaf_hash(leaf))  # completes nothing above the leaf
    block.overlay.put(Table.LEDGER, FRONTIER_KEY, encode_ledger_frontier(ledger))
    roots = Roots(root_of(()), ledger.size, ledger.root(), changed.root)
    return ExecutionResult(roots, block.overlay, changed, ledger, None, 0, ())


def _found(member: GenesisMember, time_ms: int, draft: Draft) -> None:
    """Write the records of a founding member and of its DID, sponsored by itself."""
    first_key = Key(
        member.fragment,
        Purpose.CAPABILITY_INVOCATION,
        member.key,
        (KeyPeriod(KeyState.ACTIVE, time_ms),),
    )
    did = Did(
        sponsor=member.did,
        controller=None,
        keys=(first_key,),
        services=(),
        seals=(),
        domain_attested_by=None,
        states=((DidState.ACTIVE, time_ms),),
    )
    body = Member(
        names=member.names,
        country=member.country,
        region=member.region,
        identifiers=member.identifiers,
        roles=member.roles,
        recovery_key=member.recovery_key,
        states=((MemberState.ACTIVE, time_ms),),
    )
    draft.put(DID_RECORD, member.did, did)
    draft.put(MEMBER_RECORD, member.did, body)
    draft.enter(MEMBERS, NETWORK_ID, member.did)
    draft.enter(DIDS_BY_SPONSOR, member.did, member.did)
