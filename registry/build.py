"""Building transactions, for clients: one builder collects operations and signs them all at once.

    builder = TransactionBuilder(genesis_hash, nonce=16 random bytes)
    did = builder.register_did(sponsor, [OwnedKey("key-1", Purpose.CAPABILITY_INVOCATION, seed)])
    data = builder.sign("did:web:uni.example#key-1", seed, valid_until_ms)

The builder signs the proofs of possession of new keys, derives did:matricula names, and lists attachments.
It checks shapes, not authority: that takes the ledger.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from registry.attachments import Attachment
from registry.kinds.anchor.operations import AnchorBatch
from registry.kinds.did.operations import (
    AddKey,
    DeactivateDid,
    NewKey,
    RegisterDid,
    ReportCompromised,
    RetireKey,
    RotateKey,
    UpdateDid,
)
from registry.kinds.did.possession import K, derived_did, proving_possession
from registry.kinds.did.record import Purpose, Service
from registry.kinds.pending.operations import ApproveProposal, ProposeOperations, WithdrawProposal
from registry.kinds.schema.operations import PublishSchema, SetSchemaState
from registry.kinds.schema.record import ReleaseState
from registry.kinds.status_list.operations import CreateStatusList, UpdateStatusList
from registry.kinds.status_list.record import MIN_SIZE, StatusPurpose
from registry.operation import Operation
from registry.primitives import ed25519
from registry.primitives.ed25519 import Sign
from registry.ruleset import CURRENT, Ruleset
from registry.transaction import sign_transaction


class KeyToAdd(Protocol):
    """A key to be put on the ledger: its public half, and what proves that the private half is there."""

    @property
    def public(self) -> NewKey:
        """What the ledger gets of it."""

    def sign(self, message: bytes) -> bytes:
        """The 64-byte signature by its private half."""


@dataclass(frozen=True, slots=True)
class OwnedKey:
    """A key to be put on the ledger by whoever holds its 32-byte seed."""

    fragment: str
    purpose: Purpose
    seed: bytes

    @property
    def public(self) -> NewKey:
        """What the ledger gets of it."""
        multikey = ed25519.to_multikey(ed25519.public_key(self.seed))
        return NewKey(self.fragment, self.purpose, multikey)

    def sign(self, message: bytes) -> bytes:
        """See `KeyToAdd`."""
        return ed25519.sign(self.seed, message)


class TransactionBuilder:
    """Collects the operations of one transaction. `nonce`: 16 bytes of chance, used once."""

    def __init__(self, genesis_hash: bytes, nonce: bytes, ruleset: Ruleset = CURRENT) -> None:
        self._genesis_hash = genesis_hash
        self._nonce = nonce
        self._ruleset = ruleset
        self._operations: list[Operation] = []
        self._attachments: dict[bytes, Attachment] = {}

    @property
    def operations(self) -> tuple[Operation, ...]:
        """What was collected so far."""
        return tuple(self._operations)

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """What must be sent beside the transaction."""
        return tuple(self._attachments.values())

    def add(self, operation: Operation, *attachments: Attachment) -> None:
        """Add an operation that needs no help here, with the attachments that it names."""
        for attachment in attachments:
            self._attachments[attachment.address] = attachment
        self._operations.append(operation)

    def register_did(
        self,
        sponsor: str,
        keys: Sequence[KeyToAdd],
        *,
        did: str = "",
        controller: str | None = None,
        services: tuple[Service, ...] = (),
        seals: tuple[bytes, ...] = (),
    ) -> str:
        """Register a DID; without a `did` it gets the did:matricula of this registration. The DID."""
        public = tuple(key.public for key in keys)
        operation = RegisterDid(did, sponsor, controller, public, services, seals, ())
        operation = replace(operation, did=did or derived_did(operation))
        self._add_proving(operation, *keys)
        return operation.did

    def add_key(self, did: str, key: KeyToAdd) -> None:
        """Add a key to a DID."""
        self._add_proving(AddKey(did, key.public, ()), key)

    def rotate_key(self, did: str, retired: str, key: KeyToAdd) -> None:
        """Replace the key named `retired` by another of the same purpose."""
        self._add_proving(RotateKey(did, retired, key.public, ()), key)

    def retire_key(self, did: str, fragment: str) -> None:
        """End the use of a key."""
        self.add(RetireKey(did, fragment))

    def report_compromised(self, did: str, fragment: str, since_ms: int) -> None:
        """Report since when a key is in other hands."""
        self.add(ReportCompromised(did, fragment, since_ms))

    def deactivate_did(self, did: str) -> None:
        """End a DID."""
        self.add(DeactivateDid(did))

    def update_did(
        self,
        did: str,
        *,
        controller: str | None = None,
        services: tuple[Service, ...] = (),
        seals: tuple[bytes, ...] = (),
    ) -> None:
        """Replace a DID's controller, services and seals; what is not given is removed."""
        self.add(UpdateDid(did, controller, services, seals))

    def publish_schema(self, owner: str, name: str, version: str, content: Attachment) -> None:
        """Publish a version of a schema, with its exact bytes."""
        self.add(PublishSchema(owner, name, version, content.address), content)

    def set_schema_state(self, owner: str, name: str, version: str, state: ReleaseState) -> None:
        """Deprecate or withdraw a version of a schema."""
        self.add(SetSchemaState(owner, name, version, state))

    def create_status_list(
        self, issuer: str, name: str, purpose: StatusPurpose, size: int = MIN_SIZE
    ) -> None:
        """Create a status list of `size` entries."""
        self.add(CreateStatusList(issuer, name, purpose, size))

    def set_status(
        self, issuer: str, name: str, set_indices: Iterable[int] = (), clear_indices: Iterable[int] = ()
    ) -> None:
        """Set and clear entries of a status list, given in any order."""
        set_sorted, clear_sorted = tuple(sorted(set(set_indices))), tuple(sorted(set(clear_indices)))
        self.add(UpdateStatusList(issuer, name, set_sorted, clear_sorted))

    def anchor(self, issuer: str, root: bytes, count: int) -> None:
        """Anchor the root over the salted hashes of a batch of `count` credentials."""
        self.add(AnchorBatch(issuer, root, count))

    def propose(self, proposer: str, name: str, expires_ms: int) -> None:
        """Propose what was collected so far: this one operation, which holds it, takes its place."""
        held = tuple(self._operations)
        self._operations = [ProposeOperations(proposer, name, expires_ms, held)]

    def approve(self, proposer: str, name: str) -> None:
        """Approve a proposal."""
        self.add(ApproveProposal(proposer, name))

    def withdraw(self, proposer: str, name: str) -> None:
        """Withdraw a proposal."""
        self.add(WithdrawProposal(proposer, name))

    def sign(self, key_id: str, seed: bytes, valid_until_ms: int) -> bytes:
        """See `sign_by`; `seed` is the 32 bytes that the private key is made of."""
        return self.sign_by(key_id, ed25519.signing_with(seed), valid_until_ms)

    def sign_by(self, key_id: str, sign: Sign, valid_until_ms: int) -> bytes:
        """The encoded transaction, signed by the key with this DID URL, by which `sign` signs.

        Raises `Malformed` where a part is outside its bounds, `Refused` (too-long) where the whole is.
        """
        return sign_transaction(
            key_id,
            sign,
            genesis_hash=self._genesis_hash,
            nonce=self._nonce,
            valid_until_ms=valid_until_ms,
            operations=self.operations,
            attachments=tuple(sorted(self._attachments)),
            ruleset=self._ruleset,
        )

    def _add_proving(self, operation: K, *keys: KeyToAdd) -> None:
        signs = (key.sign for key in keys)
        self.add(proving_possession(operation, signs, self._genesis_hash, self._nonce))
